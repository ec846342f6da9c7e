"""What is a form, once its file has been read?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from engine.feel.expression import Expression
from engine.forms.lookups import Choice

MAX_ROWS = 200


class Kind(StrEnum):
    """A component type; `datetime` of the file is split by its subtype."""

    TEXT = "textfield"
    AREA = "textarea"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    MOMENT = "datetime"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"
    TAGLIST = "taglist"
    FILE = "filepicker"
    LIST = "dynamiclist"
    GROUP = "group"
    STATIC = "text"
    TABLE = "table"
    SEPARATOR = "separator"
    SPACER = "spacer"


SHOWN_ONLY = frozenset({Kind.GROUP, Kind.STATIC, Kind.TABLE, Kind.SEPARATOR, Kind.SPACER})
SEVERAL = frozenset({Kind.CHECKLIST, Kind.TAGLIST})
WITH_CHOICES = frozenset({Kind.SELECT, Kind.RADIO, Kind.CHECKLIST, Kind.TAGLIST})


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Limits of a value; None means no limit."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    shortest: int | None = None  # characters
    longest: int | None = None
    pattern: str = ""  # a regular expression the whole text has to match
    pattern_message: str = ""
    decimals: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rows:
    """How a repeat list behaves."""

    initial: int = 1
    may_change: bool = True  # whether rows can be added, copied and removed
    title: str = ""  # key of the child whose value names a row in its heading


@dataclass(frozen=True, kw_only=True)
class Field:
    """One component of a form.

    `key` names the variable (or, inside a list, the entry of the row); empty for what is only
    shown.  `value` makes the field automatic: computed here, never read from a post.  `initial`
    (or the constant `default`) fills an empty field when the page is first opened.  `source`
    yields the choices of a select or the rows of a table.

    A tick box yields true or false, and `required` means that it must be ticked; a yes-or-no
    question that must be answered is a radio whose two values are `true` and `false`.
    """

    id: str
    kind: Kind
    key: str = ""
    label: str = ""
    help: str = ""
    field_type: str = ""  # the type of the field list, e.g. user, org, ref:R03, yen
    required: bool = False
    readonly: bool = False
    multiple: bool = False  # a file field that takes several files
    accept: tuple[str, ...] = ()  # file endings, with the dot
    default: Any = None
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    required_if: Expression | None = None
    hide: Expression | None = None
    value: Expression | None = None
    initial: Expression | None = None
    source: Expression | None = None
    rules: Rules = field(default_factory=Rules)
    rows: Rows = field(default_factory=Rows)
    children: tuple[Field, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()  # of a table: key and heading

    @property
    def is_automatic(self) -> bool:
        return self.value is not None

    @property
    def is_input(self) -> bool:
        """Whether a person can give it a value."""
        return self.kind not in SHOWN_ONLY and not self.readonly and self.value is None

    def walk(self) -> Iterator[Field]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule over several fields: `when` must be true, else `message` stands at `field`."""

    when: Expression
    message: str
    field: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form file, read and checked.

    `anonymous`: what is answered is kept without the person, the instance and the time.
    """

    id: str
    file: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    anonymous: bool = False

    def walk(self) -> Iterator[Field]:
        """Every component in page order, rows and groups included."""
        for one in self.fields:
            yield from one.walk()

    def expressions(self) -> Iterator[Expression]:
        for one in self.walk():
            for found in (one.hide, one.required_if, one.value, one.source):
                if found is not None:
                    yield found
        yield from (check.when for check in self.checks)

    def triggers(self) -> frozenset[str]:
        """Names on which some expression hangs: changing such a field changes the page."""
        return frozenset(name for found in self.expressions() for name in found.names)
