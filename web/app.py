"""The Flask application: wires the pages to one engine, by hand, top to bottom."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.bootstrap import Engine
from engine.domain.access import HEAD
from engine.domain.records import Register
from engine.domain.working_days import fiscal_year, tokyo_date
from engine.sandbox import Sandbox
from engine.services import people, worklists
from engine.settings import Settings, secret
from web import (
    assets,
    comment_words,
    durations,
    errors,
    form_layout,
    formats,
    i18n,
    marks,
    menu,
    paging,
    sandboxes,
    security,
    sessions,
)
from web.context import EXTENSION, Options, actor, clock, engine, options, signed_in
from web.i18n import _
from web.model_keys import ModelKey, model_address
from web.release import VERSION
from web.reports import REGISTER
from web.views import (
    analysis,
    auth,
    batches,
    comments,
    delegations,
    files,
    health,
    history,
    incidents,
    instance_export,
    instances,
    jobs,
    memberships,
    messages,
    moving,
    notices,
    outbox,
    overview,
    passwords,
    places,
    preferences,
    processes,
    register_editing,
    register_export,
    register_import,
    registers,
    reports,
    rewinding,
    saved_views,
    schedules,
    search,
    studio,
    studio_feel,
    studio_files,
    studio_imports,
    studio_layout,
    studio_migration,
    studio_parts,
    studio_process,
    studio_publishing,
    suspending,
    system,
    trying,
    variables,
    withdrawals,
    worklist,
)
from web.views import people as people_pages
from web.views import sandbox as sandbox_pages
from web.views import settings as setting_pages
from web.views import tasks as task_pages

PAGES = (
    analysis,
    auth,
    batches,
    comments,
    delegations,
    files,
    health,
    history,
    incidents,
    instance_export,
    instances,
    jobs,
    memberships,
    messages,
    moving,
    notices,
    outbox,
    overview,
    passwords,
    people_pages,
    places,
    preferences,
    processes,
    register_editing,
    register_export,
    register_import,
    registers,
    reports,
    rewinding,
    saved_views,
    schedules,
    search,
    setting_pages,
    studio,
    studio_feel,
    studio_files,
    studio_imports,
    studio_layout,
    studio_migration,
    studio_parts,
    studio_process,
    studio_publishing,
    suspending,
    system,
    task_pages,
    variables,
    withdrawals,
    worklist,
)

MENU_PLACES = {  # pages that belong to the menu entry of others
    "studio_publishing": "studio",
    "studio_imports": "studio",
    "studio_process": "studio",
    "studio_migration": "studio",
    "suspending": "instances",
    "moving": "instances",
    "rewinding": "instances",
    "variables": "instances",
    "studio_parts": "studio",
    "trying": "studio",
    "tasks": "worklist",
    "memberships": "people",
    "register_editing": "registers",
    "register_import": "registers",
}


def create_app(served: Engine, opened: Sandbox | None = None) -> Flask:
    """The pages of one engine; of a sandbox, when it is that of one.

    Raises:
        MissingBuildError: the front end has not been built.
    """
    how = options_of(served.settings)
    app = sandboxes.new_app(__name__, opened)
    app.extensions[EXTENSION] = (served, how)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if how.proxies:
        trusted = {"x_for": how.proxies, "x_proto": how.proxies, "x_host": how.proxies}
        # the documented way to wrap the application
        app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]
    marks.install(app)
    security.install(app, how)
    sessions.install(app, how)
    i18n.install(app)
    assets.install(app)
    errors.install(app)
    _install_words(app)
    app.url_map.converters["model"] = ModelKey
    for pages in PAGES:
        app.register_blueprint(pages.bp)
    if opened is None:
        sandboxes.install(app, served, create_app)
        app.register_blueprint(trying.bp)
        security.csrf.exempt(trying.inside)
    else:
        app.register_blueprint(sandbox_pages.bp)
    # this one asks for the session's mark itself, when there is a session
    security.csrf.exempt(task_pages.submit)
    return app


def options_of(settings: Settings) -> Options:
    return Options(
        secret_key=secret(settings, "session"),
        version=VERSION,
        idle_minutes=settings.session.minutes,
        session_hours=settings.session.hours,
        upload_megabytes=settings.server.upload_megabytes,
        proxies=settings.server.proxies,
        is_https=settings.server.https,
    )


def _install_words(app: Flask) -> None:
    """What templates may call."""
    app.jinja_env.globals.update(
        blocks=form_layout.blocks,
        is_wide=form_layout.is_wide,
        markdown=form_layout.markdown,
        full_date=formats.full_date,
        list_date=formats.list_date,
        list_moment=formats.list_moment,
        clock_text=formats.clock,
        machine_time=formats.machine_time,
        shown_value=formats.shown,
        size=formats.size,
        tokyo_date=tokyo_date,
        same_with=paging.same_with,
        count_text=formats.count_text,
        deadline=_deadline,
        fiscal_year_now=_fiscal_year_now,
        group_names=_group_names,
        menu=_menu,
        model_address=model_address,
        unread=notices.unread,
        comment_words=comment_words,
        register_name=_register_name,
        report_register=REGISTER,
        new_row=None,
        session_seconds=sessions.seconds_left,
        took=durations.took,
        whole_text=durations.whole_text,
        worked_days=durations.worked_days,
        worked_text=durations.worked_text,
    )
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, Any]:
    found = signed_in()
    return {
        "me": found,
        "menu_place": MENU_PLACES.get(request.blueprint or "", request.blueprint),
        "office": options().office,
        "version": options().version,
        "file_limit": f"{options().upload_megabytes} MB",
        "clock": clock() if found else None,
        "sandbox": sandboxes.bar(),
    }


def _menu() -> list[tuple[str, list[menu.Entry]]]:
    return menu.groups(_waiting_count)


def _waiting_count() -> str:
    """Tasks of the person at the keyboard, for the menu."""
    count = engine().ask(worklists.held_count, actor())
    return formats.count_text(count) if count else ""


def _deadline(due_at: Any) -> formats.Deadline:
    return formats.deadline(due_at, clock().now, clock().calendar)


def _fiscal_year_now() -> str:
    return formats.fiscal_year_name(fiscal_year(clock().today))


def _group_names(groups: frozenset[str]) -> Markup:
    """The roles behind candidate groups: PJMO, 業務実施部門の長."""
    known = engine().ask(people.role_names)
    names = []
    for group in sorted(groups):
        code = group.removesuffix(HEAD)
        pattern = _("%(role)sの長") if group.endswith(HEAD) else "%(role)s"
        names.append(i18n.filled(pattern, role=known.get(code, code)))
    return Markup(_("、")).join(names)  # noqa: S704  a mark of our own


def _register_name(register: Register) -> Any:
    """The register's name in the language of the page, where its file has one."""
    names = register.schema.get("x-labels", {})
    name = names.get(i18n.language())
    return name if name else i18n.data(register.name)
