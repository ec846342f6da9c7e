"""What every command of the command line needs: settings, an engine, and how faults are told."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

import click
from rich.console import Console

from engine import bootstrap
from engine.bootstrap import Engine, OldDatabaseError
from engine.domain.errors import EngineError, Finding, RefusedError, UnreachableDatabaseError
from engine.domain.sentence import Sentence
from engine.settings import Settings, read_settings
from web.demo import StoryError
from web.i18n import JAPANESE, LANGUAGES, spoken

T = TypeVar("T")
out = Console()
err = Console(stderr=True)
in_language = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=JAPANESE,
    help="検査の結果を言う言語（findings in English: --lang en）",
)


def settings() -> Settings:
    how = told(read_settings)
    bootstrap.log_to_stderr(logging.getLevelNamesMapping()[how.log_level.upper()])
    return how


def open_engine(how: Settings) -> Engine:
    how.data_dir.mkdir(parents=True, exist_ok=True)
    return told(lambda: bootstrap.build(how))


def told(act: Callable[[], T], lang: str = JAPANESE) -> T:
    """The result, or every finding as one line each and an end with status 1."""
    try:
        return act()
    except RefusedError as error:
        fail([worded(finding, lang) for finding in error.findings])
    except OldDatabaseError:
        fail(["データベースの表が古いか、まだありません。先に unei migrate を実行します。"])
    except UnreachableDatabaseError as error:
        fail(
            [
                f"データベース（{error.place}）につながりません。",
                "設定の database.url と、データベースが動いているかを確かめます。",
            ]
        )
    except (EngineError, StoryError) as error:
        fail([f"処理できませんでした（{error}）。"])


def worded(finding: Finding, lang: str = JAPANESE) -> str:
    """The finding as one line: its place, what it is and how to mend it."""
    message = spoken(finding.message, lang)
    if finding.code == "setting":  # the sentence names the place
        return message
    place = " ".join(filter(None, (finding.file, finding.element_id, finding.element_name)))
    return f"{place}{'：' if lang == JAPANESE else ': '}{message}" if place else message


def warn(text: str, lang: str = JAPANESE) -> None:
    """A line that does not keep anything from being used."""
    said = spoken(Sentence("注意：%(text)s", text=text), lang)
    out.print(said, style="yellow", markup=False, soft_wrap=True)


def fail(lines: list[str]) -> NoReturn:
    for line in lines:
        err.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)
