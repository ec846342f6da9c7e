"""Windows of the people in the stories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser import Site

Window = Callable[..., "Page"]


@pytest.fixture
def window(browser: Browser, site: Site) -> Iterator[Window]:
    """`window("suzuki")`: a window of somebody signed in; `window()`: of a stranger.

    Other arguments are those of Playwright's contexts.
    """
    opened: list[Page] = []

    def open_window(person: str | None = None, **options: Any) -> Page:
        page = site.visit(browser, person, **options)
        opened.append(page)
        return page

    yield open_window
    for page in opened:
        page.context.close()
