"""Saved views on the page of a list: which there are, and which of them is shown."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request, url_for

from engine.domain.saved_view import SavedView
from engine.services import saved_views
from web.context import actor, engine

PASSING = frozenset({"page", "after", "before", "selected", "done"})  # no part of the filters
REGISTER = "register:"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What the macro `saved_views` shows.  `save`: where the filters as set can be kept."""

    views: tuple[SavedView, ...]
    current: SavedView | None
    save: str


def on(page: str) -> Saved:
    """The views of the person at the keyboard on that page."""
    views = engine().ask(saved_views.of_page, actor(), page)
    query = query_now()
    current = next((one for one in views if plain(one.query) == query), None)
    keep = url_for("saved_views.new", page=page, query=query) if query and not current else ""
    return Saved(views=tuple(views), current=current, save=keep)


def query_now() -> str:
    return plain(request.query_string.decode("utf-8", "replace"))


def plain(query: str) -> str:
    """The filters of an address in one order, without what is empty or only passing."""
    parts = [(name, value) for name, value in parse_qsl(query) if name not in PASSING and value]
    return urlencode(sorted(parts))


def parts(view: SavedView) -> dict[str, str]:
    return dict(parse_qsl(view.query))


def address(view: SavedView) -> str:
    """The list with these filters."""
    return f"{home(view.page)}?{plain(view.query)}"


def home(page: str) -> str:
    """The list itself; the inbox for a page nobody knows."""
    if page == "instances":
        return url_for("instances.listing")
    if page.startswith(REGISTER):
        return url_for("registers.show", code=page.removeprefix(REGISTER))
    return url_for("worklist.show")
