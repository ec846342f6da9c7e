"""The command line: test-process, which plays the examples beside the diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from engine.domain.errors import RefusedError
from engine.domain.instance import InstancePage
from engine.domain.model_draft import DECISIONS
from engine.domain.sentence import Sentence
from engine.example_files import examples_of, read_example
from engine.examples import Folders, Played, play
from engine.model_folders import read_folders
from engine.settings import models_dir
from web.command_line import err, fail, in_language, out, told, worded
from web.i18n import spoken
from web.model_coverage import Coverage, of_flows, of_rules


@click.command("test-process")
@click.argument("keys", nargs=-1, metavar="[業務フロー]...")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="業務フローのフォルダ（既定は同梱のもの）",
)
@in_language
def test_process(keys: tuple[str, ...], folder: Path | None, lang: str) -> None:
    """業務フローの例（examples/*.toml）を実行し、期待との違いと、通っていない流れを示す。"""
    folders = read_folders(models_dir()) | (read_folders(folder) if folder else {})
    chosen = _chosen(keys, folders, lang)
    failed: list[str] = []
    played: list[Played] = []
    for key in chosen:
        for name in examples_of(folders[key]):
            done = _one(key, name, folders, failed, lang)
            played += [done] if done is not None else []
    for line in _covered(chosen, folders, played):
        out.print(spoken(line, lang), markup=False, highlight=False, soft_wrap=True)
    if failed:
        told_ = Sentence("期待どおりでない例：%(names)s", names="、".join(failed))
        fail([spoken(told_, lang)])


def _chosen(keys: Iterable[str], folders: Folders, lang: str) -> list[str]:
    """The processes that were asked for, or all that have examples."""
    unknown = [key for key in keys if key not in folders]
    if unknown:
        names = "、".join(sorted(folders.keys() - {DECISIONS}))
        said = Sentence(
            "業務フロー「%(key)s」はありません。あるもの：%(names)s", key=unknown[0], names=names
        )
        fail([spoken(said, lang)])
    return list(keys) or [key for key, files in sorted(folders.items()) if examples_of(files)]


def _one(key: str, name: str, folders: Folders, failed: list[str], lang: str) -> Played | None:
    """Play one example and say how it went; None if the file cannot be read."""
    try:
        example = read_example(folders[key][name], f"{key}/{name}")
    except RefusedError as error:
        for finding in error.findings:
            err.print(worded(finding, lang), style="red", markup=False, soft_wrap=True)
        failed.append(f"{key}/{name}")
        return None
    done = told(lambda: play(key, example, folders), lang)
    mark = "×" if done.faults else "○"
    out.print(f"{mark} {key}/{name}：{example.title}", markup=False, soft_wrap=True)
    for fault in done.faults:
        err.print(f"   {spoken(fault, lang)}", style="red", markup=False, soft_wrap=True)
    if done.faults:
        failed.append(f"{key}/{name}")
    return done


def _covered(keys: Iterable[str], folders: Folders, played: Iterable[Played]) -> Iterator[Sentence]:
    """One line for each process, and for each decision that was asked."""
    done = list(played)
    pages: list[InstancePage] = [page for one in done for page in one.pages]
    rules = frozenset(rule for one in done for rule in one.rules)
    for key in keys:
        yield _line(of_flows(key, folders[key][f"{key}.bpmn"], pages), Sentence("流れ"))
    asked = {decision for decision, _ in rules}
    for name, content in sorted(_decisions(folders).items()):
        key = name.removesuffix(".dmn")
        if key in asked:
            yield _line(of_rules(key, content, rules), Sentence("規則"))


def _decisions(folders: Folders) -> Mapping[str, bytes]:
    return {
        name: content
        for name, content in folders.get(DECISIONS, {}).items()
        if name.endswith(".dmn")
    }


def _line(found: Coverage, what: Sentence) -> Sentence:
    if not found.missing:
        return Sentence(
            "%(key)s：%(what)s %(whole)s のすべてを通りました。",
            key=found.key,
            what=what,
            whole=found.whole,
        )
    return Sentence(
        "%(key)s：%(what)s %(taken)s / %(whole)s（通っていないもの：%(missing)s）",
        key=found.key,
        what=what,
        taken=found.taken,
        whole=found.whole,
        missing="、".join(found.missing),
    )
