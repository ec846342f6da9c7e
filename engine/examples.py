"""Does a process do what its examples say?  Plays them in throw-away offices of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from engine import testing
from engine.domain.access import Actor
from engine.domain.errors import EngineError, FieldErrors
from engine.domain.instance import InstancePage
from engine.domain.sentence import Sentence
from engine.domain.values import storable, to_json
from engine.example_files import Example, Step
from engine.execution.bundle import DECISIONS
from engine.execution.interfaces import asked_by, called_by
from engine.execution.sameness import same
from engine.execution.standing_in import standing_in
from engine.forms.typed import typed, typed_over, untouched
from engine.model_folders import decisions_of
from engine.services import attachments, files_in_values, instances, register_writing, tasks
from engine.services.attachments import Upload
from engine.services.lookups import OfficeLookups
from engine.services.unit import Unit
from engine.storage.queries.testing import matched_rules
from engine.testing import PROJECT, SETUP, SYSTEM, Case, NoSuchTaskError, TestOffice

Folders = Mapping[str, Mapping[str, bytes]]
Rule = tuple[str, int]  # decision id and number of the rule, from 1
STATE = "状態"
CLERK = "pjmo1"


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of an example.  `faults`: where it differs from what was expected.

    `pages`: of all instances, with the ways they went; `rules`: those of decisions that applied.
    """

    faults: tuple[Sentence, ...]
    pages: tuple[InstancePage, ...] = ()
    rules: frozenset[Rule] = frozenset()


@dataclass(frozen=True, kw_only=True)
class _Books:
    """The source of entries that were there before any instance."""

    id: str | None = None
    business_key: str = ""
    project_id: str | None = PROJECT
    system_id: str | None = SYSTEM


def play(key: str, example: Example, folders: Folders) -> Played:
    """Play the example of that process; `folders`: all models that may be needed."""
    wanted = _wanted(key, example, folders)
    with tempfile.TemporaryDirectory(prefix="unei-example-") as folder:
        settings = example.settings
        with testing.office(Path(folder), now=example.now, settings=settings) as office:
            office.deploy(wanted)
            return _play(office, key, example)


def _wanted(key: str, example: Example, folders: Folders) -> dict[str, Mapping[str, bytes]]:
    """The process, what it calls, and the decisions that they ask."""
    found: dict[str, Mapping[str, bytes]] = {}
    waiting = [key]
    while waiting:
        name = waiting.pop()
        if name in found or name not in folders:
            continue
        files = folders[name]
        if name in example.stand_in and name != key:
            found[name] = standing_in(name, files)
        else:
            found[name] = files
            waiting += called_by(name, files)
    asked = frozenset[str]().union(*(asked_by(name, files) for name, files in found.items()))
    return {**found, DECISIONS: decisions_of(folders.get(DECISIONS, {}), asked)}


def _play(office: TestOffice, key: str, example: Example) -> Played:
    clerk = office.actor(CLERK)
    for code, rows in example.given.items():
        office.engine.run(_enter, code, [_uploaded(office, row, clerk) for row in rows], clerk)
    faults: list[Sentence] = []
    case = _begin(office, key, example, faults)
    if case is None:
        return Played(faults=tuple(faults))
    for number, step in enumerate(example.step, 1):
        found = list(_step(office, step))
        faults += [_at(number, fault) for fault in found]
        if found:
            break
    else:
        faults += _ended(office, case, example)
    admin = office.actor("admin1")
    pages = [office.engine.ask(instances.page, one.id, admin) for one in office.cases()]
    rules = frozenset(office.engine.ask(matched_rules))
    return Played(faults=tuple(faults), pages=tuple(pages), rules=rules)


def _enter(unit: Unit, code: str, rows: Sequence[Mapping[str, Any]], clerk: Actor) -> None:
    register = register_writing.get(unit, code)
    lookups = OfficeLookups(unit, clerk, PROJECT, SYSTEM)
    for row in rows:
        values = {name: _with_files(value, lookups) for name, value in row.items()}
        files_in_values.link(unit, values, clerk, None, PROJECT)
        register_writing.write(unit, register, values, _Books(), SETUP)


def _with_files(value: Any, lookups: OfficeLookups) -> Any:
    """What a register keeps of the files that a list names by their ids."""
    if not isinstance(value, list):
        return value
    return [lookups.attachment(one) or one if isinstance(one, str) else one for one in value]


def _begin(office: TestOffice, key: str, example: Example, faults: list[Sentence]) -> Case | None:
    start = example.start
    try:
        if start.message:
            office.send(start.message, start.payload)
        else:
            by_hand = office.engine.ask(instances.startable, office.actor(start.by))
            actor = office.actor(start.by) if key in {one.key for one in by_hand} else SETUP
            office.engine.run(
                instances.start,
                key,
                actor,
                project_id=PROJECT,
                system_id=SYSTEM,
                values=start.values,
                submission_key=str(uuid4()),
            )
            office.run_jobs()
    except EngineError as error:
        faults.append(Sentence("始められません（%(reason)s）。", reason=str(error)))
    begun = office.cases(key)
    if not begun and not faults:
        faults.append(Sentence("案件が始まりません。"))
    return begun[0] if begun else None


def _step(office: TestOffice, step: Step) -> Iterator[Sentence]:
    """Let it happen; what is not as expected."""
    if step.wait is not None:
        wait = step.wait
        office.advance(days=wait.days, working_days=wait.working_days, to=wait.until)
    elif step.message:
        office.send(step.message, step.payload, step.key)
    else:
        yield from _complete(office, step)
    if step.open is not None:
        yield from _open(office, step.open)


def _complete(office: TestOffice, step: Step) -> Iterator[Sentence]:
    """Type the values over what the page of the task shows, and send it."""
    refused: Mapping[str, str] = {}
    try:
        actor = office.actor(step.by)
        task = office.task(step.task, step.by)
        shown = office.engine.ask(tasks.page, task.id, actor).shown
        if shown is None:
            office.complete(step.task, step.values, by=step.by)
        else:
            entered = typed(_uploaded(office, step.values, actor))
            office.submit(step.task, _post(typed_over(untouched(shown), entered)), by=step.by)
    except NoSuchTaskError:
        yield _none_open(office, step.task)
        return
    except FieldErrors as error:
        refused = error.errors
    except EngineError as error:
        yield Sentence("完了できません（%(reason)s）。", reason=str(error))
        return
    yield from _refusals(step, refused)


def _uploaded(office: TestOffice, value: Any, actor: Actor) -> Any:
    """The value with the id of a stored file in place of each `{file = ..., text = ...}`."""
    if isinstance(value, list):
        return [_uploaded(office, one, actor) for one in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"file", "text"}:
        content = BytesIO(value["text"].encode())
        upload = Upload(name=value["file"], content_type="text/plain", stream=content)
        return office.engine.run(attachments.store, upload, actor).id
    return {name: _uploaded(office, one, actor) for name, one in value.items()}


def _post(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    post: dict[str, list[str]] = {}
    for name, text in pairs:
        post.setdefault(name, []).append(text)
    return post


def _refusals(step: Step, errors: Mapping[str, str]) -> Iterator[Sentence]:
    for path, text in errors.items():
        if path not in step.refused:
            yield Sentence("「%(field)s」を送れません：%(text)s", field=path, text=text)
    for path in step.refused:
        if path not in errors:
            yield Sentence("「%(field)s」が受け付けられました。断られるはずでした。", field=path)


def _none_open(office: TestOffice, element: str) -> Sentence:
    others = "、".join(sorted({task.element_id for task in office.open_tasks()}))
    return Sentence(
        "タスク「%(task)s」は開いていません。開いているもの：%(others)s",
        task=element,
        others=others or "―",
    )


def _open(office: TestOffice, wanted: Sequence[str]) -> Iterator[Sentence]:
    found = sorted(task.element_id for task in office.open_tasks())
    if found != sorted(wanted):
        yield _differs(Sentence("開いているタスク"), found, sorted(wanted))


def _ended(office: TestOffice, case: Case, example: Example) -> Iterator[Sentence]:
    """Where the end differs from what was expected of it."""
    wanted = example.expect
    state = office.head(case.id).state
    if wanted.end and state != wanted.end:
        yield _differs(Sentence("案件の状態"), state, wanted.end)
    way = iter(office.trace(case))
    missed = next((element for element in wanted.path if element not in way), None)
    if missed is not None:
        yield Sentence("道のりの順に「%(element)s」を通っていません。", element=missed)
    if wanted.open is not None:
        yield from _open(office, wanted.open)
    yield from _values(Sentence("データ"), office.variables(case), wanted.values)
    for code, rows in wanted.registers.items():
        yield from _entries(office, code, rows, len(example.given.get(code, ())))
    if wanted.undelivered is not None:
        names = sorted(message.name for message in office.undelivered())
        if names != sorted(wanted.undelivered):
            yield _differs(Sentence("届いていないメッセージ"), names, sorted(wanted.undelivered))
    stuck = office.incidents()
    if len(stuck) != wanted.incidents:
        told = "、".join(f"{one.element_name or one.element_id} {one.text}" for one in stuck)
        yield _differs(Sentence("処理停止"), told or 0, wanted.incidents)


def _entries(
    office: TestOffice, code: str, rows: Sequence[Mapping[str, Any]], given: int
) -> Iterator[Sentence]:
    found = office.register(code)[given:]
    if len(found) != len(rows):
        yield _differs(Sentence("%(code)sの記録の数", code=code), len(found), len(rows))
        return
    for number, (entry, row) in enumerate(zip(found, rows, strict=True), 1):
        yield from _values(
            Sentence("%(code)sの%(number)s番目", code=code, number=number),
            {**entry.values, STATE: entry.state},
            row,
        )


def _values(
    place: Sentence, found: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Iterator[Sentence]:
    for name, value in wanted.items():
        if not same(found.get(name), value):
            yield _differs(
                Sentence("%(place)s「%(name)s」", place=place, name=name), found.get(name), value
            )


def _differs(what: Sentence, found: Any, wanted: Any) -> Sentence:
    return Sentence(
        "%(what)sが違います：%(found)s（期待：%(wanted)s）",
        what=what,
        found=_shown(found),
        wanted=_shown(wanted),
    )


def _shown(value: Any) -> str:
    return orjson.dumps(to_json(storable(value))).decode() if value is not None else "null"


def _at(number: int, fault: Sentence) -> Sentence:
    return Sentence("%(number)s番目のstep：%(fault)s", number=number, fault=fault)
