"""The command line: serve, deploy, migrate, demo; the other commands stand in `cli_*`."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from waitress import create_server

from engine import bootstrap
from engine.bootstrap import Engine
from engine.domain.access import system_actor
from engine.domain.errors import EngineError
from engine.services import deployments, people
from engine.settings import config_dir, models_dir
from web import (
    cli_archive,
    cli_check,
    cli_decide,
    cli_import,
    cli_people,
    cli_test_process,
)
from web.app import create_app
from web.assets import MissingBuildError
from web.command_line import fail, in_language, open_engine, out, settings, told, warn
from web.demo import Account, DemoOffice, StoryError, read_folders
from web.i18n import spoken
from web.memory import settle
from web.sandboxes import mounts_of

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
COMMAND_LINE = system_actor("setup", "初期設定")


@click.group()
def main() -> None:
    """Unei 運営: サービス・業務の運営と改善を進める業務フローシステム"""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")


@main.command()
@click.option("--host", help="受け付けるアドレス（既定は設定の server.host）")
@click.option("--port", type=click.IntRange(0, 65535), help="受け付けるポート番号（0は空きを選ぶ）")
def serve(host: str | None, port: int | None) -> None:
    """画面を配信し、予約処理を動かす。"""
    how = settings()
    address = host or how.server.host
    with open_engine(how) as engine:
        _refuse_strangers(engine, address)
        server = _server(engine, address, how.server.port if port is None else port)
        engine.start_work()
        settle()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        taken = getattr(server, "effective_port", engine.settings.server.port)
        out.print(
            f"配信しています：http://{address}:{taken}/ （終わるときは Ctrl+C）", soft_wrap=True
        )
        sys.stdout.flush()
        server.run()


@main.command()
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False
)
@click.option("--reason", default="", help="履歴に残す理由")
@in_language
def deploy(folder: Path | None, reason: str, lang: str) -> None:
    """業務フローと判断表をまとめて公開する（FOLDER の既定は同梱のもの）。"""
    with open_engine(settings()) as engine:
        with out.status("調べています"):
            models = read_folders(folder or models_dir())
            done = told(lambda: engine.run(deployments.deploy, models, COMMAND_LINE, reason), lang)
        for one in done:
            news = "を公開しました" if one.changed else "（変更なし）"
            out.print(f"{one.key} {one.name}：第{one.version}版{news}")
            for warning in one.warnings:
                warn(spoken(warning, lang), lang)


@main.command()
def migrate() -> None:
    """データベースの表を今の版に合わせる。"""
    how = settings()
    with out.status("データベースを整えています"):
        told(lambda: bootstrap.migrate(how.database_url))
    out.print("データベースは今の版です。")


@main.command()
@click.option("--if-empty", is_flag=True, help="利用者がすでにいれば何もしない")
def demo(*, if_empty: bool) -> None:
    """見本の組織、利用者、進行中の案件を入れる。"""
    with open_engine(settings()) as engine:
        if engine.ask(people.listing, size=1):
            if if_empty:
                return
            fail(["利用者がすでにいます。見本は空のデータベースにだけ入れられます。"])
        with out.status("見本を入れています") as status:
            office = DemoOffice(engine, config_dir() / "demo", status.update)
            accounts = told(lambda: office.furnish(read_folders(models_dir())))
            problem = _played(office)
    _show(accounts)  # in any case: nobody could sign in without them
    if problem:
        fail([problem])


def _played(office: DemoOffice) -> str:
    """Play the story; what went wrong, if anything."""
    try:
        office.play()
    except (EngineError, StoryError) as error:
        return f"進行中の案件を途中までしか作れませんでした（{error}）。"
    return ""


def _show(accounts: list[Account]) -> None:
    table = Table(title="見本の利用者（パスワードはこの一度だけ表示します）")
    for heading in ("利用者ID", "氏名", "役割", "パスワード"):
        table.add_column(heading, no_wrap=heading in ("利用者ID", "パスワード"))
    for one in accounts:
        table.add_row(one.login, one.name, one.roles, one.password)
    out.print(table)


def _server(engine: Engine, address: str, port: int) -> Any:
    how = engine.settings.server
    try:
        app = create_app(engine)
        mounts_of(app).all.serve()
        return create_server(
            app,
            host=address,
            port=port,
            threads=how.threads,
            clear_untrusted_proxy_headers=how.proxies == 0,
        )
    except MissingBuildError as error:
        fail([str(error)])
    except OSError as error:
        reason = f"（{error.strerror}）。--port で別の番号を選びます。"
        fail([f"{address}:{port} で受け付けられません{reason}"])


def _refuse_strangers(engine: Engine, address: str) -> None:
    """The demo people's passwords were shown on a screen: nobody from outside may try them."""
    if engine.ask(people.has_demo_people) and not _is_local(address):
        fail(
            [
                f"見本の利用者がいる間は、この機械の外（{address}）へは配信しません。",
                "--host 127.0.0.1 にするか、見本の利用者を除きます。",
            ]
        )


def _is_local(address: str) -> bool:
    try:
        found = {info[4][0] for info in socket.getaddrinfo(address, None)}
    except OSError:
        return False
    return all(ip_address(str(one).partition("%")[0]).is_loopback for one in found)


main.add_command(cli_archive.backup)
main.add_command(cli_archive.restore)
main.add_command(cli_check.check)
main.add_command(cli_decide.decide)
main.add_command(cli_import.import_)
main.add_command(cli_people.admin)
main.add_command(cli_test_process.test_process)

if __name__ == "__main__":
    main(prog_name="unei")
