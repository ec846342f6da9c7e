"""What went wrong -> status and page.  The one table; views catch only what they can mend."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from traceback import format_exception

from flask import Flask, make_response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from engine.domain.errors import (
    ConflictError,
    EngineError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RefusedError,
)
from engine.domain.fault import Fault
from engine.services import faults
from engine.services.faults import LONGEST_TRACE
from web.context import engine, options, signed_in
from web.i18n import _

log = logging.getLogger("unei.web")

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_STATUS: tuple[tuple[type[EngineError], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (InvalidError, 422),
    (ConflictError, 409),
)


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a page about a failure says: heading, what happened, what to do next."""

    title: str
    texts: tuple[str, ...] = ()
    findings: tuple[str, ...] = field(default=())


def install(app: Flask) -> None:
    app.register_error_handler(EngineError, _engine_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: EngineError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def page(message: Message, status: int) -> Response:
    """The page of a failure, in the frame when somebody is signed in."""
    frame = "plain.html" if signed_in() is None else "base.html"
    return make_response(
        render_template("error.html", message=message, status=status, frame=frame), status
    )


def _engine_error(error: EngineError) -> Response:
    status = status_of(error)
    if status == 500:  # noqa: PLR2004
        return _unexpected(error)
    return page(message_of(error, status), status)


def message_of(error: EngineError, status: int) -> Message:
    known = _by_code().get(error.code)
    if isinstance(error, RefusedError):
        return Message(
            title=_("このままでは受け付けられません"),
            texts=(_("次の点を直して、もう一度送ってください。何も変わっていません。"),),
            findings=tuple(finding.message for finding in error.findings),
        )
    return known or _by_status()[status]


def _by_code() -> dict[str, Message]:
    return {
        "not_a_candidate": Message(
            title=_("このタスクの候補ではありません"),
            texts=(_("引き受けられるのは、タスクの候補になっている人です。"),),
        ),
        **_about_cases(),
        **_about_choices(),
        "sandbox_over": Message(
            title=_("この試行は終わっています"),
            texts=(
                _("試行は、最後に使ってから2時間で消えます。スタジオから、もう一度始められます。"),
            ),
        ),
        "oneself": Message(
            title=_("自分にはできない操作です"),
            texts=(_("ほかの管理者に頼んでください。何も変わっていません。"),),
        ),
        "last_administrator": Message(
            title=_("管理者がいなくなります"),
            texts=(_("先にほかの人に管理者の役割を付けてください。何も変わっていません。"),),
        ),
        "closed_place": Message(
            title=_("閉じたところでは始められません"),
            texts=(_("ほかのプロジェクトか情報システムを選んでください。"),),
        ),
        "person_changed": Message(
            title=_("ほかの人の操作と重なりました"),
            texts=(_("今の状態を開いて、もう一度操作してください。"),),
        ),
        "stale": Message(
            title=_("ほかの人の操作と重なりました"),
            texts=(_("今の状態を開いて、もう一度操作してください。"),),
        ),
    }


def _about_cases() -> dict[str, Message]:
    return {
        "instance_ended": Message(
            title=_("この案件は終わっています"),
            texts=(_("案件の画面で、いつ終わったかを確かめられます。"),),
        ),
        "instance_suspended": Message(
            title=_("この案件は一時停止しています"),
            texts=(
                _("案件の画面で、理由と、いつからかを確かめられます。再開すると続けられます。"),
            ),
        ),
        "caller_suspended": Message(
            title=_("呼び出し元の案件が一時停止しています"),
            texts=(_("呼び出し元の案件を再開すると、この案件も再開します。"),),
        ),
        "not_suspended": Message(
            title=_("この案件は一時停止していません"),
            texts=(_("案件の画面で、今の状態を確かめてください。"),),
        ),
    }


def _about_choices() -> dict[str, Message]:
    return {
        "one_at_a_time": Message(
            title=_("今は始められません"),
            texts=(_("1つずつ行う作業です。進行中の作業が終わると、次を始められます。"),),
        ),
        "not_yet_over": Message(
            title=_("まだ終わりにできません"),
            texts=(_("終わりにする条件がそろっていません。必要な作業を済ませてください。"),),
        ),
    }


def _by_status() -> dict[int, Message]:
    """What to say where only the status is known."""
    again, overlap = _("この操作は受け付けられませんでした"), _("ほかの人の操作と重なりました")
    said = {
        400: (
            again,
            _(
                "画面を開き直して、もう一度操作してください。入力した内容は、前の画面に戻ると残っています。"
            ),
        ),
        403: (
            _("この画面を見る権限がありません"),
            _("必要なときは、プロジェクトのPJMOか管理者に相談してください。"),
        ),
        404: (
            _("お探しの画面は見つかりません"),
            _("アドレスが違うか、見る権限がないか、すでに無くなっています。"),
        ),
        405: (again, _("メニューから画面を開き直してください。")),
        409: (overlap, _("今の状態を開いて、もう一度操作してください。")),
        413: (_("送った内容が大きすぎます"), _too_large()),
        422: (
            _("このままでは受け付けられません"),
            _("前の画面に戻り、入力した内容を確かめてください。"),
        ),
        429: (_("しばらくお待ちください"), _("短い時間に何度も操作がありました。")),
    }
    return {status: Message(title=title, texts=(text,)) for status, (title, text) in said.items()}


def _too_large() -> str:
    return _(
        "添付は1件%(size)s MBまでです。多いときは分けて送ってください。",
        size=options().upload_megabytes,
    )


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004
        return make_response(error.get_response())
    if status >= 500:  # noqa: PLR2004
        return _unexpected(error)
    messages = _by_status()
    return page(messages.get(status, messages[400]), status)


def _unexpected(error: Exception) -> Response:
    """Never a trace on the page: a number that stands in the log beside it."""
    number = "".join(secrets.choice(_ALPHABET) for _n in range(6))
    log.error("request failed: number %s, %s", number, request.endpoint, exc_info=error)
    _keep(number, error)
    return page(
        Message(
            title=_("処理を続けられませんでした"),
            texts=(
                _(
                    "もう一度試しても同じときは、番号 %(number)s を管理者に伝えてください。",
                    number=number,
                ),
                _("保存した下書きは残っています。"),
            ),
        ),
        500,
    )


def _keep(number: str, error: Exception) -> None:
    """Let administrators find the failure by its number."""
    found = signed_in()
    fault = Fault(
        number=number,
        place=f"{request.method} {request.path}",
        kind=type(error).__name__,
        trace="".join(format_exception(error))[-LONGEST_TRACE:],
        person_id=None if found is None else found.person.id,
    )
    try:
        engine().run(faults.note, fault)
    except Exception:  # the database may be what has failed
        log.exception("failure %s is in this log only", number)
