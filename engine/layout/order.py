"""Which node comes before which?  Followers, loops, and columns by longest path."""

from __future__ import annotations

from collections import defaultdict

from engine.layout.model import Diagram, Flow, Node


def anchor(diagram: Diagram, node_id: str) -> Node:
    """The node whose place counts: a boundary event stands where its activity stands."""
    node = diagram.nodes[node_id]
    return diagram.nodes[node.host] if node.host else node


def backward_flows(diagram: Diagram) -> set[str]:
    """Ids of the flows that close a loop, seen by a walk from the start in file order."""
    followers = _followers(diagram)
    back: set[str] = set()
    state: dict[str, int] = {}

    def walk(node_id: str) -> None:
        state[node_id] = 1
        for flow in followers[node_id]:
            if state.get(flow.target) == 1:
                back.add(flow.id)
            elif flow.target not in state:
                walk(flow.target)
        state[node_id] = 2

    for node in sorted(diagram.nodes.values(), key=lambda n: n.kind != "startEvent"):
        if node.id not in state and not node.host:
            walk(node.id)
    return back


def _followers(diagram: Diagram) -> dict[str, list[Flow]]:
    """Sequence flows by the activity, event or gateway they leave."""
    followers: dict[str, list[Flow]] = defaultdict(list)
    for flow in diagram.flows:
        if not flow.is_association:
            followers[anchor(diagram, flow.source).id].append(flow)
    return followers


def steps(diagram: Diagram) -> list[tuple[str, str]]:
    """Pairs of nodes of which the second must stand further right."""
    back = backward_flows(diagram)
    return [
        (anchor(diagram, f.source).id, f.target)
        for f in diagram.flows
        if f.id not in back and not f.is_association
    ]


def columns_of(diagram: Diagram) -> dict[str, int]:
    pairs = steps(diagram)
    columns = {n.id: 0 for n in diagram.nodes.values() if not n.host}
    for _ in columns:
        for source, target in pairs:
            columns[target] = max(columns[target], columns[source] + 1)
    for flow in diagram.flows:
        if flow.is_association:
            artifact, owner = sorted(
                (flow.source, flow.target), key=lambda i: diagram.nodes[i].size[1] in (36, 80)
            )
            columns[artifact] = columns[anchor(diagram, owner).id]
    return columns
