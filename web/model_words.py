"""How the comparison of models speaks: kinds of parts, what they say, what has become of them."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from engine.domain.model_change import Change, Fact, FileChange, Kind, Part
from engine.domain.model_draft import DECISIONS
from web.i18n import _, data, own

FORM = ".form.json"


def file_name(change: FileChange) -> Markup:
    """業務フローの図, 判断表「d08…」, 入力フォーム「…」."""
    name = change.name
    if name.endswith(".bpmn"):
        return Markup.escape(_("業務フローの図"))
    if name.endswith(".dmn"):
        id_ = name.removeprefix(f"{DECISIONS}/").removesuffix(".dmn")
        return Markup.escape(_("判断表「%(id)s」", id=id_))
    if name.endswith(FORM):
        return Markup.escape(_("入力フォーム「%(id)s」", id=name.removesuffix(FORM)))
    if name.startswith("labels."):
        return Markup.escape(_("英語の名前"))
    return Markup.escape(name)


def file_state(change: FileChange) -> str:
    return {Kind.ADDED: _("追加"), Kind.REMOVED: _("削除")}.get(change.kind, _("変更"))


def mark(kind: Kind) -> tuple[str, str, str]:
    """Colour, picture and word of the chip."""
    return {
        Kind.ADDED: ("ok", "plus", _("追加")),
        Kind.REMOVED: ("bad", "trash", _("削除")),
        Kind.CHANGED: ("note", "pen", _("変更")),
        Kind.MOVED: ("", "swap", _("図の配置")),
    }[kind]


def part_kind(part: Part) -> str:
    """タスク, 分岐, 規則, 項目 ..."""
    return _kinds().get(part.kind, _("要素"))


def part_name(change: Change) -> Markup:
    """The part's name; a rule by its first cells, a part without a name by its neighbours."""
    part = change.part
    if part.name:
        return data(part.name)
    if part.kind == "rule":
        said = [
            f"{code.split(':', 1)[1]} {text}"
            for code, text in part.facts.items()
            if text and code.startswith(("in:", "out:"))
        ]
        return own("、".join(said[:3]))
    ends = [part.facts[end] for end in ("from", "to") if part.facts.get(end)]
    return own(" → ".join(ends)) if ends else own(part.id)


def fact_name(fact: Fact) -> Markup:
    """What the fact is called on the screen."""
    code = fact.code
    word = (
        _facts().get(code)
        or _facts_of_parts().get(code)
        or _properties().get(code.removeprefix("property:"))
    )
    if word:
        return Markup.escape(word)
    head, _colon, rest = code.partition(":")
    if head in ("in", "out", "property"):
        return own(rest)
    if head == "parameter":
        return Markup.escape(_("処理に渡す「%(name)s」", name=rest))
    return Markup.escape(
        _("備考") if head == "note" else _("そのほかの設定（%(code)s）", code=code)
    )


GLOBAL = (
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
)


def _kinds() -> Mapping[str, str]:
    return {
        "process": _("業務フロー"),
        "lane": _("担当の帯"),
        "userTask": _("タスク"),
        "manualTask": _("タスク"),
        "task": _("タスク"),
        "scriptTask": _("計算"),
        "serviceTask": _("自動処理"),
        "sendTask": _("送信"),
        "receiveTask": _("受信待ち"),
        "businessRuleTask": _("判断"),
        "callActivity": _("ほかの業務フロー"),
        "subProcess": _("まとまり"),
        "transaction": _("まとまり"),
        "adHocSubProcess": _("まとまり"),
        "exclusiveGateway": _("分岐"),
        "inclusiveGateway": _("分岐"),
        "complexGateway": _("分岐"),
        **dict.fromkeys(GLOBAL, _("共通の作業")),
        "eventBasedGateway": _("分岐"),
        "parallelGateway": _("並行"),
        "startEvent": _("開始"),
        "endEvent": _("終了"),
        "intermediateCatchEvent": _("出来事"),
        "intermediateThrowEvent": _("出来事"),
        "boundaryEvent": _("出来事"),
        "sequenceFlow": _("流れ"),
        "message": _("メッセージ"),
        "signal": _("一斉通知"),
        "decision": _("判断"),
        "input": _("条件の列"),
        "output": _("結果の列"),
        "rule": _("規則"),
        "group": _("項目のまとまり"),
        "dynamiclist": _("繰返しの欄"),
        "text": _("文章"),
    }


def _facts() -> Mapping[str, str]:
    return {
        "name": _("名前"),
        "kind": _("種類"),
        "condition": _("条件"),
        "script": _("計算式"),
        "documentation": _("説明"),
        "from": _("前の要素"),
        "to": _("次の要素"),
        "calls": _("呼び出す業務フロー"),
        "attached_to": _("付いている要素"),
        "interrupts": _("元の作業を中断する"),
        "ordering": _("作業の順序"),
        "cancels_rest": _("終わるときに残りを取りやめる"),
        "default": _("ほかに当てはまらないときの行き先"),
        "lane": _("担当の帯"),
        "operation": _("処理"),
        "result": _("結果を入れるデータ項目"),
        "resultVariable": _("結果を入れるデータ項目"),
        "calledDecisionId": _("使う判断表"),
        "inputs": _("受け取るデータ項目"),
        "outputs": _("返すデータ項目"),
        "timeDate": _("時期"),
        "timeDuration": _("待つ期間"),
        "timeCycle": _("繰り返す間隔"),
        "messageRef": _("メッセージ"),
        "signalRef": _("一斉通知"),
        "isSequential": _("1件ずつ順に行う"),
        "loopCardinality": _("繰返しの回数"),
        "loopDataInputRef": _("繰り返す一覧"),
        "completionCondition": _("繰返しを終える条件"),
    }


def _facts_of_parts() -> Mapping[str, str]:
    """Of decisions and of forms."""
    return {
        "hit_policy": _("規則の当てはめ方"),
        "aggregation": _("結果のまとめ方"),
        "text": _("式"),
        "needs": _("使うもの"),
        "description": _("説明"),
        "readonly": _("読むだけ"),
        "values": _("選択肢"),
        "conditional.hide": _("隠す条件"),
        "validate.required": _("必須"),
        "validate.min": _("最小"),
        "validate.max": _("最大"),
        "validate.maxLength": _("最大文字数"),
        "validate.minLength": _("最小文字数"),
        "properties.valueExpression": _("計算式"),
        "valuesExpression": _("選択肢の出どころ"),
        "defaultValue": _("初期値"),
    }


def _properties() -> Mapping[str, str]:
    return {
        "formKey": _("入力フォーム"),
        "candidateGroups": _("候補"),
        "candidateUsers": _("候補の人"),
        "excludedUsers": _("除く人"),
        "assignee": _("担当者"),
        "dueWorkingDays": _("期限（営業日）"),
        "dueDate": _("期限"),
        "followUpDate": _("再確認日"),
        "priority": _("優先度"),
        "trace": _("対応する条文"),
        "readRegisters": _("読む台帳"),
        "writeRegisters": _("書く台帳"),
        "prefix": _("管理番号の頭"),
        "starters": _("始められる役割"),
        "subject": _("件名"),
    }
