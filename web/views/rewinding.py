"""この時点に戻す: what would happen first, then the step back."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import people, rewinding
from engine.services.rewinding import NotRewindableError
from web.context import actor, clock, engine
from web.digits import number
from web.i18n import _

bp = Blueprint("rewinding", __name__, url_prefix="/instances")

MAX_REASON = 400


@bp.get("/<instance_id>/steps/<int:line>/rewind")
def confirm(instance_id: str, line: int) -> str:
    return _question(instance_id, line)


@bp.post("/<instance_id>/steps/<int:line>/rewind")
def rewind(instance_id: str, line: int) -> Response:
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MAX_REASON:
        return make_response(_question(instance_id, line, reason, is_sent=True), 422)
    version = number(request.form.get("version", ""), 0)
    try:
        engine().run(rewinding.rewind, instance_id, line, version, reason, actor())
    except NotRewindableError:
        flash(_("案件の状態が変わったため、戻していません。もう一度確かめてください。"), "note")
        return make_response(_question(instance_id, line, reason), 409)
    flash(_("案件を前の時点に戻しました。"), "ok")
    return redirect(url_for("instances.show", instance_id=instance_id), code=303)


def _question(instance_id: str, line: int, reason: str = "", *, is_sent: bool = False) -> str:
    page = engine().ask(rewinding.page, instance_id, line, actor())
    return render_template(
        "instance_rewind.html",
        page=page,
        head=page.head,
        why=_obstacles().get(page.obstacle, ""),
        lasting=[
            text.replace("%(count)s", str(count))
            for name, text in _lasting().items()
            if (count := (page.lasting or {}).get(name))
        ],
        people=engine().ask(people.names, page.people),
        now=clock().now,
        reason=reason,
        longest=MAX_REASON,
        is_sent=is_sent,
    )


def _obstacles() -> dict[str, str]:
    return {
        "here": _("案件は今、この時点にあります。"),
        "told_caller": _("この案件の結果は、呼び出し元の案件に渡っています。"),
        "other_version": _("この時点では別の版でした。先に版の切替を取り消してください。"),
        "ended": _("この時点で案件は終わっていました。もっと前の時点を選んでください。"),
        "answered": _(
            "この時点で待っていた呼び出しか自動処理が、もう終わっています。その前か後の時点を選んでください。"
        ),
    }


def _lasting() -> dict[str, str]:
    """What stays done; `%(count)s` is put in where it is shown."""
    return {
        "mails": _("送ったメール：%(count)s通"),
        "messages": _("ほかの案件や外部に送ったメッセージ：%(count)s件"),
        "received": _("受け取ったメッセージ：%(count)s件（もう一度届くことはありません）"),
        "entries": _("台帳への記録：%(count)s件"),
        "called": _("始まって終わった呼び出し先の案件：%(count)s件"),
        "operations": _("外部への自動処理：%(count)s件"),
    }
