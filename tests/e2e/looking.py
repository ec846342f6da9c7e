"""What is there to say about a page?  Opens it once and notes everything the tests ask about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from tests.e2e.place import Place, only_asks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response

    from tests.browser import Site

AXE = Path(__file__).parents[2] / "web/frontend/node_modules/axe-core/axe.min.js"
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
DESK, PHONE, NARROW = (
    {"width": 1280, "height": 900},
    {"width": 375, "height": 812},
    {"width": 320, "height": 700},
)
RUN_AXE = """async ([standards, rules]) => {
    const only = rules ? {type: 'rule', values: rules} : {type: 'tag', values: standards};
    const how = {runOnly: only, resultTypes: ['violations'], preload: false};
    const found = await axe.run(document, how);
    return found.violations.flatMap(one => one.nodes.map(node =>
        `${one.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}"""
# What one sees of these rules hangs on the colours; all others are the same by day and by night.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
# The faults of a language and those of a width have nothing to do with each other: one language is
# looked at wide, by day and by night, the other one narrow.
LOOKS: dict[str, tuple[tuple[str, Any, Literal["light", "dark"], Any], ...]] = {
    "ja": (("1280", DESK, "light", None), ("1280", DESK, "dark", COLOUR_RULES)),
    "en": (("375", PHONE, "light", None),),
}
# Texts and spoken names outside the parts that are marked as another language or as no language.
READ_TEXTS = """() => {
    const marked =
        '[lang]:not(html), [translate=no], script, style, noscript, textarea, .bpmn, #editor';
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.data.trim();
        if (text && !node.parentElement.closest(marked)) texts.push(text);
    }
    return texts;
}"""
READ_NAMES = """() => ['aria-label', 'title', 'placeholder', 'alt'].flatMap(name =>
    [...document.querySelectorAll(`[${name}]`)]
        .filter(one => !one.closest('[lang]:not(html), [translate=no], .bpmn > *, #editor > *'))
        .map(one => one.getAttribute(name)))"""
# Texts that are marked as Japanese, outside the drawn diagram and the editors, which show a file.
READ_MARKED = """() => [...document.querySelectorAll('[lang=ja]:not(html)')]
    .filter(one =>
        !one.closest('.bpmn, #editor, [data-side], [data-views]'))
    .map(one => one.textContent.trim())"""
OVERFLOW = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(one =>
        one.getBoundingClientRect().right > root.clientWidth + 1
        && !one.closest('.table-wrap, .bpmn, #editor, .tabs, svg'));
    return [`${root.scrollWidth} px`, ...wide.slice(-3).map(one => one.outerHTML.slice(0, 120))];
}"""


DRAWN = "#canvas, #new, #editor"  # what scripts fill


@dataclass(kw_only=True)
class Seen:
    """One page in one language; the lists of faults are empty where all is well."""

    status: int
    title: str
    headings: list[str]
    html_bytes: int
    texts: list[str]
    names: list[str]
    marked: list[str]  # as Japanese
    sideways: list[str]
    axe: dict[str, list[str]]  # by width and light
    messages: list[str]
    strangers: list[str]


@lru_cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


class Witness:
    """Hears what the browser says while a page loads."""

    def __init__(self, page: Page, home: str) -> None:
        self.messages: list[str] = []
        self.strangers: list[str] = []
        self.documents: list[Response] = []
        self._home = urlsplit(home).netloc
        self._page = page
        self._ears: dict[Any, Any] = {
            "console": self._said,
            "pageerror": self._failed,
            "request": self._asked,
            "response": self._answered,
        }
        for event, ear in self._ears.items():
            page.on(event, ear)

    def leave(self) -> None:
        for event, ear in self._ears.items():
            self._page.remove_listener(event, ear)

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium's own note about a page whose status is 4xx or 5xx; the status is a test itself.
        url = message.location.get("url", "")
        own = message.text.startswith("Failed to load resource") and any(
            one.url == url for one in self.documents
        )
        if not own:
            self.messages.append(f"{message.text} ({url})")

    def _failed(self, error: Error) -> None:
        self.messages.append(str(error))

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https") and url.netloc != self._home:
            self.strangers.append(request.url)

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.documents.append(response)


class Looker:
    """Opens pages in windows of its own; those who only ask for pages keep theirs for the next one.

    A window that is kept has styles and scripts at hand: that is most of what a page takes.
    """

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._kept: dict[tuple[str | None, str], Page] = {}

    def look(self, place: Place, language: str) -> Seen:
        is_kept = only_asks(place)
        page = self._page(place.who, language, is_kept=is_kept)
        page.set_viewport_size(DESK)
        # Without motion: colours that are on their way from day to night are nobody's choice.
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        witness = Witness(page, self._site.url)
        try:
            place.go(page, self._site)
            settle(page)
            return _seen(page, witness, language)
        finally:
            witness.leave()
            if not is_kept:
                page.context.close()

    def close(self) -> None:
        for page in self._kept.values():
            page.context.close()

    def _page(self, who: str | None, language: str, *, is_kept: bool) -> Page:
        if is_kept and (who, language) in self._kept:
            return self._kept[who, language]
        page = self._site.visit(self._browser, who)
        page.context.add_cookies([{"name": "lang", "value": language, "url": self._site.url}])
        page.context.add_init_script(axe_source())
        if is_kept:
            self._kept[who, language] = page
        return page


def settle(page: Page) -> None:
    """Until all scripts of the page have run, and the diagram is drawn where there is one."""
    page.wait_for_load_state("load")
    if page.locator(DRAWN).count():
        page.wait_for_selector("body[data-ready]")


def _seen(page: Page, witness: Witness, language: str) -> Seen:
    answer = witness.documents[-1]
    seen = Seen(
        status=answer.status,
        title=page.title(),
        headings=[" ".join(text.split()) for text in page.locator("h1").all_inner_texts()],
        html_bytes=len(answer.body()),
        texts=page.evaluate(READ_TEXTS),
        names=page.evaluate(READ_NAMES),
        marked=page.evaluate(READ_MARKED),
        # axe makes the browser speak itself
        messages=list(witness.messages),
        strangers=witness.strangers,
        sideways=[],
        axe=_axe(page, language),
    )
    page.set_viewport_size(NARROW)
    seen.sideways = page.evaluate(OVERFLOW)
    return seen


def _axe(page: Page, language: str) -> dict[str, list[str]]:
    found = {}
    for name, size, light, rules in LOOKS[language]:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=light, reduced_motion="reduce")
        page.evaluate("scrollTo(0, 0)")  # what lies under the header is no fault of the page
        found[f"{name} {light}"] = page.evaluate(RUN_AXE, [STANDARDS, rules])
    return found
