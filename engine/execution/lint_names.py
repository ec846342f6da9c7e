"""Which names does a process read that nothing in it ever writes?

Reading such a name stops the instance, so a typing error should be told before.  It is a warning
only: first values may come from outside, and a name may be written on one path and read on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.dmn import tree
from engine.dmn.model import Model
from engine.domain.sentence import Sentence
from engine.execution.data_parts import Where, names_by_id
from engine.execution.entries import event_entries
from engine.execution.lint_report import ENGINE_NAMES, Report
from engine.execution.model import Known
from engine.execution.properties import of
from engine.execution.xml import SPIFF, child, children, extension, line_of, local, text
from engine.feel.builtins.registry import BUILTINS
from engine.feel.nearby import hint
from engine.forms.checking import LOOKUPS
from engine.forms.fields import Field, Form, Kind

RESULT = "結果"  # what a process without a declared interface hands back
COUNTS = frozenset(  # in scope of a completion condition, `loopCounter` in every run as well
    {
        "done",
        "total",
        "loopCounter",
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
        "counts",  # of an ad hoc sub-process
    }
)
_ITEMS = ("inputDataItem", "outputDataItem")


def check_names(report: Report, inputs: Iterable[str] | None) -> None:
    """Warn about names that are read but written nowhere.

    `inputs`: the declared inputs; None when the process declares no interface.
    """
    written = set(_written(report, inputs))
    if "*" in written:  # something writes names that only show at run time
        return
    known = written | BUILTINS.keys()
    for use in report.uses:
        for name in sorted(use.names - written - COUNTS):
            line, column = use.place_of(name)
            report.warn(
                use.place,
                "unknown_name",
                Sentence(
                    "「%(name)s」というデータ項目を書き込む場所がありません。名前を確かめます。%(hint)s",
                    name=name,
                    hint=hint(name, known),
                ),
                line=line_of(use.place) + line - 1 if line else 0,
                column=column,
            )
    for _, node in report.diagram.nodes("userTask"):
        form = report.forms.get(of(node).get("formKey", ""))
        for name in sorted(_read_by(form) - written) if form else ():
            report.warn(
                node,
                "unknown_name",
                Sentence(
                    "入力フォームの式が使う「%(name)s」を書き込む場所がありません。"
                    "名前を確かめます。%(hint)s",
                    name=name,
                    hint=hint(name, known),
                ),
            )


def _written(report: Report, inputs: Iterable[str] | None) -> Iterator[str]:
    yield from ENGINE_NAMES
    for scope in report.diagram.scopes:
        yield from report.data.declared(scope.node)
    for _, node in report.diagram.nodes():
        yield from own_names(report, node)
    yield from inputs or ()
    for form in report.forms.values():
        yield from (field.key for field in variables(form.fields))
    for script in report.scripts.values():
        yield from (name for name, _ in script.assignments)
    for _, node in report.diagram.nodes():
        yield from written_by(report, node)
    for kind in ("signal", "error", "escalation"):
        for carrier in children(report.diagram.root, kind):
            yield text(extension(carrier, "variableName"))


def written_by(report: Report, node: etree._Element) -> Iterator[str]:
    """The names a node writes, apart from its scripts and forms; `*` for names nobody knows."""
    kind = local(node)
    operator = extension(node, "serviceTaskOperator")
    yield "" if operator is None else operator.get("resultVariable", "")
    yield text(extension(node, "variableName"))
    for place in node.iter(f"{{{SPIFF}}}messageVariable"):
        yield text(place)
    for repeat in children(node, "multiInstanceLoopCharacteristics"):
        yield from (item.get("id", "") for item in children(repeat, *_ITEMS))
        output = text(child(repeat, "loopDataOutputRef"))
        yield names_by_id(report.data, report.data.dataflow(node), node).get(output, output)
    for association in report.data.dataflow(node).writes:
        if association.target is not None and association.target.where == Where.PATH:
            yield association.target.item.name
    if kind == "callActivity":
        yield from report.known.outputs.get(node.get("calledElement", ""), ("*",))
    elif kind == "businessRuleTask":
        yield from decided_by(report.known, text(extension(node, "calledDecisionId")))
    elif spreads_payload(node) and _begins(report, node):
        yield "*"


def _begins(report: Report, node: etree._Element) -> bool:
    return any(one is node for one in event_entries(report.diagram))


def written_at(report: Report, node: etree._Element) -> set[str]:
    """All names a node writes, its scripts and form included."""
    written = set(written_by(report, node))
    for place, names in report.assigned:
        if place is node:
            written |= names
    if not text(extension(node, "variableName")):
        written |= fields_of(report, node)
    for definition in children(node):
        for kind in ("signal", "error", "escalation"):
            carrier = report.diagram.find(kind, definition.get(f"{kind}Ref"))
            if carrier is not None:
                written.add(text(extension(carrier, "variableName")))
    return written - {""}


def fields_of(report: Report, node: etree._Element) -> frozenset[str]:
    """The names of the fields of a node's form."""
    form = report.forms.get(of(node).get("formKey", ""))
    return frozenset(field.key for field in variables(form.fields)) if form else frozenset()


def own_names(report: Report, node: etree._Element) -> frozenset[str]:
    """The names a node has for itself: inputs, outputs, properties, registers it reads."""
    flow = report.data.dataflow(node)
    stores = (one.item.name for a in flow.reads for one in a.sources if one.where == Where.STORE)
    return frozenset((*flow.own, *stores))


def spreads_payload(start: etree._Element) -> bool:
    """Whether the entries of a message's payload become variables of their own."""
    if child(start, "messageEventDefinition") is None and local(start) != "receiveTask":
        return False
    if child(start, "dataOutput") is not None:
        return False
    return next(start.iter(f"{{{SPIFF}}}messageVariable"), None) is None


def decided_by(known: Known, id_: str) -> list[str]:
    """The names that a decision sets; none for one nobody knows."""
    model = known.decisions.get(id_)
    found: list[str] = []
    for decision in () if model is None else _decisions(model, id_):
        outputs = decision.logic.outputs if isinstance(decision.logic, tree.TableBox) else ()
        named = [output.name for output in outputs if output.name]
        found += named or [decision.variable.name or decision.name]
    return found


def _decisions(model: Model, id_: str) -> list[tree.Decision]:
    return [d for d in model.definitions.decisions if id_ in (d.id, d.name)]


def variables(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields that become variables; those inside a repeat row do not."""
    for field in fields:
        if field.kind is Kind.GROUP:
            yield from variables(field.children)
        else:
            yield field


def _read_by(form: Form) -> set[str]:
    own = {field.key for field in form.walk()}
    return {name for found in form.expressions() for name in found.names} - own - LOOKUPS
