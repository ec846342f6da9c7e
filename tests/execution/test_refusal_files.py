"""Files that are no diagram, too large or dangerous, and folders that hold the wrong things."""

from __future__ import annotations

from itertools import pairwise
from xml.sax.saxutils import quoteattr

import pytest

from engine.domain.errors import Finding, RefusedError
from engine.execution import lint_structure
from engine.execution.bundle import MAX_FINDINGS, content_hash, read_bundle, read_folders
from engine.execution.lint_structure import MAX_NODES
from engine.execution.xml import MAX_BYTES, MAX_ELEMENTS
from tests.execution.drawing import (
    DECISION,
    FORM,
    KEY,
    KNOWN,
    diagram,
    flows,
    is_sentence,
    line,
    node,
    places,
    refused,
    user_task,
    valid,
)

FILE = f"{KEY}.bpmn"


def found_in(files: dict[str, bytes], key: str = KEY) -> tuple[Finding, ...]:
    with pytest.raises(RefusedError) as refusal:
        read_bundle(key, files, KNOWN)
    return refusal.value.findings


def entities(declared: str, used: str) -> bytes:
    """A valid diagram with a document type and a reference in a name."""
    head, _, rest = valid().partition(b"\n")
    return (
        head
        + f"<!DOCTYPE bpmn:definitions [{declared}]>".encode()
        + rest.replace("作業".encode(), used.encode())
    )


BOMB = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghi")
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "not_xml", id="empty"),
        pytest.param(b"hello", "not_xml", id="text"),
        pytest.param(b"PK\x03\x04\x00", "not_xml", id="office file"),
        pytest.param(valid()[:-20], "not_xml", id="cut off"),
        pytest.param(valid().decode().encode("cp932"), "not_xml", id="wrong encoding"),
        pytest.param(b"<html/>", "not_bpmn", id="other XML"),
        pytest.param(
            valid().replace(b"BPMN/20100524", b"BPMN/19990101"), "not_bpmn", id="other BPMN"
        ),
        pytest.param(
            entities('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
            "xml_doctype",
            id="external entity",
        ),
        pytest.param(
            entities('<!ENTITY x SYSTEM "http://other.invalid/">', "&x;"),
            "xml_doctype",
            id="remote entity",
        ),
        pytest.param(entities(BOMB, "&i;"), "xml_doctype", id="entities in entities"),
        pytest.param(entities('<!ENTITY x "y">', "作業"), "xml_doctype", id="unused entity"),
        pytest.param(
            valid().replace(b"<bpmn:process", b"<!-- " + b"x" * MAX_BYTES + b" --><bpmn:process"),
            "file_too_large",
            id="huge",
        ),
        pytest.param(
            valid().replace(b"</bpmn:process>", b"<x/>" * MAX_ELEMENTS + b"</bpmn:process>"),
            "too_many_elements",
            id="too many elements",
        ),
        pytest.param(b"<a>" * 5000 + b"</a>" * 5000, "not_xml", id="nested too deep"),
    ],
)
def test_a_file_that_is_no_harmless_diagram_is_refused(content: bytes, code: str) -> None:
    (found,) = found_in({FILE: content})

    assert (found.code, found.file) == (code, FILE)
    assert is_sentence(found.message), found.message


@pytest.mark.parametrize(
    ("before", "after", "code", "element"),
    [
        pytest.param("bpmn:userTask", "bpmn:userTsk", "unexpected_element", KEY, id="element"),
        pytest.param(
            '<bpmn:endEvent id="finish"',
            '<bpmn:endEvent colour="red" id="finish"',
            "unexpected_attribute",
            "finish",
            id="attribute",
        ),
        pytest.param('isExecutable="true"', 'isExecutable="yes"', "bad_value", KEY, id="claim"),
        pytest.param(
            ' targetRef="finish"',
            "",
            "missing_attribute",
            "do_it_to_finish",
            id="missing end",
        ),
        pytest.param(
            '<bpmn:endEvent id="finish">',
            '<bpmn:endEvent id="finish">終わり',
            "unexpected_content",
            "finish",
            id="loose text",
        ),
        pytest.param('id="begin"', 'id="1 begin"', "bad_value", "1 begin", id="id"),
    ],
)
def test_what_the_schema_forbids_is_told_in_a_sentence(
    before: str, after: str, code: str, element: str
) -> None:
    drawn = valid().decode().replace(before, after).encode()

    findings = refused(drawn)

    assert (code, element) in places(findings)
    assert all(is_sentence(found.message) for found in findings)


def test_a_process_that_is_not_executable_is_refused() -> None:
    parts = (node("startEvent", "begin"), node("endEvent", "finish"), flows("begin", "finish"))

    for attributes in ("", 'isExecutable="false"'):
        assert places(refused(diagram(*parts, attributes=attributes))) == {("not_executable", KEY)}


def test_two_executable_processes_in_one_file_are_refused() -> None:
    second = '<bpmn:process id="second" isExecutable="true"/>'

    assert places(refused(line(("do_it", user_task()), roots=second))) >= {
        ("several_processes", KEY)
    }


def test_a_file_without_process_is_refused() -> None:
    drawn = diagram().decode().partition("<bpmn:process")[0] + "</bpmn:definitions>"

    assert places(refused(drawn.encode())) == {("no_process", "definitions")}


@pytest.mark.parametrize(
    ("files", "code", "file"),
    [
        pytest.param({}, "no_diagram", FILE, id="no diagram"),
        pytest.param({FILE: valid(), "case.py": b"x"}, "unknown_file", "case.py", id="program"),
        pytest.param({FILE: valid(), "a.bpmn": valid()}, "unknown_file", "a.bpmn", id="second"),
        pytest.param({FILE: valid(), "../x.toml": b""}, "unknown_file", "../x.toml", id="outside"),
        pytest.param({FILE: valid(), "d.dmn": b""}, "decision_in_folder", "d.dmn", id="decision"),
        pytest.param(
            {FILE: valid(), "a.form.json": b"{"}, "form_no_json", "a.form.json", id="form"
        ),
    ],
)
def test_a_folder_holds_one_diagram_its_forms_and_examples(
    files: dict[str, bytes], code: str, file: str
) -> None:
    (found,) = found_in(files)

    assert (found.code, found.file) == (code, file)
    assert is_sentence(found.message), found.message


def test_the_folder_bears_the_name_of_the_process() -> None:
    findings = found_in({"other.bpmn": valid()}, key="other")

    assert places(findings) == {("key_mismatch", KEY)}


@pytest.mark.parametrize("key", ["Case", "9case", "a-b", "案件", "../case"])
def test_a_key_is_lower_case_ascii(key: str) -> None:
    drawn = valid().replace(b'id="case"', f"id={quoteattr(key)}".encode())

    assert "bad_key" in {found.code for found in found_in({f"{key}.bpmn": drawn}, key=key)}


def test_a_broken_form_is_told_once_and_not_as_missing() -> None:
    drawn = line(("do_it", user_task(formKey="answer")))

    findings = found_in({FILE: drawn, "answer.form.json": FORM[:-5]})

    assert {found.code for found in findings} == {"form_no_json"}


def test_a_hash_of_something_unreadable_is_refused() -> None:
    with pytest.raises(RefusedError):
        content_hash({FILE: b"<a>"})
    with pytest.raises(RefusedError):
        content_hash({"a.form.json": b"{"})


def test_other_pools_without_a_process_of_their_own_are_no_fault() -> None:
    roots = (
        '<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="case"/>'
        '<bpmn:participant id="them" name="事業者"/></bpmn:collaboration>'
    )

    assert refused(line(("do_it", user_task()), roots=roots)) == []


def chain(length: int) -> bytes:
    return line(*[(f"task_{n}", user_task(f"task_{n}")) for n in range(length)])


def test_a_process_of_too_many_elements_is_refused() -> None:
    assert refused(chain(MAX_NODES - 2)) == []
    assert places(refused(chain(MAX_NODES - 1))) == {("too_many_nodes", KEY)}


def test_what_only_the_parser_dislikes_becomes_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lint_structure, "MAX_NODES", 10_000)

    (found,) = refused(chain(900))

    assert found.code == "not_runnable"
    assert is_sentence(found.message)


def test_a_field_may_not_bear_a_name_of_the_product() -> None:
    form = FORM.replace("回答".encode(), "完了者".encode())

    findings = refused(line(("do_it", user_task(formKey="answer"))), answer=form)

    assert places(findings) == {("reserved_name", KEY)}


def test_a_huge_diagram_is_refused_without_comparing_all_its_parts() -> None:
    many = "".join(node("subProcess", f"part_{n}") for n in range(3_000))

    findings = refused(line(("do_it", user_task()), more=many))

    assert len(findings) == MAX_FINDINGS + 1
    assert findings[-1].code == "more_findings"
    assert "too_many_nodes" in {found.code for found in findings}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("d02_other.dmn", "decision_id", id="name of another decision"),
        pytest.param("notes.txt", "unknown_file", id="no decision"),
    ],
)
def test_a_decision_bears_the_name_of_its_file(name: str, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_folders({"_decisions": {name: DECISION}}, KNOWN)

    (found,) = refusal.value.findings
    assert (found.code, found.file) == (code, f"_decisions/{name}")
    assert is_sentence(found.message)


def test_a_broken_decision_is_refused_with_the_folder_it_lies_in() -> None:
    with pytest.raises(RefusedError) as refusal:
        read_folders({"_decisions": {"d01_mode.dmn": b"<a/>"}}, KNOWN)

    assert {found.file for found in refusal.value.findings} == {"_decisions/d01_mode.dmn"}


def test_what_an_editor_writes_beside_the_process_is_no_fault() -> None:
    drawn = valid().decode()
    drawn = drawn.replace(
        'targetNamespace="urn:test"',
        'targetNamespace="urn:test" exporter="bpmn-js" exporterVersion="18.0" '
        'xmlns:modeler="http://other.invalid/modeler" modeler:platform="x" '
        'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"',
    )
    drawn = drawn.replace(
        "<bpmn:process",
        '<bpmn:category id="c"><bpmn:categoryValue id="v" value="準備"/></bpmn:category>'
        "<bpmn:process",
    )
    drawn = drawn.replace(
        "</bpmn:process>",
        '<bpmn:dataObject id="data"/><bpmn:dataObjectReference id="paper" dataObjectRef="data"/>'
        '<bpmn:textAnnotation id="note"><bpmn:text>注</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="a" sourceRef="do_it" targetRef="note"/>'
        '<bpmn:group id="frame" categoryValueRef="v"/></bpmn:process>'
        '<di:BPMNDiagram id="drawing"><di:BPMNPlane id="plane" bpmnElement="case">'
        '<di:BPMNShape id="do_it_di" bpmnElement="do_it" color:background-color="#fff">'
        '<dc:Bounds x="0" y="0" width="100" height="80"/></di:BPMNShape>'
        "</di:BPMNPlane></di:BPMNDiagram>",
    )

    assert refused(drawn.encode()) == []
