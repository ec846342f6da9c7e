"""進む場所を変える: what is open, then where one of it shall go on, with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import moving
from engine.services.moving import Move, MovedOnError, NotMovableError, Spot, Target
from web.context import actor, engine
from web.digits import number
from web.i18n import _

bp = Blueprint("moving", __name__, url_prefix="/instances")

MAX_REASON = 400


@bp.get("/<instance_id>/move")
def ask(instance_id: str) -> str:
    page = engine().ask(moving.page, instance_id, actor())
    return render_template(
        "instance_move.html", page=page, head=page.head, why=_obstacles(), kinds=_kinds()
    )


@bp.get("/<instance_id>/move/<spot_id>")
def choose(instance_id: str, spot_id: str) -> str | Response:
    return _question(instance_id, spot_id, {}, is_sent=False)


@bp.post("/<instance_id>/move/<spot_id>")
def move(instance_id: str, spot_id: str) -> str | Response:
    typed = {name: request.form.get(name, "").strip() for name in ("to", "reason")}
    if not typed["to"] or not typed["reason"] or len(typed["reason"]) > MAX_REASON:
        found = _question(instance_id, spot_id, typed, is_sent=True)
        return make_response(found, 422) if isinstance(found, str) else found
    wanted = Move(
        spot_id=spot_id,
        element_id=typed["to"],
        version=number(request.form.get("version", ""), 0),
        reason=typed["reason"],
    )
    try:
        engine().run(moving.move, instance_id, wanted, actor())
    except (NotMovableError, MovedOnError):
        return _meanwhile(instance_id)
    flash(_("進む場所を変えました。"), "ok")
    return redirect(url_for("instances.show", instance_id=instance_id), code=303)


def _meanwhile(instance_id: str) -> Response:
    flash(_("案件の状態が変わったため、移していません。もう一度選んでください。"), "note")
    return redirect(url_for(".ask", instance_id=instance_id), code=303)


def _question(
    instance_id: str, spot_id: str, typed: dict[str, str], *, is_sent: bool
) -> str | Response:
    page = engine().ask(moving.page, instance_id, actor())
    spot = next((one for one in page.spots if one.id == spot_id), None)
    if spot is None or not spot.targets:
        return _meanwhile(instance_id)
    return render_template(
        "instance_move.html",
        page=page,
        head=page.head,
        spot=spot,
        typed=typed,
        errors=_errors(typed) if is_sent else {},
        longest=MAX_REASON,
        groups=_groups(spot),
    )


def _errors(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["to"]:
        errors["to"] = _("続ける要素を選んでください。")
    if not typed["reason"]:
        errors["reason"] = _("理由を入力してください。")
    elif len(typed["reason"]) > MAX_REASON:
        errors["reason"] = _("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)
    return errors


def _groups(spot: Spot) -> dict[str, list[Target]]:
    """The elements to choose from, by what people call their kinds."""
    words, found = _kinds(), dict[str, list[Target]]()
    for one in spot.targets:
        found.setdefault(words.get(one.kind, _("自動処理")), []).append(one)
    return found


def _obstacles() -> dict[str, str]:
    """Why something open stays where it is."""
    return {
        "inside": _("まとまりの中で進んでいるものを選んでください。"),
        "outside": _("呼び出した案件か外部の処理が終わるのを待っています。"),
        "repeated": _("何人か、または何回かで行う作業の一つだけを移すことはできません。"),
        "join": _("ほかの道が合流するのを待っています。"),
        "ad_hoc": _("順番を決めない作業の中では、次の作業を選んで進めます。"),
    }


def _kinds() -> dict[str, str]:
    """Kind of an element -> what people call it; what is missing is done by the machine."""
    person, event, choice = _("人の作業"), _("出来事"), _("分岐")
    return {
        **dict.fromkeys(("userTask", "manualTask", "task"), person),
        **dict.fromkeys(
            ("intermediateCatchEvent", "intermediateThrowEvent", "endEvent", "receiveTask"), event
        ),
        **dict.fromkeys(
            ("exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"), choice
        ),
        "parallelGateway": _("並行"),
        "callActivity": _("ほかの業務フロー"),
        **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess"), _("まとまり")),
    }
