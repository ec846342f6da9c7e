"""Where a request begins and ends, as lines of the log at level debug.

A begin without its end tells that the server was killed inside that request.
"""

from __future__ import annotations

import uuid

import structlog
from flask import Flask, g, request

log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    g.mark = uuid.uuid4().hex
    log.debug("request_begin", id=g.mark, method=request.method, path=request.path)


def _end(_error: BaseException | None) -> None:
    if "mark" in g:
        log.debug("request_end", id=g.mark)
