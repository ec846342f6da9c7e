"""The command line: backup and restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from engine import bootstrap
from engine.domain.archive import Manifest, file_of, table_of
from web.command_line import err, out, settings, told
from web.formats import size
from web.release import VERSION

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """データベース、ファイル、設定を1つのFILE.zipに写す（動かしたままでよい）。"""
    how = settings()
    with _progress("写しています") as hears:
        manifest = told(lambda: bootstrap.backup(how, file, VERSION, hears))
    out.print(f"バックアップを書きました：{file}（{size(file.stat().st_size)}）", soft_wrap=True)
    _show(manifest)
    out.print("個人情報を含みます。鍵（data_dir の secrets）は含みません。")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """FILE.zipを空のデータベースと新しい data_dir に取り込む。"""
    how = settings()
    with _progress("取り込んでいます") as hears:
        done = told(lambda: bootstrap.restore(how, file, hears))
    out.print("バックアップを取り込み、すべての部分が同じであることを確かめました。")
    _show(done.manifest)
    if done.site is not None:
        text = "もとの設定はここに置きました。見比べて config/site.toml に写します"
        out.print(f"{text}：{done.site}", soft_wrap=True)
    out.print("利用者はもう一度ログインします。unei serve で続きから動きます。")


def _show(manifest: Manifest) -> None:
    filled = {name: part.rows for name, part in manifest.tables.items() if part.rows}
    out.print(f"記録 {manifest.row_count:,}件（{len(filled)}の表）、", end="")
    total = sum(part.byte_count for part in manifest.files.values())
    out.print(f"ファイル {len(manifest.files):,}件（{size(total)}）")
    for name, rows in filled.items():
        out.print(f"  {name} {rows:,}")
    for sha256 in manifest.missing:
        text = f"注意：ファイル {sha256} はバックアップの前に失われたか壊れていました。"
        err.print(text, style="yellow", soft_wrap=True)


@contextmanager
def _progress(text: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar that names the part; on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(text, total=None)

        def hears(what: str, done: int, total: int) -> None:
            shown = "files" if file_of(what) else table_of(what) or what
            more = f"：{shown}" if shown else ""
            bar.update(task, description=f"{text}{more}", completed=done, total=max(total, 1))

        yield hears
