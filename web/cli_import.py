"""The command line: import, for BPMN that other tools have written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from engine.importing import Draft, Tried, draw, files_in, known, try_file
from engine.settings import config_dir, models_dir
from web.command_line import err, fail, out, told, worded
from web.demo import read_folders
from web.import_words import OUTSIDE, QUESTIONS, REPAIRS

NOTES = "README.import.md"  # lies beside the draft and is no part of the model


@click.command("import")
@click.argument(
    "paths",
    type=click.Path(exists=True, path_type=Path),
    nargs=-1,
    required=True,
    metavar="PATH...",
)
@click.option("--report", is_flag=True, help="下書きを書かず、直したことと決めることだけを示す")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="下書きのフォルダを作る場所（既定は今のフォルダ）",
)
def import_(paths: tuple[Path, ...], into: Path, *, report: bool) -> None:
    """ほかの道具で描いた業務フロー（BPMN）を、この製品の下書きにする（データベースは使わない）。

    PATH にフォルダを書くと、その中の図をすべて試す。読めないファイルがあれば終了コードは1。
    """
    around = told(lambda: known(config_dir(), read_folders(models_dir())))
    tried: list[Tried] = []
    for path in files_in(paths):
        one = try_file(path, around, None if report else draw)
        tried.append(one)
        _say(one)
        if not report:
            _write(one, into)
    if not tried:
        fail(["業務フローの図（.bpmn）が見つかりません。"])
    _sum_up(tried)
    sys.exit(any(one.refused for one in tried))


def _say(one: Tried) -> None:
    out.print(f"{one.path}", style="bold", markup=False, highlight=False, soft_wrap=True)
    for finding in one.refused:
        err.print(f"  読めません：{worded(finding)}", style="red", markup=False, soft_wrap=True)
    for draft in one.drafts:
        for line in lines(draft, one.tool):
            out.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def lines(draft: Draft, tool: str) -> Iterator[str]:
    """All that is told of one draft, in the order in which it is read."""
    state = "このまま公開できます" if _is_ready(draft) else "公開の前に決めることがあります"
    yield (
        f"下書き {draft.key} {draft.name}（{tool or '道具は不明'}）："
        f"直したこと {len(draft.repairs)}、決めること {len(draft.questions)}、"
        f"検査の誤り {len(draft.findings)}。{state}。"
    )
    for repair in draft.repairs:
        place = " ".join(filter(None, (repair.element_id, repair.element_name)))
        change = " → ".join(filter(None, (repair.was, repair.now)))
        yield f"- 直した：{place or '全体'}：{REPAIRS[repair.code]}（{change}）"
    for question in draft.questions:
        place = " ".join(filter(None, (question.element_id, question.element_name)))
        yield f"- 決める：{place or '全体'}：{QUESTIONS[question.code]}（{question.said}）"
    for outside in draft.outside:
        shown = f"{outside.name or outside.id} {outside.said}".rstrip()
        yield f"- 図だけ：{OUTSIDE[outside.kind]} {shown}"
    for finding in draft.findings:
        yield f"- 検査：{worded(finding)}"


def _is_ready(draft: Draft) -> bool:
    return not draft.questions and not draft.findings


def _write(one: Tried, into: Path) -> None:
    for draft in one.drafts:
        folder = into / draft.key
        if folder.exists():
            fail([f"{folder} はすでにあります。別の場所を --into で選びます。"])
        folder.mkdir(parents=True)
        for name, content in draft.files.items():
            (folder / name).write_bytes(content)
        text = "\n".join([f"# {draft.name}", "", *lines(draft, one.tool), ""])
        (folder / NOTES).write_text(text, encoding="utf-8")
        out.print(f"  書きました：{folder}", markup=False, soft_wrap=True)


def _sum_up(tried: list[Tried]) -> None:
    drafts = [draft for one in tried for draft in one.drafts]
    ready = sum(_is_ready(draft) for draft in drafts)
    broken = sum(bool(one.refused) for one in tried)
    out.print(
        f"ファイル {len(tried)}（読めないもの {broken}）、下書き {len(drafts)}、"
        f"このまま公開できるもの {ready}",
        soft_wrap=True,
        highlight=False,
    )
