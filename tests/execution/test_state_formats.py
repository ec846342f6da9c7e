"""States of earlier releases still load, and what the present format keeps once."""

from __future__ import annotations

from decimal import Decimal

import orjson
import pytest

from engine.execution import codec, runner
from engine.execution.bundle import Bundle
from engine.execution.migration import migrate
from tests.execution.drawing import flows, line, node, user_task
from tests.execution.running import Case, House, draw
from tests.execution.shapes import nested, people_over_items


def scoped(*inside: str) -> bytes:
    """A task, a sub-process around a line of tasks, and a task."""
    names = ("in", *inside, "out")
    inner = (
        node("startEvent", "in")
        + "".join(map(user_task, inside))
        + node("endEvent", "out")
        + flows(*names)
    )
    return line(
        ("one", user_task("one")),
        ("part", node("subProcess", "part", inner, name="内")),
        ("three", user_task("three")),
    )


# As the first release stored it: the sub-process begins with all its data.
FIRST = (
    r'T{"f":1,"d":"HASH","x":null,"h":[{},"00000000000000000000000000000001",1,0],"t":['
    r'[-1,"Start",64,"00000000000000000000000000000002",1.5,0,0,0,0],'
    r'[0,"one",64,"00000000000000000000000000000001",1.5,0,0,'
    r'{"値":{"甲":[{"\u0000":"n1"},"二"]},"後":"x","完了者":"kato"},0],'
    r'[1,"part",32,"00000000000000000000000000000003",1.5,0,0,0,0],'
    r'[2,"three",4],[3,"finish",4],[4,"case.EndJoin",4],[5,"End",4]],'
    r'"s":[["00000000000000000000000000000003","part",'
    r'[{},"00000000000000000000000000000004",1,0],['
    r'[-1,"Start",64,"00000000000000000000000000000005",1.5,0,0,'
    r'{"値":{"甲":[{"\u0000":"n1"},"二"]},"後":"x","完了者":"kato"},0],'
    r'[0,"in",64,"00000000000000000000000000000004",1.5,0,0,0,0],'
    r'[1,"two",16,"00000000000000000000000000000006",1.5,0,0,0,0],'
    r'[2,"out",4],[3,"part.EndJoin",4],[4,"End",4]]]]}'
)
TWO, VALUE = "00000000000000000000000000000006", {"甲": [Decimal(1), "二"]}


def stored(bundle: Bundle) -> bytes:
    return FIRST.replace("HASH", bundle.hash).encode()


@pytest.mark.parametrize("reloads", [False, True], ids=["cached", "reloaded"])
def test_a_sub_process_of_the_first_format_goes_on(*, reloads: bool) -> None:
    bundle = draw(scoped("two"))
    case = Case(bundle, House(), reloads=reloads)
    case.live = runner.unpack(bundle, stored(bundle))

    assert runner.variables_of(case.live, TWO) == {"値": VALUE, "後": "x", "完了者": "kato"}
    assert codec.opened(runner.pack(case.live))[1]["f"] == codec.FORMAT
    case.complete_id(TWO, 後="y")
    case.complete("three")

    assert case.variables == {"値": VALUE, "後": "y"}


def test_an_instance_of_the_first_format_goes_to_another_version() -> None:
    old, new = draw(scoped("two")), draw(scoped("two", "more"))
    found = migrate(old, new, stored(old), House(), {})
    case = Case(new, House(), reloads=True)
    case.live = found.live

    case.complete_id(TWO)
    case.complete("more")
    case.complete("three")

    assert case.variables == {"値": VALUE, "後": "x"}


def test_a_value_is_stored_once_however_deep_it_is_handed_down() -> None:
    case = Case(draw(nested(30)), House(), reloads=True).begin({"長": "長い文" * 5, "数": 1})
    for level in range(29, -1, -1):
        case.complete(f"t{level}")

    kept = orjson.dumps(codec.opened(runner.pack(case.live))[1]).decode()

    assert kept.count("長い文" * 5) == 1
    assert kept.count('"n1"') == 1


def test_what_a_sub_process_has_changed_is_its_own() -> None:
    case = Case(draw(scoped("two", "last")), House(), reloads=True).begin({"値": 1, "同": [1]})
    case.complete("one")
    case.complete("two", 値=2)

    assert runner.variables_of(case.live, case.id_of("last"))["値"] == Decimal(2)
    part = next(iter(case.live.workflow.subprocesses.values()))
    assert part.owner.data["値"] == Decimal(1)
    case.complete("last")
    case.complete("three")
    assert case.variables == {"値": Decimal(2), "同": [Decimal(1)]}


@pytest.mark.parametrize("reloads", [False, True], ids=["cached", "reloaded"])
def test_the_runs_of_a_repeated_activity_hold_one_list_between_them(*, reloads: bool) -> None:
    case = Case(draw(people_over_items(40, in_turn=False)), House(), reloads=reloads).begin()

    tasks = case.live.workflow.tasks.values()

    assert len([task for task in tasks if "件" in task.data]) == 40
    assert len({id(task.data["一覧"]) for task in tasks if "件" in task.data}) == 1
