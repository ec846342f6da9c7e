"""Kind of job -> what it does.  Every handler may run twice: the commands behind it see to that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.domain.errors import EngineError
from engine.domain.records import Job
from engine.domain.values import storable
from engine.jobs.runner_port import Commands
from engine.services import continuing, messages, signals

Handler = Callable[[Commands, Job], None]


def fire_timer(engine: Commands, job: Job) -> None:
    engine.run(
        continuing.fire_timer, job.args["instance_id"], job.args["timer_id"], job.args["due_at"]
    )


def run_operation(engine: Commands, job: Job) -> None:
    """Run an operation outside any transaction, then bring its result as a command."""
    instance_id, element = job.args["instance_id"], job.args["element_instance_id"]
    operation = engine.office.operations[job.args["operation"]]
    if operation.after is None:
        raise TypeError(f"operation {job.args['operation']} runs inside the step")
    most = engine.office.policy.job_attempts
    # counted over all jobs of this element: each retry by a person brings a job of its own
    attempt = (int(job.args["attempt"]) - 1) * most + job.attempts
    try:
        result = storable(operation.after(job.args["params"], attempt))
    except Exception as error:  # whatever a connector raises stops the instance in the end
        if job.attempts < most:
            raise
        code = error.code if isinstance(error, EngineError) else "operation_failed"
        engine.run(continuing.fail_operation, instance_id, element, code, str(error))
        return
    engine.run(continuing.keep_result, instance_id, element, result)


def finish_operation(engine: Commands, job: Job) -> None:
    """Bring a result that came while the instance was suspended."""
    args = job.args
    engine.run(
        continuing.keep_result, args["instance_id"], args["element_instance_id"], args["result"]
    )


def deliver_kept(engine: Commands, job: Job) -> None:
    """Hand over what came while the instance was suspended."""
    engine.run(messages.deliver_kept, job.args)


def resume_caller(engine: Commands, job: Job) -> None:
    ended = continuing.ended_of(job.args)
    engine.run(continuing.resume_caller, job.args["instance_id"], job.args["call_id"], ended)


def escalate_call(engine: Commands, job: Job) -> None:
    engine.run(
        continuing.escalate_call,
        job.args["instance_id"],
        job.args["call_id"],
        job.args["code"],
        job.args["name"],
    )


def route_message(engine: Commands, job: Job) -> None:
    """Hand a message to all who should have it, each in a command of its own."""
    for delivery in engine.ask(messages.receivers, job.args["message_id"]):
        engine.run(messages.deliver, job.args["message_id"], delivery)


def match_subscription(engine: Commands, job: Job) -> None:
    """Hand a message that was sent before to a subscription that has opened since."""
    found = engine.ask(messages.waiting_for, job.args["subscription_id"], job.args["name"])
    if found is None:
        return
    waiting, delivery = found
    for message_id in waiting:
        if engine.run(messages.deliver, message_id, delivery):
            return


def broadcast_signal(engine: Commands, job: Job) -> None:
    """Hand a signal to all who should have it, each in a command of its own."""
    for receiver in engine.ask(signals.receivers, job.args):
        engine.run(signals.deliver, job.args, receiver)


HANDLERS: Mapping[str, Handler] = {
    "fire_timer": fire_timer,
    "run_operation": run_operation,
    "finish_operation": finish_operation,
    "deliver_kept": deliver_kept,
    "resume_caller": resume_caller,
    "escalate_call": escalate_call,
    "route_message": route_message,
    "match_subscription": match_subscription,
    "broadcast_signal": broadcast_signal,
}
