"""版の切替: what is alive goes on in the new version as it stands, or stays with reasons."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.execution import runner
from engine.execution.migration import NotMigratableError, migrate
from tests.execution.drawing import (
    diagram,
    flow,
    flows,
    line,
    node,
    operator,
    properties,
    read,
    script,
    timer,
    user_task,
)
from tests.execution.migrating import OTHERS, going, moved
from tests.execution.running import Case

MESSAGES = '<bpmn:message id="m1" name="msg.one"/><bpmn:message id="m2" name="msg.two"/>'
ITEMS = (
    "<bpmn:multiInstanceLoopCharacteristics>"
    "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
)


def refused(case: Case, content: bytes, **mapping: str) -> set[tuple[str, str]]:
    """Code and element of the reasons; the case is as it was."""
    before = runner.pack(case.live)
    with pytest.raises(NotMigratableError) as caught:
        migrate(case.bundle, read(content, OTHERS), before, case.house, mapping)
    assert all(reason.text.endswith("。") for reason in caught.value.reasons)
    assert runner.pack(case.live) == before
    return {(reason.code, reason.element_id) for reason in caught.value.reasons}


def boundary(id_: str, on: str, event: str, **more: str) -> str:
    return node("boundaryEvent", id_, event, attachedToRef=on, **more)


def named(id_: str, **values: str) -> tuple[str, str]:
    return id_, user_task(id_, **values)


def test_a_step_inserted_behind_is_taken() -> None:
    case = going(line(named("a"), named("c")))
    task_id = case.id_of("a")

    moved(case, line(named("a"), named("b"), named("c")))
    case.complete("a", 件名="x")

    assert case.open_tasks() == ["b"]
    assert task_id not in case.tasks
    case.complete("b")
    case.complete("c")
    assert case.variables["件名"] == "x"


def test_a_step_that_is_over_may_be_gone_or_new() -> None:
    case = going(line(named("a"), named("b"), named("c")))
    case.complete("a", 件名="x")
    case.complete("b")

    moved(case, line(named("a2"), named("a3"), named("c"), named("d")))
    case.complete("c")
    case.complete("d")

    assert case.variables["件名"] == "x"
    assert case.trace == ["begin", "a", "b", "c", "d", "finish"]


def test_the_step_one_stands_at_cannot_be_gone_unless_another_stands_for_it() -> None:
    case = going(line(named("a"), named("b")))
    new = line(named("z"), named("b"))

    assert refused(case, new) == {("gone", "a")}
    assert refused(case, new, a="nowhere") == {("unknown", "nowhere"), ("gone", "a")}
    found = moved(case, new, a="z")
    assert set(found.places.values()) == {"z"}
    case.complete("z")
    case.complete("b")
    assert case.step.ended is not None


def test_another_kind_of_element_is_refused() -> None:
    case = going(line(named("a"), named("b")))

    assert refused(case, line(("a", node("manualTask", "a")), named("b"))) == {("kind", "a")}
    assert refused(case, line(("a", user_task("a", ITEMS)), named("b"))) == {("kind", "a")}


def sub(*content: str, id_: str = "part") -> str:
    return node("subProcess", id_, "".join(content))


INNER = sub(
    node("startEvent", "s"), user_task("x"), user_task("y"), node("endEvent", "e"),
    flows("s", "x", "y", "e"),
)  # fmt: skip


def test_inside_a_sub_process_one_goes_on_as_well() -> None:
    case = going(line(("part", INNER), named("b")))
    case.complete("x", 件名="x")
    longer = INNER.replace("</bpmn:subProcess>", user_task("z") + "</bpmn:subProcess>")
    longer = longer.replace(flows("y", "e"), flows("y", "z", "e"))

    moved(case, line(("part", longer), named("b")))
    case.complete("y")
    case.complete("z")
    case.complete("b")

    assert case.variables["件名"] == "x"


def test_a_sub_process_may_be_called_otherwise() -> None:
    case = going(line(("part", INNER), named("b")))
    case.complete("x")
    other = INNER.replace('id="part"', 'id="team"')

    moved(case, line(("team", other), named("b")), part="team")
    case.complete("y")
    case.complete("b")

    assert case.step.ended is not None


def test_what_moved_into_or_out_of_a_sub_process_is_refused() -> None:
    inside, outside = line(("part", INNER)), line(named("x"), named("y"))

    assert refused(going(outside), inside) == {("scope", "x")}
    assert ("gone", "part") in refused(going(inside), outside)


def late(value: str = '"P3D"', **more: str) -> str:
    return boundary("late", "a", timer("timeDuration", value), **more)


def with_events(*events: str, more: str = "") -> bytes:
    return line(named("a"), named("b"), more="".join(events) + more)


REMIND = user_task("remind") + node("endEvent", "reminded") + flows("late", "remind", "reminded")
QUIET = {"cancelActivity": "false"}


@pytest.mark.parametrize("how", [{}, QUIET], ids=["interrupting", "not interrupting"])
def test_a_new_boundary_event_is_armed(how: dict[str, str]) -> None:
    case = going(with_events())
    case.wait(days=1)

    found = moved(case, with_events(late(**how), more=REMIND))
    [armed] = found.step.timers
    assert (armed.element_id, armed.due_at) == ("late", case.house.now + timedelta(days=3))
    case.ring()

    assert case.open_tasks() == (["a", "remind"] if how else ["remind"])
    for element in case.open_tasks():
        case.complete(element)
    if how:
        case.complete("b")
    assert case.step.ended is not None


def test_an_activity_completed_disarms_what_was_added() -> None:
    case = going(with_events())
    moved(case, with_events(late(), more=REMIND))

    case.complete("a")

    assert (case.open_tasks(), case.timers) == (["b"], {})


def test_a_timer_drawn_alike_keeps_its_moment_and_another_starts_anew() -> None:
    case = going(with_events(late(), more=REMIND))
    [(id_, due_at)] = case.timers.items()
    case.wait(days=1)

    same = moved(case, line(named("a"), named("c"), named("b"), more=late() + REMIND))
    assert (case.timers, same.step.timers) == ({id_: due_at}, ())
    moved(case, with_events(late('"P5D"'), more=REMIND))
    assert case.timers == {id_: case.house.now + timedelta(days=5)}
    case.ring()
    assert case.open_tasks() == ["remind"]


def test_a_boundary_event_that_is_gone_is_disarmed() -> None:
    case = going(with_events(late(), more=REMIND))

    moved(case, with_events())

    assert case.timers == {}
    case.complete("a")
    case.complete("b")
    assert case.step.ended is not None


def test_one_boundary_event_of_two_goes_and_another_comes() -> None:
    other = boundary("slow", "a", timer("timeDuration", '"P9D"')) + flow("slow", "b")
    case = going(with_events(late(), more=REMIND + other))
    third = boundary("third", "a", timer("timeDuration", '"P6D"')) + flow("third", "b")

    moved(case, with_events(other + third))

    assert sorted(case.timers.values()) == [
        case.house.now + timedelta(days=6),
        case.house.now + timedelta(days=9),
    ]
    case.ring()
    assert (case.open_tasks(), case.timers) == (["b"], {})


def test_a_path_a_boundary_event_has_started_needs_its_event() -> None:
    case = going(with_events(late(**QUIET), more=REMIND))
    case.ring()
    assert case.open_tasks() == ["a", "remind"]

    assert refused(case, with_events()) >= {("path", "late")}
    assert ("path", "late") in refused(case, with_events(late(), more=REMIND))
    moved(case, with_events(late('"P9D"', **QUIET), more=REMIND))
    for element in ("remind", "a", "b"):
        case.complete(element)
    assert case.step.ended is not None


@pytest.mark.parametrize(
    "new",
    [with_events(), with_events(late('"P9D"', **QUIET), more=REMIND)],
    ids=["gone", "later"],
)
def test_a_path_that_has_come_to_its_end_needs_its_event_no_more(new: bytes) -> None:
    case = going(with_events(late(**QUIET), more=REMIND))
    case.ring()
    case.complete("remind", 督促=True)

    moved(case, new)

    assert (case.open_tasks(), case.timers) == (["a"], {})
    case.complete("a")
    case.complete("b")
    assert case.step.ended is not None
    assert case.variables["督促"] is True


def test_what_has_rung_beside_an_activity_cannot_have_ended_it_afterwards() -> None:
    case = going(with_events(late(**QUIET), more=REMIND))
    case.ring()
    case.complete("remind")

    with pytest.raises(NotMigratableError, match="「late」はもう起きていますが、") as error:
        moved(case, with_events(late(), more=REMIND))

    assert [reason.code for reason in error.value.reasons] == ["path"]


def test_a_boundary_event_moved_to_another_activity_is_armed_there() -> None:
    case = going(with_events(late(), more=REMIND))
    elsewhere = late().replace('attachedToRef="a"', 'attachedToRef="b"')

    moved(case, with_events(elsewhere, more=REMIND))
    assert case.timers == {}
    case.complete("a")

    assert len(case.timers) == 1


def test_a_boundary_event_that_cannot_be_armed_is_a_reason() -> None:
    case = going(with_events(), {"期限": "春ごろ"})

    assert refused(case, with_events(late("期限"), more=REMIND)) == {("arming", "late")}


def at_any_time(*inner: str, **more: str) -> str:
    """An event sub-process that begins after three days."""
    start = node("startEvent", "some_day", timer("timeDuration", '"P3D"'), **more)
    ids = [one.split('id="')[1].split('"')[0] for one in inner]
    return node(
        "subProcess", "meanwhile",
        start + "".join(inner) + node("endEvent", "some_end") + flows("some_day", *ids, "some_end"),
        triggeredByEvent="true",
    )  # fmt: skip


@pytest.mark.parametrize("how", ["true", "false"])
def test_an_event_sub_process_that_is_new_is_listened_for_and_one_that_is_gone_is_not(
    how: str,
) -> None:
    case = going(line(named("a"), named("b")))
    case.complete("a", 件名="x")
    new = line(named("b"), more=at_any_time(user_task("tell"), isInterrupting=how))

    found = moved(case, new)
    assert [one.due_at for one in found.step.timers] == [case.house.now + timedelta(days=3)]
    moved(case, line(named("b")))
    assert case.timers == {}
    moved(case, new)
    case.ring()

    assert case.open_tasks() == (["tell"] if how == "true" else ["b", "tell"])
    if how == "false":
        assert "path" in {code for code, _ in refused(case, line(named("b")))}
        case.complete("b")
    case.complete("tell")
    assert case.variables["件名"] == "x"


def undoable(handler: str = "undo_a") -> bytes:
    """`a` is undone when the flow comes to `back`."""
    throw = node("intermediateThrowEvent", "back", "<bpmn:compensateEventDefinition/>")
    more = ""
    if handler:
        more = (
            boundary("caught", "a", "<bpmn:compensateEventDefinition/>")
            + user_task(handler).replace(
                "<bpmn:userTask", '<bpmn:userTask isForCompensation="true"'
            )
            + f'<bpmn:association id="wire" sourceRef="caught" targetRef="{handler}"/>'
        )
    ways = [named("a"), named("b"), ("back", throw)] if handler else [named("a"), named("b")]
    return line(*ways, more=more)


def test_what_can_be_undone_goes_along_and_needs_somebody_who_undoes_it() -> None:
    case = going(undoable())
    case.complete("a", 件名="x")

    assert refused(case, undoable("")) == {("undo", "a")}
    moved(case, undoable("undo_it"))
    case.complete("b")
    assert case.open_tasks() == ["undo_it"]
    moved(case, undoable("undo_it"))
    case.complete("undo_it")

    assert case.step.ended is not None


def test_an_interrupted_activity_leaves_a_path_that_needs_nothing() -> None:
    case = going(with_events(late(), more=REMIND))
    case.ring()

    alone = user_task("remind") + node("endEvent", "reminded") + flows("remind", "reminded")
    new = diagram(
        node("startEvent", "begin"), node("exclusiveGateway", "which", default="to_a"),
        node("endEvent", "finish"), user_task("a"), alone,
        flow("begin", "which"), flow("which", "a", id_="to_a"), flow("a", "finish"),
        flow("which", "remind", "false"),
    )  # fmt: skip
    moved(case, new)
    case.complete("remind")

    assert case.step.ended is not None


def runs(collection: str = "一覧", condition: str = "") -> str:
    more = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    return (
        "<bpmn:multiInstanceLoopCharacteristics>"
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>結果</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="件" name="件"/><bpmn:outputDataItem id="答" name="答"/>'
        f"{more}</bpmn:multiInstanceLoopCharacteristics>"
    )


def survey(*more: tuple[str, str], loop: str = "", events: str = "") -> bytes:
    variable = "<spiffworkflow:variableName>答</spiffworkflow:variableName>"
    task = user_task("ask", loop or runs()).replace(
        "</bpmn:extensionElements>", variable + "</bpmn:extensionElements>", 1
    )
    data = "".join(node("dataObject", name) for name in ("一覧", "別", "結果"))
    return line(("ask", task), *more, more=events + data)


def test_runs_of_a_repeated_task_go_on_with_their_items_and_results() -> None:
    case = going(survey(named("b")), {"一覧": [1, 2, 3], "別": []})
    first, second, third = sorted(case.tasks)
    case.complete_id(second, 値=2)
    quick = boundary("quick", "ask", timer("timeDuration", '"P3D"')) + flow("quick", "b")

    moved(case, survey(named("c"), named("b"), events=quick))
    assert len(case.timers) == 1
    case.complete_id(third, 値=3)
    case.complete_id(first, 値=1)
    case.complete("c")
    case.complete("b")

    assert sorted(one["値"] for one in case.variables["結果"]) == [1, 2, 3]


def test_runs_over_another_list_are_refused_and_another_condition_is_not() -> None:
    case = going(survey(), {"一覧": [1, 2, 3], "別": []})

    assert refused(case, survey(loop=runs("別"))) == {("bound", "ask")}
    assert refused(case, line(named("ask"))) == {("kind", "ask")}
    moved(case, survey(loop=runs(condition="done &gt;= 1")))
    case.complete_id(next(iter(case.tasks)))
    assert case.step.ended is not None


def fork(*ways: tuple[str, ...], kind: str = "parallelGateway") -> bytes:
    """Ways side by side between `part` and `meet`."""
    drawn = [node("parallelGateway", "split")]
    for way in ways:
        drawn += [user_task(id_) for id_ in way]
        drawn.append(flows("split", *way, "meet"))
    return diagram(
        node("startEvent", "begin"), flow("begin", "split"), *drawn,
        node(kind, "meet"), user_task("after"),
        node("endEvent", "finish"), flows("meet", "after", "finish"),
    )  # fmt: skip


def test_ways_side_by_side_go_on_and_meet() -> None:
    case = going(fork(("a",), ("b",)))
    case.complete("a", 甲=1)

    moved(case, fork(("a",), ("b", "c")))
    case.complete("b")
    case.complete("c", 乙=2)
    case.complete("after")

    assert {name: case.variables[name] for name in ("甲", "乙")} == {"甲": 1, "乙": 2}


def test_a_join_that_waits_must_join_the_same_flows() -> None:
    case = going(fork(("a",), ("b",)))
    case.complete("a")

    assert refused(case, fork(("a", "a2"), ("b",))) == {("join", "meet")}
    assert refused(case, fork(("a",), ("b",), ("c",))) == {("starved", "meet")}


def apart(kind: str) -> bytes:
    """As `fork(("a",), ("b",))`, but nobody meets any more."""
    return diagram(
        node("startEvent", "begin"), flow("begin", "split"),
        node("parallelGateway", "split"), user_task("a"),
        user_task("b"), node("endEvent", "b_over"), node(kind, "meet"), user_task("after"),
        node("endEvent", "finish"), flows("split", "a", "meet", "after", "finish"),
        flows("split", "b", "b_over"),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_a_join_that_would_not_have_waited_is_refused(kind: str) -> None:
    case = going(fork(("a",), ("b",), kind=kind))
    case.complete("a")

    assert refused(case, apart(kind)) == {("join", "meet")}


def test_a_join_ahead_must_not_wait_for_a_way_nobody_is_on() -> None:
    case = going(fork(("a",), ("b",)))

    assert refused(case, fork(("a",), ("b",), ("c",))) == {("starved", "meet")}
    moved(case, fork(("a", "a2"), ("b",)))
    for element in ("a", "a2", "b", "after"):
        case.complete(element)
    assert case.step.ended is not None


def test_two_places_that_are_one_after_the_other_now_are_refused() -> None:
    case = going(fork(("a",), ("b",)))
    [(code, _)] = refused(case, line(named("a"), named("b")))

    assert code == "together"


def test_one_place_that_is_side_by_side_with_another_now_is_refused() -> None:
    case = going(line(named("a"), named("b"), named("after")))

    assert refused(case, fork(("a",), ("b",))) == {("starved", "meet")}


def hear(id_: str, message: str = "m1", key: str = "") -> str:
    own = properties({"correlationKey": key}) if key else ""
    return node(
        "intermediateCatchEvent",
        id_,
        own + f'<bpmn:messageEventDefinition messageRef="{message}"/>',
    )


def test_a_subscription_keeps_its_key_also_under_another_name() -> None:
    case = going(line(("w", hear("w", key='"鍵"')), roots=MESSAGES))
    assert [one[2] for one in case.subscriptions.values()] == ["鍵"]

    moved(case, line(("w", hear("w", "m2", key='"別"')), named("b"), roots=MESSAGES))
    assert list(case.subscriptions.values()) == [("message", "msg.two", "鍵")]
    case.deliver("msg.two")

    assert case.open_tasks() == ["b"]


def test_an_event_of_another_kind_is_refused() -> None:
    case = going(line(("w", hear("w")), roots=MESSAGES))
    other = node("intermediateCatchEvent", "w", timer("timeDuration", '"P1D"'))

    assert refused(case, line(("w", other))) == {("kind", "w")}


def choice(*events: str) -> bytes:
    ids = [event.split('id="')[1].split('"')[0] for event in events]
    drawn = [
        xml
        for event, id_ in zip(events, ids, strict=True)
        for xml in (event, flows("which", id_), flow(id_, "meet"))
    ]
    return diagram(
        node("startEvent", "begin"), flow("begin", "which"), node("eventBasedGateway", "which"),
        *drawn, node("exclusiveGateway", "meet"), user_task("after"), node("endEvent", "finish"),
        flows("meet", "after", "finish"), roots=MESSAGES,
    )  # fmt: skip


def test_the_events_of_a_choice_come_and_go_and_keep_what_they_wait_for() -> None:
    rest = node("intermediateCatchEvent", "rest", timer("timeDuration", '"P2D"'))
    case = going(choice(hear("one"), rest))
    [(_, due_at)] = case.timers.items()
    case.wait(days=1)

    moved(case, choice(hear("two", "m2"), rest, hear("one", key='"k"')))
    assert list(case.timers.values()) == [due_at]
    assert sorted(case.subscriptions.values()) == [
        ("message", "msg.one", "p1/s1"),
        ("message", "msg.two", "p1/s1"),
    ]
    moved(case, choice(hear("two", "m2"), rest))
    assert sorted(case.subscriptions.values()) == [("message", "msg.two", "p1/s1")]
    case.ring()

    assert (case.open_tasks(), case.subscriptions) == (["after"], {})


def test_a_call_goes_on_unless_another_process_is_called_there() -> None:
    case = going(line(("call", node("callActivity", "call", calledElement="approval")), named("b")))

    other = node("callActivity", "call", calledElement="other")
    assert refused(case, line(("call", other))) == {("bound", "call")}
    again = node("callActivity", "call", calledElement="approval")
    moved(case, line(("call", again), named("c"), named("b")))
    case.resume("approval")
    assert case.open_tasks() == ["c"]


def test_an_operation_that_runs_outside_comes_back_in_the_new_version() -> None:
    echo = node("serviceTask", "echo", operator("test.echo", value="1"))
    case = going(line(("echo", echo), named("b")))
    [parked] = case.step.parked

    moved(case, line(("echo", echo), named("c"), named("b")))
    case.take(runner.finish_operation(case.live, parked.id, "来た", case.house))

    assert case.open_tasks() == ["c"]


def test_what_has_failed_is_tried_again_with_what_the_new_version_says() -> None:
    case = going(line(("compute", script("a = ない * 2")), named("b")))
    [failure] = case.failures

    found = moved(case, line(("compute", script("a = 2")), named("b")))
    assert found.places == {failure: "compute"}
    case.retry()
    case.complete("b")

    assert case.variables["a"] == 2


def test_a_gateway_that_has_failed_takes_the_ways_of_the_new_version() -> None:
    def branching(condition: str) -> bytes:
        return diagram(
            node("startEvent", "begin"), node("exclusiveGateway", "which", default="which_to_c"),
            user_task("b"), user_task("c"), node("endEvent", "finish"), flow("begin", "which"),
            flow("which", "b", condition), flow("which", "c"), flow("b", "finish"),
            flow("c", "finish"),
        )  # fmt: skip

    case = going(branching("ない > 1"), {"値": 1})
    moved(case, branching("値 = 1"))
    case.retry()

    assert case.open_tasks() == ["b"]
    case.complete("b")
    assert case.step.ended is not None


def test_data_of_the_office_survive_as_they_are() -> None:
    values = {
        "日": date(2026, 4, 1),
        "額": Decimal("1.50"),
        "表": [{"甲": None}],
        "\x00": {"\x00": 1},
    }
    case = going(line(named("a"), named("b")), values)

    moved(case, line(named("a")))
    case.complete("a")

    assert {name: case.variables[name] for name in values} == {**values, "\x00": {"\x00": 1}}


def test_who_may_do_a_task_in_the_new_version_does_not_matter() -> None:
    case = going(line(named("a", dueWorkingDays="3")))

    moved(case, line(named("a", dueWorkingDays="9", candidateGroups="GYOMU")))
    case.complete("a")

    assert case.step.ended is not None
