"""Batches do each item exactly once, also when killed in the middle, and hold up no timer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.batch import ATTEMPTS, Batch, BatchItem, BatchState, ItemState, MadeFile
from engine.domain.errors import InvalidError, NotFoundError
from engine.jobs.batch_kinds import BATCH_KINDS, EachKind, Progress, StoppedError, WholeKind
from engine.jobs.runner_port import Commands
from engine.services import batches
from engine.services.unit import Unit
from engine.storage import history, schema_people
from engine.storage.history import Line
from engine.testing import TestOffice
from tests.diagrams import line, timer, user_task
from tests.offices import second_engine

Act = Callable[[Commands, Batch, BatchItem], object]
TEN = [(f"r{number}", f"事項 {number}") for number in range(10)]


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def kinds() -> Iterator[dict[str, Any]]:
    """The kinds of batches, put back after the test."""
    before = dict(BATCH_KINDS)
    yield BATCH_KINDS
    BATCH_KINDS.clear()
    BATCH_KINDS.update(before)


def effect(unit: Unit, ref: str) -> None:
    """What an item does: a line of history that can be counted."""
    if ref in unit.office.settings.get("refused", ()):
        raise InvalidError(f"{ref} is refused")
    actor = batches.maker(unit, batches.open_one(unit))  # type: ignore[arg-type]
    history.add(unit, Line(event="test_effect", actor=actor, detail={"ref": ref}))


def act(engine: Commands, _batch: Batch, item: BatchItem) -> None:
    engine.run(batches.doing, item, effect, item.ref)


def begun(office: TestOffice, kind: str = "test.each", items: Any = TEN, **args: Any) -> str:
    return office.engine.run(batches.begin, kind, office.actor("pjmo1"), args=args, items=items)


def state(office: TestOffice, batch_id: str, by: str = "pjmo1") -> Batch:
    return office.engine.ask(batches.progress, batch_id, office.actor(by))


def effects(office: TestOffice) -> list[str]:
    found = office.engine.ask(history.newest, most=1_000)
    return sorted(entry.detail["ref"] for entry in found if entry.event == "test_effect")


def test_each_item_is_done_once_and_counted(office: TestOffice, kinds: dict[str, Any]) -> None:
    kinds["test.each"] = EachKind(act)
    batch_id = begun(office)
    before = state(office, batch_id)

    office.run_jobs()

    after = state(office, batch_id)
    assert (before.state, before.total, before.done) == (BatchState.WAITING, 10, 0)
    assert (after.state, after.done, after.failed) == (BatchState.DONE, 10, 0)
    assert effects(office) == sorted(ref for ref, _ in TEN)


def test_an_item_that_is_refused_says_why_and_the_others_go_on(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    kinds["test.each"] = EachKind(act)
    office.engine.office.settings = {"refused": ("r3",)}
    batch_id = begun(office)

    office.run_jobs()

    after = state(office, batch_id)
    assert (after.state, after.done, after.failed) == (BatchState.DONE, 9, 1)
    first = after.items[0]
    assert (first.ref, first.label, first.code) == ("r3", "事項 3", "invalid")
    assert first.error == "r3 is refused"


def test_what_failed_can_be_tried_again_by_a_batch_of_its_own(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    kinds["test.each"] = EachKind(act)
    office.engine.office.settings = {"refused": ("r3", "r5")}
    first_id = begun(office)
    office.run_jobs()
    office.engine.office.settings = {}

    second_id = office.engine.run(batches.again, first_id, office.actor("pjmo1"))
    office.run_jobs()

    second = state(office, second_id)
    assert (second.total, second.done, second.failed) == (2, 2, 0)
    assert effects(office) == sorted(ref for ref, _ in TEN)
    with pytest.raises(batches.NothingToRepeatError):
        office.engine.run(batches.again, second_id, office.actor("pjmo1"))


@pytest.mark.parametrize("moment", ["before", "after"], ids=["before the item", "after the item"])
def test_killed_in_the_middle_it_goes_on_and_does_no_item_twice(
    office: TestOffice, kinds: dict[str, Any], moment: str
) -> None:
    def kills(engine: Commands, batch: Batch, item: BatchItem) -> None:
        if item.ref == "r4" and moment == "before":
            raise Killed
        act(engine, batch, item)
        if item.ref == "r4":
            raise Killed

    kinds["test.each"] = EachKind(kills)
    batch_id = begun(office)
    with pytest.raises(Killed):
        office.run_jobs()
    halfway = state(office, batch_id)

    kinds["test.each"] = EachKind(act)
    with second_engine(office) as survivor:
        survivor.worker.batches.run_one()

    assert halfway.state is BatchState.RUNNING
    assert halfway.done == (4 if moment == "before" else 5)
    assert state(office, batch_id).done == 10
    assert effects(office) == sorted(ref for ref, _ in TEN)


def test_what_ends_the_process_again_and_again_is_given_up(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    def kills(*_: object) -> Mapping[str, Any]:
        raise Killed

    kinds["test.whole"] = WholeKind(kills)
    batch_id = begun(office, "test.whole", ())
    for _ in range(ATTEMPTS):
        with pytest.raises(Killed):
            office.run_jobs()

    office.run_jobs()

    assert (state(office, batch_id).state, state(office, batch_id).code) == (
        BatchState.FAILED,
        "given_up",
    )


def test_a_stopped_process_leaves_the_rest_to_the_next(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    def stops(engine: Commands, batch: Batch, item: BatchItem) -> None:
        act(engine, batch, item)
        if item.ref == "r6":
            office.engine.worker.batches.stop()

    kinds["test.each"] = EachKind(stops)
    batch_id = begun(office)

    with pytest.raises(StoppedError):
        office.engine.worker.batches.run_one()
    with second_engine(office) as survivor:
        survivor.worker.batches.run_one()

    assert state(office, batch_id).state is BatchState.DONE
    assert effects(office) == sorted(ref for ref, _ in TEN)


def exported(_engine: Commands, batch: Batch, progress: Progress) -> MadeFile:
    path = progress.folder / "out.csv"
    path.write_text(batch.args["text"], encoding="utf-8")
    progress(1, 1)
    return MadeFile(path=path, name="一覧.csv", content_type="text/csv")


def test_a_made_file_is_offered_to_its_maker_for_a_week(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    kinds["test.file"] = WholeKind(exported)
    batch_id = begun(office, "test.file", (), text="管理番号\r\n")
    office.run_jobs()
    batch, path = office.engine.ask(batches.file_of, batch_id, office.actor("pjmo1"))
    content = path.read_text(encoding="utf-8")

    office.clock.moment += timedelta(days=6)
    office.engine.run(batches.tidy)
    in_time = path.exists()
    office.clock.moment += timedelta(days=2)
    office.engine.run(batches.tidy)

    assert (batch.file_name, content) == ("一覧.csv", "管理番号\n")
    assert (in_time, path.exists()) == (True, False)
    with pytest.raises(NotFoundError):
        office.engine.ask(batches.file_of, batch_id, office.actor("pjmo1"))


def test_content_that_two_batches_offer_stays_until_the_second_is_old(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    kinds["test.file"] = WholeKind(exported)
    begun(office, "test.file", (), text="同じ")
    office.run_jobs()
    office.clock.moment += timedelta(days=5)
    second_id = begun(office, "test.file", (), text="同じ")
    office.run_jobs()
    office.clock.moment += timedelta(days=3)

    office.engine.run(batches.tidy)

    _, path = office.engine.ask(batches.file_of, second_id, office.actor("pjmo1"))
    assert path.exists()


def test_a_failure_nobody_has_foreseen_ends_the_batch_and_not_the_lane(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    def broken(*_: object) -> Mapping[str, Any]:
        raise ZeroDivisionError("secret detail")

    kinds["test.whole"] = WholeKind(broken)
    kinds["test.each"] = EachKind(act)
    broken_id = begun(office, "test.whole", ())
    good_id = begun(office)

    office.run_jobs()

    found = state(office, broken_id)
    assert (found.state, found.code) == (BatchState.FAILED, "unexpected")
    assert "secret" not in found.error
    assert state(office, good_id).state is BatchState.DONE


def test_only_the_maker_and_administrators_see_a_batch(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    kinds["test.each"] = EachKind(act)
    batch_id = begun(office)

    assert state(office, batch_id, "admin1").id == batch_id
    for other in ("pjmo2", "pmo1"):
        with pytest.raises(NotFoundError):
            state(office, batch_id, other)
        with pytest.raises(NotFoundError):
            office.engine.run(batches.again, batch_id, office.actor(other))
    assert [one.id for one in office.engine.ask(batches.mine, office.actor("pjmo1"))] == [batch_id]
    assert office.engine.ask(batches.mine, office.actor("admin1")) == []


def test_items_are_done_with_the_rights_of_the_day_they_are_done(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    def as_maker(engine: Commands, batch: Batch, item: BatchItem) -> None:
        engine.run(batches.doing, item, lambda unit: batches.maker(unit, batch))

    kinds["test.each"] = EachKind(as_maker)
    batch_id = begun(office)
    office.engine.run(deactivate, "pjmo1")

    office.run_jobs()

    found = state(office, batch_id, "admin1")
    assert (found.failed, found.items[0].code) == (10, "maker_gone")
    assert found.items[0].state is ItemState.FAILED


def deactivate(unit: Unit, person_id: str) -> None:
    person = schema_people.person
    gone = sa.update(person).where(person.c.id == sa.bindparam("of_id")).values(is_active=False)
    unit.note(gone, {"of_id": person_id})


def test_two_hundred_items_do_not_hold_up_a_timer(
    office: TestOffice, kinds: dict[str, Any]
) -> None:
    """The timer fires in the middle of an item: the lanes do not wait for each other."""
    office.deploy(line("waits", timer("intermediateCatchEvent", "pause", "PT1H"), user_task("go")))
    office.start("waits")
    fired_at: list[int] = []

    def slow(engine: Commands, batch: Batch, item: BatchItem) -> None:
        if item.position == 3:
            office.clock.moment += timedelta(hours=2)
            while office.engine.worker.run_one():
                pass
            fired_at.append(len(office.open_tasks()))
        act(engine, batch, item)

    kinds["test.each"] = EachKind(slow)
    batch_id = begun(office, items=[(f"r{number}", "") for number in range(200)])

    office.engine.worker.batches.run_one()

    assert fired_at == [1]
    assert state(office, batch_id).done == 200
