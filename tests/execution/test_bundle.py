"""A folder of files becomes a bundle with everything the runtime needs, compiled once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.domain.errors import RefusedError
from engine.execution.bundle import (
    content_hash,
    read_bundle,
    read_folders,
    reload_bundle,
)
from engine.execution.interfaces import called_by
from tests.execution.drawing import (
    DECISION,
    FORM,
    KEY,
    KNOWN,
    diagram,
    extensions,
    flows,
    line,
    node,
    operator,
    places,
    properties,
    read,
    script,
    user_task,
    valid,
)

FILE = f"{KEY}.bpmn"


def calling(key: str, called: str) -> dict[str, bytes]:
    """A folder whose process calls another."""
    drawn = line(("call", node("callActivity", "call", calledElement=called)))
    return {f"{key}.bpmn": drawn.replace(b'process id="case"', f'process id="{key}"'.encode())}


def test_properties_of_the_process_are_read() -> None:
    values = {"prefix": "試", "trace": "1-01, T18", "starters": "PJMO,GYOMU", "subject": "=件名"}
    drawn = diagram(
        properties(values),
        node("startEvent", "begin"),
        user_task(),
        node("endEvent", "finish"),
        flows("begin", "do_it", "finish"),
    )

    bundle = read(drawn)

    assert (bundle.key, bundle.name, bundle.prefix) == (KEY, "試験", "試")
    assert bundle.trace == ("1-01", "T18")
    assert bundle.starters == {"PJMO", "GYOMU"}
    assert bundle.subject is not None
    assert bundle.subject.names == {"件名"}


def test_without_starters_pjmo_may_start_and_with_none_nobody() -> None:
    closed = diagram(
        properties({"starters": "none"}),
        node("startEvent", "begin"),
        node("endEvent", "finish"),
        flows("begin", "finish"),
    )

    assert read(valid()).starters == {"PJMO"}
    assert read(closed).starters == frozenset()


def test_properties_of_a_user_task_are_compiled() -> None:
    task = user_task(
        formKey="answer",
        candidateGroups="PJMO:head、GYOMU",
        assignee="起案者",
        excludedUsers="[起案者]",
        dueWorkingDays="3",
        priority="1",
        trace="1-07",
        readRegisters="R01",
        writeRegisters="R01,R03",
    )

    bundle = read(line(("do_it", task)), answer=FORM)

    compiled = bundle.user_tasks["do_it"]
    assert compiled.form_key == "answer"
    assert compiled.candidate_groups == {"PJMO:head", "GYOMU"}
    assert compiled.assignee is not None
    assert compiled.excluded_users is not None
    assert compiled.excluded_users.names == {"起案者"}
    assert (compiled.due_working_days, compiled.priority) == (3, 1)
    assert compiled.write_registers == ("R01", "R03")
    assert bundle.elements["do_it"].trace == ("1-07",)


def test_candidates_may_be_an_expression() -> None:
    bundle = read(line(("do_it", user_task(candidateGroups="=[承認者.候補]"))))

    compiled = bundle.user_tasks["do_it"]
    assert compiled.candidate_groups == frozenset()
    assert compiled.candidate_groups_expression is not None
    assert compiled.candidate_groups_expression.names == {"承認者"}


def test_the_lane_gives_the_candidates_also_inside_a_sub_process() -> None:
    inner = (
        node("startEvent", "in_begin")
        + node("userTask", "inside", name="中の作業")
        + node("endEvent", "in_end")
        + flows("in_begin", "inside", "in_end")
    )
    drawn = diagram(
        '<bpmn:laneSet id="lanes"><bpmn:lane id="lane_x" name="業務実施部門">'
        "<bpmn:flowNodeRef>part</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>",
        node("startEvent", "begin"),
        node("subProcess", "part", inner),
        node("endEvent", "finish"),
        flows("begin", "part", "finish"),
    )

    bundle = read(drawn)

    assert bundle.user_tasks["inside"].candidate_groups == {"GYOMU"}
    assert bundle.elements["inside"].lane == "業務実施部門"
    assert bundle.elements["inside"].role == "GYOMU"


def test_the_name_of_a_lane_may_be_typed_in_full_width_letters() -> None:
    drawn = diagram(
        '<bpmn:laneSet id="lanes"><bpmn:lane id="lane_x" name="ＰＪＭＯ">'
        "<bpmn:flowNodeRef>do_it</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>",
        node("startEvent", "begin"),
        node("userTask", "do_it", name="作業"),
        node("endEvent", "finish"),
        flows("begin", "do_it", "finish"),
    )

    assert read(drawn).elements["do_it"].role == "PJMO"


def test_a_task_without_form_and_a_form_without_task_are_mentioned() -> None:
    bundle = read(valid(), answer=FORM)

    assert places(bundle.warnings) == {("no_form", "do_it"), ("unused_form", KEY)}


def test_a_task_drawn_for_nobody_goes_to_pjmo_with_a_warning() -> None:
    bundle = read(line(("do_it", node("userTask", "do_it", name="作業"))))

    assert bundle.user_tasks["do_it"].candidate_groups == {"PJMO"}
    assert ("no_candidates", "do_it") in places(bundle.warnings)


def test_the_declared_interface_is_read() -> None:
    drawn = diagram(
        '<bpmn:ioSpecification><bpmn:dataInput id="i" name="件名"/>'
        '<bpmn:dataOutput id="o" name="決裁結果"/><bpmn:inputSet>'
        "<bpmn:dataInputRefs>i</bpmn:dataInputRefs></bpmn:inputSet><bpmn:outputSet>"
        "<bpmn:dataOutputRefs>o</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>",
        node("startEvent", "begin"),
        node("endEvent", "finish"),
        flows("begin", "finish"),
    )

    assert (read(drawn).inputs, read(drawn).outputs) == (("件名",), ("決裁結果",))
    assert (read(valid()).inputs, read(valid()).outputs) == (None, None)


def test_starts_by_message_and_by_form_are_listed() -> None:
    drawn = diagram(
        node("startEvent", "begin", properties({"formKey": "answer"})),
        node("startEvent", "received", '<bpmn:messageEventDefinition messageRef="m"/>'),
        user_task(),
        node("endEvent", "finish"),
        flows("begin", "do_it", "finish"),
        flows("received", "do_it"),
        roots='<bpmn:message id="m" name="msg.x"/>',
    )

    bundle = read(drawn, answer=FORM)

    assert bundle.message_starts == (("msg.x", "received"),)
    assert bundle.start_form == "answer"


def test_calls_decisions_and_operations_are_listed() -> None:
    folders = {
        KEY: {
            FILE: line(
                ("call", node("callActivity", "call", calledElement="approval")),
                (
                    "decide",
                    node(
                        "businessRuleTask",
                        "decide",
                        extensions(
                            "<spiffworkflow:calledDecisionId>d01_mode"
                            "</spiffworkflow:calledDecisionId>"
                        ),
                    ),
                ),
                ("count", node("serviceTask", "count", operator("register.count", register="a"))),
                ("echo", node("serviceTask", "echo", operator("test.echo", value="a"))),
            )
        },
        "_decisions": {"d01_mode.dmn": DECISION},
    }

    found = read_folders(folders, KNOWN)

    bundle = found.bundles[KEY]
    assert bundle.called == {"approval"}
    assert bundle.decisions == {"d01_mode"}
    assert bundle.operations == {"register.count", "test.echo"}
    assert list(found.decisions) == ["d01_mode"]


def test_expressions_and_scripts_are_compiled_under_their_text() -> None:
    bundle = read(line(("compute", script("x = 1")), ("do_it", user_task(assignee="=誰か"))))

    assert set(bundle.scripts) == {"x = 1"}
    assert bundle.expressions["=誰か"].names == {"誰か"}


def test_the_program_holds_every_element() -> None:
    bundle = read(line(("do_it", user_task()), ("compute", script("x = 1"))))

    ids = {spec.bpmn_id for spec in bundle.process.task_specs.values()}
    assert {"begin", "do_it", "compute", "finish"} <= ids
    assert list(bundle.elements) == ["begin", "do_it", "compute", "finish"]
    assert bundle.elements["compute"].kind == "scriptTask"


def test_folders_published_together_may_call_each_other() -> None:
    folders = {"first": calling("first", "second"), "second": calling("second", "approval")}

    found = read_folders(folders, KNOWN)

    assert set(found.bundles) == {"first", "second"}
    assert called_by("first", folders["first"]) == {"second"}


def test_folders_that_call_each_other_in_a_circle_are_refused() -> None:
    folders = {"first": calling("first", "second"), "second": calling("second", "first")}

    with pytest.raises(RefusedError) as refusal:
        read_folders(folders, KNOWN)

    assert places(refusal.value.findings) == {("call_circle", "call")}
    assert {found.file for found in refusal.value.findings} == {
        "first/first.bpmn",
        "second/second.bpmn",
    }
    assert "first → second → first" in refusal.value.findings[0].message


def test_spaces_comments_and_the_order_of_attributes_keep_the_hash() -> None:
    drawn = valid()
    other = (
        drawn.replace(b'<bpmn:process id="case" name=', b"<bpmn:process  name=")
        .replace(b' isExecutable="true"', b' isExecutable="true"  id="case"')
        .replace(b"<bpmn:endEvent", b"<!-- the end -->\n\n   <bpmn:endEvent")
    )

    assert other != drawn
    assert content_hash({FILE: other}) == content_hash({FILE: drawn})


def test_the_order_of_entries_in_a_form_keeps_the_hash() -> None:
    entries = json.loads(FORM)
    turned = json.dumps(dict(reversed(entries.items())), indent=2).encode()

    assert turned != FORM
    assert content_hash({"a.form.json": turned}) == content_hash({"a.form.json": FORM})


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({FILE: valid().replace("作業".encode(), "仕事".encode())}, id="a label"),
        pytest.param({FILE: valid(), "README.md": b"x"}, id="a further file"),
        pytest.param({"other.bpmn": valid()}, id="the name of a file"),
        pytest.param({FILE: valid().replace(b"PJMO", b"GYOMU")}, id="a property"),
    ],
)
def test_every_other_change_changes_the_hash(files: dict[str, bytes]) -> None:
    assert content_hash(files) != content_hash({FILE: valid()})


def test_a_version_in_service_still_loads_when_something_around_it_has_gone() -> None:
    files = {FILE: line(("do_it", user_task(writeRegisters="R03")))}
    later = replace(KNOWN, registers=frozenset())

    bundle = reload_bundle(KEY, files, later)

    assert bundle.user_tasks["do_it"].write_registers == ("R03",)
    assert ("unknown_register", "do_it") in places(bundle.warnings)
    with pytest.raises(RefusedError):
        read_bundle(KEY, files, later)


def test_a_version_that_is_no_diagram_does_not_load() -> None:
    with pytest.raises(RefusedError):
        reload_bundle(KEY, {FILE: b"<a/>"}, KNOWN)


def test_the_bundle_bears_the_hash_of_its_files() -> None:
    files = {FILE: valid(), "examples/short.toml": b"x = 1"}

    assert read_bundle(KEY, files, KNOWN).hash == content_hash(files)
