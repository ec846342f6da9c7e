"""Which files of the front-end build does a page need?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

STATIC = Path(__file__).with_name("static")
MANIFEST = STATIC / "dist" / ".vite" / "manifest.json"


class MissingBuildError(Exception):
    """The front end has not been built."""


def install(app: Flask) -> None:
    """Offer `vite(entry)`, `stylesheet()` and `icon_sheet()` to the templates.

    Raises:
        MissingBuildError: there is no manifest.
    """
    try:
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingBuildError(
            "画面の部品がまだ組み立てられていません。"
            "先に make web/static/dist/.vite/manifest.json を実行します。"
        ) from error
    marks = {
        name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
        for name in ("ui.css", "icons.svg")
    }

    def stylesheet() -> str:
        return url_for("static", filename="ui.css", v=marks["ui.css"])

    def icon_sheet() -> str:
        return url_for("static", filename="icons.svg", v=marks["icons.svg"])

    def vite(entry: str) -> Markup:
        room = f"src/{entry}/index.js"
        return tags(manifest, room if room in manifest else f"src/{entry}.js")

    app.jinja_env.globals.update(vite=vite, stylesheet=stylesheet, icon_sheet=icon_sheet)


def tags(manifest: Mapping[str, Any], entry: str) -> Markup:
    """`<link>` and `<script>` tags of an entry: its styles, the chunks it imports, itself."""
    chunks: list[str] = []
    styles: list[str] = []

    def walk(key: str) -> None:
        chunk = manifest[key]
        for imported in chunk.get("imports", []):
            walk(imported)
        styles.extend(style for style in chunk.get("css", []) if style not in styles)
        if chunk["file"] not in chunks:
            chunks.append(chunk["file"])

    walk(entry)
    lines = [Markup('<link rel="stylesheet" href="{}">').format(_url(file)) for file in styles]
    lines += [Markup('<link rel="modulepreload" href="{}">').format(_url(f)) for f in chunks[:-1]]
    lines.append(Markup('<script type="module" src="{}"></script>').format(_url(chunks[-1])))
    return Markup("\n").join(lines)


def _url(file: str) -> str:
    return url_for("static", filename=f"dist/{file}")
