"""The command line: the first administrator of an office, who appoints everybody else."""

from __future__ import annotations

import click

from engine.domain.access import system_actor
from engine.domain.errors import FieldErrors
from engine.services import person_changes
from engine.services.person_changes import PersonData
from web.command_line import fail, open_engine, out, settings, told

COMMAND_LINE = system_actor("setup", "初期設定")


@click.command()
@click.argument("login")
@click.argument("name")
def admin(login: str, name: str) -> None:
    """管理者を加える。LOGIN は利用者ID、NAME は氏名。最初のパスワードを一度だけ表示する。"""
    password = person_changes.first_password()
    new = PersonData(login=login.strip(), name=name.strip())
    with open_engine(settings()) as engine:
        try:
            told(lambda: engine.run(person_changes.add_administrator, new, password, COMMAND_LINE))
        except FieldErrors as error:
            fail(list(error.errors.values()))
    out.print(f"管理者「{new.name}」を加えました。最初のログインでパスワードを変更します。")
    out.print(f"利用者ID：{new.login}", highlight=False, soft_wrap=True)
    out.print(f"パスワード：{password}", highlight=False, markup=False, soft_wrap=True)
