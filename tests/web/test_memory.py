from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from web.memory import settle


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_the_collector_leaves_alone_what_start_up_has_made() -> None:
    here = [object()]

    settle()

    assert gc.get_freeze_count() > 0
    assert not any(one is here for one in gc.get_objects())
