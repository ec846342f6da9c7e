"""Comments on an instance, and whom they name: `@佐藤 恵子`, `@佐藤恵子` or `@sato`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.domain.errors import ConflictError, ForbiddenError, InvalidError

LONGEST = 2_000  # letters
# not after a letter or digit: there it belongs to a mail address; not before a digit: @100円
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠](?=[^\s\d@＠、。，．（）()「」])")
_WORD = re.compile(r"[^\s@＠、。，．！？!?（）()「」:：;]+")
_NUMBER = re.compile(r"([^\s、。，．（）()「」]{1,10})(-R\d{1,3}-\d{4,8})(?!\d)")
_LOGIN_END = re.compile(r"[A-Za-z0-9_-]|\.[A-Za-z0-9]")


@dataclass(frozen=True, kw_only=True)
class Comment:
    """`mentions`: the words of the text that name people.  A withdrawn one keeps its text."""

    id: int
    instance_id: str
    task_id: str | None
    person_id: str
    person_name: str
    organisation_name: str
    text: str
    at: datetime
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    mentions: tuple[str, ...] = ()
    task_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who may see the instance, and so may be named."""

    id: str
    login: str
    name: str
    office: str = ""


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """`words`: as typed, in order; `person_ids` of those they name."""

    words: tuple[str, ...]
    person_ids: tuple[str, ...]


class CommentError(InvalidError):
    """The text cannot be taken.

    `fault`: empty, too_long, unknown or ambiguous.  `name`: the word it is about, if it is about
    one; `logins` to choose from.
    """

    code = "comment_refused"

    def __init__(self, fault: str, name: str = "", logins: tuple[str, ...] = ()) -> None:
        super().__init__(f"{fault} {name}".strip())
        self.fault = fault
        self.name = name
        self.logins = logins


class NotTheWriterError(ForbiddenError):
    """Only who has written a comment edits and withdraws it."""

    code = "not_the_writer"


class CommentWithdrawnError(ConflictError):
    """The comment is withdrawn; nothing more can be done to it."""

    code = "comment_withdrawn"


def check(text: str) -> str:
    """The text without white space around it, line ends made one.

    Raises:
        CommentError: there is none, or too much of it.
    """
    clean = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if not clean:
        raise CommentError("empty")
    if len(clean) > LONGEST:
        raise CommentError("too_long")
    return clean


def find_mentions(text: str, readers: Iterable[Reader]) -> Mentions:
    """Whom the text names.

    Raises:
        CommentError: nobody who may see the instance has that name, or several have.
    """
    known: dict[str, list[Reader]] = {}
    for reader in readers:
        keys = {reader.login, reader.name, re.sub(r"\s", "", reader.name)}
        for key in filter(None, keys):
            known.setdefault(key, []).append(reader)
    longest_first = sorted(known, key=len, reverse=True)
    words: list[str] = []
    ids: list[str] = []
    for found in _AT.finditer(text):
        rest = text[found.end() :]
        name = next((one for one in longest_first if _begins(rest, one)), None)
        if name is None:
            unknown = _WORD.match(rest)
            raise CommentError("unknown", unknown.group() if unknown else rest[:10])
        if len(known[name]) > 1:
            logins = tuple(sorted(reader.login for reader in known[name]))
            raise CommentError("ambiguous", name, logins)
        words.append(found.group() + name)
        ids.append(known[name][0].id)
    return Mentions(words=tuple(dict.fromkeys(words)), person_ids=tuple(dict.fromkeys(ids)))


def possible_numbers(text: str) -> set[str]:
    """What may be a 管理番号; in 「今回は課-R8-0001」 nothing tells where it begins."""
    return {
        found.group(1)[start:] + found.group(2)
        for found in _NUMBER.finditer(text)
        for start in range(len(found.group(1)))
    }


def _begins(rest: str, key: str) -> bool:
    """Whether the text begins with the name; a login ends where no letter of a login follows."""
    if not rest.startswith(key):
        return False
    return not key.isascii() or _LOGIN_END.match(rest[len(key) :]) is None
