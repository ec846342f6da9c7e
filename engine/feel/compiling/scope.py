"""Where a running expression finds the value of a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel.evaluation import Evaluation

Run = Callable[[Mapping[str, Any], Evaluation], Any]


class Scope(dict[str, Any]):
    """Names bound inside an expression; what it lacks is looked up outside."""

    __slots__ = ("outer",)

    def __init__(self, outer: Mapping[str, Any], **names: Any) -> None:
        super().__init__(**names)
        self.outer = outer

    def __missing__(self, name: str) -> Any:
        return self.outer[name]


class ItemScope(dict[str, Any]):
    """What a filter sees: the entries of the item if it is a context, then `item`, then outside."""

    __slots__ = ("item", "outer")

    def __init__(self, outer: Mapping[str, Any], item: Any) -> None:
        super().__init__()
        self.outer = outer
        self.item = item

    def __missing__(self, name: str) -> Any:
        item = self.item
        if type(item) is dict and name in item:
            return item[name]
        return item if name == "item" else self.outer[name]
