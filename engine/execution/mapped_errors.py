"""Failures that the modeller has a BPMN error for, and errors an operation answers with.

`errorCode` of a task: an error code for every failure of it, or `failure=code` pairs; `*` names
the rest.  `errorExpression` of a service task: the code of a result that is an error, else null.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.execution.definitions import raise_error
from engine.execution.failing import RUNNING, ElementError, Guarded, fail, told

CODES: Final = "errorCode"
EXPRESSION: Final = "errorExpression"
REST: Final = "*"
_PAIR: Final = re.compile(r"([\w.]+|\*)\s*=\s*([^\s=,、]+)")
_CODE: Final = re.compile(r"[^\s=,、]+")


class AnsweredError(ElementError):
    """The result of an operation is an error of that code; `payload`: the result."""

    def __init__(self, code: str, payload: Any) -> None:
        super().__init__("error_answered", "処理の結果がエラーでした。", code)
        self.error_code = code
        self.payload = payload


def read_codes(source: str) -> Mapping[str, str] | None:
    """Code of a failure -> error code; None if the text is neither a code nor a list of pairs."""
    source = source.strip()
    if _CODE.fullmatch(source):
        return {REST: source}
    pairs = [_PAIR.fullmatch(part.strip()) for part in re.split(r"[,、]", source)]
    found = {pair[1]: pair[2] for pair in pairs if pair is not None}
    return found if None not in pairs and len(found) == len(pairs) else None


class RaisesErrors(Guarded):
    """Mix-in of tasks that run by themselves: some of their failures are BPMN errors."""

    error_codes: Mapping[str, str] = MappingProxyType({})
    error_expression: str | None = None

    def read_errors(self, properties: Mapping[str, str]) -> None:
        """Take over what the diagram says of failures."""
        self.error_codes = read_codes(properties.get(CODES, "")) or {}
        self.error_expression = properties.get(EXPRESSION) or None

    def check_answer(self, my_task: Any, result: Any) -> None:
        """Raise an `AnsweredError` if the result is an error."""
        if self.error_expression is None:
            return
        code = my_task.workflow.script_engine.evaluate(my_task, self.error_expression)
        if code is not None and not isinstance(code, str):
            raise ElementError(
                "error_not_text",
                "結果から求めたエラーコードが文字ではありません。",
                f"{self.error_expression} = {code!r}",
            )
        if code:
            raise AnsweredError(code, result)

    def failed(self, my_task: Any, phase: str, error: Exception) -> None:
        fail(my_task, phase, error)
        if phase != RUNNING:
            return  # not begun, or done: what goes wrong around the work is nothing it answers
        if isinstance(error, AnsweredError):
            code, payload = error.error_code, error.payload
        else:
            reason, text = told(error)
            found = self.error_codes.get(reason) or self.error_codes.get(REST)
            if found is None:
                return
            code, payload = found, {"コード": reason, "内容": text}
        if not raise_error(my_task, code, payload):
            my_task.workflow.script_engine.act.error = (code, "")
