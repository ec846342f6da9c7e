from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
DIST = WEB / "static" / "dist"
# Set by script inside the library, nothing of ours hangs on it.
OF_PACKAGES: frozenset[str] = frozenset()
# The templates choose between these while the page is made.
CHOSEN = {
    *(f"chip--{kind}" for kind in ("ok", "info", "note", "warn", "bad", "proxy")),
    *(f"banner--{kind}" for kind in ("ok", "note", "bad", "proxy")),
}
HALF_WRITTEN = {"chip--", "banner--"}


def sheet() -> str:
    return re.sub(
        r"/\*.*?\*/|@import[^;]*;", "", (WEB / "static" / "ui.css").read_text(), flags=re.S
    )


def classes_of_templates() -> set[str]:
    found: set[str] = set()
    for path in WEB.glob("templates/**/*.*"):
        for names in re.findall(r'class="((?:\{[{%].*?[%}]\}|[^"])*)"', path.read_text()):
            found |= set(re.sub(r"\{[{%].*?[%}]\}", " ", names).split())
            for choice in re.findall(r"\{%.*?%\}([^{]*)", names):
                found |= set(choice.split())
    return (found - HALF_WRITTEN) | CHOSEN


def classes_of_sheet() -> set[str]:
    selectors = re.findall(r"([^{};]+)\{", sheet())
    return {name for one in selectors for name in re.findall(r"\.([a-zA-Z_][\w-]*)", one)}


def test_every_class_of_a_template_is_in_the_style_sheet() -> None:
    assert classes_of_templates() - classes_of_sheet() == set()


def test_every_class_of_the_style_sheet_is_in_a_template() -> None:
    assert classes_of_sheet() - classes_of_templates() == set()


def test_every_variable_of_the_style_sheet_is_defined() -> None:
    text = sheet() + (DIST / "tokens.css").read_text()

    used = set(re.findall(r"var\(\s*(--[\w-]+)", text))

    assert used - set(re.findall(r"(--[\w-]+)\s*:", text)) == set()


def test_components_use_purposes_and_no_primitive_colours() -> None:
    _, _, components = sheet().partition("@layer component {")
    paper = components.partition(".bpmn {")[2].partition("}")[0]

    assert "--color-primitive" not in components.replace(paper, "")


@pytest.mark.parametrize("entry", ["src/page.js", "src/task.js", "src/viewer.js"])
def test_every_variable_of_an_entry_is_defined(entry: str) -> None:
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    texts = [(DIST / file).read_text() for file in manifest[entry].get("css", [])]
    known = "".join([*texts, sheet(), (DIST / "tokens.css").read_text()])

    used = {name for text in texts for name in re.findall(r"var\(\s*(--[\w-]+)\s*\)", text)}

    assert used - set(re.findall(r"(--[\w-]+)\s*:", known)) - OF_PACKAGES == set()


def test_templates_hold_no_inline_style_or_script() -> None:
    texts = {path.name: path.read_text() for path in WEB.glob("templates/**/*.html")}

    found = [
        name
        for name, text in texts.items()
        if re.search(r'\sstyle=|\son[a-z]+="|<style', text)
        or re.search(r"<script(?! type=\"application/json\")", text)
    ]

    assert found == []


def test_the_build_makes_no_code_from_texts() -> None:
    scripts = "".join(path.read_text() for path in DIST.glob("assets/viewer-*.js"))
    scripts += "".join(path.read_text() for path in DIST.glob("assets/task-*.js"))

    assert not re.search(r"\bnew Function\(|\beval\(", scripts)
