"""How comments read on a page: their text with names and numbers as links, and what was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe

from flask import url_for
from markupsafe import Markup, escape

from engine.domain.comment import LONGEST, Comment, CommentError
from engine.services import comments
from engine.services.comments import Thread
from web.context import actor, engine
from web.i18n import _, filled


def thread(instance_id: str) -> Thread:
    """The comments a page shows."""
    return engine().ask(comments.of_instance, instance_id, actor())


def new_key() -> str:
    """For a form, so that a double click writes once."""
    return token_urlsafe(16)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of the text of a comment: `kind` text, mention, number (then `address`) or line."""

    kind: str
    text: str = ""
    address: str = ""


def parts(comment: Comment, links: Mapping[str, str]) -> list[Part]:
    """The text in pieces: names, numbers of cases in `links`, line ends, and what lies between."""
    words = sorted({*comment.mentions, *links}, key=len, reverse=True)
    pattern = "|".join([*map(re.escape, words), "\n"])
    return [_part(one, comment, links) for one in re.split(f"({pattern})", comment.text) if one]


def _part(one: str, comment: Comment, links: Mapping[str, str]) -> Part:
    if one in links:
        address = url_for("instances.show", instance_id=links[one])
        return Part(kind="number", text=one, address=address)
    if one in comment.mentions:
        return Part(kind="mention", text=one)
    return Part(kind="line") if one == "\n" else Part(kind="text", text=one)


def refused(error: CommentError) -> Markup:
    """What is wrong with the text, and how to make it right."""
    sentences = {
        "empty": _("コメントを入力してください。"),
        "too_long": _("コメントは%(longest)s文字以内で入力してください。", longest=f"{LONGEST:,}"),
        "unknown": _(
            "「@%(name)s」に当たる人がいません。この案件を見られる人の氏名かログイン名を、@に続けて書いてください。"
        ),
        "ambiguous": _(
            "「@%(name)s」に当たる人が複数います。ログイン名で書いてください：%(logins)s"
        ),
    }
    logins = "、".join(f"@{login}" for login in error.logins)
    pattern = sentences[error.fault]
    return filled(pattern, name=error.name, logins=logins) if error.name else escape(pattern)
