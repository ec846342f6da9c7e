"""One page of the product, and how one gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

DRAFTER, HOLDER, HEAD, OUTSIDER = "suzuki", "takahashi", "sato", "ishikawa"
Go = Callable[["Page", "Site"], None]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Who sees it, how it is reached, and what it answers."""

    name: str
    go: Go
    who: str | None = DRAFTER
    status: int = 200
    heading: str = ""  # of the Japanese page; empty where it is data
    errors: bool = False


def at(path: str) -> Go:
    return lambda page, site: page.goto(path)
