"""What BPMN 2.0 says an instance does: a token game over the XML.

Written from the standard's rules for tokens alone.  It knows neither the engine nor the library the
engine stands on, reads only what `blocks` draws, and is as plain as it can be: a `Frame` is a
running scope, a `Visit` an activity or event a token rests in, a `Watch` an event waited for.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TASKS = ("userTask",)
CHOOSING = ("exclusiveGateway", "inclusiveGateway", "complexGateway")
EXPRESSION = re.compile(r"(\w+) (<|>|>=) (\w+)")


@dataclass(eq=False)
class Node:
    """An element with its flows; `within`: its scope."""

    xml: etree._Element

    @property
    def id(self) -> str:
        return str(self.xml.get("id"))

    @property
    def kind(self) -> str:
        return etree.QName(self.xml).localname

    @cached_property
    def incoming(self) -> list[etree._Element]:
        return [f for f in self._flows if f.get("targetRef") == self.id]

    @cached_property
    def outgoing(self) -> list[etree._Element]:
        return [f for f in self._flows if f.get("sourceRef") == self.id]

    @cached_property
    def rims(self) -> list[Node]:
        """Its boundary events."""
        around = self.xml.getparent()
        return [
            Node(e)
            for e in around.iterchildren(f"{BPMN}boundaryEvent")
            if e.get("attachedToRef") == self.id
        ]

    @property
    def _flows(self) -> list[etree._Element]:
        return list(self.xml.getparent().iterchildren(f"{BPMN}sequenceFlow"))

    @property
    def interrupts(self) -> bool:
        return self.xml.get("cancelActivity", "true") == "true"

    def definition(self, kind: str) -> etree._Element | None:
        return self.xml.find(f"{BPMN}{kind}EventDefinition")

    def referred(self, kind: str, attribute: str) -> str | None:
        """The name or code of the message, error or escalation of an event."""
        found = self.definition(kind)
        target = None if found is None else found.get(f"{kind}Ref")
        if target is None:
            return None
        root = self.xml.getroottree().getroot()
        return next(e.get(attribute) for e in root.iterchildren() if e.get("id") == target)

    def text(self, path: str) -> str:
        found = self.xml.find("/".join(f"{BPMN}{name}" for name in path.split("/")))
        return "" if found is None else (found.text or "").strip()

    @property
    def times(self) -> int | None:
        """How many runs a multi-instance activity has."""
        number = self.text("multiInstanceLoopCharacteristics/loopCardinality")
        return int(number) if number else None

    @property
    def in_turn(self) -> bool:
        found = self.xml.find(f"{BPMN}multiInstanceLoopCharacteristics")
        return found is None or found.get("isSequential") == "true"

    @cached_property
    def loop(self) -> etree._Element | None:
        return self.xml.find(f"{BPMN}standardLoopCharacteristics")


@dataclass(eq=False)
class Frame:
    """A scope at work; `arrived`: tokens that wait at a join, as (node, flow).

    `begun`: complex gateways that wait for their reset, with the flows they had a token from.
    `wrote`: what has changed in its copy of the data, which the scope around is told at the end.
    """

    scope: etree._Element
    owner: Visit | None
    data: dict[str, Any]
    wrote: dict[str, Any] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    arrived: list[tuple[str, str]] = field(default_factory=list)
    begun: dict[str, set[str]] = field(default_factory=dict)
    alive: bool = True

    def node(self, id_: str) -> Node:
        return Node(next(e for e in self.scope if e.get("id") == id_))

    def write(self, values: dict[str, Any]) -> None:
        self.data.update(values)
        self.wrote.update(values)


@dataclass(eq=False)
class Visit:
    """A token that rests in a node; `left`: runs of an activity that are certain to come.

    `runs`: those that have begun.  `wrote`: what they have written, which the scope has when the
    whole activity is complete.
    """

    node: Node
    frame: Frame
    frames: list[Frame] = field(default_factory=list)
    opened: int = 0
    left: int = 0
    runs: int = 0
    wrote: dict[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return not (self.opened or self.left or self.frames)


@dataclass(eq=False)
class Watch:
    """An event somebody waits for: a message's name, or a moment in seconds."""

    visit: Visit
    event: Node
    message: str = ""
    due: int | None = None
    period: int = 0
    more: int = 0


class Oracle:
    """One instance.  `now` in seconds; `said`: elements completed in the last step.

    `written`: all values a name has had.  `overtakes`: a complex gateway has gone on before others
    had come, `drops`: and later taken one of those without going on with it.
    """

    def __init__(self, xml: bytes, data: dict[str, Any]) -> None:
        root = etree.fromstring(xml)
        process = next(root.iterchildren(f"{BPMN}process"))
        self.now = 0
        self.tasks: list[Visit] = []
        self.watches: list[Watch] = []
        self.said: list[str] = []
        self.ended: str | None = None
        self.written: dict[str, list[Any]] = {}
        self.overtakes = self.drops = False
        self.queue: deque[tuple[Frame, Node, str]] = deque()
        self.top = Frame(process, None, dict(data))
        self._begin(self.top)
        self._run()

    # What the world does

    def complete(self, task: str, values: dict[str, Any]) -> None:
        self.said = []
        visit = next(visit for visit in self.tasks if visit.node.id == task)
        self.tasks.remove(visit)
        visit.opened -= 1
        self._note(values)
        visit.wrote.update(values)
        self._finish_one(visit)
        self._run()

    def send(self, name: str) -> None:
        self._fire(next(watch for watch in self.watches if watch.message == name))

    def ring(self) -> None:
        """The timer that is due first."""
        timers = [watch for watch in self.watches if watch.due is not None]
        watch = min(timers, key=lambda watch: watch.due)
        self.now = max(self.now, watch.due or 0)
        self._fire(watch)

    # What is seen

    @property
    def open(self) -> list[str]:
        return sorted(visit.node.id for visit in self.tasks)

    @property
    def awaited(self) -> list[str]:
        return sorted(watch.message for watch in self.watches if watch.message)

    @property
    def due(self) -> list[int]:
        return sorted(watch.due for watch in self.watches if watch.due is not None)

    def allows(self, data: dict[str, Any]) -> bool:
        """Whether an instance that is over now may hold these data.

        Tokens carry no data in BPMN.  Where one overtakes another in a loop, it is up to the house
        which of two values stands; and whether that is kept which a dropped token brought.
        """
        mine = self.top.data
        names = mine.keys() & data.keys() if self.drops else mine.keys()
        free = {name for name in names if self.overtakes and len(self.written.get(name, ())) > 1}
        return names == data.keys() and all(
            data[name] in self.written[name] if name in free else data[name] == mine[name]
            for name in names
        )

    # The rules

    def _note(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            self.written.setdefault(name, []).append(value)

    def _fire(self, watch: Watch) -> None:
        self.said = []
        visit, event = watch.visit, watch.event
        if event.kind == "boundaryEvent":
            self._rim(visit, event, watch)
        else:
            self.said += {visit.node.id, event.id}  # of an event gateway both
            self._drop(visit)
            self._emit(visit.frame, event)
        self._run()

    def _rim(self, visit: Visit, event: Node, watch: Watch | None = None) -> None:
        self.said.append(event.id)
        if event.interrupts:
            self._drop(visit)
        elif watch is not None and watch.due is not None:
            self.watches.remove(watch)
            if watch.more:
                due = watch.due + watch.period
                again = Watch(visit, event, due=due, period=watch.period, more=watch.more - 1)
                self.watches.append(again)
        self._emit(visit.frame, event)

    def _run(self) -> None:
        while self.ended is None:
            if self.queue:
                frame, node, flow = self.queue.popleft()
                if frame.alive:
                    self._enter(frame, node, flow)
            elif not self._gather(self.top) and not self._close(self.top):
                return

    def _begin(self, frame: Frame) -> None:
        start = next(frame.scope.iterchildren(f"{BPMN}startEvent"))
        self.queue.append((frame, Node(start), ""))

    def _emit(self, frame: Frame, node: Node, **known: Any) -> None:
        flows, data = node.outgoing, {**frame.data, **known}
        if node.kind in CHOOSING and (known or len(flows) > 1):
            default = node.xml.get("default")
            held = [f for f in flows if f.get("id") != default and _opens(f, data)]
            held = held or [f for f in flows if f.get("id") == default]
            flows = held[:1] if node.kind == "exclusiveGateway" else held
            self.drops = self.drops or not flows
        for flow in flows:
            self.queue.append((frame, frame.node(flow.get("targetRef", "")), flow.get("id", "")))

    def _enter(self, frame: Frame, node: Node, flow: str) -> None:
        enter = getattr(self, f"_{node.kind}", None)
        if enter is not None:
            enter(frame, node, flow)
            return
        self.said.append(node.id)
        self._emit(frame, node)

    def _scriptTask(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        name, value = node.text("script").split(" = ")
        self._note({name: int(value)})
        frame.write({name: int(value)})
        self.said.append(node.id)
        self._emit(frame, node)

    def _parallelGateway(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        frame.arrived.append((node.id, flow))
        flows = [(node.id, f.get("id", "")) for f in node.incoming]
        if all(one in frame.arrived for one in flows):
            for one in flows:
                frame.arrived.remove(one)
            self.said.append(node.id)
            self._emit(frame, node)

    def _inclusiveGateway(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        frame.arrived.append((node.id, flow))

    def _complexGateway(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        frame.arrived.append((node.id, flow))

    def _userTask(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        self._visit(frame, node)

    def _subProcess(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        self._visit(frame, node)

    def _intermediateCatchEvent(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        visit = Visit(node, frame, opened=1)
        frame.visits.append(visit)
        self._watch(visit, node)

    def _eventBasedGateway(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        visit = Visit(node, frame, opened=1)
        frame.visits.append(visit)
        for way in node.outgoing:
            self._watch(visit, frame.node(way.get("targetRef", "")))

    def _intermediateThrowEvent(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        self.said.append(node.id)
        self._throw(frame, node, "escalation")
        if frame.alive:
            self._emit(frame, node)

    def _endEvent(self, frame: Frame, node: Node, flow: str) -> None:  # noqa: N802
        self.said.append(node.id)
        if node.definition("terminate") is not None:
            for visit in frame.visits:
                frame.write(visit.wrote)  # what whole runs of an activity have written
            self._empty(frame)
            if frame is self.top:
                self.ended = "terminated"
        elif node.definition("error") is not None and not self._throw(frame, node, "error"):
            self._empty(self.top)
            self.ended = "error"
        elif node.definition("escalation") is not None:
            self._throw(frame, node, "escalation")

    def _throw(self, frame: Frame, node: Node, kind: str) -> bool:
        """To the innermost activity around that catches it: the same code before any code."""
        code = node.referred(kind, f"{kind}Code")
        owner = frame.owner
        while code is not None and owner is not None:
            rims = [rim for rim in owner.node.rims if rim.definition(kind) is not None]
            for wanted in (code, None):
                for rim in rims:
                    if rim.referred(kind, f"{kind}Code") == wanted:
                        self._rim(owner, rim)
                        return True
            owner = owner.frame.owner
        return False

    def _visit(self, frame: Frame, node: Node) -> None:
        times = node.times
        visit = Visit(node, frame, left=1 if times is None else times)
        if node.loop is not None and node.loop.get("testBefore") == "true":
            visit.left = int(_goes_on(visit))
        frame.visits.append(visit)
        for rim in node.rims:
            self._watch(visit, rim)
        if not visit.left:
            self.said.append(node.id)
            self._leave(visit)
        while visit.left:
            self._start_run(visit)
            if node.in_turn:
                break

    def _start_run(self, visit: Visit) -> None:
        visit.left, visit.runs = visit.left - 1, visit.runs + 1
        if visit.node.kind in TASKS:
            visit.opened += 1
            self.tasks.append(visit)
        else:
            frame = Frame(visit.node.xml, visit, {**visit.frame.data, **visit.wrote})
            visit.frames.append(frame)
            self._begin(frame)

    def _finish_one(self, visit: Visit) -> None:
        self.said.append(visit.node.id)
        visit.left += visit.node.loop is not None and _goes_on(visit)
        if visit.is_over:
            self._leave(visit)
        elif visit.left:
            self._start_run(visit)

    def _leave(self, visit: Visit) -> None:
        self._drop(visit)
        visit.frame.write(visit.wrote)
        self._emit(visit.frame, visit.node)

    def _watch(self, visit: Visit, event: Node) -> None:
        name = event.referred("message", "name")
        if name is not None:
            self.watches.append(Watch(visit, event, message=name))
        if event.definition("timer") is not None:
            once = event.text("timerEventDefinition/timeDuration")
            often = event.text("timerEventDefinition/timeCycle")
            more, _, length = often.removeprefix("R").partition("/") if often else ("1", "", once)
            seconds = int(length.removeprefix("PT").removesuffix("S"))
            due = self.now + seconds
            self.watches.append(Watch(visit, event, due=due, period=seconds, more=int(more) - 1))

    def _gather(self, frame: Frame) -> bool:
        """Let a gateway go on that had to look whether other tokens can still come."""
        waiting = [*(id_ for id_, _ in frame.arrived), *frame.begun]
        for node in map(frame.node, dict.fromkeys(waiting)):
            here = {flow for id_, flow in frame.arrived if id_ == node.id}
            if node.kind == "inclusiveGateway" and self._is_all(frame, node, here):
                self._take(frame, node, here)
                self._emit(frame, node)
                return True
            if node.kind == "complexGateway" and self._complex(frame, node, here):
                return True
        return any(self._gather(inner) for visit in frame.visits for inner in visit.frames)

    def _complex(self, frame: Frame, node: Node, here: set[str]) -> bool:
        """Whether it begins or is reset now."""
        begun = frame.begun.get(node.id)
        if begun is None:
            count = sum(id_ == node.id for id_, _ in frame.arrived)
            if not _holds(node.text("activationCondition"), {"activationCount": count}):
                return False
            frame.begun[node.id], self.overtakes = here, True
        else:
            here -= begun
            if not self._is_all(frame, node, begun | here):
                return False
            del frame.begun[node.id]
        if here:
            self._take(frame, node, here)
            self._emit(frame, node, waitingForStart=begun is None)
        return True

    def _take(self, frame: Frame, node: Node, flows: set[str]) -> None:
        """It is done with one token from each of these flows."""
        for flow in flows:
            frame.arrived.remove((node.id, flow))
        self.said.append(node.id)

    def _is_all(self, frame: Frame, gate: Node, filled: set[str]) -> bool:
        """Whether no token can come by any other flow, or only past those that have one."""
        empty = {f.get("id", "") for f in gate.incoming} - filled
        others = [visit.node.id for visit in frame.visits]
        others += [id_ for id_, _ in frame.arrived if id_ != gate.id]
        for id_ in others:
            ways = set(_ways(frame, id_, gate.id))
            if ways & empty and not ways & filled:
                return False
        return True

    def _close(self, frame: Frame) -> bool:
        """End a scope that has no token any more."""
        if any(self._close(inner) for visit in list(frame.visits) for inner in list(visit.frames)):
            return True
        if frame.visits or frame.arrived or not frame.alive:
            return False
        if frame.owner is None:
            self.ended = "completed"
            return True
        frame.alive = False
        frame.owner.frames.remove(frame)
        frame.owner.wrote.update(frame.wrote)
        self._finish_one(frame.owner)
        return True

    def _drop(self, visit: Visit) -> None:
        """The token leaves, and takes with it what was waited for."""
        if visit in visit.frame.visits:
            visit.frame.visits.remove(visit)
        self.tasks = [task for task in self.tasks if task is not visit]
        self.watches = [watch for watch in self.watches if watch.visit is not visit]
        for frame in visit.frames:
            self._empty(frame)
            frame.alive = False
        visit.frames, visit.opened, visit.left = [], 0, 0

    def _empty(self, frame: Frame) -> None:
        for visit in list(frame.visits):
            self._drop(visit)
        frame.arrived.clear()
        frame.begun.clear()
        self.queue = deque(one for one in self.queue if one[0] is not frame)


def _opens(flow: etree._Element, data: dict[str, Any]) -> bool:
    condition = flow.find(f"{BPMN}conditionExpression")
    if condition is None:
        raise AssertionError("a flow without a condition")
    return _holds(condition.text or "", data)


def _goes_on(visit: Visit) -> bool:
    """Whether a standard loop has another run."""
    most, data = visit.node.loop.get("loopMaximum"), {**visit.frame.data, **visit.wrote}
    if most is not None and visit.runs >= int(most):
        return False
    condition = visit.node.text("standardLoopCharacteristics/loopCondition")
    return _holds(condition, {**data, "loopCounter": visit.runs})


def _holds(condition: str, data: dict[str, Any]) -> bool:
    """A comparison of two names or numbers, or a name that is true or not."""
    match = EXPRESSION.fullmatch(condition)
    if match is None:
        name = condition.removeprefix("not(").removesuffix(")")
        return bool(data[name]) == (name == condition)
    left, sign, right = match.groups()
    value, bound = (int(one) if one.isdigit() else data[one] for one in (left, right))
    return bool({"<": value < bound, ">": value > bound, ">=": value >= bound}[sign])


def _ways(frame: Frame, start: str, gate: str) -> Iterator[str]:
    """The flows into the gateway a token in that node may come by, not through the gateway."""
    seen, waiting = set(), [start]
    while waiting:
        id_ = waiting.pop()
        if id_ in seen:
            continue
        seen.add(id_)
        node = frame.node(id_)
        for source in (node, *node.rims):
            for flow in source.outgoing:
                if flow.get("targetRef") == gate:
                    yield flow.get("id", "")
                else:
                    waiting.append(flow.get("targetRef", ""))
