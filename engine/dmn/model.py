"""A decision model that was read, linked and compiled, ready to be evaluated as often as needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.dmn import tree
from engine.dmn.building import Builder
from engine.dmn.elements import Element
from engine.dmn.linking import Drawn, order_of
from engine.dmn.reading import read_tree
from engine.dmn.run import Key
from engine.dmn.tables import Table
from engine.dmn.types import Types
from engine.domain.errors import Finding, NotFoundError, RefusedError


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A compiled model.  `elements` and `drawn` hold those of imported models as well.

    `orders`: per decision or service everything to compute, in order.  `tables`: every decision
    table of this file, for checks.  `members`: names that may follow a dot.
    `findings`: why it would be refused; empty for `read`.
    """

    definitions: tree.Definitions
    types: Types
    elements: Mapping[Key, Element]
    drawn: Mapping[Key, Drawn]
    orders: Mapping[Key, tuple[Element, ...]]
    tables: tuple[Table, ...]
    findings: tuple[Finding, ...]
    members: frozenset[str] = frozenset()

    @property
    def decisions(self) -> tuple[str, ...]:
        """Ids of the decisions of this file, in file order."""
        return tuple(decision.id for decision in self.definitions.decisions)

    def output_names(self, decision: str) -> tuple[str, ...]:
        """The names of the output columns of a decision's table; without table its variable's.

        A single output without name is called like the decision's variable.

        Raises:
            NotFoundError: no such decision.
        """
        drawn = self.drawn[self.find(decision).key]
        table = drawn.logic if isinstance(drawn, tree.Decision) else None
        names = [one.name for one in table.outputs] if isinstance(table, tree.TableBox) else []
        return tuple(names) if any(names) else (drawn.variable.name,)

    def variable_name(self, decision: str) -> str:
        """The name of a decision's variable.

        Raises:
            NotFoundError: no such decision.
        """
        return self.drawn[self.find(decision).key].variable.name

    def find(self, reference: str) -> Element:
        """The element of this file with that id, or else with that name.

        Raises:
            NotFoundError: there is none.
        """
        namespace = self.definitions.namespace
        if (namespace, reference) in self.elements:
            return self.elements[namespace, reference]
        for key, drawn in self.drawn.items():
            if key[0] == namespace and drawn.name == reference and key in self.elements:
                return self.elements[key]
        raise NotFoundError("decision", reference)


def read(content: bytes, file: str, library: Iterable[Model] = ()) -> Model:
    """The model of a decision file of DMN 1.1 to 1.5; `library`: the models it may import.

    Raises:
        RefusedError: the file is no decision model or holds mistakes; all of them are listed.
    """
    model = draft(content, file, library)
    if model.findings:
        raise RefusedError(model.findings)
    return model


def draft(content: bytes, file: str, library: Iterable[Model] = ()) -> Model:
    """Like `read`, but mistakes are only listed in `findings`; broken expressions are null.

    Raises:
        RefusedError: the file is no decision model at all.
    """
    definitions, findings = read_tree(content, file)
    builder = Builder(definitions=definitions, findings=findings)
    imported = {one.definitions.namespace: one for one in library}
    for wanted in definitions.imports:
        model = imported.get(wanted.namespace)
        if model is None:
            builder.miss_import(wanted)
        else:
            builder.add_import(wanted, model.types, model.drawn, model.elements)
    builder.build()
    return Model(
        definitions=definitions,
        types=builder.types,
        elements=builder.elements,
        drawn=builder.drawn,
        orders={key: order_of([key], builder.elements) for key in builder.elements},
        tables=tuple(builder.tables),
        findings=tuple(findings),
        members=builder.members,
    )


def draft_all(files: Mapping[str, bytes]) -> dict[str, Model]:
    """Drafts of several files that may import each other, by file name.

    Raises:
        RefusedError: a file is no decision model at all.
    """
    trees = {file: read_tree(content, file)[0] for file, content in files.items()}
    by_namespace = {one.namespace: file for file, one in trees.items()}
    made: dict[str, Model] = {}
    waiting = list(files)
    while waiting:
        ready = [file for file in waiting if _has_imports(trees[file], by_namespace, made)]
        # Files that import each other in a circle are read without what they miss.
        for file in ready or waiting[:1]:
            made[file] = draft(files[file], file, made.values())
            waiting.remove(file)
    return made


def draft_beside(file: str, files: Mapping[str, bytes]) -> tuple[list[Model], list[Finding]]:
    """Drafts of one file and of those it imports, itself last; the others may be anything.

    The findings are of files that are no decision models, told only where an import is missing:
    one of them may be what is meant.

    Raises:
        RefusedError: the file itself is no decision model at all.
    """
    trees = {file: read_tree(files[file], file)[0]}
    unread: list[Finding] = []
    for name in files.keys() - {file}:
        try:
            trees[name] = read_tree(files[name], name)[0]
        except RefusedError as error:
            unread += error.findings
    by_namespace = {one.namespace: name for name, one in sorted(trees.items())}
    wanted = [file]
    is_complete = True
    for name in wanted:
        for one in trees[name].imports:
            found = by_namespace.get(one.namespace)
            is_complete &= found is not None
            wanted += [found] if found is not None and found not in wanted else []
    made = draft_all({name: files[name] for name in reversed(wanted)})
    faults = [] if is_complete else sorted(unread, key=lambda one: one.file)
    return [made[name] for name in reversed(wanted)], faults


def _has_imports(
    definitions: tree.Definitions, by_namespace: Mapping[str, str], made: Mapping[str, Model]
) -> bool:
    files = (by_namespace.get(one.namespace) for one in definitions.imports)
    return all(file is None or file in made for file in files)
