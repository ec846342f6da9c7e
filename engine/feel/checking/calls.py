"""May a function be called like this: so many values, of these names, of these kinds?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.domain.sentence import Sentence
from engine.feel.builtins.signature import Builtin, Overload, Slot
from engine.feel.checking.kinds import Kind, word
from engine.feel.nearby import hint
from engine.feel.tree import Call

Complaint = tuple[int, Sentence]  # offset in the text, what is wrong there
_ALSO: Final = {
    "date": frozenset({"date and time"}),
    "date and time": frozenset({"date"}),
    "duration": frozenset({"days and time duration", "years and months duration"}),
    "time": frozenset({"date", "date and time"}),
}


def of_builtin(node: Call, function: Builtin, kinds: Sequence[Kind]) -> Iterator[Complaint]:
    """What is wrong with the call of a built-in function, of which one way to call must fit."""
    if node.names:
        yield from _of_names(node, function, kinds)
        return
    ways = [way for way in function.overloads if way.takes(len(kinds))]
    if not ways:
        usage = " / ".join(dict.fromkeys(_usage(function.name, one) for one in function.overloads))
        yield node.at, _count(function.name, len(kinds), usage)
    elif all(_misfits(way, range(len(kinds)), kinds) for way in ways):
        place, slot, kind = _misfits(ways[-1], range(len(kinds)), kinds)[0]
        yield node.arguments[place].at, _kind(function.name, slot.name, kind)


def _of_names(node: Call, function: Builtin, kinds: Sequence[Kind]) -> Iterator[Complaint]:
    names = {slot.name for way in function.overloads for slot in way.slots}
    unknown = [name for name in node.names if name not in names]
    if unknown:
        yield node.at, _name(function.name, unknown[0], names)
        return
    ways = [way for way in function.overloads if not _missing(way, node.names)]
    if not ways:
        nearest = max(function.overloads, key=lambda way: len(_named(way) & set(node.names)))
        absent = [name for name in _missing(nearest, node.names) if name not in node.names]
        yield node.at, _absent(function.name, absent[0] if absent else node.names[0])
        return
    for way in ways:
        order = [[slot.name for slot in way.slots].index(name) for name in node.names]
        found = _misfits(way, order, kinds)
        if not found:
            return
    place, slot, kind = found[0]
    yield node.arguments[place].at, _kind(function.name, slot.name, kind)


def _named(way: Overload) -> set[str]:
    return {slot.name for slot in way.slots}


def _missing(way: Overload, names: Sequence[str]) -> list[str]:
    """What this way to call wants and is not given, or is given and does not take."""
    wanted = [slot.name for slot in way.slots[: way.required]]
    return [name for name in wanted if name not in names] + [
        name for name in names if name not in _named(way)
    ]


def _misfits(
    way: Overload, order: Sequence[int], kinds: Sequence[Kind]
) -> list[tuple[int, Slot, Kind]]:
    """The arguments that can never be what this way to call wants; `order`: slot of each."""
    last = len(way.slots) - 1
    placed = [(way.slots[min(slot, last)], kind) for slot, kind in zip(order, kinds, strict=True)]
    return [
        (number, slot, kind)
        for number, (slot, kind) in enumerate(placed)
        if not fits(slot.type.name, kind)
    ]


def fits(wanted: str, kind: Kind) -> bool:
    """Whether a value of the kind may be passed on.

    A list of one stands for its element, and a single value for a list of one.
    """
    if not kind.is_known or wanted in ("", "Any", "list", kind.name) or kind.name == "list":
        return True
    return kind.name in _ALSO.get(wanted, frozenset())


def of_function(node: Call, name: str, callee: Kind, kinds: Sequence[Kind]) -> Iterator[Complaint]:
    """What is wrong with the call of a function whose parameters are known."""
    parameters = callee.parameters
    if parameters is None:
        return
    names = [parameter.name for parameter in parameters]
    if node.names:
        yield from ((node.at, said) for said in of_arguments(name, names, node.names))
    elif len(kinds) != len(parameters):
        yield node.at, _count(name, len(kinds), f"{name}({', '.join(names)})")
        return
    by_name = {parameter.name: parameter.kind for parameter in parameters}
    for given, argument, kind in zip(node.names or names, node.arguments, kinds, strict=True):
        wanted = by_name.get(given)
        if wanted is not None and not fits(wanted.name, kind):
            yield argument.at, _kind(name, given, kind)


def of_arguments(function: str, wanted: Sequence[str], given: Sequence[str]) -> Iterator[Sentence]:
    """What is wrong with the names of the arguments of a call, which must all be there."""
    unknown = [name for name in given if name not in wanted]
    for name in unknown:
        yield _name(function, name, set(wanted) - set(given))
    for name in wanted if not unknown else ():
        if name not in given:
            yield _absent(function, name)


def _usage(name: str, way: Overload) -> str:
    slots = [f"[{slot.name}]" if slot.optional else slot.name for slot in way.slots]
    return f"{name}({', '.join(slots)}{'…' if way.variadic else ''})"


def _count(name: str, given: int, usage: str) -> Sentence:
    return Sentence(
        "関数「%(name)s」に渡す値の数が違います（%(given)s個）。%(usage)s と書きます。",
        name=name,
        given=given,
        usage=usage,
    )


def _name(function: str, name: str, names: set[str]) -> Sentence:
    return Sentence(
        "関数「%(function)s」に引数「%(name)s」はありません。%(hint)s",
        function=function,
        name=name,
        hint=hint(name, names),
    )


def _absent(function: str, name: str) -> Sentence:
    return Sentence(
        "関数「%(function)s」の引数「%(name)s」がありません。", function=function, name=name
    )


def _kind(function: str, name: str, kind: Kind) -> Sentence:
    return Sentence(
        "関数「%(function)s」の引数「%(name)s」に%(kind)sは渡せません。",
        function=function,
        name=name,
        kind=word(kind.name),
    )
