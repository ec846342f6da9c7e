"""Jobs run at least once, are tried again, and become incidents; a kill loses nothing."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest

from engine.domain.errors import InvalidError
from engine.jobs.handlers import HANDLERS
from engine.services import tasks, work
from engine.storage import jobs
from engine.testing import TestOffice
from tests.diagrams import line, service, timer, user_task
from tests.offices import Watched, second_engine


def echo(fail_times: int) -> dict[str, dict[str, bytes]]:
    operation = service("call_out", "test.echo", "答", value='"返事"', fail_times=str(fail_times))
    return line("calls_out", user_task("prepare"), operation, user_task("read"))


def parked(office: TestOffice, fail_times: int = 0) -> None:
    """An instance that has just parked its operation; the job has not run."""
    office.deploy(echo(fail_times))
    office.start("calls_out")
    task = office.task("prepare")
    office.engine.run(tasks.complete, task.id, office.actor("pjmo1"), {})


def open_elements(office: TestOffice) -> list[str]:
    return [task.element_id for task in office.open_tasks()]


def test_an_operation_runs_after_the_commit_and_its_result_comes_back(
    office: TestOffice,
) -> None:
    parked(office)
    before = open_elements(office)

    office.run_jobs()

    assert before == []
    assert open_elements(office) == ["read"]
    assert office.variables(office.cases()[0])["答"] == "返事"


def test_a_failing_operation_is_tried_again_later(office: TestOffice) -> None:
    parked(office, fail_times=2)

    office.run_jobs()
    after_first = open_elements(office)
    office.advance(days=1)

    assert after_first == []
    assert open_elements(office) == ["read"]
    assert office.incidents() == []


def test_after_the_last_attempt_the_instance_stops_with_an_incident(office: TestOffice) -> None:
    parked(office, fail_times=7)

    office.advance(days=1)

    [incident] = office.incidents()
    assert (incident.kind, incident.element_id) == ("element", "call_out")
    assert incident.text == "外部への処理が繰り返し失敗しました。"
    assert open_elements(office) == []


def test_a_retry_by_a_person_brings_new_attempts(office: TestOffice) -> None:
    parked(office, fail_times=7)
    office.advance(days=1)

    office.retry(office.incidents()[0], by="pjmo1")
    office.advance(days=1)

    assert open_elements(office) == ["read"]
    assert office.incidents() == []


def test_a_result_that_comes_twice_is_taken_once(office: TestOffice) -> None:
    parked(office)
    job = office.engine.run(work.take)
    HANDLERS[job.kind](office.engine, job)

    HANDLERS[job.kind](office.engine, job)

    assert open_elements(office) == ["read"]
    assert office.trace(office.cases()[0]) == ["begin", "prepare", "call_out"]


def test_a_kill_between_taking_and_doing_leaves_the_job_to_the_next_worker(
    office: TestOffice,
) -> None:
    parked(office)
    office.engine.run(work.take)  # and the process is gone

    with second_engine(office) as survivor:
        idle = survivor.worker.run_one()
        survivor.worker.take_over()
        worked = survivor.worker.run_one()

    assert (idle, worked) == (False, True)
    assert open_elements(office) == ["read"]


def test_a_kill_between_doing_and_forgetting_changes_nothing_more(office: TestOffice) -> None:
    parked(office)
    job = office.engine.run(work.take)
    HANDLERS[job.kind](office.engine, job)  # and the process is gone before the job is removed

    with second_engine(office) as survivor:
        survivor.worker.take_over()
        survivor.worker.run_one()

    assert open_elements(office) == ["read"]
    assert office.engine.ask(work.next_job_at) is None


def test_only_one_worker_runs_at_a_time(office: TestOffice) -> None:
    first = office.engine.worker.take_over()

    with second_engine(office) as other:
        second = other.worker.take_over()
        office.engine.worker.stop()
        third = other.worker.take_over()

    assert (first, second, third) == (True, False, True)


def test_a_job_of_the_engine_that_keeps_failing_is_set_aside_and_can_be_retried(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.deploy(line("waits", timer("intermediateCatchEvent", "pause", "PT1H"), user_task("go")))
    office.start("waits")

    def broken(engine: object, job: object) -> None:
        raise InvalidError("broken")

    with monkeypatch.context() as patch:
        patch.setitem(HANDLERS, "fire_timer", broken)
        office.advance(days=2)
    [incident] = office.incidents()
    office.retry(incident)

    assert incident.kind == "job"
    assert open_elements(office) == ["go"]
    assert office.incidents() == []


def test_a_timer_is_one_row_that_fires_at_its_moment(office: TestOffice) -> None:
    office.deploy(line("waits", timer("intermediateCatchEvent", "pause", "P2D"), user_task("go")))
    office.start("waits")
    due_at = office.engine.ask(work.next_job_at)

    office.advance(days=1.9)
    early = open_elements(office)
    office.advance(days=0.2)

    assert due_at == office.clock.moment - timedelta(days=0.1)
    assert (early, open_elements(office)) == ([], ["go"])
    assert office.engine.ask(work.next_job_at) is None


def test_a_cancelled_instance_leaves_no_timer_behind(office: TestOffice) -> None:
    office.deploy(line("waits", timer("intermediateCatchEvent", "pause", "P2D")))
    case = office.start("waits")

    office.cancel(case, "不要")

    assert office.engine.ask(work.next_job_at) is None
    assert office.engine.ask(jobs.page, 0, 10) == []


def test_an_idle_instance_costs_nothing(office: TestOffice) -> None:
    office.deploy(line("waits", timer("intermediateCatchEvent", "pause", "P30D")))
    for _ in range(20):
        office.start("waits")

    with Watched(office.engine._database) as watched:
        ran = office.engine.worker.run_one()

    assert ran is False
    assert watched.words == ["select job"]


def test_the_worker_thread_does_what_a_commit_wakes_it_for(office: TestOffice) -> None:
    office.deploy(echo(0))
    office.start("calls_out")
    done = Event()
    operation = office.engine.office.operations["test.echo"].after
    office.engine.start_work()

    office.engine.run(tasks.complete, office.task("prepare").id, office.actor("pjmo1"), {})
    for _ in range(200):
        if open_elements(office) == ["read"] or done.wait(0.05):
            break
    office.engine.worker.stop()
    office.engine.clock.stop()

    assert operation is not None
    assert operation.calls == ["返事"]
    assert open_elements(office) == ["read"]
