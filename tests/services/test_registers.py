"""Register entries: columns, numbers, versions, filters; the anonymous ones."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.errors import NotFoundError
from engine.domain.register_search import Search
from engine.services import registers, tasks
from engine.storage import schema_cooperation  # noqa: F401  its tables belong to the metadata
from engine.storage.metadata import metadata
from engine.testing import TestOffice
from tests.diagrams import line, service, user_task

DEFECT = '{シナリオID: "S1", 内容: 内容, 運営への支障: "有", 対応状況: 状況}'


def writing(office: TestOffice) -> None:
    office.deploy(
        line(
            "writes",
            user_task("find"),
            service("note", "register.write", "記録", register='"R14"', values=DEFECT),
            user_task("mend"),
            service(
                "close",
                "register.write",
                "記録",
                register='"R14"',
                id="記録.id",
                values='{対応状況: "対応済", 状態: "完了"}',
            ),
            user_task("look"),
        )
    )
    office.start("writes")
    office.complete("find", {"内容": "画面が開かない", "状況": "未対応"})


def test_an_entry_gets_a_number_and_names_its_instance(office: TestOffice) -> None:
    writing(office)

    [entry] = office.register("R14")
    assert entry.number == "不-R8-0001"
    assert (entry.version, entry.state) == (1, "有効")
    assert entry.values["内容"] == "画面が開かない"
    assert entry.written_by_instance == office.cases()[0].id


def test_a_change_is_a_new_version_and_the_old_one_stays(office: TestOffice) -> None:
    writing(office)
    office.complete("mend", by="pjmo2")

    [entry] = office.register("R14")
    versions = office.engine.ask(registers.entry_versions, "R14", entry.id, office.actor("pjmo1"))
    assert (entry.version, entry.state, entry.written_by) == (2, "完了", "pjmo2")
    assert entry.values["内容"] == "画面が開かない"
    assert [v.values["対応状況"] for v in versions] == ["未対応", "対応済"]
    assert office.variables(office.cases()[0])["記録"] == {
        "id": entry.id,
        "管理番号": "不-R8-0001",
        "版": Decimal(2),
    }


def test_rows_written_together_keep_their_order(office: TestOffice) -> None:
    rows = 'for n in 1..12 return {シナリオID: string(n), 内容: "遅い"}'
    note = service("note", "register.write", "記録", register='"R14"', rows=rows)
    office.deploy(line("writes_many", note, user_task("look")))

    office.start("writes_many")

    written = [entry.values["シナリオID"] for entry in office.register("R14")]
    assert written == [str(n) for n in range(1, 13)]


def test_an_unknown_column_stops_the_instance_with_an_incident(office: TestOffice) -> None:
    office.deploy(
        line(
            "writes_wrong",
            user_task("find"),
            service("note", "register.write", register='"R14"', values="{謎の列: 1}"),
        )
    )
    office.start("writes_wrong")

    office.complete("find")

    [incident] = office.incidents()
    assert incident.element_id == "note"
    assert office.register("R14") == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param('対応状況 = "未対応"', ["A"], id="column"),
        pytest.param('期限 < date("2026-05-01")', ["B"], id="date"),
        pytest.param("版 >= 1", ["A", "B"], id="version"),
        pytest.param('状態 = "有効" and 内容 != "A"', ["B"], id="state"),
    ],
)
def test_a_filter_is_feel_over_the_columns(
    office: TestOffice, condition: str, expected: list[str]
) -> None:
    rows = (
        '[{内容: "A", 対応状況: "未対応", 期限: date("2026-06-01")},'
        ' {内容: "B", 対応状況: "対応済", 期限: date("2026-04-10")}]'
    )
    quoted = json.dumps(condition, ensure_ascii=False)
    office.deploy(
        line(
            "reads",
            service("note", "register.write", register='"R14"', rows=rows),
            user_task("wait"),
            service("read", "register.read", "一覧", register='"R14"', filter=quoted),
            service("count", "register.count", "件数", register='"R14"', filter=quoted),
            user_task("look"),
        )
    )
    case = office.start("reads")

    office.complete("wait")

    variables = office.variables(case)
    assert sorted(row["内容"] for row in variables["一覧"]) == expected
    assert variables["件数"] == Decimal(len(expected))


def test_only_the_projects_one_works_in_are_seen(office: TestOffice) -> None:
    writing(office)
    [entry] = office.register("R14")

    found = office.engine.ask(registers.search, "R14", office.actor("gyomu1"), Search())
    outside = office.engine.ask(registers.search, "R14", office.actor("dev1"), Search())

    assert ([one.id for one in found.entries], found.count) == ([entry.id], 1)
    assert (outside.entries, outside.count) == ([], 0)
    with pytest.raises(NotFoundError):
        office.engine.ask(registers.entry, "R14", entry.id, office.actor("dev1"))


def test_text_is_searched_in_all_columns_and_signs_of_the_pattern_are_plain(
    office: TestOffice,
) -> None:
    writing(office)
    actor = office.actor("pjmo1")

    counts = {
        text: office.engine.ask(registers.search, "R14", actor, Search(text=text)).count
        for text in ("画面が", "不-R8", "%", "_", "無い語")
    }

    assert counts == {"画面が": 1, "不-R8": 1, "%": 0, "_": 0, "無い語": 0}


FORM = {
    "type": "default",
    "id": "answer",
    "schemaVersion": 19,
    "anonymous": True,
    "components": [
        {"type": "textfield", "key": "改善点", "label": "改善点", "id": "f1"},
        {"type": "textfield", "key": "種別", "label": "種別", "id": "f2"},
    ],
}


def surveyed(office: TestOffice) -> None:
    folders = line(
        "survey", user_task("answer", formKey="answer", writeRegisters="R11"), user_task("next")
    )
    form = json.dumps(FORM, ensure_ascii=False).encode()
    office.deploy({"survey": {**folders["survey"], "answer.form.json": form}})
    office.start("survey")


def everything(office: TestOffice) -> dict[str, list[tuple[Any, ...]]]:
    with office.engine._database.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table))]
            for name, table in metadata.tables.items()
        }


def test_an_anonymous_answer_stands_in_the_register_and_nowhere_else(
    office: TestOffice,
) -> None:
    surveyed(office)
    secret = "机が低すぎる"
    office.engine.run(
        tasks.save_draft, office.task("answer").id, office.actor("pjmo1"), {"改善点": [secret]}
    )

    office.submit("answer", {"改善点": [secret], "種別": ["回答"]}, by="pjmo1")

    holding = {
        name
        for name, rows in everything(office).items()
        if any(
            secret in str(value) or secret.encode() in bytes_of(value) for r in rows for value in r
        )
    }
    assert holding == {"register_entry", "register_entry_version", "register_value"}


def bytes_of(value: Any) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else b""


def test_an_anonymous_entry_tells_neither_person_nor_instance_nor_time(
    office: TestOffice,
) -> None:
    surveyed(office)
    office.advance(days=0.31)

    office.submit("answer", {"改善点": ["照明"], "種別": ["回答"]}, by="pjmo1")

    [entry] = office.register("R11")
    assert (entry.written_by, entry.written_by_instance, entry.number) == ("", None, "")
    assert entry.written_at.isoformat() == "2026-03-31T15:00:00+00:00"  # midnight in Tokyo
    assert entry.values["改善点"] == "照明"
    assert office.task("next").assignee is None
    assert office.variables(office.cases()[0]) == {"完了者": "pjmo1"}


def test_a_new_version_and_a_new_entry_may_be_written_in_one_step(office: TestOffice) -> None:
    rows = '[{id: 記録.id, 対応状況: "対応済"}, {シナリオID: "S2", 内容: "印字が薄い"}]'
    office.deploy(
        line(
            "mends_and_finds",
            service("note", "register.write", "記録", register='"R14"', values='{内容: "遅い"}'),
            user_task("look"),
            service("both", "register.write", "両方", register='"R14"', rows=rows),
        )
    )
    office.start("mends_and_finds")

    office.complete("look")

    assert office.incidents() == []
    first, second = office.register("R14")
    assert (first.version, first.values["対応状況"]) == (2, "対応済")
    assert (second.version, second.values["内容"]) == (1, "印字が薄い")
