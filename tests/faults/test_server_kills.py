"""Acceptance scenario 1 against a real server that is killed twenty times on the way."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from engine.configured import read_calendar
from engine.domain.values import TOKYO
from engine.settings import config_dir
from tests.acceptance import evidence, served
from tests.acceptance.at_pages import BROKEN, PagePlayer, PlainDesk, Post
from tests.acceptance.go_live import GoLive
from tests.acceptance.outcomes import check_scenario_1
from tests.acceptance.posting import Pairs
from tests.acceptance.served import Server
from tests.acceptance.visitor import Reply, Visitor

KILLS, WANTED_INSIDE = 20, 12
KINDS = ["request"] * 16 + ["job"] * 3 + ["any moment"]
SEED = "UNEI_TEST_SEED"
LONGEST_DELAY = 0.003  # seconds from the mark to the kill
PATIENCE = 5.0


class Killer:
    """Sends forms; kills the server at random ones, and sends these again as they were."""

    def __init__(self, server: Server, chance: random.Random, submissions: int) -> None:
        self._server = server
        self._chance = chance
        moments = chance.sample(range(submissions), KILLS)
        self._plan = dict(zip(moments, chance.sample(KINDS, KILLS), strict=True))
        self._sent = 0
        self.kills: list[str] = []  # what each kill was inside of, or nothing

    def post(self, visitor: Visitor, path: str, pairs: Pairs) -> Reply:
        kind = self._plan.get(self._sent)
        self._sent += 1
        if kind is None:
            return visitor.post(path, pairs)
        if kind == "request":
            self._kill_during(lambda: visitor.post(path, pairs), path)
        else:
            self._kill_behind(lambda: visitor.post(path, pairs), kind)
        self.kills.append(" ".join(mark["event"] for mark in self._server.open_marks()))
        self._server.start()
        return visitor.post(path, pairs)  # with the same submission key

    def _kill_during(self, post: Callable[[], Reply], path: str) -> None:
        def attempt() -> None:
            with suppress(*BROKEN):  # the connection breaks with the server
                post()

        here = self._server.position()
        sender = Thread(target=attempt)
        sender.start()
        self._wait(lambda: any(_is_post(mark, path) for mark in self._server.marks(here)))
        time.sleep(self._chance.uniform(0, LONGEST_DELAY))
        self._server.kill()
        sender.join()

    def _kill_behind(self, post: Callable[[], Reply], kind: str) -> None:
        here = self._server.position()
        post()
        if kind == "job":
            self._wait(lambda: any("job" in mark for mark in self._server.open_marks(here)))
        else:
            time.sleep(self._chance.uniform(0, 0.5))
        self._server.kill()

    def _wait(self, condition: Callable[[], bool]) -> None:
        """Not for ever: a request or job that was too quick is one kill outside."""
        end = time.monotonic() + PATIENCE
        while not condition() and time.monotonic() < end:
            time.sleep(0.001)


def _is_post(mark: Any, path: str) -> bool:
    return bool(mark.get("path") == path) and mark.get("method") == "POST"


class Counter:
    """Sends forms, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def post(self, visitor: Visitor, path: str, pairs: Pairs) -> Reply:
        self.count += 1
        return visitor.post(path, pairs)


@pytest.fixture
def installation(tmp_path: Path) -> Callable[[str], Path]:
    """Makes equal installations, one for each run."""
    original = served.furnish(tmp_path / "original")
    return lambda name: Path(shutil.copytree(original, tmp_path / name))


def play(server: Server, post: Post) -> None:
    today = datetime.now(TOKYO).date()
    story = GoLive(today, read_calendar(config_dir() / "calendar.toml"))
    PagePlayer(story, lambda person: PlainDesk(server.base, person, post)).play()


def left_by(folder: Path) -> dict[str, Any]:
    with served.engine_on(folder) as engine:
        check_scenario_1(engine)
        return evidence.traces(engine)


@pytest.mark.slow
def test_twenty_kills_of_the_server_leave_what_an_undisturbed_run_leaves(
    installation: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(1_000_000))
    record_property("seed", seed)
    quiet, disturbed = installation("quiet"), installation("disturbed")
    counter = Counter()
    with served.serving(quiet) as server:
        play(server, counter.post)

    with served.serving(disturbed) as server:
        killer = Killer(server, random.Random(seed), counter.count)
        play(server, killer.post)

    inside = [kill for kill in killer.kills if kill]
    record_property("kills inside a request or a job", f"{len(inside)} of {len(killer.kills)}")
    assert len(killer.kills) == KILLS
    assert len(inside) >= WANTED_INSIDE, f"seed {seed}: {killer.kills}"
    assert evidence.differences(left_by(quiet), left_by(disturbed)) == []
