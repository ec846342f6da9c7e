"""How the fields of a form lie on a page: plain ones together in panels, lists and groups apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from engine.forms.fields import Kind
from engine.forms.showing import Shown, ShownField

SHORT_ANSWERS = 12  # letters in all choices that fit beside another field
_WIDE = frozenset(
    {
        Kind.AREA,
        Kind.CHECKLIST,
        Kind.TAGLIST,
        Kind.FILE,
        Kind.STATIC,
        Kind.TABLE,
        Kind.SEPARATOR,
        Kind.LIST,
    }
)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One part of the form: `kind` is panel, list or table; `field` the list, table or group."""

    kind: str
    fields: tuple[ShownField, ...] = ()
    field: ShownField | None = None


def blocks(shown: Shown) -> list[Block]:
    return list(_blocks(shown.fields))


def _blocks(fields: Sequence[ShownField]) -> Iterator[Block]:
    plain: list[ShownField] = []
    for field in fields:
        if field.kind not in (Kind.LIST, Kind.GROUP, Kind.TABLE):
            if field.kind is not Kind.SPACER:
                plain.append(field)
            continue
        if plain:
            yield Block(kind="panel", fields=tuple(plain))
            plain = []
        yield from _apart(field)
    if plain:
        yield Block(kind="panel", fields=tuple(plain))


def _apart(field: ShownField) -> Iterator[Block]:
    if field.kind is not Kind.GROUP:
        is_table = field.kind is Kind.TABLE or not field.is_input
        yield Block(kind="table" if is_table else "list", field=field)
        return
    simple = tuple(child for child in field.fields if child.kind not in (Kind.LIST, Kind.TABLE))
    yield Block(kind="panel", field=field, fields=simple)
    for child in field.fields:
        if child.kind in (Kind.LIST, Kind.TABLE):
            yield from _apart(child)


def is_wide(field: ShownField) -> bool:
    """Whether the field takes the whole width of its panel."""
    if field.kind is Kind.RADIO:
        return sum(len(choice.label) for choice in field.choices) > SHORT_ANSWERS
    return field.kind in _WIDE


@lru_cache(maxsize=256)
def markdown(text: str) -> Markup:
    """The text of a form file as harmless HTML; its headings begin at level 3."""
    html = MarkdownIt("js-default").render(text)
    for level in (4, 3, 2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(
            f"</h{level}>", f"</h{level + 2}>"
        )
    return Markup(nh3.clean(html))  # noqa: S704  cleaned on this very line
