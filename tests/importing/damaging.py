"""Diagrams at random: what an unlucky tool, a broken disk or a hostile hand could make of one."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from lxml import etree

from engine.domain.errors import RefusedError
from engine.execution.bundle import read_bundle
from engine.execution.importing import Around, import_file
from engine.execution.importing_notes import Notes
from engine.execution.importing_reading import read_foreign
from tests.execution.drawing import KNOWN

ROOT = Path(__file__).parents[2]
SAMPLES = Path(__file__).parent / "samples"
VALUES = (
    *("", " ", "true", "１", "-1", "NaN", "P1D", "R/PT0S", "9" * 400, "${a > 1}", "=a > 1"),
    *("${", "#{x.y()}", "${" + "(" * 300, "a" * 70_000, "Start", "End", "x.EndJoin", "\t\n"),
    *("é\u0301", "𠮷", "\u202e", "a:b:c", "::", "{x}y", "<b/>", "null", "0 0 * * *", "[" * 900),
)
MOST_BYTES, MOST_COPIED = 3_000_000, 3_000  # of a file, and of what is put in hundreds of times
Change = Callable[[random.Random, etree._Element], None]


@lru_cache(maxsize=1)
def diagrams() -> tuple[bytes, ...]:
    files = [*sorted(SAMPLES.glob("*.bpmn")), *sorted((ROOT / "bpmn").glob("*/*.bpmn"))]
    return tuple(file.read_bytes() for file in files)


def take_in(content: bytes) -> None:
    """Read, import and check the file; only refusals are fine."""
    with suppress(RefusedError):
        import_file(content, "x.bpmn", Around(known=KNOWN))
    with suppress(RefusedError):
        read_bundle("case", {"case.bpmn": content}, KNOWN)


def damaged_diagram(seed: int) -> bytes:
    """A diagram with a few things wrong; the same seed gives the same file."""
    chance = random.Random(seed)
    content = chance.choice(diagrams())
    if chance.random() < 0.25:
        return _bytes(chance, content)
    root = read_foreign(content, "x.bpmn", Notes())
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        chance.choice(CHANGES)(chance, root)
        if _size(root) > MOST_BYTES:
            break
    return bytes(etree.tostring(root))


def _size(element: etree._Element) -> int:
    return len(etree.tostring(element))


def _bytes(chance: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 2, 10))):
        if not made:
            break
        at = chance.randrange(len(made))
        kind = chance.randrange(4)
        if kind == 0:
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del made[at : at + chance.choice((1, 50, 4000))]
        elif kind == 2:
            made[at:at] = chance.choice((b"\0", b"\xff\xfe", b"<", b"&x;", b"]]>", b"<!--", b" "))
        else:
            made[at : at + 3] = chance.randbytes(3)
    codes = ("utf-8", "utf-16", "utf-16-be", "cp932", "utf-8-sig", "euc-jp", "latin-1")
    if chance.random() < 0.2:
        return bytes(made).decode("utf-8", "replace").encode(chance.choice(codes), "replace")
    return bytes(made) or b"<"


def _any(chance: random.Random, root: etree._Element) -> etree._Element:
    return chance.choice(list(root.iter(etree.Element)))


def _inner(chance: random.Random, root: etree._Element) -> etree._Element | None:
    found: Sequence[etree._Element] = list(root.iter(etree.Element))[1:]
    return chance.choice(found) if found else None


def _delete(chance: random.Random, root: etree._Element) -> None:
    one = _inner(chance, root)
    parent = None if one is None else one.getparent()
    if one is not None and parent is not None:
        parent.remove(one)


def _double(chance: random.Random, root: etree._Element) -> None:
    one = _inner(chance, root)
    if one is not None:
        _any(chance, root).append(copy.deepcopy(one))


def _move(chance: random.Random, root: etree._Element) -> None:
    one, home = _inner(chance, root), _any(chance, root)
    if one is not None and one not in (home, *home.iterancestors()):
        home.insert(chance.randrange(len(home) + 1), one)


def _drop_attribute(chance: random.Random, root: etree._Element) -> None:
    one = _any(chance, root)
    if one.attrib:
        del one.attrib[chance.choice(list(one.attrib))]


def _scramble(chance: random.Random, root: etree._Element) -> None:
    one, other = _any(chance, root), _any(chance, root)
    if not one.attrib:
        return
    name = chance.choice(list(one.attrib))
    values = [str(v) for v in other.attrib.values()] or [""]
    value = chance.choice(values if chance.random() < 0.5 else VALUES)
    one.set(name, value)


def _add_attribute(chance: random.Random, root: etree._Element) -> None:
    other = _any(chance, root)
    for name in list(other.attrib)[:1]:
        _any(chance, root).set(name, str(other.get(name)))


def _text(chance: random.Random, root: etree._Element) -> None:
    _any(chance, root).text = chance.choice(VALUES)


def _rename(chance: random.Random, root: etree._Element) -> None:
    _any(chance, root).tag = _any(chance, root).tag


def _many(chance: random.Random, root: etree._Element) -> None:
    one, home = _inner(chance, root), _any(chance, root)
    if one is None or _size(one) > MOST_COPIED:  # else the file itself would fill the machine
        return
    one = copy.deepcopy(one)  # as it is now: `home` may lie inside it
    for _ in range(chance.choice((20, 300))):
        home.append(copy.deepcopy(one))


def _deep(chance: random.Random, root: etree._Element) -> None:
    home = _any(chance, root)
    tag = _any(chance, root).tag
    for _ in range(chance.choice((30, 200))):
        home = etree.SubElement(home, tag)


CHANGES: tuple[Change, ...] = (
    *(_delete, _delete, _double, _double, _move, _move, _drop_attribute, _drop_attribute),
    *(_scramble, _scramble, _scramble, _add_attribute, _text, _text, _rename, _many, _deep),
)
