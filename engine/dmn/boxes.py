"""What do the boxed expressions compute?  Each function makes one closure out of closures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.dmn.functions import elements
from engine.dmn.run import Code, Run, Scope
from engine.domain.sentence import Sentence


def context(
    entries: Sequence[tuple[str, Code]], result: Code | None, *, is_nested: bool = True
) -> Code:
    """A context, or the value of its result cell.

    `is_nested`: later entries see the earlier ones.
    """

    def run_context(scope: Scope, run: Run) -> Any:
        inner, made = dict(scope), {}
        for name, code in entries:
            made[name] = code(inner, run)
            if is_nested:
                inner[name] = made[name]
        return made if result is None else result(inner, run)

    return run_context


def listed(items: Sequence[Code]) -> Code:
    return lambda scope, run: [item(scope, run) for item in items]


def conditional(condition: Code, then: Code, otherwise: Code) -> Code:
    """Null counts as not true; anything but a truth value has no answer."""

    def run_conditional(scope: Scope, run: Run) -> Any:
        chosen = condition(scope, run)
        if chosen is True:
            return then(scope, run)
        if chosen is False or chosen is None:
            return otherwise(scope, run)
        return _remark(run, Sentence("条件の値が真偽値ではないため、nullとします。"))

    return run_conditional


def filtered(source: Code, match: Code) -> Code:
    """The elements for which `match` is true; a list, or null when a match is no truth value."""

    def run_filter(scope: Scope, run: Run) -> Any:
        found = elements(source(scope, run), run.evaluation)
        if found is None:
            return _no_list(run)
        kept = []
        for item in found:
            run.evaluation.charge(1)
            members = item if isinstance(item, Mapping) else {}
            matched = match({**scope, **members, "item": item}, run)
            if not _is_truth(matched):
                return _remark(run, Sentence("絞り込みの条件が真偽値ではないため、nullとします。"))
            if matched:
                kept.append(item)
        return kept

    return run_filter


def mapped(variable: str, source: Code, body: Code) -> Code:
    """`for`: the body's value for each element; earlier values are in scope as `partial`."""

    def run_for(scope: Scope, run: Run) -> Any:
        found = elements(source(scope, run), run.evaluation)
        if found is None:
            return _no_list(run)
        made: list[Any] = []
        for item in found:
            run.evaluation.charge(1)
            made.append(body({**scope, variable: item, "partial": list(made)}, run))
        return made

    return run_for


def quantified(variable: str, source: Code, body: Code, *, is_every: bool) -> Code:
    """`some` and `every`, three-valued; null when an answer is no truth value."""

    def run_quantified(scope: Scope, run: Run) -> Any:
        found = elements(source(scope, run), run.evaluation)
        if found is None:
            return _no_list(run)
        answers = []
        for item in found:
            run.evaluation.charge(1)
            answers.append(body({**scope, variable: item}, run))
        if not all(map(_is_truth, answers)):
            return _remark(run, Sentence("条件の値が真偽値ではないため、nullとします。"))
        decided = any(answer is not is_every and answer is not None for answer in answers)
        if decided:
            return not is_every
        return None if None in answers else is_every

    return run_quantified


def external(language: str) -> Code:
    """Functions in other languages are never run."""

    def run_external(_scope: Scope, run: Run) -> Any:
        return _remark(
            run, Sentence("%(language)sの関数は実行しません。nullとします。", language=language)
        )

    return run_external


def _is_truth(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _no_list(run: Run) -> None:
    _remark(run, Sentence("一覧ではないため、nullとします。"))


def _remark(run: Run, message: str) -> None:
    run.evaluation.note("boxed_expression", message)
