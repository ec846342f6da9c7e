"""A form sent after the session has ended: what was typed is kept as that person's draft."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import EngineError
from engine.services import people, tasks
from web import form_token, posts
from web.context import engine
from web.i18n import _


def keep(task_id: str) -> Response:
    """Save the draft for the person named by the form's mark, then ask to sign in again.

    Without a valid mark nothing is kept.  Another person who signs in does not see the draft.
    """
    person_id = form_token.person_of(request.form.get(form_token.FIELD, ""), task_id)
    actor = None if person_id is None else engine().ask(people.actor, person_id)
    kept = False
    if actor is not None:
        try:
            engine().run(tasks.save_draft, task_id, actor, posts.read(actor))
            kept = True
        except posts.FileErrors as error:
            engine().run(tasks.save_draft, task_id, actor, error.post)
            kept = True
        except EngineError:  # the task is closed or was given away meanwhile: nothing to keep
            kept = False
    if kept:
        flash(_("時間がたったためログアウトしていました。入力を下書きに保存しました。"), "note")
    else:
        flash(_("時間がたったためログアウトしていました。もう一度ログインしてください。"), "note")
    return redirect(url_for("auth.login", next=url_for("tasks.show", task_id=task_id)), code=303)
