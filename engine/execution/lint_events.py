"""Is every event of a diagram one that really happens when the diagram is run?"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.entries import event_entries
from engine.execution.lint_compensation import can_have_own_handler
from engine.execution.lint_report import Report
from engine.execution.lint_timers import check_timer
from engine.execution.model import ACTIVITIES, EVENTS, Scope
from engine.execution.properties import ONE_PER_KEY, of
from engine.execution.xml import SPIFF, child, children, event_definitions, local, text
from engine.feel.checking.kinds import BOOLEAN

_START_OF_PROCESS: Final = frozenset({"message", "signal"})
_RUNS: Final = {
    "intermediateCatchEvent": frozenset({"message", "signal", "timer", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "compensate", "link"}),
    "endEvent": frozenset(
        {"message", "signal", "error", "escalation", "terminate", "cancel", "compensate"}
    ),
    "boundaryEvent": frozenset(
        {
            "message",
            "signal",
            "timer",
            "conditional",
            "error",
            "escalation",
            "cancel",
            "compensate",
        }
    ),
}
_START_OF_HANDLER: Final = frozenset(
    {"message", "signal", "timer", "conditional", "error", "escalation"}
)
_ENDS: Final = frozenset({"error", "cancel", "terminate"})
_JAPANESE: Final = {
    "message": Sentence("メッセージ"),
    "signal": Sentence("一斉通知（シグナル）"),
    "timer": Sentence("タイマー"),
    "conditional": Sentence("条件"),
    "error": Sentence("エラー"),
    "escalation": Sentence("エスカレーション"),
    "terminate": Sentence("強制終了"),
    "cancel": Sentence("取消し"),
    "compensate": Sentence("補償"),
    "link": Sentence("リンク"),
}
_EVENT_JAPANESE: Final = {
    "startEvent": Sentence("開始イベント"),
    "endEvent": Sentence("終了イベント"),
    "intermediateCatchEvent": Sentence("待つ中間イベント"),
    "intermediateThrowEvent": Sentence("送る中間イベント"),
    "boundaryEvent": Sentence("境界イベント"),
}
_WAY_OUT: Final = {
    "link": Sentence("リンクは、同じ範囲の中間イベントどうしで使います。"),
    "compensate": Sentence("取り消す作業は、エラーの境界イベントから普通の流れとして描きます。"),
    "timer": Sentence(
        "どのプロジェクトのどの情報システムで始めるかが図では決まりません。"
        "場所ごとに「定期起動」に登録し、開始イベントは何も付けないものにします。"
    ),
}


def check_events(report: Report) -> None:
    """Every event has definitions of kinds that are run in that place, and together."""
    for scope, event in report.diagram.nodes(*EVENTS):
        if child(event, "eventDefinitionRef") is not None:
            report.refuse(
                event,
                "missing_ref",
                Sentence(
                    "eventDefinitionRef が指すイベント定義がこのファイルにありません。"
                    "定義を作るか、イベントの中に書きます。"
                ),
            )
        definitions = event_definitions(event)
        if len(definitions) > 1:
            _check_several(report, scope, event, [_kind(one) for one in definitions])
        for definition in definitions:
            _check_definition(report, scope, event, definition)
        if local(event) == "boundaryEvent":
            _check_boundary(report, scope, event, definitions)
        _check_one_per_key(report, event)
        if not definitions and local(event) == "intermediateCatchEvent":
            _no_definition(report, event)


def _kind(definition: etree._Element) -> str:
    return local(definition).removesuffix("EventDefinition")


def _check_several(report: Report, scope: Scope, event: etree._Element, kinds: list[str]) -> None:
    """Several definitions that can come, or be thrown, together."""
    if len([kind for kind in kinds if kind in _ENDS]) > 1:
        report.refuse(
            event,
            "several_ends",
            Sentence(
                "エラー、取消し、強制終了を1つの終了イベントに重ねると、どの終わり方か決まりません。"
                "1つにします。"
            ),
        )
    undoing = [kind for kind in kinds if kind in ("compensate", "cancel")]
    catches = local(event) not in ("endEvent", "intermediateThrowEvent")
    if len(undoing) > 1 or ("compensate" in kinds and catches):
        report.refuse(
            event,
            "several_compensations",
            Sentence(
                "補償は、ほかの補償や待つイベントと1つに重ねられません。別々のイベントに分けます。"
            ),
        )
    if event.get("parallelMultiple") == "true":
        _check_parallel(report, scope, event, kinds)


def _check_parallel(report: Report, scope: Scope, event: etree._Element, kinds: list[str]) -> None:
    """Definitions that all have to come."""
    if local(event) == "startEvent" and scope.parent is None:
        report.refuse(
            event,
            "parallel_start",
            Sentence(
                "全部そろってから案件を始めることはできません。最初の1つで案件を始め、"
                "残りは並行ゲートウェイの後の待つ中間イベントで待ちます。"
            ),
        )
    if {"error", "cancel"} & set(kinds):
        report.refuse(
            event,
            "parallel_error",
            Sentence(
                "エラーと取消しは作業をそこで終わらせるため、ほかのイベントとそろうのを待てません。"
                "別々のイベントに分けます。"
            ),
        )


def check_doubles(report: Report) -> None:
    """No two events wait for the same where only one of them can get it."""
    for scope in report.diagram.scopes:
        starts = [] if scope.parent else list(event_entries(report.diagram))
        _refuse_doubles(report, starts, {"message", "signal"})
        _refuse_doubles(report, scope.handler_starts())
        for event in scope.of_kind("intermediateCatchEvent"):
            _refuse_doubles(report, [event])
        for id_ in scope.nodes:
            _refuse_doubles(report, scope.boundary_events(id_))


def _refuse_doubles(
    report: Report,
    events: list[etree._Element],
    kinds: Set[str] = frozenset({"message", "error", "escalation", "cancel"}),
) -> None:
    seen: set[tuple[str, str]] = set()
    for event in events:
        for definition in [*event_definitions(event), event]:
            kind = _kind(definition).replace("receiveTask", "message")
            key = (kind, definition.get(f"{kind}Ref", ""))
            if key in seen and kind in kinds:
                report.refuse(
                    event,
                    "same_event_twice",
                    Sentence(
                        "同じ%(kind)sを2か所で待っているため、どちらへ進むか決まりません。"
                        "1つにします。",
                        kind=_JAPANESE[kind],
                    ),
                )
            seen.add(key)


def _check_definition(
    report: Report, scope: Scope, event: etree._Element, definition: etree._Element
) -> None:
    kind = _kind(definition)
    if kind not in _allowed(scope, event):
        way_out = _WAY_OUT.get(kind, Sentence("使える種類のイベントに替えます。"))
        if kind == "conditional" and local(event) == "startEvent":
            way_out = Sentence(
                "案件が始まる前には、条件で見るデータ項目がありません。"
                "メッセージの開始イベントにするか、始めたあとに条件の中間イベントで待ちます。"
            )
        report.refuse(
            event,
            "unsupported_event",
            Sentence(
                "%(kind)sの%(event)sは、この場所では動きません。%(way_out)s",
                kind=_JAPANESE.get(kind, kind),
                event=_EVENT_JAPANESE[local(event)],
                way_out=way_out,
            ),
        )
        return
    if kind == "timer":
        check_timer(report, event, definition)
    elif kind == "conditional":
        condition = child(definition, "condition")
        report.expression(event, text(condition), Sentence("条件イベントの条件"), BOOLEAN)
    elif kind in ("message", "signal"):
        _check_named(report, event, definition, kind)
    elif kind in ("error", "escalation"):
        _check_coded(report, event, definition, kind)
    elif kind == "cancel" and local(event) == "endEvent" and local(scope.node) != "transaction":
        report.refuse(
            event,
            "cancel_outside_transaction",
            Sentence("取消しの終了イベントは、トランザクションの中だけで使えます。"),
        )


def _allowed(scope: Scope, event: etree._Element) -> frozenset[str]:
    if local(event) != "startEvent":
        return _RUNS[local(event)]
    if scope.is_event_subprocess:
        undoes = scope.parent is not None and can_have_own_handler(scope.parent)
        return _START_OF_HANDLER | ({"compensate"} if undoes else frozenset())
    return _START_OF_PROCESS if scope.parent is None else frozenset()


def _no_definition(report: Report, event: etree._Element) -> None:
    if child(event, "eventDefinitionRef") is None:
        report.refuse(
            event,
            "no_definition",
            Sentence(
                "何を待つかが付いていないため、待たずに通り過ぎます。メッセージやタイマーを付けます。"
            ),
        )


def _check_boundary(
    report: Report, scope: Scope, event: etree._Element, definitions: list[etree._Element]
) -> None:
    host = scope.nodes.get(event.get("attachedToRef", ""))
    if host is None:
        report.refuse(
            event,
            "missing_ref",
            Sentence(
                "境界イベントの付き先「%(attachedtoref)s」が同じ範囲にありません。"
                "タスクの縁に置き直します。",
                attachedtoref=event.get("attachedToRef", ""),
            ),
        )
    elif local(host) not in ACTIVITIES or host.get("triggeredByEvent") == "true":
        report.refuse(
            event,
            "boundary_host",
            Sentence("境界イベントは、タスクかサブプロセスか呼出しの縁に置きます。"),
        )
    if not definitions and child(event, "eventDefinitionRef") is None:
        _no_definition(report, event)
    for definition in definitions:
        kind = _kind(definition)
        if kind == "cancel" and host is not None and local(host) != "transaction":
            report.refuse(
                event,
                "cancel_outside_transaction",
                Sentence("取消しの境界イベントは、トランザクションの縁だけに置けます。"),
            )
        if kind in ("error", "cancel") and event.get("cancelActivity", "true") != "true":
            report.refuse(
                event,
                "error_must_interrupt",
                Sentence(
                    "エラーと取消しの境界イベントは、必ず作業を中断します。中断する形にします。"
                ),
            )


def _check_named(
    report: Report, event: etree._Element, definition: etree._Element, kind: str
) -> None:
    reference = definition.get(f"{kind}Ref")
    if reference is None:
        report.refuse(
            event,
            f"no_{kind}",
            Sentence(
                "%(kind)sが選ばれていません。名前のある%(kind)sを選びます。",
                kind=_JAPANESE[kind],
            ),
        )
        return
    target = report.diagram.find(kind, reference)
    if target is not None and not target.get("name", "").strip():
        report.refuse(
            target,
            f"no_{kind}_name",
            Sentence("%(kind)sに名前がありません。name を付けます。", kind=_JAPANESE[kind]),
        )
    if definition.get("operationRef") or child(definition, "operationRef") is not None:
        report.refuse(
            event, "operation_ref", Sentence("operationRef は見られません。取り除きます。")
        )


def _check_coded(
    report: Report, event: etree._Element, definition: etree._Element, kind: str
) -> None:
    reference = definition.get(f"{kind}Ref")
    catches = local(event) in ("boundaryEvent", "startEvent")
    if reference is None:
        if not catches:
            report.refuse(
                event,
                f"no_{kind}",
                Sentence(
                    "%(kind)sが選ばれていません。コードのある%(kind)sを選びます。",
                    kind=_JAPANESE[kind],
                ),
            )
        return
    target = report.diagram.find(kind, reference)
    if target is not None and not target.get(f"{kind}Code", "").strip():
        report.refuse(
            target,
            f"no_{kind}_code",
            Sentence(
                "%(what)sにコードがないため、受け取る側で見分けられません。"
                "%(kind)sCode を付けます。",
                what=_JAPANESE[kind],
                kind=kind,
            ),
        )


def _check_one_per_key(report: Report, event: etree._Element) -> None:
    given = of(event).get(ONE_PER_KEY)
    if given is not None and given not in ("true", "false"):
        report.refuse(
            event,
            "bad_one_per_key",
            Sentence("照合キーごとに1件だけ始める指定（onePerKey）は true か false にします。"),
        )


def check_messages(report: Report) -> None:
    """Send and receive tasks name a message; nothing is read from the message itself."""
    for _, task in report.diagram.nodes("sendTask", "receiveTask"):
        if task.get("messageRef") is None:
            report.refuse(
                task,
                "no_message",
                Sentence(
                    "メッセージが選ばれていないため、何もせず通り過ぎます。メッセージを選びます。"
                ),
            )
        if task.get("operationRef"):
            report.refuse(
                task, "operation_ref", Sentence("operationRef は見られません。取り除きます。")
            )
        target = report.diagram.find("message", task.get("messageRef"))
        if target is not None and not target.get("name", "").strip():
            report.refuse(
                target,
                "no_message_name",
                Sentence("メッセージに名前がありません。name を付けます。"),
            )
    for message in children(report.diagram.root, "message"):
        own = message.iter(f"{{{SPIFF}}}messagePayload", f"{{{SPIFF}}}messageVariable")
        if next(own, None) is not None:
            report.refuse(
                message,
                "payload_on_message",
                Sentence(
                    "メッセージ自体に書いた内容は使いません。送るイベントと受けるイベントの側に書きます。"
                ),
            )
