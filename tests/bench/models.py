"""The processes that are measured: given as files, or these small ones of our own."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
id="definitions" targetNamespace="http://unei.invalid/bench">
  <bpmn:process id="{key}" name="{key}" isExecutable="true">
"""
TAIL = """  </bpmn:process>
</bpmn:definitions>
"""


def read(folder: Path | None) -> dict[str, bytes]:
    """Process key -> diagram: those of `folder`, or our own where no folder is given."""
    own = {
        "linear3": linear("linear3", 3),
        "gateway": gateway(),
        "linear100": linear("linear100", 100),
        "loop10000": loop("loop10000", 10_000),
        "timer_wait": timer_wait(),
    }
    if folder is None:
        return own
    return {key: (folder / f"{key}.bpmn").read_bytes() for key in own}


def linear(key: str, tasks: int) -> bytes:
    """So many user tasks in a row, `task_1` and so on."""
    names = ["begin", *(f"task_{n}" for n in range(1, tasks + 1)), "finish"]
    nodes = [
        _node("startEvent", "begin"),
        *(_node("userTask", name) for name in names[1:-1]),
        _node("endEvent", "finish"),
    ]
    return _process(key, nodes, list(pairwise(names)))


def gateway() -> bytes:
    """A script, a choice, two parallel tasks, their join, a script and a last task."""
    nodes = [
        _node("startEvent", "begin"),
        _script("set_x", "x = 1"),
        _choice("choose", default="choose_to_task_else"),
        _node("parallelGateway", "split"),
        *(_node("userTask", name) for name in ("task_a", "task_b", "task_c", "task_else")),
        _node("parallelGateway", "join"),
        _script("set_y", "y = x + 1"),
        _node("exclusiveGateway", "merge"),
        _node("endEvent", "finish"),
    ]
    flows = [("begin", "set_x"), ("set_x", "choose"), ("choose", "split", "x = 1")]
    flows += [("choose", "task_else"), ("split", "task_a"), ("split", "task_b")]
    flows += [("task_a", "join"), ("task_b", "join"), ("join", "set_y"), ("set_y", "task_c")]
    flows += [("task_c", "merge"), ("task_else", "merge"), ("merge", "finish")]
    return _process("gateway", nodes, flows)


def loop(key: str, rounds: int) -> bytes:
    """One user task again and again, `rounds` times."""
    nodes = [
        _node("startEvent", "begin"),
        _script("set_i", "i = 0"),
        _node("exclusiveGateway", "again"),
        _node("userTask", "task_1"),
        _script("count", "i = i + 1"),
        _choice("choose", default="choose_to_finish"),
        _node("endEvent", "finish"),
    ]
    flows = [("begin", "set_i"), ("set_i", "again"), ("again", "task_1"), ("task_1", "count")]
    flows += [("count", "choose"), ("choose", "again", f"i < {rounds}"), ("choose", "finish")]
    return _process(key, nodes, flows)


def timer_wait() -> bytes:
    """Waits thirty days."""
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>P30D</bpmn:timeDuration>"
    nodes = [
        _node("startEvent", "begin"),
        _node("intermediateCatchEvent", "wait", timer + "</bpmn:timerEventDefinition>"),
        _node("endEvent", "finish"),
    ]
    return _process("timer_wait", nodes, [("begin", "wait"), ("wait", "finish")])


def _node(kind: str, id_: str, content: str = "") -> str:
    return f'    <bpmn:{kind} id="{id_}">{content}</bpmn:{kind}>\n'


def _script(id_: str, text: str) -> str:
    return _node("scriptTask", id_, f"<bpmn:script>{text}</bpmn:script>")


def _choice(id_: str, default: str) -> str:
    return f'    <bpmn:exclusiveGateway id="{id_}" default="{default}" />\n'


def _process(key: str, nodes: list[str], flows: list[tuple[str, ...]]) -> bytes:
    lines = []
    for source, target, *condition in flows:
        content = ""
        if condition:
            text = condition[0].replace("<", "&lt;")
            content = f"<bpmn:conditionExpression>{text}</bpmn:conditionExpression>"
        lines.append(
            f'    <bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" '
            f'targetRef="{target}">{content}</bpmn:sequenceFlow>\n'
        )
    return (HEAD.format(key=key) + "".join(nodes + lines) + TAIL).encode()
