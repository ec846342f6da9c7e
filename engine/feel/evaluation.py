"""What one evaluation may use up, what it knows of the world, and what it has to remark."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic

from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar
from engine.feel.errors import BudgetExceededError

STEPS_BETWEEN_LOOKS = 5_000  # some 2 ms of work; a look at the clock costs 50 ns
MAX_NOTES = 100


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one expression (`source`, `nodes`, `depth`) and of one evaluation.

    `depth`: nested calls of functions written in FEEL, and nesting of the text; `text` and
    `entries`: length of every string, list and context made; `seconds`: wall time.
    """

    source: int = 4_000
    nodes: int = 800
    depth: int = 100
    steps: int = 200_000
    text: int = 100_000
    entries: int = 10_000
    seconds: float = 0.5


DEFAULT_LIMITS = Limits()
# The interpreter's own recursion limit is 1,000; the server and the process engine need some 150.
MAX_FRAMES = 800


@dataclass(frozen=True, kw_only=True)
class Note:
    """Why a part of an expression became null: code, Japanese sentence, place in the text."""

    code: str
    message: str
    source: str = ""
    offset: int = 0

    @property
    def line(self) -> int:
        return self.source.count("\n", 0, self.offset) + 1

    @property
    def column(self) -> int:
        return self.offset - self.source.rfind("\n", 0, self.offset)


class Evaluation:
    """One evaluation: the moment it happens at, the calendar, the budget and the notes.

    Make a new one for each thing that is decided (a gateway, a table, a form); the budget is
    spent and does not grow again.  `now` must be aware; `today` is its day in Tokyo.
    """

    __slots__ = (
        "_left",
        "_until",
        "_watch",
        "calendar",
        "depth",
        "limits",
        "notes",
        "now",
        "strict",
    )

    def __init__(
        self,
        now: datetime,
        calendar: Calendar,
        limits: Limits = DEFAULT_LIMITS,
        notes: list[Note] | None = None,
    ) -> None:
        self.now = now
        self.calendar = calendar
        self.limits = limits
        self.notes: list[Note] = [] if notes is None else notes
        self.strict = False
        self.depth = 0
        self._left = limits.steps
        self._watch = limits.steps
        self._until = 0.0

    @property
    def today(self) -> date:
        return self.now.astimezone(TOKYO).date()

    def charge(self, steps: int) -> None:
        """Take `steps` from the budget.

        Raises:
            BudgetExceededError: the steps or the time are used up.
        """
        self._left -= steps
        if self._left < self._watch:
            self._look()

    def _look(self) -> None:
        if self._left < 0:
            raise BudgetExceededError("steps", self.limits.steps)
        if not self._until:
            self._until = monotonic() + self.limits.seconds
        elif monotonic() > self._until:
            raise BudgetExceededError("time", self.limits.seconds)
        self._watch = max(self._left - STEPS_BETWEEN_LOOKS, 0)

    def fit(self, value: Sized) -> None:
        """Charge for a list or context that was just made.

        Raises:
            BudgetExceededError: it is too long.
        """
        self.room(len(value))

    def room(self, entries: int) -> None:
        """Charge for that many entries before they are made."""
        if entries > self.limits.entries:
            raise BudgetExceededError("entries", self.limits.entries)
        self.charge(entries)

    def letters(self, count: int) -> None:
        """Charge for a text of that length before it is made."""
        if count > self.limits.text:
            raise BudgetExceededError("text", self.limits.text)
        self.charge(1 + count // 100)

    def enter(self, frames: int) -> None:
        """A function written in FEEL begins; it needs that many Python frames at most."""
        self.depth += frames
        if self.depth > MAX_FRAMES:
            self.depth -= frames
            raise BudgetExceededError("depth", self.limits.depth)

    def leave(self, frames: int) -> None:
        self.depth -= frames

    def note(self, code: str, message: str, source: str = "", offset: int = 0) -> None:
        """Remember why something became null; the first hundred are kept."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Note(code=code, message=message, source=source, offset=offset))
