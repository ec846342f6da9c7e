"""Reading the files of `config/`: calendar, roles, registers and schedule templates."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import holidays
import orjson

from engine.domain.errors import Finding, RefusedError
from engine.domain.records import Register
from engine.domain.register import read_register
from engine.domain.reminder import ASSIGNEE, HEAD_OF_GROUP, Ladder, Step
from engine.domain.roles import Roles, read_roles
from engine.domain.schedule_words import read_rule
from engine.domain.working_days import Calendar
from engine.services.office import Template
from engine.settings import Reminders

FIRST_YEAR, LAST_YEAR = 2015, 2060


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused(path, f"「{path.name}」を読めません（{error}）。") from error


def _refused(path: Path, *messages: str) -> RefusedError:
    return RefusedError([Finding(code="config", message=m, file=path.name) for m in messages])


def read_calendar(path: Path) -> Calendar:
    """National holidays, the closures of every year and single days.

    Raises:
        RefusedError: the file cannot be read, or a day in it does not exist.
    """
    tables = _toml(path)
    closures = set(_national(_country(tables)))
    try:
        for closure in tables.get("closure", ()):
            closures |= set(_yearly(closure["from"], closure["to"]))
        closures |= {day["on"] for day in tables.get("day", ())}
    except (KeyError, ValueError) as error:
        raise _refused(path, f"休業日の書き方が正しくありません（{error}）。") from error
    if not all(type(day) is date for day in closures):
        raise _refused(path, "[[day]] の on は 2027-05-20 のように日付で書きます。")
    return Calendar(frozenset(closures))


def read_closure_names(path: Path) -> Mapping[date, str]:
    """Why the office is closed on a day: the holiday, or the name that the file gives the days.

    Raises:
        as `read_calendar`, by which the file has been checked.
    """
    tables = _toml(path)
    names = dict(_national(_country(tables)))
    for closure in tables.get("closure", ()):
        days = _yearly(closure["from"], closure["to"])
        names |= dict.fromkeys(days, closure.get("name", ""))
    return names | {day["on"]: day.get("name", "") for day in tables.get("day", ())}


def _country(tables: Mapping[str, Any]) -> str:
    return str(tables.get("holidays", {}).get("national", "JP"))


@lru_cache
def _national(country: str) -> Mapping[date, str]:
    """The holidays of the country and their names."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    language = "ja" if country == "JP" else None  # else it follows the machine
    return dict(holidays.country_holidays(country, years=years, language=language))


def _yearly(first: str, last: str) -> Iterator[date]:
    """Days from MM-DD to MM-DD of every year; the span may pass the turn of the year."""
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        day = date.fromisoformat(f"{year}-{first}")
        end = date.fromisoformat(f"{year}-{last}")
        if end < day:
            end = date.fromisoformat(f"{year + 1}-{last}")
        while day <= end:
            yield day
            day += timedelta(days=1)


def read_roles_file(path: Path) -> Roles:
    """The roles of the office.

    Raises:
        RefusedError: the file cannot be read or holds mistakes.
    """
    return read_roles(_toml(path), path.name)


def read_registers(folder: Path) -> Mapping[str, Register]:
    """Register code -> register, of all JSON Schemas in the folder.

    Raises:
        RefusedError: the mistakes of all files.
    """
    found: dict[str, Register] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.json")):
        try:
            register = read_register(orjson.loads(path.read_bytes()), path.name)
        except RefusedError as error:
            findings += error.findings
        except orjson.JSONDecodeError as error:
            findings += _refused(path, f"JSONとして読めません（{error}）。").findings
        else:
            found[register.code] = register
    if findings:
        raise RefusedError(findings)
    return found


def read_templates(path: Path) -> Mapping[str, Template]:
    """Template id -> kind of schedule.

    Raises:
        RefusedError: a rule is not understood or would never fire.
    """
    findings: list[Finding] = []
    found: dict[str, Template] = {}
    for entry in _toml(path).get("schedule", ()):
        try:
            template = _template(entry)
        except RefusedError as error:
            findings += error.findings
        except KeyError as error:
            findings += _refused(path, f"[[schedule]] に {error.args[0]} がありません。").findings
        else:
            found[template.id] = template
    if findings:
        raise RefusedError(findings)
    return found


def read_ladder(settings: Reminders, roles: Roles) -> Ladder:
    """The reminder ladder of the settings.

    Raises:
        RefusedError: a role that does not exist, or two steps for one day.
    """
    known = {ASSIGNEE, HEAD_OF_GROUP, *roles.by_code}
    faults = [
        f"設定「reminders.step」の to「{word}」という役割はありません。"
        for step in settings.step
        for word in step.to
        if word not in known
    ]
    days = [step.days for step in settings.step]
    if len(set(days)) < len(days):
        faults.append("設定「reminders.step」の days が重なっています。1日に1つにします。")
    if faults:
        raise RefusedError([Finding(code="setting", message=text) for text in faults])
    return Ladder(
        [Step(days=step.days, to=step.to) for step in settings.step],
        time.fromisoformat(settings.time),
        settings.reminded_by_model,
    )


def _template(entry: Mapping[str, Any]) -> Template:
    at = entry.get("time", "09:00")
    return Template(
        id=entry["id"],
        key=entry["process"],
        name=entry["name"],
        rule=read_rule(entry["rule"], at),
        time=at,
        catch_up=entry.get("catch_up", "newest"),
    )
