"""Which texts of a page are in the wrong language?

What people have written, values, names of data and of files do not count: they are inside elements
marked as such (`lang`, `translate="no"`, controls, code).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Words of the office and of the standards, the same in both languages.
SHARED = (
    "Unei", "FEEL", "DRD", "DMN", "BPMN", "bpmn.io", "JavaScript", "PJMO", "PMO", "ID", "URL",
    "UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "SUM", "MIN", "MAX", "COUNT", "RULE", "ORDER",
    "OUTPUT", "Java", "PMML", "English", "HTML", "true", "false", "null", "pdf", "MB", "Excel",
)  # fmt: skip
_ENGLISH = re.compile(r"[A-Za-z]{2,}")
_JAPANESE = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff]")
_SHARED = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, SHARED))})(?![A-Za-z])")

_SEEN = """([others, root]) => {
    const own = '[translate=no], .mono, code, pre, script, style, template, textarea, .cm-content,'
        + ' [contenteditable=true], svg.djs-element, .bjs-powered-by, .fjs-powered-by';
    const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
    const isOwn = (element) => {
        if (element.closest(own)) return true;
        const marked = element.closest('[lang]');
        return marked && marked.lang === others;
    };
    const found = [];
    const walker = document.createTreeWalker(document.querySelector(root), NodeFilter.SHOW_ALL);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
        if (node.nodeType === Node.TEXT_NODE) {
            const parent = node.parentElement;
            if (node.data.trim() && isSeen(parent) && !isOwn(parent)) found.push(node.data.trim());
        } else if (node.nodeType === Node.ELEMENT_NODE && isSeen(node) && !isOwn(node)) {
            for (const name of ['title', 'aria-label', 'placeholder', 'alt', 'data-title']) {
                const text = node.getAttribute(name);
                if (text && text.trim()) found.push(text.trim());
            }
        }
    }
    return found;
}"""


def texts(page: Page, others: str, root: str = "body") -> list[str]:
    """What can be read or heard now, without what is marked as written in the other language."""
    return cast("list[str]", page.evaluate(_SEEN, [others, root]))


def english(page: Page, known: frozenset[str] = frozenset(), root: str = "body") -> set[str]:
    """English on a Japanese page; `known` are names of data that stand there unmarked."""
    found = {text for text in texts(page, "en", root) if text not in known}
    return {text for text in found if _ENGLISH.search(_SHARED.sub("", text))}


def japanese(page: Page, known: frozenset[str] = frozenset(), root: str = "body") -> set[str]:
    """Japanese on an English page that is not marked as such."""
    return {
        text for text in texts(page, "ja", root) if _JAPANESE.search(text) and text not in known
    }
