"""Does every data association lead from something that is there to something that takes it?"""

from __future__ import annotations

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.data_parts import Association, Dataflow, IoSet, Ref, Where, is_placeholder
from engine.execution.item_types import ANY
from engine.execution.lint_names import written_at
from engine.execution.lint_report import Report
from engine.execution.model import ACTIVITIES, EVENTS, SUBPROCESSES
from engine.execution.xml import child, children, event_definitions, extension, local, text

_CARRIERS = frozenset({"message", "signal", "error", "escalation"})
_IN, _OUT = "dataInputAssociation", "dataOutputAssociation"


def check_dataflow(report: Report) -> None:
    """Input and output specifications, and the associations of activities and events."""
    process = report.diagram.process
    if process is not None:
        _check_sets(report, process, report.data.dataflow(process))
    for _, node in report.diagram.nodes(*(ACTIVITIES | EVENTS)):
        flow = report.data.dataflow(node)
        _check_sets(report, node, flow)
        _check_filled(report, node, flow)
        for tag in (_IN, _OUT):
            for place in children(node, tag):
                _Association(report, node, flow, place).check()
        if node.get("triggeredByEvent") == "true":
            _check_event_subprocess(report, node, flow)
        elif local(node) in EVENTS:
            _check_event(report, node, flow)
        elif flow.has_interface:
            _check_messages(report, node, flow)
        _check_beginning(report, node, flow)
        _check_items(report, node, flow)


class _Association:
    """One association of an element."""

    def __init__(
        self, report: Report, node: etree._Element, flow: Dataflow, place: etree._Element
    ) -> None:
        self.report, self.node, self.flow, self.place = report, node, flow, place
        self.is_input = local(place) == _IN
        siblings = children(node, local(place))
        self.read: Association = (flow.reads if self.is_input else flow.writes)[
            siblings.index(place)
        ]

    def check(self) -> None:
        if not self._ends():
            return
        sources_fit = [self._source_fits(ref) for ref in self.read.sources]
        if self._target_fits() and all(sources_fit):
            self._content()

    def _refuse(self, code: str, message: str) -> bool:
        self.report.refuse(self.place, code, message)
        return False

    def _ends(self) -> bool:
        """Every reference names something that the element can see."""
        found = True
        for end in children(self.place, "sourceRef", "targetRef"):
            id_ = text(end)
            if id_ not in self.report.data.nodes:
                found = self._refuse(
                    "missing_ref",
                    Sentence(
                        "データの関連が指す「%(id_)s」がありません。参照先を作るか、選び直します。",
                        id_=id_,
                    ),
                )
            elif self.report.data.find(self.node, id_) is None:
                found = self._refuse(
                    "data_out_of_scope",
                    Sentence(
                        "データの関連が指す「%(id_)s」は、この要素からは見えません。同じ枠か外側の枠に置きます。",
                        id_=id_,
                    ),
                )
        return found

    def _target_fits(self) -> bool:
        target = self.read.target
        if self.is_input:
            if target is None or (target.where == Where.OWN and target.item.tag != "dataOutput"):
                return True
            return self._refuse(
                "association_target",
                Sentence(
                    "入るデータの関連は、この要素の入力（dataInput）か property につなぎます。"
                ),
            )
        taken = target is not None and (
            target.where in (Where.SHARED, Where.STORE)
            or (target.where == Where.PATH and target.item.tag == "dataOutput")
        )
        return taken or self._refuse(
            "association_target",
            Sentence(
                "出るデータの関連は、データオブジェクト、台帳、外側の出力（dataOutput）につなぎます。"
            ),
        )

    def _source_fits(self, ref: Ref) -> bool:
        if self.is_input:
            taken = ref.where != Where.OWN and ref.item.tag != "dataOutput"
        else:
            taken = ref.where == Where.OWN
        if self.is_input or taken:
            return taken or self._refuse(
                "association_source",
                Sentence(
                    "入るデータの関連は、データオブジェクト、台帳、外側の入力（dataInput）から始めます。"
                ),
            )
        return self._refuse(
            "association_source",
            Sentence("出るデータの関連は、この要素の出力（dataOutput）か property から始めます。"),
        )

    def _content(self) -> None:
        read = self.read
        if read.transformation is not None:
            self.report.expression(
                self.node, read.transformation, Sentence("変換（transformation）")
            )
        for one in read.assignments:
            self.report.expression(self.node, one.source, Sentence("代入元（from）"))
            self._assigned(one.path)
        if not read.is_plain:
            return
        if len(read.sources) > 1 or (self.is_input and not read.sources):
            self._refuse(
                "association_source",
                Sentence(
                    "何を写すかが決まりません。元を1つにするか、変換（transformation）に式を書きます。"
                ),
            )
        elif not read.sources:
            self._written_by_name()

    def _assigned(self, path: tuple[str, ...] | None) -> None:
        target = self.read.target
        if target is None or path is None or path[0] != target.item.name:
            name = "" if target is None else target.item.name
            self._refuse(
                "assignment_target",
                Sentence(
                    "代入先（to）は関連の先「%(name)s」か、その中の項目（%(name)s.項目）にします。",
                    name=name,
                ),
            )

    def _written_by_name(self) -> None:
        """Without a source the element itself writes under the target's name."""
        target = self.read.target
        if target is None or local(self.node) in SUBPROCESSES:
            return
        if target.where == Where.STORE:
            self._refuse(
                "association_source",
                Sentence("台帳へ何を書くかが決まりません。変換（transformation）に式を書きます。"),
            )
            return
        written = written_at(self.report, self.node)
        own = set(self.flow.own)
        if target.item.name in own or not {target.item.name, "*"} & written:
            self._refuse(
                "nothing_written",
                Sentence(
                    "この要素は「%(name)s」に何も書き込みません。"
                    "入力フォームの項目か代入の名前をそろえるか、"
                    "変換（transformation）に式を書きます。",
                    name=target.item.name,
                ),
            )


def _check_sets(report: Report, node: etree._Element, flow: Dataflow) -> None:
    place = child(node, "ioSpecification")
    around = node if place is None else place
    ids = {
        "Input": {item.id for item in flow.inputs},
        "Output": {item.id for item in flow.outputs},
    }
    for what, partner in (("Input", "outputSet"), ("Output", "inputSet")):
        sets = {one.get("id") for one in children(around, partner)}
        for entry in children(around, f"{what.lower()}Set"):
            if children(entry, f"whileExecuting{what}Refs"):
                report.refuse(
                    node,
                    "while_executing",
                    Sentence(
                        "実行の途中で受け渡すデータ（whileExecuting）は動きません。取り除きます。"
                    ),
                )
            names = (f"data{what}Refs", f"optional{what}Refs")
            wrong = [one for one in map(text, children(entry, *names)) if one not in ids[what]]
            wrong += [r for r in map(text, children(entry, f"{partner}Refs")) if r not in sets]
            for reference in wrong:
                report.refuse(
                    node,
                    "missing_ref",
                    Sentence(
                        "受渡しの組が指す「%(reference)s」がありません。書き直します。",
                        reference=reference,
                    ),
                )


def _check_filled(report: Report, node: etree._Element, flow: Dataflow) -> None:
    """Every input stands in a set, and what is required can come."""
    _check_members(report, node, flow.inputs, flow.input_sets)
    if local(node) not in EVENTS:
        _check_members(report, node, flow.outputs, flow.output_sets)
    filled = {one.target.item.name for one in flow.reads if one.target is not None}
    required = frozenset[str]().union(*(one.required for one in flow.input_sets))
    for name in sorted(required - filled):
        report.refuse(
            node,
            "input_never_filled",
            Sentence(
                "入力「%(name)s」に値を入れるデータの関連がないため、いつまでも始まりません。"
                "関連を描くか、任意（optionalInputRefs）にします。",
                name=name,
            ),
        )


def _check_members(
    report: Report, node: etree._Element, items: tuple[object, ...], sets: tuple[IoSet, ...]
) -> None:
    members = frozenset[str]().union(*(one.members for one in sets))
    for item in items:
        name = getattr(item, "name", "")
        if name not in members:
            report.refuse(
                node,
                "in_no_set",
                Sentence(
                    "受渡しの「%(name)s」がどの組（inputSet、outputSet）にもありません。組に入れます。",
                    name=name,
                ),
            )


def _check_event(report: Report, node: etree._Element, flow: Dataflow) -> None:
    for place in children(node, "property"):
        if not is_placeholder(place):
            report.refuse(
                node,
                "event_property",
                Sentence("イベントの property はだれにも読まれません。取り除きます。"),
            )
    items = (*flow.inputs, *flow.outputs)
    if not items:
        return
    kinds = [local(one).removesuffix("EventDefinition") for one in event_definitions(node)]
    if len(items) > 1 or len(kinds) > 1:
        report.refuse(
            node,
            "event_data",
            Sentence(
                "イベントが受け渡すデータは1つです。1つのデータにまとめるか、イベントを分けます。"
            ),
        )
    elif not set(kinds) & _CARRIERS:
        report.refuse(
            node,
            "event_data",
            Sentence("このイベントはデータを運びません。dataInput と dataOutput を取り除きます。"),
        )
    elif flow.inputs and _has_payload(report, node):
        report.refuse(
            node,
            "two_payloads",
            Sentence("送る内容が、dataInput と内容の式の2か所にあります。どちらか一方にします。"),
        )
    _check_not_interrupting(report, node, flow)


def _check_event_subprocess(report: Report, node: etree._Element, flow: Dataflow) -> None:
    if flow.has_interface or flow.reads or flow.writes:
        report.refuse(
            node,
            "event_subprocess_data",
            Sentence(
                "イベントサブプロセスには受け渡すデータを決められません。"
                "中の開始イベントの dataOutput と、外側のデータオブジェクトを使います。"
            ),
        )


def _has_payload(report: Report, node: etree._Element) -> bool:
    """Whether an expression says what is sent."""
    if next(node.iter("{*}messagePayload"), None) is not None:
        return True
    return any(
        carrier is not None and extension(carrier, "payloadExpression") is not None
        for definition in event_definitions(node)
        for kind in _CARRIERS
        if (carrier := report.diagram.find(kind, definition.get(f"{kind}Ref"))) is not None
    )


def _check_not_interrupting(report: Report, node: etree._Element, flow: Dataflow) -> None:
    """It goes on waiting, and cannot stop for a value that does not fit."""
    if local(node) != "boundaryEvent" or node.get("cancelActivity") != "false":
        return
    items = [*flow.outputs, *(one.target.item for one in flow.writes if one.target is not None)]
    is_simple = all(one.is_plain for one in flow.writes) and not any(
        one.target is not None and one.target.where == Where.STORE for one in flow.writes
    )
    if not is_simple or any(item.kind != ANY or item.is_collection for item in items):
        report.refuse(
            node,
            "event_data",
            Sentence(
                "中断しない境界イベントは、受けたデータを種類を決めずにそのまま写すだけです。変換や台帳への書込みは、次の要素で行います。"
            ),
        )


def _check_messages(report: Report, node: etree._Element, flow: Dataflow) -> None:
    """A task that sends or receives has one thing to send or receive."""
    if local(node) == "receiveTask" and flow.outputs and _is_behind_gateway(report, node):
        report.refuse(
            node,
            "event_data",
            Sentence(
                "イベントのゲートウェイの次の受信タスクは、"
                "受けたデータを dataOutput に入れられません。中間イベントで受けます。"
            ),
        )
    told = {"sendTask": "messagePayload", "receiveTask": "messageVariable"}.get(local(node))
    items = flow.inputs if local(node) == "sendTask" else flow.outputs
    if told is not None and len(items) > 1 and extension(node, told) is None:
        report.refuse(
            node,
            "event_data",
            Sentence(
                "どのデータがメッセージの内容かが決まりません。1つにするか、内容の式か名前を書きます。"
            ),
        )


def _check_beginning(report: Report, node: etree._Element, flow: Dataflow) -> None:
    """What begins an instance and is no start event hands on nothing."""
    begins = node.get("instantiate") == "true" or _is_behind_gateway(report, node, begins=True)
    if begins and flow.outputs:
        report.refuse(
            node,
            "event_data",
            Sentence(
                "案件を始める要素のうち、dataOutput を使えるのは開始イベントだけです。"
                "開始イベントで受けます。"
            ),
        )


def _is_behind_gateway(report: Report, node: etree._Element, *, begins: bool = False) -> bool:
    scope = next(scope for scope, one in report.diagram.nodes() if one is node)
    before = [flow.get("sourceRef", "") for flow in scope.incoming.get(node.get("id", ""), ())]
    gateways = [scope.nodes[id_] for id_ in before if id_ in scope.nodes]
    return any(
        local(one) == "eventBasedGateway" and (not begins or one.get("instantiate") == "true")
        for one in gateways
    )


def _check_items(report: Report, node: etree._Element, flow: Dataflow) -> None:
    """The one item of a repetition has a name of its own."""
    scope = node.getparent()
    taken = {*flow.own, *(report.data.visible(scope) if scope is not None else ())}
    for repeat in children(node, "multiInstanceLoopCharacteristics"):
        for item in children(repeat, "inputDataItem", "outputDataItem"):
            if item.get("id") in taken:
                report.refuse(
                    node,
                    "duplicate_data_name",
                    Sentence(
                        "1件の名前「%(id)s」はデータの名前でもあります。別の名前にします。",
                        id=item.get("id"),
                    ),
                )
