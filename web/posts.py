"""The request's post as the forms read it; files are stored first and stand in it by their ids."""

from __future__ import annotations

from os import SEEK_END

from flask import request
from werkzeug.datastructures import FileStorage

from engine.domain.access import Actor
from engine.domain.errors import FieldErrors
from engine.domain.sentence import Sentence
from engine.services import attachments
from engine.services.attachments import Upload
from web.context import engine, options
from web.security import MEGABYTE

# Names of the house, not of the form.
OWN = frozenset(
    {
        "csrf_token",
        "form_token",
        "submission_key",
        "do",
        "start.project",
        "start.system",
        "start.subject",
    }
)


def read(actor: Actor) -> dict[str, list[str]]:
    """The post with the ids of its files, each kept as a draft attachment.

    Raises:
        FieldErrors: a file cannot be kept; its message stands at its field.
    """
    post = {name: values for name, values in request.form.lists() if name not in OWN}
    errors: dict[str, str] = {}
    for name, files in request.files.lists():
        for file in files:
            if not file.filename:
                continue
            try:
                post.setdefault(name, []).append(_kept(file, actor))
            except FieldErrors as error:
                errors[name] = next(iter(error.errors.values()))
            finally:
                file.close()
    if errors:
        raise FileErrors(post, errors)
    return post


class FileErrors(FieldErrors):
    """Some file could not be kept; `post` holds everything else that was sent."""

    def __init__(self, post: dict[str, list[str]], errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.post = post


def _kept(file: FileStorage, actor: Actor) -> str:
    limit = options().upload_megabytes
    size = file.stream.seek(0, SEEK_END)
    if size > limit * MEGABYTE:
        raise FieldErrors(
            {
                "": Sentence(
                    "%(name)sは%(size)s MBを超えています。小さくしてから添付してください。",
                    name=file.filename,
                    size=limit,
                )
            }
        )
    upload = Upload(
        name=file.filename or "",
        content_type=file.mimetype or "application/octet-stream",
        stream=file.stream,
    )
    return engine().run(attachments.store, upload, actor).id
