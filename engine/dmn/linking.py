"""Which element does each requirement of a model mean, and in which order are they computed?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.dmn import tree
from engine.dmn.elements import Binding, Element
from engine.dmn.run import Key
from engine.domain.sentence import Sentence

Drawn = tree.InputData | tree.Decision | tree.Knowledge | tree.Service
Complain = Callable[[str, str, Drawn], None]  # code, sentence, where


@dataclass(kw_only=True)
class Linker:
    """Resolves hrefs against the model's own elements and those of its imports."""

    definitions: tree.Definitions
    imported: Mapping[Key, tuple[Drawn, Element]]
    complain: Complain
    own: dict[Key, Drawn] = field(init=False)
    aliases: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        drawn = self.definitions
        groups: Iterable[Iterable[Drawn]] = (
            drawn.inputs,
            drawn.decisions,
            drawn.knowledge,
            drawn.services,
        )
        self.own = {(drawn.namespace, one.id): one for group in groups for one in group}
        self.aliases = {one.namespace: one.name for one in drawn.imports}

    def bindings(self, hrefs: Iterable[str], where: Drawn) -> tuple[Binding, ...]:
        """What the hrefs mean, in order; one that means nothing is complained about."""
        found = []
        for href in hrefs:
            key = self._key(href)
            target = self.own.get(key)
            if target is None and key in self.imported:
                target = self.imported[key][0]
            if target is None:
                sentence = Sentence(
                    "「%(name)s」が必要とする要素「%(href)s」がありません。",
                    name=where.name,
                    href=href,
                )
                self.complain("missing_requirement", sentence, where)
                continue
            alias = "" if key in self.own else self.aliases.get(key[0], "")
            found.append(Binding(alias=alias, name=target.variable.name, key=key))
        return tuple(found)

    def _key(self, href: str) -> Key:
        namespace, _, id_ = href.rpartition("#")
        return namespace or self.definitions.namespace, id_

    def in_order(self) -> list[Drawn]:
        """The model's own elements, each after those it requires; cycles are complained about."""
        ordered: list[Drawn] = []
        state: dict[Key, bool] = {}  # False: being visited, True: done
        for start in self.own:
            stack = [(start, False)]
            while stack:
                key, is_left = stack.pop()
                if is_left:
                    state[key] = True
                    ordered.append(self.own[key])
                elif key not in state:
                    state[key] = False
                    stack.append((key, True))
                    stack.extend((one, False) for one in self._required(self.own[key]))
                elif not state[key]:
                    self._complain_of_cycle(self.own[key])
        return ordered

    def _complain_of_cycle(self, where: Drawn) -> None:
        sentence = Sentence(
            "「%(name)s」は、たどっていくと自分自身を必要としています。", name=where.name
        )
        self.complain("requirement_cycle", sentence, where)

    def _required(self, where: Drawn) -> list[Key]:
        """Keys of the model's own elements that must be compiled before this one."""
        keys = [self._key(href) for href in hrefs_of(where)]
        return [key for key in reversed(keys) if key in self.own]


def hrefs_of(drawn: Drawn) -> tuple[str, ...]:
    """Every requirement of an element."""
    if isinstance(drawn, tree.Decision):
        return drawn.requires + drawn.knowledge
    if isinstance(drawn, tree.Knowledge):
        return drawn.knowledge
    if isinstance(drawn, tree.Service):
        return drawn.outputs + drawn.input_data + drawn.input_decisions
    return ()


def order_of(
    targets: Iterable[Key], elements: Mapping[Key, Element], given: frozenset[Key] = frozenset()
) -> tuple[Element, ...]:
    """`targets` and all they require, each after what it requires; `given` are left out.

    A service counts as a leaf: what happens inside is its own affair.
    """
    ordered: dict[Key, Element] = {}
    entered: set[Key] = set(given)
    stack = [(key, False) for key in targets]
    while stack:
        key, is_left = stack.pop()
        element = elements.get(key)
        if element is None:
            continue
        if is_left:
            ordered[key] = element
        elif key not in entered:
            entered.add(key)
            stack.append((key, True))
            stack.extend((binding.key, False) for binding in element.bindings)
    return tuple(ordered.values())
