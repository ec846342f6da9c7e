"""The command line: decide, to try a decision file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from engine.asking import Answer, ask
from engine.domain.values import TOKYO
from engine.settings import config_dir
from web.command_line import fail, in_language, out, told, warn, worded
from web.i18n import spoken


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--input", "inputs", multiple=True, metavar="名前=式", help='入力（例: 達成率=42、区分="甲"）'
)
@click.option("--decision", default="", help="判断のidか名前（既定はファイルのすべて）")
@in_language
def decide(file: Path, inputs: tuple[str, ...], decision: str, lang: str) -> None:
    """判断表FILEに入力を与え、答えとその理由を見る（データベースは使わない）。"""
    given = dict(map(_named, inputs))
    asked = told(lambda: ask(config_dir(), file, given, datetime.now(TOKYO), decision), lang)
    for finding in asked.findings:
        warn(worded(finding, lang), lang)
    for answer in asked.answers:
        _say(answer, lang)
    faults = [f"{one.name}：{_joined(one.faults, lang)}" for one in asked.answers if one.faults]
    if faults:
        fail(faults)


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.BadParameter(f"「{text}」は 名前=式 の形ではありません。", param_hint="--input")
    return name.strip(), value


def _joined(sentences: Sequence[str], lang: str) -> str:
    return " ".join(spoken(one, lang) for one in sentences)


def _say(answer: Answer, lang: str) -> None:
    if not answer.faults:
        out.print(f"{answer.name}：{answer.value}", markup=False, soft_wrap=True)
    for line in (*answer.reasons, *answer.notes):
        out.print(f"  {spoken(line, lang)}", markup=False, highlight=False, soft_wrap=True)
