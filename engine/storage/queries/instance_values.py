"""Which instances hold a value: by its key, or by a word in it."""

from __future__ import annotations

import sqlalchemy as sa

from engine.domain.instance_values import TEXT, Spans
from engine.storage.schema_values import instance_value as value

AFTER_TEXT = chr(ord(TEXT) + 1)


def ids(wanted: Spans, *, of_roots: bool) -> sa.Select[tuple[str]]:
    """Ids of the instances, or of those that have called them in the end."""
    column = value.c.root_id if of_roots else value.c.instance_id
    fitting = [_within(low, high) for low, high in wanted.spans]
    if wanted.word:
        fitting.append(_with_word(wanted.word))
    some = sa.or_(*fitting) if fitting else sa.false()
    return sa.select(column).where(value.c.name == wanted.name, some)


def _within(low: str, high: str) -> sa.ColumnElement[bool]:
    if low == high:
        return value.c.key == low
    return sa.and_(value.c.key >= low, value.c.key <= high)


def _with_word(word: str) -> sa.ColumnElement[bool]:
    """A word in the beginning of a text, which the key holds, or in the whole of a long one."""
    short = sa.func.substr(value.c.key, len(TEXT) + 1).contains(word, autoescape=True)
    long = value.c.text.contains(word, autoescape=True)
    is_text = sa.and_(value.c.key >= TEXT, value.c.key < AFTER_TEXT)
    return sa.and_(is_text, sa.or_(short, long))
