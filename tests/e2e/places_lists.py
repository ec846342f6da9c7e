"""The list of cases over all projects, and the search."""

from __future__ import annotations

from tests.e2e.place import Place, at

PMO = "shimizu"
ENDED = "/instances?state=completed&called=1"
FUND = "/search?q=%E5%8A%A9%E6%88%90%E9%87%91"
EVERYTHING = (
    "/instances?state=all&flow=go_live_preparation&person=%E4%BD%90%E8%97%A4&element=%E6%89%BF"
    "&due=overdue&started_from=2026-04-01&ended_to=2027-03-31&called=1"
)
PLACES_OF_LISTS = (
    Place(name="instances-pmo", who=PMO, go=at("/instances"), heading="案件"),
    Place(name="instances-due", who=PMO, go=at("/instances?sort=due&called=1"), heading="案件"),
    Place(
        name="instances-ended",
        who=PMO,
        go=at(ENDED),
        heading="案件",
    ),
    Place(name="instances-filtered", who=PMO, go=at(EVERYTHING), heading="案件"),
    Place(name="search", go=at("/search"), heading="検索"),
    Place(name="search-words", who=PMO, go=at("/search?q=%E6%89%BF%E8%AA%8D"), heading="検索"),
    Place(name="search-all", who=PMO, go=at(FUND), heading="検索"),
    Place(name="search-nothing", go=at("/search?q=%E9%9B%AA%E5%B1%B1"), heading="検索"),
)
