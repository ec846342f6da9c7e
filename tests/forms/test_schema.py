from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.domain.errors import RefusedError
from engine.forms.schema import read_form
from tests.forms.builders import choice, component, file, findings, form, rows, text


def test_a_form_keeps_the_order_of_its_fields() -> None:
    made = form(text("件名"), choice("radio", "支障", "有", "無"), rows("不具合", text("内容")))

    assert [field.key for field in made.walk()] == ["件名", "支障", "不具合", "内容"]


def test_a_key_is_kept_in_its_normal_form() -> None:
    made = form(text("ＩＤ", label="ＩＤ"))

    assert made.fields[0].key == "ID"
    assert made.fields[0].label == "ＩＤ"


REFUSED: list[tuple[str, bytes, str]] = [
    ("html", file(component("html", content="<b>")), "form_unknown_component"),
    ("iframe", file(component("iframe", url="https://x")), "form_unknown_component"),
    ("button", file(component("button", label="送る")), "form_unknown_component"),
    ("unknown property", file(text("件名", onclick="x")), "form_unknown_property"),
    ("unknown rule", file(text("件名", validate={"luhn": True})), "form_unknown_property"),
    (
        "unknown custom property",
        file(text("件名", properties={"script": "x"})),
        "form_unknown_property",
    ),
    ("unknown entry of the form", file(text("件名"), scripts=[]), "form_unknown_property"),
    ("broken condition", file(text("件名", conditional={"hide": "=a =="})), "form_expression"),
    (
        "a condition of another type",
        file(component("number", "数"), text("件名", conditional={"hide": "=数 + 1"})),
        "type_clash",
    ),
    (
        "a rule that compares a number with a text",
        file(component("number", "数"), text("件名", properties={"requiredIf": '=数 = "1"'})),
        "type_clash",
    ),
    (
        "a function with too few arguments",
        file(text("件名", conditional={"hide": "=contains(件名)"})),
        "wrong_arguments",
    ),
    (
        "a function that is not there",
        file(text("件名", conditional={"hide": "=contain(件名, 1)"})),
        "unknown_function",
    ),
    (
        "a column that is not there",
        file(
            rows("内訳", component("number", "額")),
            text("件名", conditional={"hide": "=sum(内訳.学) > 1"}),
        ),
        "unknown_entry",
    ),
    (
        "a cross check that is no condition",
        file(
            text("件名"),
            properties={"checks": [{"when": "=count([1])", "message": "x", "field": "件名"}]},
        ),
        "type_clash",
    ),
    (
        "broken automatic value",
        file(text("件名", properties={"valueExpression": "=("})),
        "form_expression",
    ),
    ("operator in a key", file(text("件名/副題")), "form_key"),
    ("no key", file(component("textfield", label="件名")), "form_key"),
    ("the same key twice", file(text("件名"), text("件名", id="other")), "form_duplicate_key"),
    ("the same id twice", file(text("件名", id="a"), text("別名", id="a")), "form_id"),
    ("no choices", file(component("select", "区分")), "form_no_choices"),
    ("the same choice twice", file(choice("radio", "区分", "有", "有")), "form_choice"),
    ("list in a list", file(rows("外", rows("内", text("件名")))), "form_nesting"),
    ("an empty list", file(rows("外")), "form_empty"),
    ("a bad pattern", file(text("件名", validate={"pattern": "("})), "form_pattern"),
    ("a look-around", file(text("件名", validate={"pattern": "(?=a)"})), "form_pattern"),
    (
        "a bound that is no number",
        file(component("number", "数", validate={"min": "x"})),
        "form_shape",
    ),
    ("no label", file(component("textfield", "件名", label="")), "form_no_label"),
    (
        "a row title that does not exist",
        file(rows("不具合", text("内容"), properties={"rowTitle": "番号"})),
        "form_row_title",
    ),
    (
        "a cross check without a sentence",
        file(text("件名"), properties={"checks": [{"when": "=true"}]}),
        "form_check",
    ),
    (
        "a cross check at an unknown field",
        file(
            text("件名"),
            properties={"checks": [{"when": "=true", "message": "x", "field": "無い"}]},
        ),
        "form_check_field",
    ),
]


@pytest.mark.parametrize(
    ("content", "code"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_a_form_is_refused_for(content: bytes, code: str) -> None:
    found = findings(content)

    assert code in [finding.code for finding in found]
    assert all(finding.message.endswith("。") for finding in found)


UNREADABLE: list[tuple[str, bytes]] = [
    ("no json", b"{"),
    ("a list", b"[]"),
    ("not a number", b'{"schemaVersion": NaN}'),
    ("an entry twice", b'{"schemaVersion": 19, "schemaVersion": 19}'),
    ("nested beyond reason", b"[" * 200_000),
    ("too large", b" " * 1_000_001),
]


@pytest.mark.parametrize(
    "content", [case[1] for case in UNREADABLE], ids=[c[0] for c in UNREADABLE]
)
def test_a_file_is_refused_that_is(content: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        read_form(content, "x.form.json")

    assert refused.value.findings[0].file == "x.form.json"


def test_another_schema_version_is_refused() -> None:
    content = file(text("件名")).replace(b": 19", b": 4")

    assert [finding.code for finding in findings(content)] == ["form_schema_version"]


def test_every_fault_of_a_file_is_named_at_once_with_its_component() -> None:
    content = file(component("html"), text("件名", properties={"requiredIf": "=a b c ("}))

    found = findings(content)

    assert [(finding.code, finding.element_name) for finding in found] == [
        ("form_unknown_component", ""),
        ("form_expression", "件名"),
    ]


def test_names_in_conditions_are_the_triggers_of_the_page() -> None:
    made = form(
        choice("radio", "支障", "有", "無"),
        text("回避策", conditional={"hide": '=支障 != "有"'}),
    )

    assert made.triggers() == {"支障"}


def shipped() -> list[Any]:
    folder = Path(__file__).parents[2] / "bpmn"
    return [pytest.param(path, id=path.name) for path in sorted(folder.rglob("*.form.json"))]


@pytest.mark.parametrize("path", shipped())
def test_shipped_form_can_be_read(path: Path) -> None:
    assert read_form(path.read_bytes(), path.name).fields
