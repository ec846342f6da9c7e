"""The worklist with what people do to many tasks, saved filters, and delegations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from engine.domain.working_days import tokyo_date
from engine.services import delegations, saved_views
from engine.services.delegations import NewDelegation
from tests.e2e.place import Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

ABSENT, PROXY, HEAD, COLLEAGUE = "yamamoto", "ito", "sato", "takahashi"
FILTERED = "flow=rehearsal&view=group"


def given(site: Site, holder: str = ABSENT, proxy: str = PROXY) -> str:
    """The delegation from one to the other, made where there is none yet."""
    office = site.office
    for one in office.engine.ask(delegations.active_for, proxy):
        if one.person_id == holder:
            return one.id
    today = tokyo_date(office.clock.moment)
    wanted = NewDelegation(
        person_id=holder,
        proxy_id=proxy,
        valid_from_on=today,
        valid_to_on=today + timedelta(days=4),
        reason="出張",
    )
    return office.engine.run(delegations.give, wanted, office.actor(holder))[0]


def _delegated(path: str) -> Go:
    def go(page: Page, site: Site) -> None:
        given(site)
        page.goto(path)

    return go


def _end(page: Page, site: Site) -> None:
    page.goto(f"/me/delegations/{given(site)}/end/confirm")


def _as_proxy(page: Page, site: Site) -> None:
    """A task that the proxy works on for the one who is away."""
    given(site)
    page.goto("/worklist?view=delegated")
    with page.expect_navigation():
        page.locator("a.title").first.click()


def _refused(page: Page, site: Site) -> None:
    given(site)
    page.goto("/me/delegations/new")
    with page.expect_navigation():
        page.locator("main form button.btn--primary").click()


def _bulk_refused(page: Page, _site: Site) -> None:
    """Handing back what nobody holds works; giving it to nobody does not."""
    page.goto("/worklist?view=group")
    page.locator('input[name="task"]').first.check()
    with page.expect_navigation():
        page.locator('button[value="assign"]').click()


def _nothing_chosen(page: Page, _site: Site) -> None:
    page.goto("/worklist?view=group")
    with page.expect_navigation():
        page.locator('button[value="claim"]').click()


def _saved(page: Page, site: Site) -> None:
    actor = site.office.actor("suzuki")
    view = site.office.engine.run(saved_views.save, "worklist", "準備の残り", FILTERED, actor)
    page.goto(f"/me/views/{view.id}")


def _unnamed(page: Page, _site: Site) -> None:
    page.goto(f"/me/views/new?page=worklist&query={quote(FILTERED)}")
    with page.expect_navigation():
        page.locator("main form button.btn--primary").click()


def _filtered(page: Page, site: Site) -> None:
    _saved(page, site)
    page.goto("/worklist?view=group&flow=rehearsal&text=リハーサル&due=week&state=open")


WORK = (
    Place(name="worklist-filtered", go=_filtered, heading="受信箱"),
    Place(
        name="worklist-nothing-found", go=at("/worklist?text=ありません&view=all"), heading="受信箱"
    ),
    Place(name="worklist-delegated", who=PROXY, go=_delegated("/worklist"), heading="受信箱"),
    Place(name="worklist-refused", go=_bulk_refused, status=409, heading="受信箱"),
    Place(name="worklist-nothing-chosen", go=_nothing_chosen, status=422, heading="受信箱"),
    Place(name="task-as-proxy", who=PROXY, go=_as_proxy),
    Place(name="view-new", go=at(f"/me/views/new?page=worklist&query={quote(FILTERED)}")),
    Place(name="view-unnamed", go=_unnamed, status=422, heading="条件を保存", errors=True),
    Place(name="view-saved", go=_saved, heading="保存した条件"),
    Place(name="delegations-none", go=at("/me/delegations"), heading="代理の設定"),
    Place(
        name="delegations-given", who=ABSENT, go=_delegated("/me/delegations"), heading="代理の設定"
    ),
    Place(
        name="delegations-received",
        who=PROXY,
        go=_delegated("/me/delegations"),
        heading="代理の設定",
    ),
    Place(
        name="delegations-of-another",
        who=HEAD,
        go=at(f"/me/delegations?person={COLLEAGUE}"),
        heading="代理の設定",
    ),
    Place(name="delegation-new", go=at("/me/delegations/new"), heading="代理を依頼する"),
    Place(
        name="delegation-refused", go=_refused, status=422, heading="代理を依頼する", errors=True
    ),
    Place(name="delegation-end", who=ABSENT, go=_end, heading="この代理をやめますか"),
)
