"""Starting, cancelling, calling: instances and those they call."""

from __future__ import annotations

import pytest

from engine.domain.errors import NotFoundError
from engine.domain.instance import InstanceEndedError
from engine.domain.values import UnstorableError
from engine.services import instance_list, instances, people, tasks
from engine.services.instance_list import InstanceFilter
from engine.services.instances import MayNotCancelError, MayNotStartError, ReasonMissingError
from engine.services.places import ForeignSystemError
from engine.storage import history
from engine.testing import SETUP, TestOffice
from tests.diagrams import call, folder, interface, line, node, props, user_task
from tests.offices import at_once

SIMPLE = line("simple", user_task("write"), properties=props({"prefix": "簡"}))
CALLER = line(
    "caller",
    user_task("prepare"),
    call("ask", "called", before='件名 = "起案"'),
    user_task("close"),
)
CALLED = line(
    "called",
    user_task("decide"),
    interface=interface(["件名"], ["判断"]),
    properties=props({"starters": "none"}),
)


def with_call(office: TestOffice) -> None:
    office.deploy({**CALLER, **CALLED})


def test_an_instance_bears_prefix_fiscal_year_and_running_number(office: TestOffice) -> None:
    office.deploy(SIMPLE)

    numbers = [office.start("simple").number for _ in range(2)]

    assert numbers == ["簡-R8-0001", "簡-R8-0002"]


def test_a_written_subject_stands_until_the_data_say_something_else(office: TestOffice) -> None:
    naming = props({"prefix": "名", "subject": 'if 名 = null then "未定" else 名'})
    office.deploy(line("naming", user_task("write"), user_task("close"), properties=naming))
    actor = office.actor("pjmo1")
    id_ = office.engine.run(
        instances.start,
        "naming",
        actor,
        project_id="p1",
        values={"名": None},
        subject="手で書いた名",
    )

    first = office.engine.ask(instances.page, id_, actor).head.subject
    office.complete("write", {"名": "データの名"})
    second = office.engine.ask(instances.page, id_, actor).head.subject

    assert (first, second) == ("手で書いた名", "データの名")


def test_five_hundred_starts_on_eight_threads_draw_five_hundred_numbers(
    office: TestOffice,
) -> None:
    office.deploy(SIMPLE)
    actor = office.actor("pjmo1")

    def start(count: int) -> None:
        for _ in range(count):
            office.engine.run(instances.start, "simple", actor, project_id="p1")

    results = at_once(*(lambda n=n: start(63 if n < 4 else 62) for n in range(8)))

    numbers = {case.number for case in office.cases()}
    assert results == [None] * 8
    assert len(numbers) == 500


def test_the_same_submission_key_starts_one_instance(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    actor = office.actor("pjmo1")

    ids = {
        office.engine.run(instances.start, "simple", actor, project_id="p1", submission_key="again")
        for _ in range(2)
    }

    assert len(ids) == 1
    assert len(office.cases()) == 1


def test_two_posts_with_one_key_at_once_start_one_instance(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    actor = office.actor("pjmo1")

    def start() -> str:
        return office.engine.run(
            instances.start, "simple", actor, project_id="p1", submission_key="again"
        )

    ids = set(at_once(start, start, start, start))

    assert ids == {case.id for case in office.cases()}
    assert len(ids) == 1


def test_who_holds_no_starting_role_may_not_start(office: TestOffice) -> None:
    office.deploy(SIMPLE)

    with pytest.raises(MayNotStartError):
        office.start("simple", by="tanto1")

    assert office.cases() == []


def test_a_process_that_is_only_called_cannot_be_started_by_hand(office: TestOffice) -> None:
    with_call(office)

    with pytest.raises(MayNotStartError):
        office.start("called")


@pytest.mark.parametrize(
    ("project_id", "system_id", "error"),
    [
        pytest.param("nowhere", None, NotFoundError, id="unknown project"),
        pytest.param("p1", "nothing", NotFoundError, id="unknown system"),
        pytest.param("p2", "s1", ForeignSystemError, id="system of another project"),
    ],
)
def test_an_instance_needs_a_real_place(
    office: TestOffice, project_id: str, system_id: str | None, error: type[Exception]
) -> None:
    office.deploy(SIMPLE)
    office.engine.run(people.add_project, "別の事業", SETUP, "p2")

    with pytest.raises(error):
        office.engine.run(
            instances.start,
            "simple",
            office.actor("pjmo1"),
            project_id=project_id,
            system_id=system_id,
        )


def test_a_value_no_variable_may_hold_is_refused(office: TestOffice) -> None:
    office.deploy(SIMPLE)

    with pytest.raises(UnstorableError) as caught:
        office.start("simple", values={"件数": float("nan")})

    assert caught.value.path == "件数"
    assert office.cases() == []


def test_cancelling_needs_a_reason(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    case = office.start("simple")

    with pytest.raises(ReasonMissingError):
        office.cancel(case, "  ")

    assert not office.head(case.id).is_ended


def test_cancelling_ends_the_instance_and_its_tasks(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    case = office.start("simple")

    office.cancel(case, "重複していたため", by="pjmo2")

    head = office.head(case.id)
    assert (head.state, head.cancel_reason) == ("cancelled", "重複していたため")
    assert office.open_tasks() == []
    with pytest.raises(InstanceEndedError):
        office.cancel(case, "もう一度")


def test_a_stranger_may_not_cancel(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    case = office.start("simple")

    with pytest.raises(MayNotCancelError):
        office.cancel(case, "不要", by="gyomu1")


def test_a_call_starts_an_instance_with_the_declared_inputs_only(office: TestOffice) -> None:
    with_call(office)
    case = office.start("caller")

    office.complete("prepare", {"秘密": "渡さない"})

    [child] = office.cases("called")
    head = office.head(child.id)
    assert (head.parent_id, head.depth, head.business_key) == (case.id, 1, "called-R8-0001")
    assert office.variables(child) == {"件名": "起案"}
    assert [task.element_id for task in office.open_tasks()] == ["decide"]


def test_the_end_of_a_called_instance_resumes_its_caller_with_the_outputs(
    office: TestOffice,
) -> None:
    with_call(office)
    case = office.start("caller")
    office.complete("prepare", {"メモ": "残る"})

    office.complete("decide", {"判断": "承認", "余分": "渡さない"}, by="pjmo2")

    assert [task.element_id for task in office.open_tasks()] == ["close"]
    variables = office.variables(case)
    assert (variables["判断"], variables["メモ"]) == ("承認", "残る")
    assert "余分" not in variables
    assert office.trace(case) == ["begin", "prepare", "ask"]


def test_cancelling_the_caller_cancels_what_it_has_called(office: TestOffice) -> None:
    with_call(office)
    case = office.start("caller")
    office.complete("prepare")

    office.cancel(case, "中止")

    [child] = office.cases("called")
    assert office.head(child.id).state == "cancelled"
    assert office.open_tasks() == []
    assert office.incidents() == []


def test_cancelling_a_called_instance_stops_its_caller_with_an_incident(
    office: TestOffice,
) -> None:
    with_call(office)
    case = office.start("caller")
    office.complete("prepare")
    [child] = office.cases("called")

    office.cancel(child, "やり直すため")

    [incident] = office.incidents()
    assert (incident.instance_id, incident.element_id) == (case.id, "ask")


def test_retrying_the_stopped_call_starts_another_instance(office: TestOffice) -> None:
    with_call(office)
    case = office.start("caller")
    office.complete("prepare")
    office.cancel(office.cases("called")[0], "やり直すため")

    office.retry(office.incidents()[0])
    office.complete("decide", {"判断": "承認"})

    assert office.incidents() == []
    assert office.variables(case)["判断"] == "承認"
    assert len(office.cases("called")) == 2


def test_an_error_of_a_called_instance_that_nobody_catches_is_an_incident(
    office: TestOffice,
) -> None:
    error = '<bpmn:error id="e_broken" name="不備" errorCode="BROKEN"/>'
    end = node("endEvent", "finish", '<bpmn:errorEventDefinition id="d" errorRef="e_broken"/>')
    called = folder(
        "called",
        [node("startEvent", "begin"), user_task("decide"), end],
        [("begin", "decide"), ("decide", "finish")],
        roots=error,
    )
    office.deploy({**CALLER, **called})
    office.start("caller")
    office.complete("prepare")

    office.complete("decide")

    [incident] = office.incidents()
    assert incident.element_id == "ask"
    assert office.head(office.cases("called")[0].id).state == "failed"


def test_the_version_called_is_the_one_pinned_at_deployment(office: TestOffice) -> None:
    with_call(office)
    newer = line("called", user_task("decide_anew"), interface=interface(["件名"], ["判断"]))
    [told] = office.deploy(newer)

    office.start("caller")
    office.complete("prepare")

    assert told.outdated_callers == ("caller",)
    assert [task.element_id for task in office.open_tasks()] == ["decide"]


def test_the_history_tells_who_did_what(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    case = office.start("simple", values={"題": "案"})
    office.complete("write", {"内容": "本文"}, by="pjmo2")

    lines = list(reversed(office.engine.ask(history.of_instance, case.id)))

    assert [(line.event, line.element_id, line.actor) for line in lines] == [
        ("instance_started", "", "pjmo1"),
        ("element_completed", "begin", "pjmo1"),
        ("task_completed", "write", "pjmo2"),
        ("element_completed", "finish", "pjmo2"),
        ("instance_ended", "", "pjmo2"),
    ]
    assert lines[2].detail["values"] == {"内容": "本文"}


def test_the_page_of_an_instance_holds_what_is_alive_and_what_was(office: TestOffice) -> None:
    with_call(office)
    case = office.start("caller", values={"題": "案"})
    office.complete("prepare")

    page = office.engine.ask(instances.page, case.id, office.actor("pjmo1"))

    assert [child.key for child in page.children] == ["called"]
    assert [element.element_id for element in page.elements] == ["ask"]
    assert page.visited == {"begin": 1, "prepare": 1}
    assert page.variables["題"] == "案"
    assert page.may_cancel
    assert b"callActivity" in page.diagram


def test_an_external_party_sees_no_instance_but_its_task(office: TestOffice) -> None:
    office.deploy(line("outside", user_task("deliver", candidateGroups="DEV")))
    case = office.start("outside")
    developer = office.actor("dev1")

    page = office.engine.ask(tasks.page, office.task("deliver").id, developer)
    listed = office.engine.ask(instance_list.listing, developer, InstanceFilter())

    assert page.why == "candidate"
    assert (listed.rows, listed.total) == ((), 0)
    with pytest.raises(NotFoundError):
        office.engine.ask(instances.page, case.id, developer)
