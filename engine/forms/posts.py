"""The fields of a post: finding rows in it, and adding, copying and removing them.

Names are paths such as `期限` or `不具合/0/内容`.  `不具合/#` says how many rows were on the page,
`不具合/0/#` which row of the variable (from 0) this row came from; a new row has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.forms.fields import MAX_ROWS, Form, Kind

Post = Mapping[str, Sequence[str]]
MARK = "#"
_INDEX = re.compile(r"(\d{1,5})(?:/|$)", re.A)
ADD, COPY, REMOVE = "add", "copy", "remove"


def first(post: Post, path: str) -> str:
    """The first value under that name, or an empty text."""
    values = post.get(path)
    return values[0] if values else ""


def row_count(post: Post, path: str) -> int:
    """Rows of the list at `path`, never more than are allowed."""
    said = _index(first(post, f"{path}/{MARK}"))
    if said >= 0:
        return min(said, MAX_ROWS)
    prefix = f"{path}/"
    indexes = [_index(name[len(prefix) :]) for name in post if name.startswith(prefix)]
    return min(max(indexes, default=-1) + 1, MAX_ROWS)


def origin(post: Post, path: str, index: int, known: int) -> int | None:
    """Which of the `known` rows of the variable the row at `index` shows, if any."""
    said = _index(first(post, f"{path}/{index}/{MARK}"))
    if said < 0 and not post.get(f"{path}/{MARK}"):
        said = index
    return said if 0 <= said < known else None


def rearranged(form: Form, post: Post, action: str) -> dict[str, list[str]] | None:
    """The post after `add:不具合`, `copy:不具合/1` or `remove:不具合/1`; else None."""
    verb, _, target = action.partition(":")
    path, _, index_text = target.rpartition("/") if verb != ADD else (target, "", "")
    lists = {field.key: field for field in form.walk() if field.kind is Kind.LIST}
    if path not in lists or not lists[path].rows.may_change:
        return None
    count = row_count(post, path)
    index = _index(index_text)
    if verb == ADD:
        return _with_count(post, path, count + 1)
    if not 0 <= index < count:
        return None
    if verb == REMOVE:
        return _with_count(_shifted(post, path, index + 1, -1, drop=index), path, count - 1)
    if verb == COPY and count < MAX_ROWS:
        made = _shifted(post, path, index + 1, 1)
        source, target = f"{path}/{index}/", f"{path}/{index + 1}/"
        for name in post:
            if name.startswith(source) and name != source + MARK:
                made[target + name[len(source) :]] = list(post[name])
        return _with_count(made, path, count + 1)
    return None


def _with_count(post: Post, path: str, count: int) -> dict[str, list[str]]:
    made = {name: list(values) for name, values in post.items()}
    made[f"{path}/{MARK}"] = [str(min(count, MAX_ROWS))]
    return made


def _shifted(
    post: Post, path: str, start: int, by: int, drop: int | None = None
) -> dict[str, list[str]]:
    """The post with the rows from `start` on renumbered by `by`, and row `drop` left out."""
    prefix = f"{path}/"
    made: dict[str, list[str]] = {}
    for name, values in post.items():
        index = _index(name[len(prefix) :]) if name.startswith(prefix) else -1
        if index == drop and index >= 0:
            continue
        if index >= start:
            rest = name[len(prefix) :].partition("/")[2]
            made[f"{prefix}{index + by}/{rest}"] = list(values)
        else:
            made[name] = list(values)
    return made


def _index(text: str) -> int:
    found = _INDEX.match(text)
    return int(found[1]) if found else -1
