"""条件を保存: a list's filters under a name, each person's own."""

from __future__ import annotations

import uuid
from dataclasses import replace

from engine.domain.access import Actor
from engine.domain.errors import FieldErrors, NotFoundError
from engine.domain.saved_view import SavedView
from engine.domain.sentence import Sentence
from engine.services.unit import Unit
from engine.storage import saved_views as rows

MOST_VIEWS = 20  # of one person on one page
MAX_NAME = 30
MAX_QUERY = 2_000


def of_page(unit: Unit, actor: Actor, page: str) -> list[SavedView]:
    """The person's own views of a page, by name."""
    return rows.of_page(unit, actor.user_id, page)


def get(unit: Unit, view_id: str, actor: Actor) -> SavedView:
    """One of the person's own views.

    Raises:
        NotFoundError: none of that id, or somebody else's.
    """
    found = rows.find(unit, actor.user_id, view_id)
    if found is None:
        raise NotFoundError("saved_view", view_id)
    return found


def save(unit: Unit, page: str, name: str, query: str, actor: Actor) -> SavedView:
    """Keep the filters under a name; the same name again replaces what it stood for.

    Raises:
        FieldErrors: the name is missing, too long, or there are too many views.
    """
    known = rows.of_page(unit, actor.user_id, page)
    name = _checked(name)
    same = next((one for one in known if one.name == name), None)
    if same is not None:
        changed = replace(same, query=query[:MAX_QUERY])
        rows.save(unit, changed)
        return changed
    if len(known) >= MOST_VIEWS:
        too_many = Sentence("保存できる条件は%(most)s件までです。", most=MOST_VIEWS)
        raise FieldErrors({"name": too_many})
    made = SavedView(
        id=uuid.uuid4().hex,
        person_id=actor.user_id,
        page=page,
        name=name,
        query=query[:MAX_QUERY],
    )
    rows.add(unit, made)
    return made


def rename(unit: Unit, view_id: str, name: str, actor: Actor) -> SavedView:
    """Give it another name.

    Raises:
        FieldErrors: the name is missing, too long, or that of another view.
    """
    found = get(unit, view_id, actor)
    renamed = replace(found, name=_checked(name))
    others = rows.of_page(unit, actor.user_id, found.page)
    if any(one.name == renamed.name and one.id != found.id for one in others):
        raise FieldErrors({"name": Sentence("同じ名前の条件がすでにあります。")})
    rows.save(unit, renamed)
    return renamed


def drop(unit: Unit, view_id: str, actor: Actor) -> SavedView:
    """Forget it; what it was."""
    found = get(unit, view_id, actor)
    rows.drop(unit, view_id)
    return found


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise FieldErrors({"name": Sentence("名前を入力してください。")})
    if len(name) > MAX_NAME:
        raise FieldErrors({"name": Sentence("名前は%(most)s字までです。", most=MAX_NAME)})
    return name
