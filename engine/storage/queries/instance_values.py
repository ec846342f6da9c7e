"""Which instances hold a value: by its key, or by a word in it."""

from __future__ import annotations

import sqlalchemy as sa

from engine.domain.instance_values import TEXT, Spans
from engine.storage.schema import process_instance as instance
from engine.storage.schema_values import instance_value as value


def holding(wanted: Spans, *, of_roots: bool, is_common: bool) -> sa.ColumnElement[bool]:
    """Whether an instance, or one that it has called in the end (`of_roots`), holds the value.

    `is_common`: many do; then a list that begins with the newest asks each in turn, and ends soon.
    Otherwise the few that do are looked up.  With 50,000 instances of which all fit, the first
    way takes 1 ms and the second 160; of which one fits, it is 100 and 1.
    """
    if not is_common:
        column = value.c.root_id if of_roots else value.c.instance_id
        here = sa.and_(value.c.name == wanted.name, _fits(wanted))
        return instance.c.id.in_(sa.select(column).where(here))
    # a bare name would make SQLite read all rows of that name for each instance
    here = sa.and_(value.c.name.concat("") == wanted.name, _fits(wanted))
    own = value.c.root_id == (instance.c.id if of_roots else instance.c.root_id)
    mine = [] if of_roots else [value.c.instance_id == instance.c.id]
    return sa.select(sa.literal_column("1")).where(own, *mine, here).select_from(value).exists()


def _fits(wanted: Spans) -> sa.ColumnElement[bool]:
    fitting = [_within(low, high) for low, high in wanted.spans]
    if wanted.word:
        fitting.append(_with_word(wanted.word))
    return sa.or_(*fitting) if fitting else sa.false()


def _within(low: str, high: str) -> sa.ColumnElement[bool]:
    if low == high:
        return value.c.key == low
    return sa.and_(value.c.key >= low, value.c.key <= high)


def _with_word(word: str) -> sa.ColumnElement[bool]:
    """A word in the beginning of a text, which the key holds, or in the whole of a long one.

    No index of keys is of any use for it, so the words are such that none is taken.
    """
    long = value.c.text.contains(word, autoescape=True)
    return sa.or_(value.c.key.like(f"{TEXT}%{_escaped(word)}%", escape="/"), long)


def _escaped(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")
