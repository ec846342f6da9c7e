"""What can go wrong with an expression, apart from a result that is simply null."""

from __future__ import annotations

from engine.domain.errors import EngineError, InvalidError
from engine.domain.sentence import Sentence


class FeelError(EngineError):
    """Base of all failures of the expression language."""

    code = "feel_error"


class FeelSyntaxError(FeelError, InvalidError):
    """The text is no expression.

    `message` and `hint` are sentences that the screen can say in English (the hint may be empty);
    `line` and `column` count from 1 and lie in the text as it was handed in.
    """

    code = "feel_syntax"

    def __init__(self, message: Sentence, line: int, column: int, hint: Sentence) -> None:
        super().__init__(f"{line}行{column}文字目: {message}{hint}")
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint

    @property
    def sentence(self) -> Sentence:
        """Where, what, and how to mend it, in either language."""
        return Sentence(
            "%(line)s行%(column)s文字目: %(message)s%(hint)s",
            line=self.line,
            column=self.column,
            message=self.message,
            hint=self.hint,
        )


class BudgetExceededError(FeelError):
    """An evaluation wanted more than it may have.

    `budget` is one of `steps`, `depth`, `text`, `entries`, `time`.
    """

    code = "feel_budget"

    def __init__(self, budget: str, limit: float) -> None:
        super().__init__(f"the expression exceeds its budget: {budget} {limit}")
        self.budget = budget
        self.limit = limit


class UnknownNameError(FeelError):
    """A name is neither in scope nor a function; only where expressions are evaluated strictly."""

    code = "feel_unknown_name"

    def __init__(self, name: str) -> None:
        super().__init__(f"name '{name}' is not defined")
        self.name = name


class OperationFailed(Exception):
    """An operation has no result.  Never leaves the package: it becomes null and a note.

    The text is a Japanese sentence for the person who wrote the expression.
    """
