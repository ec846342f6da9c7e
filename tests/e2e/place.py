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
    """A page that is only asked for."""
    return _Asked(path)


@dataclass(frozen=True)
class _Asked:
    path: str

    def __call__(self, page: Page, site: Site) -> None:
        page.goto(self.path)


def only_asks(place: Place) -> bool:
    """Whether the way there changes nothing, so that others may use the same window after it."""
    return isinstance(place.go, _Asked) and place.who is not None
