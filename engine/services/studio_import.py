"""取込みの記録: what an import changed in a draft, what it asks, and what has been settled since.

The record lies with the draft and goes when the draft goes.  A question that the check itself
watches is open while the check finds something at its element; any other until somebody says that
it is settled, or its element is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from engine.dmn.model import Model
from engine.dmn.model import read as read_decision
from engine.domain import model_draft
from engine.domain.access import Actor
from engine.domain.errors import Finding, NotFoundError, RefusedError
from engine.domain.model_draft import ModelDraft
from engine.domain.sentence import Sentence
from engine.execution.importing import Around, Imported, Outside, Question, Repair, import_file
from engine.services import deployments
from engine.services.studio import get_draft
from engine.services.unit import Unit
from engine.storage import history
from engine.storage import model_drafts as rows
from engine.storage.history import Line

OPEN: Final = "import_question"  # of findings
FORM_FILES: Final = (".form", ".json")


@dataclass(frozen=True, kw_only=True)
class Record:
    """`settled`: places of questions in `questions` that somebody has dealt with."""

    tool: str
    repairs: tuple[Repair, ...]
    questions: tuple[Question, ...]
    outside: tuple[Outside, ...]
    settled: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question on the page: `number` is its place, `is_open` whether it waits for a decision."""

    number: int
    question: Question
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    draft: ModelDraft
    record: Record
    asked: tuple[Asked, ...]

    @property
    def open_count(self) -> int:
        return sum(one.is_open for one in self.asked)


def read(unit: Unit, files: Mapping[str, bytes], diagram: str) -> Imported:
    """The drafts of an uploaded diagram; the other files may hold its forms and decisions.

    Raises:
        RefusedError: it cannot be read.
    """
    known = deployments.known(unit)
    known = replace(known, decisions={**known.decisions, **_decisions(files)})
    given = {name: content for name, content in files.items() if name.endswith(FORM_FILES)}
    return import_file(files[diagram], diagram, Around(known=known, given=given))


def _decisions(files: Mapping[str, bytes]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for name, content in files.items():
        if name.endswith(".dmn"):
            try:
                found[name.removesuffix(".dmn")] = read_decision(content, name)
            except RefusedError:
                continue  # the draft is made all the same, and the check tells it
    return found


def records(imported: Imported) -> dict[str, bytes]:
    """Key -> the record of that draft as it is kept; only of drafts with something to tell."""
    return {
        draft.key: _written(
            Record(
                tool=imported.tool,
                repairs=draft.repairs,
                questions=draft.questions,
                outside=draft.outside,
            )
        )
        for draft in imported.drafts
        if draft.is_changed
    }


def page(unit: Unit, key: str, actor: Actor, errors: tuple[Finding, ...]) -> RecordPage:
    """The record with what is still open.  `errors`: of the check of the draft as it is.

    Raises:
        NotFoundError: no draft, or it did not come from an import.
    """
    draft = get_draft(unit, key, actor)
    record = _record(draft)
    if record is None:
        raise NotFoundError("import", key)
    refused = {one.element_id for one in errors if one.code != OPEN}
    asked = tuple(
        Asked(number=number, question=one, is_open=_is_open(draft, record, number, refused))
        for number, one in enumerate(record.questions)
    )
    return RecordPage(draft=draft, record=record, asked=asked)


def settle(unit: Unit, key: str, number: int, actor: Actor, *, is_settled: bool) -> None:
    """Note that a question has been dealt with, or that it has not.

    Raises:
        NotFoundError: no such draft, record or question.  DraftHeldError.
    """
    draft = get_draft(unit, key, actor)
    record = _record(draft)
    if record is None or not 0 <= number < len(record.questions):
        raise NotFoundError("import", key)
    model_draft.check_free(draft, actor, unit.now)
    settled = record.settled | {number} if is_settled else record.settled - {number}
    rows.keep_record(unit, draft, _written(replace(record, settled=frozenset(settled))))
    question = record.questions[number]
    detail = {"model": key, "element": question.element_id, "code": question.code}
    event = "import_question_settled" if is_settled else "import_question_reopened"
    history.add(unit, Line(event=event, actor=actor, detail=detail))


def open_questions(draft: ModelDraft) -> tuple[Finding, ...]:
    """What keeps a draft from being published although the check finds nothing there."""
    record = _record(draft)
    if record is None:
        return ()
    return tuple(
        _finding(draft, one)
        for number, one in enumerate(record.questions)
        if not one.is_watched and _is_open(draft, record, number, set())
    )


def _finding(draft: ModelDraft, question: Question) -> Finding:
    return Finding(
        code=OPEN,
        message=Sentence("取込みで決めることが残っています。取込みの記録で済みにします。"),
        element_id=question.element_id,
        element_name=question.element_name,
        file=f"{draft.key}.bpmn",
    )


def _is_open(draft: ModelDraft, record: Record, number: int, refused: set[str]) -> bool:
    question = record.questions[number]
    if number in record.settled:
        return False
    content = draft.files.get(f"{draft.key}.bpmn", b"")
    if question.element_id and f'id="{question.element_id}"'.encode() not in content:
        return False  # the element itself is gone
    return question.element_id in refused if question.is_watched else True


def _written(record: Record) -> bytes:
    return json.dumps(
        {
            "tool": record.tool,
            "repairs": [asdict(one) for one in record.repairs],
            "questions": [asdict(one) for one in record.questions],
            "outside": [asdict(one) for one in record.outside],
            "settled": sorted(record.settled),
        },
        ensure_ascii=False,
    ).encode()


def _record(draft: ModelDraft) -> Record | None:
    if not draft.record:
        return None
    raw: dict[str, Any] = json.loads(draft.record)
    return Record(
        tool=raw["tool"],
        repairs=tuple(Repair(**one) for one in raw["repairs"]),
        questions=tuple(Question(**one) for one in raw["questions"]),
        outside=tuple(Outside(**one) for one in raw["outside"]),
        settled=frozenset(raw["settled"]),
    )
