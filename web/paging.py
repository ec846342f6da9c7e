"""Which page of a list was asked for, and the address of its neighbours."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from web.digits import number

MAX_PAGE = 10_000
PLACES = frozenset({"page", "after", "before"})  # where in the list; another filter begins it anew


def asked_page() -> int:
    """The page number of the address, from 1."""
    return min(max(number(request.args.get("page", ""), 1), 1), MAX_PAGE)


def asked_id(name: str) -> int | None:
    """A number of the address, such as where a list goes on; None where there is none."""
    return number(request.args.get(name, ""), None)


def same_with(**changes: Any) -> str:
    """The address of this page with some of its query changed; None removes a part."""
    query = {**request.args.to_dict(), **changes}
    for place in PLACES - changes.keys():
        query.pop(place, None)
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return url_for(str(request.endpoint), **(request.view_args or {}), **kept)
