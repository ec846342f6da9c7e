"""The engine: reruns, log lines, questions, nesting, signals."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.errors import NotFoundError, StaleError
from engine.domain.instance import TooDeepError
from engine.services import people, tasks
from engine.services.unit import Unit
from engine.storage import people as people_rows
from engine.testing import SETUP, TestOffice
from tests.diagrams import call, folder, line, node, user_task


def test_a_stale_command_runs_again_on_fresh_data_and_ends_once(office: TestOffice) -> None:
    told: list[int] = []
    attempts: list[int] = []

    def command(unit: Unit) -> str:
        attempts.append(len(attempts))
        unit.after_commit(lambda: told.append(len(attempts)))
        people.add_project(unit, "事業", SETUP, "p9")
        if len(attempts) < 3:
            raise StaleError("thing", "t1")
        return "done"

    result = office.engine.run(command)

    assert (result, told) == ("done", [3])
    assert len(attempts) == 3
    assert "p9" in {place.id for place in office.engine.ask(people_rows.projects)}


def test_what_a_question_notes_by_mistake_is_not_written(office: TestOffice) -> None:
    office.engine.ask(people.add_project, "事業", SETUP, "p9")

    assert "p9" not in {place.id for place in office.engine.ask(people_rows.projects)}


class Lines(list[dict[str, Any]]):
    """A log that keeps its lines."""

    def info(self, _event: str, **entries: Any) -> None:
        self.append(entries)

    debug = info


def test_one_log_line_for_each_command_with_ids_and_without_values(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.deploy(line("one", user_task("write")))
    office.start("one")
    task = office.task("write")

    lines = Lines()
    monkeypatch.setattr("engine.bootstrap.log", lines)

    office.engine.run(people.sign_in, "yamada.hanako", "secret word", "10.0.0.1")
    office.engine.run(tasks.complete, task.id, office.actor("pjmo1"), {"内容": "秘密"})
    with pytest.raises(NotFoundError):
        office.engine.run(tasks.claim, "0" * 32, office.actor("pjmo1"))

    said = [
        (one["command"], one["ids"], one["end"], one["attempt"]) for one in lines if "end" in one
    ]
    assert said == [
        ("sign_in", [], "done", 1),
        ("complete", [task.id], "done", 1),
        ("claim", ["0" * 32], "not_found", 1),
    ]
    assert not any(word in str(lines) for word in ("hanako", "secret", "秘密"))


def test_calls_within_calls_end_at_ten(office: TestOffice) -> None:
    chain = {"p00": line("p00", user_task("go"), call("ask", "p01"))["p00"]}
    for number in range(1, 12):
        key, below = f"p{number:02d}", f"p{number + 1:02d}"
        chain |= line(key, user_task("stay") if number == 11 else call("ask", below))
    office.deploy(chain)
    case = office.start("p00")

    with pytest.raises(TooDeepError):
        office.complete("go")

    assert [other.id for other in office.cases()] == [case.id]
    assert [task.element_id for task in office.open_tasks()] == ["go"]


SIGNAL = '<bpmn:signal id="alarm" name="alarm"/>'


def signal(kind: str, id_: str) -> str:
    return node(kind, id_, f'<bpmn:signalEventDefinition id="{id_}_d" signalRef="alarm"/>')


def test_a_signal_reaches_all_that_wait(office: TestOffice) -> None:
    office.deploy(
        line("listens", signal("intermediateCatchEvent", "hear"), user_task("act"), roots=SIGNAL)
        | folder(
            "rings",
            [node("startEvent", "begin"), signal("endEvent", "ring")],
            [("begin", "ring")],
            roots=SIGNAL,
        )
    )
    for _ in range(3):
        office.start("listens")

    office.start("rings")

    assert [task.element_id for task in office.open_tasks()] == ["act"] * 3
