"""Which operations have no result, going by the kinds of what forms, scripts and decisions write?

A warning only: a message or a caller may bring another kind than the model shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from engine.dmn import tree
from engine.dmn.kinds import of_type
from engine.dmn.types import UnknownTypeError
from engine.execution.lint_names import own_names, variables, written_by
from engine.execution.lint_report import Report, mistaken
from engine.execution.xml import extension, line_of, local, text
from engine.feel.checking.kinds import DATE, NUMBER, STRING, UNKNOWN, Kind, either
from engine.feel.checking.looking import Surroundings, of_script
from engine.forms.kinds import of_field

_FACTS: Final = Kind(
    name="context",
    entries={
        **dict.fromkeys(("番号", "件名", "プロジェクト", "システム", "開始者"), STRING),
        "年度": NUMBER,
        "開始日": DATE,
    },
)
_ENGINE: Final = {"案件": _FACTS, "設定": UNKNOWN, "完了者": STRING, "代理の本人": STRING}
_SINGLE: Final = frozenset({tree.HitPolicy.UNIQUE, tree.HitPolicy.FIRST, tree.HitPolicy.ANY})


def check_kinds(report: Report, inputs: Iterable[str] | None) -> None:
    """Warn about operations on variables that can have no result.

    `inputs`: the declared inputs, of which nothing is known.
    """
    kinds = _kinds(report, inputs or ())
    around = Surroundings(scope=kinds)
    for use in report.uses:
        if not any(kinds.get(name, UNKNOWN).is_known for name in use.names):
            continue  # nothing that was not known when it was read
        refused = {(one.line, one.column) for one in use.look(Surroundings(scope={}))}
        for found in use.look(around):
            if (found.line, found.column) not in refused:
                report.warn(
                    use.place,
                    found.code,
                    mistaken(use, found),
                    line=line_of(use.place) + found.line - 1,
                    column=found.column,
                )


def _kinds(report: Report, inputs: Iterable[str]) -> Mapping[str, Kind]:
    """Name -> kind of the variables, unknown where one place may write another kind."""
    made: dict[str, Kind] = {}
    for name, kind in (*_written(report), *((name, UNKNOWN) for name in inputs)):
        made[name] = either(made[name], kind) if name in made else kind
    return {**made, **_ENGINE}


def _written(report: Report) -> Iterator[tuple[str, Kind]]:
    for form in report.forms.values():
        yield from ((field.key, of_field(field)) for field in variables(form.fields))
    for source in report.scripts:
        yield from of_script(source, Surroundings(scope={}))[0].items()
    for scope in report.diagram.scopes:  # associations may bring anything
        yield from ((name, UNKNOWN) for name in report.data.declared(scope.node))
    for _, node in report.diagram.nodes():
        yield from ((name, UNKNOWN) for name in own_names(report, node))
        if local(node) == "businessRuleTask":
            yield from _decided(report, node)
        else:
            yield from ((name, UNKNOWN) for name in written_by(report, node) if name)
    for carrier in report.diagram.root.iter("{*}variableName"):
        yield text(carrier), UNKNOWN


def _decided(report: Report, node: etree._Element) -> Iterator[tuple[str, Kind]]:
    """What a decision writes: of the type of its column, where it gives one answer."""
    id_ = text(extension(node, "calledDecisionId"))
    model = report.known.decisions.get(id_)
    typed: dict[str, Kind] = {}
    for decision in () if model is None else model.definitions.decisions:
        table = decision.logic
        if model is None or id_ not in (decision.id, decision.name):
            continue
        if isinstance(table, tree.TableBox) and table.hit_policy in _SINGLE:
            for output in table.outputs:
                try:
                    typed[output.name] = of_type(model.types.find(output.type_ref))
                except UnknownTypeError:
                    continue
    for name in written_by(report, node):
        yield name, typed.get(name, UNKNOWN)
