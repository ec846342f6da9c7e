"""The values that belong to a scope and not to a path: data objects, and properties of scopes.

They are there as long as their process or sub-process runs, are null until something is written,
and every path in the scope sees the same value at once.  An inner scope hides the names of an outer
one.  Whatever an element writes under such a name is theirs when the element is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.errors import InvalidError
from engine.execution.data_parts import Item
from engine.execution.failing import ElementError
from engine.execution.item_types import fits
from engine.execution.sameness import copied, same


class WrongKindError(InvalidError):
    """A value from outside is of another kind than the data object of that name."""

    code = "wrong_kind"


def begin(part: Any, given: dict[str, Any]) -> None:
    """Open the items of a scope; those of the first data that bear their names become theirs.

    Raises:
        WrongKindError
    """
    for name, item in part.spec.declared.items():
        part.objects[name] = fitting(item, given.pop(name, None))


def fitting(item: Item, value: Any) -> Any:
    """The value from outside, if it may stand there.

    Raises:
        WrongKindError
    """
    try:
        return checked(item, value)
    except ElementError as error:
        raise WrongKindError(error.text) from error


def visible(part: Any) -> dict[str, Any]:
    """All that an element of this (sub)process sees; the innermost wins."""
    found: dict[str, Any] = {}
    while part is not None:
        if part.objects:
            found = {**part.objects, **found}
        part = part.parent_workflow
    return found


def everywhere(workflow: Any) -> dict[str, Any]:
    """A copy of all that have a value in an instance; those of the outermost scopes win."""
    found: dict[str, Any] = {}
    for part in reversed(workflow.active_parts()):
        found.update((name, value) for name, value in part.objects.items() if value is not None)
    return {name: copied(value) for name, value in found.items()}


def holder(part: Any, home: str) -> Any:
    """The running scope, around this one or itself, that declares them."""
    while part.spec.name != home:
        part = part.parent_workflow
    return part


def put(spiff_task: Any, item: Item, value: Any) -> None:
    holder(spiff_task.workflow, item.home).objects[item.name] = checked(item, value)


class Shared:
    """The items that the elements of one scope see by their names."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = items

    def settle(self, spiff_task: Any) -> None:
        """Give the scopes what the element wrote under these names.

        What is as it was before is not its own: a run of a repeated activity has it of the body.
        """
        own, above = spiff_task.data, spiff_task.parent.data
        names = [
            name
            for name in self.items.keys() & own.keys()
            if name not in above or not same(own[name], above[name])
        ]
        for name in names:
            checked(self.items[name], own[name])
        for name in names:
            put(spiff_task, self.items[name], own.pop(name))


def checked(item: Item, value: Any) -> Any:
    """The value, if it may stand there.

    Raises:
        ElementError: it is of another kind than the item's definition says, or no list.
    """
    if fits(item.kind or "", value, is_collection=item.is_collection):
        return value
    wanted = "一覧" if item.is_collection else item.kind or ""
    raise ElementError(
        "wrong_kind",
        f"「{item.name}」に入る値の種類が違います（{wanted}が入ります）。",
        f"{item.name} = {value!r}",
    )
