"""What does an example of a process say: what is given, what people do, what comes out of it?

A file `examples/<name>.toml` beside a diagram: whole numbers and decimals are numbers of FEEL,
moments without an offset are those of Tokyo.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence
from engine.domain.values import TOKYO

FOLDER: Final = "examples/"
FIRST_MORNING: Final = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo


def _feel(value: Any) -> Any:
    """A value of TOML as one of FEEL."""
    if isinstance(value, Mapping):
        return {name: _feel(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_feel(one) for one in value]
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=TOKYO)
    return value


Values = Annotated[dict[str, Any], BeforeValidator(_feel)]
Moment = Annotated[datetime, BeforeValidator(_feel)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Begin(_Part):
    """Somebody starts the process, or a message does."""

    by: str = "pjmo1"
    values: Values = {}
    message: str = ""
    payload: Values = {}


class Wait(_Part):
    """Time that passes; `working_days`: to the close of business of that working day."""

    days: int = Field(default=0, ge=0)
    working_days: int = Field(default=0, ge=0)
    until: Moment | None = None

    @property
    def is_none(self) -> bool:
        return not (self.days or self.working_days or self.until)

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days)


class Step(_Part):
    """One thing that happens: a task is completed, a message comes, or time passes.

    `refused`: the fields that the form does not take, with these values.  `open`: the tasks that
    are open afterwards, where that is told.
    """

    task: str = ""
    by: str = "pjmo1"
    values: Values = {}
    refused: tuple[str, ...] = ()
    message: str = ""
    payload: Values = {}
    key: str | None = None
    wait: Wait | None = None
    open: tuple[str, ...] | None = None


class Expected(_Part):
    """What is so at the end; what is left out is not looked at.

    `path`: elements in this order, others may lie between.  `registers`: code -> the entries that
    the processes wrote, in order, each with the values told here.  `undelivered`: names of the
    messages that nobody has received.
    """

    end: str = ""
    path: tuple[str, ...] = ()
    open: tuple[str, ...] | None = None
    values: Values = {}
    registers: dict[str, tuple[Values, ...]] = {}
    undelivered: tuple[str, ...] | None = None
    incidents: int = 0


class Example(_Part):
    """One way through a process.

    `rows`: ids of the requirements it shows.  `given`: register -> entries that are there before.
    `stand_in`: called processes in whose place one task of the same name gives the result.
    """

    title: str = Field(min_length=1)
    rows: tuple[str, ...] = ()
    now: Moment = FIRST_MORNING
    settings: dict[str, Any] = {}
    given: dict[str, tuple[Values, ...]] = {}
    stand_in: tuple[str, ...] = ()
    start: Begin = Begin()
    step: tuple[Step, ...] = ()
    expect: Expected


def examples_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Name of the file -> content, of the examples among the files of a folder."""
    return {
        name: content
        for name, content in sorted(files.items())
        if name.startswith(FOLDER) and name.endswith(".toml")
    }


def read_example(content: bytes, file: str) -> Example:
    """The example in a file.

    Raises:
        RefusedError: with each fault, its place in the file and how to mend it.
    """
    try:
        tables = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
        example = Example(**tables)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = Sentence("TOMLとして読めません（%(reason)s）。", reason=str(error))
        raise RefusedError([Finding(code="example", message=message, file=file)]) from error
    except ValidationError as error:
        found = [_finding(one, file) for one in error.errors()]
        raise RefusedError(found) from error
    unclear = [number for number, step in enumerate(example.step, 1) if not _is_one_act(step)]
    if unclear:
        raise RefusedError([_unclear(number, file) for number in unclear])
    return example


def _is_one_act(step: Step) -> bool:
    return sum((bool(step.task), bool(step.message), step.wait is not None)) == 1


def _unclear(number: int, file: str) -> Finding:
    message = Sentence(
        "%(number)s番目の step に、task、message、wait のどれか1つだけを書きます。", number=number
    )
    return Finding(code="example", message=message, file=file)


def _finding(error: Any, file: str) -> Finding:
    place = ".".join(str(one + 1) if isinstance(one, int) else one for one in error["loc"])
    match error["type"]:
        case "extra_forbidden":
            message = Sentence(
                "「%(place)s」という項目はありません。綴りを確かめます。", place=place
            )
        case "missing":
            message = Sentence("「%(place)s」を書きます。", place=place)
        case _:
            message = Sentence("「%(place)s」の書き方が正しくありません。", place=place)
    return Finding(code="example", message=message, file=file)
