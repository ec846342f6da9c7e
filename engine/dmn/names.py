"""Which names may an expression use, so that FEEL reads those with spaces and signs as one?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, Final

from engine.dmn import tree

_SIGNS: Final = re.compile(r"\s*[-+*/.']\s*")


@dataclass(frozen=True)
class Names:
    """`scope`: variables in scope.  `members`: names that may follow a dot, wherever they occur.

    `is_open`: other variables may be in scope as well, so that a name not listed is no mistake.
    """

    scope: frozenset[str]
    members: frozenset[str]
    is_open: bool = False

    def plus(self, *names: str) -> Names:
        return replace(self, scope=self.scope.union(names))

    def opened(self) -> Names:
        return replace(self, is_open=True)

    def unknown(self, used: Iterable[str]) -> list[str]:
        """Those of the used names that nothing can stand for.

        Inside a filter a member is a name like any other, so members are let pass.
        """
        return [] if self.is_open else sorted(set(used) - self.scope - self.members)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every name FEEL is told.

        A member such as `a-b` is left out where both `a` and `b` are variables: there the text
        `a-b` is a subtraction.
        """
        return self.scope | {name for name in self.members if not self._is_arithmetic(name)}

    def _is_arithmetic(self, name: str) -> bool:
        parts = _SIGNS.split(name)
        return len(parts) > 1 and self.scope.issuperset(parts)


def members_of(definitions: tree.Definitions) -> set[str]:
    """Every name that may follow a dot: of item components, table outputs and context entries."""
    found: set[str] = set()
    stack: list[Any] = [definitions]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(part)
        elif is_dataclass(part):
            found |= _names_in(part)
            stack.extend(getattr(part, one.name) for one in fields(part))
    return found


def _names_in(part: Any) -> set[str]:
    if isinstance(part, tree.Item):
        return {component.name for component in part.components}
    if isinstance(part, tree.TableBox):
        return {output.name for output in part.outputs}
    if isinstance(part, tree.ContextBox):
        return {entry.variable.name for entry in part.entries if entry.variable is not None}
    if isinstance(part, tree.RelationBox):
        return {column.name for column in part.columns}
    return set()
