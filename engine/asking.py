"""Ask a decision file what it says, before it is put into service.  Needs no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine.configured import read_calendar
from engine.dmn import explain
from engine.dmn.check import check
from engine.dmn.evaluate import attempt
from engine.dmn.model import Model, draft_beside
from engine.domain.errors import Finding, NotFoundError, RefusedError
from engine.domain.sentence import Sentence
from engine.domain.values import storable
from engine.domain.working_days import Calendar
from engine.feel.errors import FeelError, FeelSyntaxError
from engine.feel.evaluation import Evaluation
from engine.feel.expression import compile_expression
from engine.settings import read_settings

SETTINGS: Final = "設定"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one decision says: its value as people read it, or why there is none.

    `reasons`: one line for each rule that applied; `notes`: what became null on the way, and why;
    `faults`: why there is no value.
    """

    decision: str
    name: str
    value: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The answers in the order of the file, and what a deployment would find wrong with it.

    `findings`: of the file and of those it imports, each with the name of its file.
    """

    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]


def ask(
    config: Path, file: Path, given: Mapping[str, str], now: datetime, decision: str = ""
) -> Asked:
    """What the decisions of the file say, or the one of that id or name.

    `given`: inputs as expressions, such as `42`, `"高"`, `@"2026-04-01"`.  Files beside it may be
    imported; those that are not wanted may be anything.  `config`: the folder with the calendar and
    the settings, which decisions see as in a case.

    Raises:
        RefusedError: the file is no decision model, an input is no expression, or the calendar
            or a setting is wrong, or there is no such decision.
    """
    files = {path.name: path.read_bytes() for path in sorted(file.parent.glob("*.dmn"))}
    models, unread = draft_beside(file.name, {**files, file.name: file.read_bytes()})
    model = models[-1]
    calendar = read_calendar(config / "calendar.toml")
    settings = storable(read_settings(config).process)  # numbers as expressions know them
    inputs = {SETTINGS: settings, **_values(given, now, calendar)}
    wanted = [_id_of(model, decision)] if decision else list(model.decisions)
    return Asked(
        answers=tuple(_answer(model, one, inputs, Evaluation(now, calendar)) for one in wanted),
        findings=(*unread, *(finding for one in models for finding in check(one))),
    )


def _id_of(model: Model, decision: str) -> str:
    try:
        return model.find(decision).key[1]
    except NotFoundError as error:
        there = "、".join(model.decisions)
        message = Sentence(
            "「%(name)s」という判断はありません。あるのは %(there)s です。",
            name=decision,
            there=there,
        )
        finding = Finding(code="decision", message=message, file=model.definitions.file)
        raise RefusedError([finding]) from error


def _values(given: Mapping[str, str], now: datetime, calendar: Calendar) -> dict[str, Any]:
    values, findings = {}, []
    for name, text in given.items():
        try:
            values[name] = compile_expression(text).evaluate_strict({}, Evaluation(now, calendar))
        except FeelError as error:
            fault = error.sentence if isinstance(error, FeelSyntaxError) else str(error)
            message = Sentence(
                '入力「%(name)s」の値が読めません（%(fault)s）。文字列は " で囲みます。',
                name=name,
                fault=fault,
            )
            findings.append(Finding(code="input", message=message))
    if findings:
        raise RefusedError(findings)
    return values


def _answer(
    model: Model, decision: str, inputs: Mapping[str, Any], evaluation: Evaluation
) -> Answer:
    try:
        outcome = attempt(model, decision, inputs, evaluation)
        value, reasons = explain.shown(outcome.value), explain.reasons(outcome.matched)
        faults = tuple(map(explain.fault, outcome.problems))
    except FeelError as error:
        value, reasons, faults = "", [], (str(error),)
    return Answer(
        decision=decision,
        name=model.drawn[model.find(decision).key].name,
        value=value,
        reasons=tuple(reasons),
        notes=tuple(_notes(evaluation)),
        faults=faults,
    )


def _notes(evaluation: Evaluation) -> Iterator[str]:
    for note in evaluation.notes:
        yield (
            Sentence(
                "%(message)s（%(source)s：%(line)s行%(column)s文字目）",
                message=note.message,
                source=note.source,
                line=note.line,
                column=note.column,
            )
            if note.source
            else note.message
        )
