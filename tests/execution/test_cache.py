"""A live instance belongs to one command at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine.execution.cache import LiveCache
from engine.execution.runner import Live
from tests.execution.drawing import valid
from tests.execution.running import Case, House, draw


def live() -> Live:
    return Case(draw(valid()), House(), reloads=False).begin().live


def test_an_instance_is_handed_out_once() -> None:
    cache, kept = LiveCache(8), live()
    cache.put("a", 3, kept)

    assert cache.pop("a") == (3, kept)
    assert cache.pop("a") is None


def test_the_least_recently_used_instance_gives_way() -> None:
    cache, kept = LiveCache(2), live()
    for name in "abc":
        cache.put(name, 1, kept)

    assert cache.pop("a") is None
    assert len(cache) == 2


def test_an_older_version_does_not_replace_a_newer_one() -> None:
    cache, old, new = LiveCache(2), live(), live()
    cache.put("a", 5, new)

    cache.put("a", 4, old)

    assert cache.pop("a") == (5, new)


def test_a_cache_of_size_nought_keeps_nothing() -> None:
    cache = LiveCache(0)

    cache.put("a", 1, live())

    assert len(cache) == 0


def test_of_many_threads_that_ask_at_once_one_gets_the_instance() -> None:
    cache, kept = LiveCache(4), live()

    with ThreadPoolExecutor(8) as pool:
        for n in range(200):
            cache.put("a", n, kept)
            found = list(pool.map(lambda _: cache.pop("a"), range(8)))
            assert sum(one is not None for one in found) == 1
