"""`dangol start`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dangol.platform.console import address, output
from dangol.platform.db.home import Home


def start(
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo company into a database that is empty.")] = False,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="After an upgrade of the program: go on without a backup.")
    ] = False,
) -> None:
    """Start Dangol: database, web server and worker, until Ctrl-C.

    A part that falls or hangs is started again. Data of an earlier version are brought over first, after a backup into
    the folder `backups` of DANGOL_HOME (see `dangol upgrade`). DANGOL_PORT chooses the port (default 8000),
    DANGOL_HOST the address to listen on (default 127.0.0.1, this machine only), DANGOL_HOME the folder of all data,
    DATABASE_URL a PostgreSQL server of your own.

    Example: `DANGOL_PORT=8001 dangol start --demo`
    """
    from dangol.platform.console.supervisor import Supervisor

    home = Home.from_environment().ensure()
    host, port = address.wanted()
    Supervisor(home, host, port).run(demo, lambda told: _announce(home, told), no_backup=no_backup)


def _announce(home: Home, told: dict[str, Any]) -> None:
    data = {**told, "home": str(home.root)}
    if output.manners().is_json:
        output.write_json(data)
        return
    from rich.console import Console

    console = Console()
    console.print()
    console.print(f"  Dangol is ready · 단골이 준비됐어요:  [bold]{told['address']}[/bold]")
    console.print(f"  Data · 자료 폴더:  {home.root}")
    if told.get("logins"):
        console.print()
        console.print(_table(told["logins"]))
    if not told.get("has_staff"):
        console.print("\n  Nobody can sign in yet · 아직 로그인할 수 있는 사람이 없어요:")
        console.print("    dangol staff add you@example.com --role administrator")
    console.print("\n  Ctrl-C stops everything · Ctrl-C를 누르면 모두 멈춰요.\n")


def _table(logins: list[dict[str, str]]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=True)
    for title in ("Role · 역할", "Sign in as · 아이디", "Password · 비밀번호"):
        table.add_column(title)
    for login in logins:
        table.add_row(f"{login['role']} · {login['role_ko']}", login["name"], login["password"])
    return table
