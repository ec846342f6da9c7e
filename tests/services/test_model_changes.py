"""What is different between two versions of a model, told part by part."""

from __future__ import annotations

import pytest

from engine.domain.access import Actor
from engine.domain.model_change import Change, FileChange, Kind
from engine.services import model_changes, studio
from engine.services.model_changes import file_change
from engine.services.studio import NewText
from engine.testing import TestOffice, shipped
from tests.diagrams import line, user_task

REHEARSAL = shipped("rehearsal")
DIAGRAM = REHEARSAL["rehearsal"]["rehearsal.bpmn"].decode()
FORM = REHEARSAL["rehearsal"]["plan_rehearsal.form.json"].decode()
TABLE = REHEARSAL["_decisions"]["d08_rehearsal_mode.dmn"].decode()
ALL_DIAGRAMS = [
    content.decode()
    for files in shipped("go_live_preparation", "monitoring").values()
    for name, content in files.items()
    if name.endswith(".bpmn")
]


def changed(name: str, old: str, new: str) -> FileChange:
    assert old != new
    found = file_change(name, old.encode(), new.encode())
    assert found is not None
    return found


def only(change: FileChange) -> Change:
    (one,) = change.changes
    return one


def test_a_renamed_task_is_one_change_of_its_name() -> None:
    new = DIAGRAM.replace('name="リハーサル計画の作成"', 'name="計画の作成"')

    one = only(changed("rehearsal.bpmn", DIAGRAM, new))

    assert (one.kind, one.part.id, one.part.kind) == (Kind.CHANGED, "plan_rehearsal", "userTask")
    assert [(f.code, f.before, f.after) for f in one.facts] == [
        ("name", "リハーサル計画の作成", "計画の作成")
    ]


DUE = 'name="dueWorkingDays" value="'
GROUPS = 'name="candidateGroups" value="'
CONDITION = "</bpmn:conditionExpression>"
SCRIPT = "</bpmn:script>"


@pytest.mark.parametrize(
    ("here", "instead", "code"),
    [
        (DUE, f"{DUE}1", "property:dueWorkingDays"),
        (GROUPS, f"{GROUPS}PMO,", "property:candidateGroups"),
        (CONDITION, f" and true{CONDITION}", "condition"),
        (SCRIPT, f"\nx = 1{SCRIPT}", "script"),
    ],
    ids=["deadline", "role", "condition", "script"],
)
def test_every_setting_of_an_element_is_told_by_its_code(
    here: str, instead: str, code: str
) -> None:
    diagram = next(t for t in ALL_DIAGRAMS if here in t)

    one = only(changed("x.bpmn", diagram, diagram.replace(here, instead, 1)))

    assert [fact.code for fact in one.facts] == [code]


def test_an_element_only_drawn_elsewhere_has_moved() -> None:
    at = DIAGRAM.index('bpmnElement="plan_rehearsal"')
    x = DIAGRAM.index('x="', at) + 3
    new = DIAGRAM[:x] + "9" + DIAGRAM[x:]

    one = only(changed("rehearsal.bpmn", DIAGRAM, new))

    assert (one.kind, one.part.id) == (Kind.MOVED, "plan_rehearsal")


def test_spaces_and_the_order_of_attributes_are_no_change() -> None:
    new = DIAGRAM.replace("  <bpmn:", "    <bpmn:").replace(
        'name="業務リハーサル" isExecutable="true"', 'isExecutable="true"  name="業務リハーサル"'
    )

    assert new != DIAGRAM
    assert file_change("rehearsal.bpmn", DIAGRAM.encode(), new.encode()) is None


def test_a_changed_cell_is_a_change_of_its_rule() -> None:
    at = TABLE.index("<outputEntry")
    text = TABLE.index("<text>", at) + len("<text>")
    end = TABLE.index("</text>", text)
    new = TABLE[:text] + '"別の方式"' + TABLE[end:]

    one = only(changed("_decisions/d08_rehearsal_mode.dmn", TABLE, new))

    assert (one.kind, one.part.kind) == (Kind.CHANGED, "rule")
    assert [fact.after for fact in one.facts] == ['"別の方式"']


def test_a_new_rule_is_one_addition() -> None:
    start = TABLE.rindex("<rule")
    end = TABLE.rindex("</rule>") + len("</rule>")
    rule = TABLE[start:end].replace('id="', 'id="new_', 1)
    new = TABLE[:end] + rule + TABLE[end:]

    one = only(changed("_decisions/d08_rehearsal_mode.dmn", TABLE, new))

    assert (one.kind, one.part.kind) == (Kind.ADDED, "rule")


def test_a_field_that_is_required_now_says_so() -> None:
    new = FORM.replace('"label": "', '"description": "新しい説明", "label": "', 1)

    one = only(changed("plan_rehearsal.form.json", FORM, new))

    assert [(f.code, f.before, f.after) for f in one.facts] == [("description", None, "新しい説明")]


def test_a_file_that_cannot_be_read_is_told_as_changed() -> None:
    found = changed("rehearsal.bpmn", DIAGRAM, DIAGRAM[:-20])

    assert (found.kind, found.changes) == (Kind.CHANGED, ())


# --- whole models


@pytest.fixture
def owner(office: TestOffice) -> Actor:
    office.deploy(line("one", user_task("write")))
    office.deploy(line("one", user_task("write"), user_task("check")))
    return office.actor("owner1")


def test_two_versions_are_compared_in_the_order_asked_for(office: TestOffice, owner: Actor) -> None:
    ahead = office.engine.ask(model_changes.comparison, "one", 1, 2, owner)
    back = office.engine.ask(model_changes.comparison, "one", 2, 1, owner)

    def of_check(found: model_changes.Comparison) -> Kind:
        changes = found.files[0].changes
        return next(one.kind for one in changes if one.part.id == "check")

    assert (of_check(ahead), of_check(back)) == (Kind.ADDED, Kind.REMOVED)


def test_a_draft_is_compared_with_the_decisions_in_service(
    office: TestOffice, owner: Actor
) -> None:
    office.deploy_shipped("rehearsal")
    office.engine.run(studio.open_draft, "rehearsal", owner)
    content = TABLE.replace('name="リハーサルの実施方式と開始条件"', 'name="方式"', 1).encode()
    new = NewText(name="_decisions/d08_rehearsal_mode.dmn", content=content, revision=0, tab="t")
    office.engine.run(studio.save_file, "rehearsal", new, owner)

    found = office.engine.ask(model_changes.comparison, "rehearsal", 1, None, owner)

    assert [(one.name, one.kind) for one in found.files] == [
        ("_decisions/d08_rehearsal_mode.dmn", Kind.CHANGED)
    ]
