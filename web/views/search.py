"""検索: straight to what bears the number, or everything that holds the words."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import people, registers, search
from engine.services.search import Found, Target
from web.context import actor, engine

bp = Blueprint("search", __name__, url_prefix="/search")

MAX_TEXT = 100


@bp.get("")
def show() -> str | Response:
    text = request.args.get("q", "").replace("\x00", "").strip()[:MAX_TEXT]
    target = engine().ask(search.exactly, actor(), text) if text else None
    if target is not None:
        return redirect(_address(target), code=303)
    found = engine().ask(search.everywhere, actor(), text)
    books = {one.code: one for one in engine().ask(registers.all_registers)}
    return render_template(
        "search.html",
        text=text,
        found=found,
        books=books,
        names=engine().ask(people.names, _people(found)),
    )


def _address(target: Target) -> str:
    if target.kind == search.INSTANCE:
        return url_for("instances.show", instance_id=target.id)
    return url_for("registers.entry", code=target.register, entry_id=target.id)


def _people(found: Found) -> list[str]:
    """Who holds a task on the page."""
    held = [task for task, _ in found.tasks]
    held += [step for row in found.instances for step in row.steps]
    return sorted({task.assignee for task in held if task.assignee})
