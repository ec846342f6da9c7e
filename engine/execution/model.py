"""What does a diagram hold, and what exists around it?

`Diagram` is a reading view of the XML; `Known` is what the house offers to a model: roles,
operations, registers, other processes and decisions.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.dmn.model import Model
from engine.execution.xml import BPMN, child, children, local

GATEWAYS: Final = frozenset(
    {
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "complexGateway",
        "eventBasedGateway",
    }
)
EVENTS: Final = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
HUMAN: Final = frozenset({"userTask", "manualTask", "task"})  # all three wait for a person
TASKS: Final = HUMAN | {
    "scriptTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
}
AD_HOC: Final = "adHocSubProcess"
SUBPROCESSES: Final = frozenset({"subProcess", "transaction", AD_HOC})
ACTIVITIES: Final = TASKS | SUBPROCESSES | {"callActivity"}
UNSUPPORTED: Final = frozenset(
    {
        "choreographyTask",
        "subChoreography",
        "callChoreography",
        "implicitThrowEvent",
        "event",
    }
)
SCOPES: Final = SUBPROCESSES | {"process"}
FLOW_NODES: Final = GATEWAYS | EVENTS | ACTIVITIES | UNSUPPORTED


@dataclass(frozen=True, kw_only=True)
class OperationSpec:
    """What a service task may call: its parameters and when it runs.

    `needs_one_of`: groups of parameters of which at least one has to be given, e.g. `values` or
    `rows`.  `runs`: `inside` the step or `after_commit`.
    """

    name: str
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    needs_one_of: tuple[frozenset[str], ...] = ()
    runs: str = "inside"

    @property
    def parameters(self) -> frozenset[str]:
        return self.required.union(self.optional, *self.needs_one_of)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What exists outside the folder that is being read.

    `roles`: code -> Japanese name.  `processes`: process keys known or deployed together.
    `calls`: process key -> the keys it calls, as far as known; finds calls in a circle.
    `outputs`: process key -> the names it hands back, as far as known.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, OperationSpec] = field(default_factory=dict)
    registers: frozenset[str] = frozenset()
    processes: frozenset[str] = frozenset()
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: Mapping[str, Model] = field(default_factory=dict)

    def is_group(self, text: str) -> bool:
        """Whether the text is a candidate group: a role code, or its head (`PJMO:head`)."""
        role = text.removesuffix(":head")
        return role in self.roles

    def role_of(self, text: str) -> str | None:
        """The role code for a code or a Japanese role name; None if there is no such role.

        Full-width letters count as plain ones: people type both.
        """
        wanted = _plain(text)
        if wanted in self.roles:
            return wanted
        return next((code for code, name in self.roles.items() if _plain(name) == wanted), None)


@dataclass(frozen=True, kw_only=True)
class Element:
    """A node of the diagram as the screens and the history name it.

    `lane` is the lane's name as drawn, `role` its role code.  `kind` is the BPMN local name.
    """

    id: str
    name: str
    kind: str
    lane: str | None = None
    role: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    trace: tuple[str, ...] = ()
    documentation: str = ""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A process or an embedded sub-process: its own nodes and flows, without those further in.

    `links`: id of a throwing link event -> ids of the catching ones of that name.
    """

    node: etree._Element
    parent: Scope | None
    nodes: Mapping[str, etree._Element]
    flows: Sequence[etree._Element]
    outgoing: Mapping[str, Sequence[etree._Element]]
    incoming: Mapping[str, Sequence[etree._Element]]
    links: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_ad_hoc(self) -> bool:
        """Whether people choose what is done next; there is no start and no end then."""
        return local(self.node) == AD_HOC

    def startable(self) -> list[etree._Element]:
        """The activities a person may start: those no flow leads to."""
        found = self.of_kind(*ACTIVITIES)
        return [
            node
            for node in found
            if not self.incoming.get(node.get("id", "")) and node.get("isForCompensation") != "true"
        ]

    @property
    def is_event_subprocess(self) -> bool:
        return self.node.get("triggeredByEvent") == "true"

    def of_kind(self, *kinds: str) -> list[etree._Element]:
        """The scope's own nodes of these BPMN kinds, in the order of the file."""
        return [node for node in self.nodes.values() if local(node) in kinds]

    def boundary_events(self, id_: str) -> list[etree._Element]:
        """The boundary events attached to that node."""
        return [e for e in self.of_kind("boundaryEvent") if e.get("attachedToRef") == id_]

    def event_subprocesses(self) -> list[etree._Element]:
        """The event sub-processes of this scope."""
        return [n for n in self.of_kind(*SUBPROCESSES) if n.get("triggeredByEvent") == "true"]

    def handler_starts(self) -> list[etree._Element]:
        """What starts the event sub-processes of this scope."""
        return [e for node in self.event_subprocesses() for e in children(node, "startEvent")]

    def targets(self, id_: str) -> list[etree._Element]:
        """The nodes that flows and links from that node lead to; those to nowhere are left out."""
        ids = [flow.get("targetRef", "") for flow in self.outgoing.get(id_, ())]
        found = (self.nodes.get(target) for target in [*ids, *self.links.get(id_, ())])
        return [node for node in found if node is not None]

    def sources(self, id_: str) -> list[str]:
        """The ids of the nodes from which flows and links lead to that node."""
        linked = [source for source, targets in self.links.items() if id_ in targets]
        return [flow.get("sourceRef", "") for flow in self.incoming.get(id_, ())] + linked


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """A BPMN file: its root, every process, and the scopes of the executable one."""

    file: str
    root: etree._Element
    process: etree._Element | None
    scopes: Sequence[Scope]
    lanes: Mapping[str, str]  # node id -> name of the innermost lane
    shared: Mapping[tuple[str, str], etree._Element]  # (kind, id) -> message, signal, error, ...

    @property
    def executable(self) -> list[etree._Element]:
        return [p for p in children(self.root, "process") if p.get("isExecutable") == "true"]

    def nodes(self, *kinds: str) -> Iterator[tuple[Scope, etree._Element]]:
        """Every flow node (of these kinds) with its scope."""
        for scope in self.scopes:
            for node in scope.nodes.values():
                if not kinds or local(node) in kinds:
                    yield scope, node

    def lane_of(self, scope: Scope, id_: str) -> str | None:
        """The name of the lane a node lies in; inside a sub-process, else that of its frame."""
        if id_ in self.lanes:
            return self.lanes[id_]
        if scope.parent is None:
            return None
        return self.lane_of(scope.parent, scope.node.get("id", ""))

    def find(self, kind: str, id_: str | None) -> etree._Element | None:
        """The root element (message, signal, error, escalation) of that id."""
        return self.shared.get((kind, id_ or ""))


def view(root: etree._Element, file: str) -> Diagram:
    """The reading view of a BPMN file; its first executable process is the one that runs."""
    processes = children(root, "process")
    executable = [p for p in processes if p.get("isExecutable") == "true"]
    process = next(iter(executable or processes), None)
    scopes: list[Scope] = []
    if process is not None:
        _collect(process, None, scopes)
    return Diagram(
        file=file,
        root=root,
        process=process,
        scopes=scopes,
        lanes=_lanes(process),
        shared={(local(e), e.get("id", "")): e for e in children(root)},
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _collect(node: etree._Element, parent: Scope | None, into: list[Scope]) -> None:
    nodes = {e.get("id", ""): e for e in children(node, *FLOW_NODES) if e.get("id")}
    flows = children(node, "sequenceFlow")
    outgoing: dict[str, list[etree._Element]] = defaultdict(list)
    incoming: dict[str, list[etree._Element]] = defaultdict(list)
    for flow in flows:
        outgoing[flow.get("sourceRef", "")].append(flow)
        incoming[flow.get("targetRef", "")].append(flow)
    scope = Scope(
        node=node,
        parent=parent,
        nodes=nodes,
        flows=flows,
        outgoing=outgoing,
        incoming=incoming,
        links=_links(nodes),
    )
    into.append(scope)
    for inner in children(node, *SCOPES):
        _collect(inner, scope, into)


def link_name(event: etree._Element) -> str | None:
    """The name of a link event's link; None for every other node."""
    definition = child(event, "linkEventDefinition")
    return None if definition is None else definition.get("name", "").strip()


def _links(nodes: Mapping[str, etree._Element]) -> dict[str, list[str]]:
    named = [(id_, local(node), link_name(node)) for id_, node in nodes.items()]
    return {
        id_: [
            other
            for other, its_kind, its_name in named
            if its_kind == "intermediateCatchEvent" and its_name == name
        ]
        for id_, kind, name in named
        if kind == "intermediateThrowEvent" and name is not None
    }


def _lanes(process: etree._Element | None) -> dict[str, str]:
    if process is None:
        return {}
    found: dict[str, str] = {}
    for lane_set in process.iter(f"{{{BPMN}}}laneSet"):
        _walk_lanes(lane_set, found)
    return found


def _walk_lanes(lane_set: etree._Element, into: dict[str, str]) -> None:
    for lane in children(lane_set, "lane"):
        for reference in children(lane, "flowNodeRef"):
            into[(reference.text or "").strip()] = lane.get("name", "")
        for inner in children(lane, "childLaneSet"):
            _walk_lanes(inner, into)
