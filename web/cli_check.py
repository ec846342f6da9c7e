"""The command line: check, before anything is started or put into service."""

from __future__ import annotations

from pathlib import Path

import click

from engine.checking import check as look
from engine.domain.sentence import Sentence
from engine.settings import config_dir, models_dir
from web.command_line import fail, in_language, out, told, warn, worded
from web.demo import read_folders
from web.i18n import spoken

DECISIONS = "_decisions"


@click.command()
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False
)
@in_language
def check(folder: Path | None, lang: str) -> None:
    """設定、暦、役割、定期起動、台帳、業務フローを確かめる（データベースは使わない）。

    FOLDER の業務フローは、同梱のものと一緒に確かめる。
    """
    models = read_folders(models_dir())
    for key, files in (read_folders(folder) if folder else {}).items():
        models[key] = {**models.get(key, {}), **files} if key == DECISIONS else files
    with out.status("確かめています"):
        done = told(lambda: look(config_dir(), models), lang)
    for warning in done.warnings:
        warn(worded(warning, lang), lang)
    if done.findings:
        fail([worded(finding, lang) for finding in done.findings])
    parts = "、".join(f"{thing} {count:,}" for thing, count in done.looked_at)
    said = Sentence("確かめました：%(parts)s。直すところはありません。", parts=parts)
    out.print(spoken(said, lang), soft_wrap=True)
