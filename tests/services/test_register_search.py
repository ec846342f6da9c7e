"""Looking for records: words, conditions, order and pages, on both databases; what it costs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.register_keys import key_of, number_key
from engine.domain.register_search import ColumnKind, Condition, Cursor, Search
from engine.services import registers
from engine.services.registers import OwnBooks
from engine.services.unit import Unit
from engine.storage.schema_registers import register_value
from engine.testing import PROJECT, SETUP, SYSTEM, TestOffice
from tests.diagrams import line, service, user_task
from tests.offices import Watched

BOOKS = OwnBooks(project_id=PROJECT, system_id=SYSTEM)


@given(
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40),
        min_size=2,
        max_size=2,
    )
)
def test_keys_of_numbers_stand_in_the_order_of_the_numbers(pair: list[Decimal]) -> None:
    first, second = sorted(pair)

    assert (number_key(first) < number_key(second)) == (first < second)
    assert (number_key(first) == number_key(second)) == (first == second)


def test_keys_of_moments_stand_in_their_order_whatever_their_zone() -> None:
    early = datetime.fromisoformat("2026-04-01T08:00:00+09:00")
    late = early.astimezone(UTC) + timedelta(seconds=1)

    assert key_of(early) < key_of(late)


def fill(unit: Unit, count: int) -> None:
    random = Random(7)
    for number in range(count):
        values: dict[str, Any] = {
            "件名": f"課題 {number % 7} ＡＢＣ",
            "区分": random.choice(["課題", "問題"]),
            "費用": Decimal(random.randint(-50, 50)),
            "期限": random.choice([None, date(2026, 5, 1) + timedelta(random.randint(0, 9))]),
            "該当事象": random.choice([["J1", "J2"], ["J10"]]),
            "セキュリティ関連": random.random() < 0.5,
        }
        registers.enter(unit, "R17", values, BOOKS, SETUP)


def found(office: TestOffice, **wanted: Any) -> list[Any]:
    """All that fits, gathered page by page, forwards; and the same backwards."""
    search, actor = Search(**wanted), office.actor("pjmo1")
    forwards, start = [], None
    while True:
        page = office.engine.ask(registers.search, "R17", actor, search, 7, start)
        forwards += page.entries
        if page.after is None:
            break
        start = page.after
    backwards: list[Any] = list(page.entries)
    while page.before is not None:
        page = office.engine.ask(registers.search, "R17", actor, search, 7, page.before)
        backwards = [*page.entries, *backwards]
    assert [one.id for one in backwards] == [one.id for one in forwards]
    assert page.count == len(forwards)
    return forwards


@pytest.mark.parametrize("column", ["費用", "期限", "件名", "区分", "管理番号", "記入日時"])
@pytest.mark.parametrize("is_descending", [False, True])
def test_pages_hold_every_record_once_in_its_order(
    office: TestOffice, column: str, is_descending: bool
) -> None:
    office.engine.run(fill, 40)

    rows = found(office, order_by=column, is_descending=is_descending)

    assert len({one.id for one in rows}) == 40
    keys = [one.values.get(column) for one in rows if one.values.get(column) is not None]
    assert keys == sorted(keys, reverse=is_descending)
    blanks = [one.values.get(column) is None for one in rows]
    assert column in ("管理番号", "記入日時") or blanks == sorted(blanks)


def like(column: str, kind: ColumnKind, value: str = "", **limits: str) -> Condition:
    return Condition(column=column, kind=kind, value=value, **limits)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({"text": "ａｂｃ"}, lambda v: True),
        ({"text": "問題　ａｂｃ"}, lambda v: v["区分"] == "問題"),
        ({"text": "j10"}, lambda v: v["該当事象"] == ["J10"]),
        ({"text": "無い語"}, lambda v: False),
        (
            {"conditions": (like("区分", ColumnKind.CHOICE, "問題"),)},
            lambda v: v["区分"] == "問題",
        ),
        (
            {"conditions": (like("該当事象", ColumnKind.CHOICES, "J1"),)},
            lambda v: "J1" in v["該当事象"],
        ),
        (
            {"conditions": (like("件名", ColumnKind.TEXT, "abc"),), "order_by": "期限"},
            lambda v: True,
        ),
        (
            {"conditions": (like("セキュリティ関連", ColumnKind.BOOL, "0"),)},
            lambda v: v["セキュリティ関連"] is False,
        ),
        (
            {
                "conditions": (
                    like(
                        "費用",
                        ColumnKind.YEN,
                        low=number_key(Decimal(-3)),
                        high=number_key(Decimal(9)),
                    ),
                    like("期限", ColumnKind.DATE, low="2026-05-04"),
                )
            },
            lambda v: -3 <= v["費用"] <= 9 and v["期限"] and v["期限"] >= date(2026, 5, 4),
        ),
    ],
)
def test_conditions_find_what_they_say(office: TestOffice, wanted: Any, fits: Any) -> None:
    office.engine.run(fill, 40)
    everything = found(office)

    rows = found(office, **wanted)

    assert {one.id for one in rows} == {one.id for one in everything if fits(one.values)}


def test_a_place_that_is_gone_still_leads_on(office: TestOffice) -> None:
    office.engine.run(fill, 10)
    nowhere = Cursor(key="2026-05-05", entry_id="zzz")

    page = office.engine.ask(
        registers.search,
        "R17",
        office.actor("pjmo1"),
        Search(order_by="期限", is_descending=False),
        7,
        nowhere,
    )

    assert all((one.values["期限"] or date.max) > date(2026, 5, 5) for one in page.entries)


def test_a_new_version_is_found_by_its_new_words_only(office: TestOffice) -> None:
    office.engine.run(fill, 1)
    office.engine.run(_reworded)

    assert len(found(office, text="言い換えた")) == 1
    assert found(office, text="課題") == []
    assert found(office, conditions=(like("区分", ColumnKind.CHOICE, "問題"),)) == []


def _reworded(unit: Unit) -> None:
    from engine.services import register_writing

    register = registers.register(unit, "R17")
    [entry] = registers.search(unit, "R17", SETUP, Search()).entries
    values = {"件名": "言い換えた", "区分": None, "該当事象": None}
    register_writing.write(unit, register, values, BOOKS, SETUP, entry.id)


def completing(office: TestOffice, rows: int) -> list[str]:
    """What the completion of a task asks of the database that writes so many records."""
    made = f'for n in 1..{rows} return {{件名: "課題 " + string(n)}}'
    note = service("note", "register.write", "記録", register='"R17"', rows=made)
    office.deploy(line("writes", user_task("find"), note, user_task("look")))
    office.start("writes")
    with Watched(office.engine._database) as watched:
        office.engine.run(_complete_find, office)
    return [word for word in watched.words if "register" in word]


def _complete_find(unit: Unit, office: TestOffice) -> None:
    from engine.services import tasks

    tasks.complete(unit, office.task("find").id, office.actor("pjmo1"), {})


def test_twelve_records_are_written_in_three_statements(office: TestOffice) -> None:
    assert completing(office, 12) == [
        "insert register_entry",
        "insert register_entry_version",
        "insert register_value",
    ]


def test_the_rows_to_search_hold_no_person_no_case_and_no_time(office: TestOffice) -> None:
    columns = set(register_value.c.keys())

    assert columns == {"register", "column_name", "entry_id", "key", "text"}


def test_answers_without_a_name_lie_in_no_order(office: TestOffice) -> None:
    for number in range(20):
        values = {"種別": "回答", "改善点": f"{number:02d}番目"}
        office.engine.run(registers.enter, "R11", values, BOOKS, SETUP)

    with office.engine._database.connect() as connection:
        query = sa.select(register_value.c.text).where(
            register_value.c.register == "R11", register_value.c.column_name == ""
        )
        by_id = [row.text for row in connection.execute(query.order_by(register_value.c.entry_id))]
    listed = office.engine.ask(registers.search, "R11", office.actor("pjmo1"), Search(), 50)

    assert len(by_id) == 20
    assert by_id != sorted(by_id)
    shown = [one.values["改善点"] for one in listed.entries]
    assert shown not in (sorted(shown), sorted(shown, reverse=True))
