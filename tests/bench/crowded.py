"""How long do the pages of the PMO take in an office with 50,000 cases?

Each page is asked for in the server, without a network and without a browser, as somebody of the
PMO: forty times in turn with its usual questions; the 95th percentile of the best of three rounds
counts.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import make_url

from engine import testing
from engine.domain.percentiles import percentile
from tests.bench.crowd import fill
from tests.web.site import Visitor
from web.app import create_app
from web.memory import settle

NOW = datetime.fromisoformat("2026-11-24T10:40+09:00")
PERSON = "pmo1"
ASKED, ROUNDS, SHARE = 40, 3, 95
OK = 200
BOARD = ("/overview", "/overview?span=month", "/overview?span=twelve")
SEARCHES: tuple[Mapping[str, str], ...] = (
    {},
    {"state": "all"},
    {"number": "モニ-R8-01"},
    {"number": "リハ-R8-0005"},
    {"q": "助成金", "state": "all"},
    {"q": "会計審査 第7回", "state": "all"},
    {"person": "佐藤", "part": "now"},
    {"person": "佐藤 花子", "part": "done", "state": "all"},
    {"element": "承認"},
    {"due": "overdue", "sort": "due"},
    {"state": "stopped"},
    {"state": "completed", "sort": "-ended", "ended_from": "2026-07-01", "ended_to": "2026-09-30"},
    {"flow": "rehearsal", "state": "all"},
    {"system": "system7", "state": "all"},
    {"item": "業務", "how": "is", "value": "会計審査", "state": "all"},
    {"item": "費用", "how": "from", "value": "8000000", "state": "all"},
    {"started_from": "2025-04-01", "started_to": "2026-03-31", "state": "all"},
)


def measure() -> dict[str, Any]:
    """Milliseconds of each page at the 95th percentile, and what the dearest question was."""
    with _office() as office:
        visitor = Visitor(create_app(office.engine), PERSON)
        settle()  # as the server does
        searches = [f"/instances?{urlencode(asked)}" for asked in SEARCHES]
        found = {"board": _of(visitor, BOARD), "search": _of(visitor, searches)}
        found["analysis"] = _of(visitor, ("/overview/analysis", "/overview/analysis/rehearsal"))
    return found


@contextmanager
def _office() -> Iterator[testing.TestOffice]:
    with (
        tempfile.TemporaryDirectory() as folder,
        testing.office(Path(folder), now=NOW) as office,
    ):
        office.deploy_shipped("go_live_preparation", "monitoring")
        fill(office, make_url(office.engine.settings.database_url).database or "", NOW)
        yield office


def _of(visitor: Visitor, paths: tuple[str, ...] | list[str]) -> dict[str, Any]:
    for path in paths:
        _milliseconds(visitor, path)  # models, names and statements are read and made once
    rounds = [
        sorted((*_milliseconds(visitor, path), path) for path in _in_turn(paths))
        for _ in range(ROUNDS)
    ]
    best = min(rounds, key=lambda one: percentile([ms for ms, _, _ in one], SHARE))
    return {
        "p95_ms": round(percentile([ms for ms, _, _ in best], SHARE), 1),
        "median_ms": round(percentile([ms for ms, _, _ in best], 50), 1),
        "cpu_p95_ms": round(percentile(sorted(cpu for _, cpu, _ in best), SHARE), 1),
        "dearest": best[-1][2],
    }


def _in_turn(paths: tuple[str, ...] | list[str]) -> Iterator[str]:
    for number in range(ASKED):
        yield paths[number % len(paths)]


def _milliseconds(visitor: Visitor, path: str) -> tuple[float, float]:
    """What one answer took, and the processor's part of it."""
    wall, cpu = time.perf_counter(), time.thread_time()
    answer = visitor.client.get(path)
    spent = (time.perf_counter() - wall, time.thread_time() - cpu)
    if answer.status_code != OK:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return spent[0] * 1000, spent[1] * 1000
