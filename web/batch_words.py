"""How batches read on a page: what they are, how far they are, why something could not be done."""

from __future__ import annotations

from markupsafe import Markup

from engine.domain.batch import Batch, BatchItem, BatchState
from web.i18n import _, data

Chip = tuple[str, str, str]


def title(kind: str) -> str:
    """The name of the work; each kind of `engine.jobs.batch_kinds` has one."""
    names = {
        "instances.export": _("案件の書き出し"),
        "registers.export": _("台帳の書き出し"),
        "registers.import": _("台帳への取り込み"),
        "incidents.retry": _("処理停止の再実行"),
        "incidents.set_aside": _("処理停止を再実行せずに閉じる"),
        "instances.migrate": _("版の切替"),
        "instances.migrate_undo": _("版の切替の取消し"),
        "messages.redeliver": _("メッセージの再配信"),
        "messages.discard": _("メッセージの破棄"),
    }
    return names.get(kind, _("まとめての処理"))


def state(batch: Batch) -> Chip:
    """Kind, picture and word of the chip."""
    if batch.state is BatchState.WAITING:
        return "", "ring", _("順番待ち")
    if batch.state is BatchState.RUNNING:
        return "info", "play", _("処理中")
    if batch.state is BatchState.FAILED:
        return "bad", "stop", _("途中で止まりました")
    if batch.failed:
        return "warn", "alert", _("一部できませんでした")
    return "ok", "check", _("終わりました")


def item_state(item: BatchItem) -> Chip:
    chips = {
        "waiting": ("", "ring", _("順番待ち")),
        "done": ("ok", "check", _("できました")),
        "failed": ("bad", "x", _("できませんでした")),
    }
    return chips[item.state]


def so_far(batch: Batch) -> str:
    """One sentence: how much of it is behind us."""
    tried = batch.done + batch.failed
    if batch.state is BatchState.WAITING:
        return _("ほかの処理が終わりしだい始まります。")
    if not batch.total:
        return _("終わりました。") if batch.is_over else _("準備しています。")
    if batch.failed:
        return _(
            "%(total)s件のうち%(tried)s件を処理しました。できたもの%(done)s件、できなかったもの%(failed)s件です。",
            total=f"{batch.total:,}",
            tried=f"{tried:,}",
            done=f"{batch.done:,}",
            failed=f"{batch.failed:,}",
        )
    return _(
        "%(total)s件のうち%(tried)s件を処理しました。", total=f"{batch.total:,}", tried=f"{tried:,}"
    )


def reason(code: str, error: str) -> Markup | str:
    """Why it could not be done, and what to do next."""
    known = {
        "faulty_import": _(
            "取り込む間にほかの人が記録を直しました。内容をもう一度確かめてください。"
        ),
        "not_found": _("対象が見つかりません。すでに対応が済んだか、無くなっています。"),
        "busy": _("ほかの処理と重なりました。もう一度試せます。"),
        "maker_gone": _("始めた人が今は利用者ではないため、続けられません。"),
        "given_up": _(
            "始めるたびに処理が途中で終わるため、打ち切りました。管理者に知らせてください。"
        ),
        "unknown_kind": _("この版の Unei 運営では扱えない処理です。管理者に知らせてください。"),
        "unexpected": _(
            "予期しない理由で処理できませんでした。もう一度試しても同じときは、管理者に知らせてください。"
        ),
        "may_not_retry": _("再実行できるのは、プロジェクトのPJMOと管理者です。"),
        "stopped_again": _("同じところで再び止まりました。原因を直してから再実行してください。"),
        "may_not_be_set_aside": _(
            "案件が待っているため閉じられません。再実行するか、案件を取りやめてください。"
        ),
        "may_not_handle_message": _("扱えるのは、プロジェクトのPJMOと管理者です。"),
        "nobody_waits": _("受け取る案件がありませんでした。メッセージは残っています。"),
        "no_longer_waiting": _("すでに届いたか、破棄されています。"),
        "not_undoable": _("切替の後で案件が先に進んだため、取り消せません。"),
        "may_not_migrate": _("版を切り替えられるのは、業務フローの担当者と管理者です。"),
        "instance_ended": _("案件が終わっています。"),
        "instance_suspended": _("案件が一時停止しています。再開してから、もう一度試してください。"),
        "forbidden": _("この操作をする権限がありません。"),
    }
    if code in known:
        return known[code]
    # sentences for people are Japanese; the engine's own are English and for the log
    return _("処理できませんでした。") if error.isascii() else data(error)
