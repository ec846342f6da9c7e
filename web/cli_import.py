"""The command line: import, for BPMN that other tools have written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from engine.domain.sentence import Sentence
from engine.importing import Draft, Tried, draw, files_in, known, try_file
from engine.settings import config_dir, models_dir
from web.command_line import err, fail, in_language, out, told, worded
from web.demo import read_folders
from web.i18n import spoken
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
@in_language
def import_(paths: tuple[Path, ...], into: Path, lang: str, *, report: bool) -> None:
    """ほかの道具で描いた業務フロー（BPMN）を、この製品の下書きにする（データベースは使わない）。

    PATH にフォルダを書くと、その中の図をすべて試す。読めないファイルがあれば終了コードは1。
    """
    around = told(lambda: known(config_dir(), read_folders(models_dir())), lang)
    tried: list[Tried] = []
    for path in files_in(paths):
        one = try_file(path, around, None if report else draw)
        tried.append(one)
        _say(one, lang)
        if not report:
            _write(one, into, lang)
    if not tried:
        fail([spoken(Sentence("業務フローの図（.bpmn）が見つかりません。"), lang)])
    _sum_up(tried, lang)
    sys.exit(any(one.refused for one in tried))


def _say(one: Tried, lang: str) -> None:
    out.print(f"{one.path}", style="bold", markup=False, highlight=False, soft_wrap=True)
    for finding in one.refused:
        said = Sentence("読めません：%(finding)s", finding=worded(finding, lang))
        err.print(f"  {spoken(said, lang)}", style="red", markup=False, soft_wrap=True)
    for draft in one.drafts:
        for line in lines(draft, one.tool, lang):
            out.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def lines(draft: Draft, tool: str, lang: str) -> Iterator[str]:
    """All that is told of one draft, in the order in which it is read."""
    yield f"{spoken(_head(draft, tool), lang)}{spoken(_state(draft), lang)}"
    for repair in draft.repairs:
        place = _place(repair.element_id, repair.element_name, lang)
        what = spoken(Sentence(REPAIRS[repair.code]), lang)
        change = " → ".join(filter(None, (repair.was, repair.now)))
        said = Sentence(
            "直した：%(place)s：%(what)s（%(change)s）", place=place, what=what, change=change
        )
        yield f"- {spoken(said, lang)}"
    for question in draft.questions:
        place = _place(question.element_id, question.element_name, lang)
        what = spoken(Sentence(QUESTIONS[question.code]), lang)
        said = Sentence(
            "決める：%(place)s：%(what)s（%(said)s）", place=place, what=what, said=question.said
        )
        yield f"- {spoken(said, lang)}"
    for outside in draft.outside:
        shown = f"{outside.name or outside.id} {outside.said}".rstrip()
        what = spoken(Sentence(OUTSIDE[outside.kind]), lang)
        said = Sentence("図だけ：%(what)s %(shown)s", what=what, shown=shown)
        yield f"- {spoken(said, lang)}"
    for finding in draft.findings:
        said = Sentence("検査：%(finding)s", finding=worded(finding, lang))
        yield f"- {spoken(said, lang)}"


def _head(draft: Draft, tool: str) -> Sentence:
    counts = {
        "key": draft.key,
        "name": draft.name,
        "repairs": len(draft.repairs),
        "questions": len(draft.questions),
        "findings": len(draft.findings),
    }
    if tool:
        return Sentence(
            "下書き %(key)s %(name)s（%(tool)s）：直したこと %(repairs)s、"
            "決めること %(questions)s、検査の誤り %(findings)s。",
            tool=tool,
            **counts,
        )
    return Sentence(
        "下書き %(key)s %(name)s：直したこと %(repairs)s、決めること %(questions)s、"
        "検査の誤り %(findings)s。",
        **counts,
    )


def _state(draft: Draft) -> Sentence:
    if _is_ready(draft):
        return Sentence("このまま公開できます。")
    return Sentence("公開の前に決めることがあります。")


def _place(id_: str, name: str, lang: str) -> str:
    return " ".join(filter(None, (id_, name))) or spoken(Sentence("全体"), lang)


def _is_ready(draft: Draft) -> bool:
    return not draft.questions and not draft.findings


def _write(one: Tried, into: Path, lang: str) -> None:
    for draft in one.drafts:
        folder = into / draft.key
        if folder.exists():
            there = Sentence(
                "%(folder)s はすでにあります。別の場所を --into で選びます。", folder=folder
            )
            fail([spoken(there, lang)])
        folder.mkdir(parents=True)
        for name, content in draft.files.items():
            (folder / name).write_bytes(content)
        text = "\n".join([f"# {draft.name}", "", *lines(draft, one.tool, lang), ""])
        (folder / NOTES).write_text(text, encoding="utf-8")
        done = spoken(Sentence("書きました：%(folder)s", folder=folder), lang)
        out.print(f"  {done}", markup=False, soft_wrap=True)


def _sum_up(tried: list[Tried], lang: str) -> None:
    drafts = [draft for one in tried for draft in one.drafts]
    said = Sentence(
        "ファイル %(files)s（読めないもの %(broken)s）、下書き %(drafts)s、"
        "このまま公開できるもの %(ready)s",
        files=len(tried),
        broken=sum(bool(one.refused) for one in tried),
        drafts=len(drafts),
        ready=sum(_is_ready(draft) for draft in drafts),
    )
    out.print(spoken(said, lang), soft_wrap=True, highlight=False)
