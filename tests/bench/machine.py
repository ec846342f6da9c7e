"""How fast is this machine today?  Plain SpiffWorkflow on three tasks in memory is the measure."""

from __future__ import annotations

import time

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

REFERENCE_MS = 0.20  # CPU per completion on the machine for which the bounds were set
SLOWEST = 2.0
ROUNDS, INSTANCES = 5, 60


def factor(linear3: bytes) -> float:
    """By how much this machine is slower, 1 to 2; absolute bounds are divided by it."""
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(linear3))
    spec = parser.get_spec("linear3")
    best = min(_round(spec) for _ in range(ROUNDS))
    return min(max(best / REFERENCE_MS, 1.0), SLOWEST)


def _round(spec: object) -> float:
    done, started = 0, time.thread_time()
    for _ in range(INSTANCES):
        workflow = BpmnWorkflow(spec, {})
        workflow.do_engine_steps()
        while task := workflow.get_next_task(state=TaskState.READY, manual=True):
            task.run()
            workflow.do_engine_steps()
            done += 1
    return (time.thread_time() - started) / done * 1000
