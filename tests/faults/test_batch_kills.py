"""A bulk retry whose process is killed again and again: every case goes on exactly once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import testing
from engine.domain.batch import Batch, BatchState
from engine.services import batches, incidents
from engine.services.incidents import Chosen
from engine.storage import history
from tests.diagrams import line, service, user_task

COUNT = 60
KILLS = 5
ROOT = Path(__file__).parents[2]
PROCESS = line(
    "calls_out",
    service("call_out", "test.echo", "答", value='"返事"', fail_times="5"),
    user_task("read"),
)


@pytest.mark.slow
def test_sixty_retries_survive_five_kills_each_done_once(
    tmp_path: Path, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    seed = random.randrange(10**6)
    record_property("seed", seed)
    chance = random.Random(seed)
    with testing.office(tmp_path, database_url) as office:
        batch_id = begun(office)

    seen = [
        kill_after(tmp_path, database_url, batch_id, chance.randint(1, COUNT // KILLS - 2))
        for _ in range(KILLS)
    ]

    with testing.office(tmp_path, database_url) as office:
        office.engine.worker.take_over()
        office.run_jobs()
        batch = found(office, batch_id)
        assert (batch.state, batch.done, batch.failed) == (BatchState.DONE, COUNT, 0)
        assert retried(office) == Counter({case.id: 1 for case in office.cases()})
        assert len(office.open_tasks()) == COUNT
        assert office.incidents() == []
    assert seen == sorted(seen)


def begun(office: testing.TestOffice) -> str:
    """A batch that retries so many stopped cases; nothing of it is done."""
    office.deploy(PROCESS)
    for _ in range(COUNT):
        office.start("calls_out")
    office.advance(days=1)
    actor = office.actor("admin1")
    [group] = office.engine.ask(incidents.groups, actor)
    assert group.count == COUNT
    which = Chosen(cause=group.cause, until=group.until)
    return office.engine.run(incidents.retry_all, which, actor, typed=COUNT)


def found(office: testing.TestOffice, batch_id: str) -> Batch:
    return office.engine.ask(batches.progress, batch_id, office.actor("admin1"))


def retried(office: testing.TestOffice) -> Counter[str | None]:
    entries = office.engine.ask(history.newest, most=100_000)
    return Counter(one.instance_id for one in entries if one.event == "incident_retried")


def kill_after(folder: Path, database_url: str, batch_id: str, more: int) -> int:
    """Kill a process in the midst of its work, after so many items; how many are done in all."""
    command = [sys.executable, "-m", "tests.faults.busy_batches", str(folder), database_url]
    with testing.office(folder, database_url) as office:
        wanted = min(found(office, batch_id).done + more, COUNT - 1)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
            while found(office, batch_id).done < wanted:
                assert process.poll() is None
                time.sleep(0.001)
            process.kill()
        return found(office, batch_id).done
