"""A real mail server for tests: aiosmtpd in a process of its own, which keeps what it takes in SQLite.

    with Sink(folder, answers={"lee@example.net": {"rcpt": "550 5.1.1 unknown"}}) as sink:
        ... send to sink.host, sink.port ...
        sink.messages()

`answers` says by address what to answer otherwise: `mail` (by sender), `rcpt` or `content` a line of the protocol,
`wait` seconds before the answer to the content, `hang_up` "before" or "after" the message was kept, without an answer.
The address "*" speaks for all that are not named.
`Sink.answer(...)` changes them while it runs.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import ipaddress
import json
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
USER, PASSWORD = "dangol", "let me in"


@dataclass(frozen=True)
class Taken:
    """One message that the server took over."""

    message_id: str
    sender: str
    recipient: str
    raw: bytes


class Sink:
    """The server's process, seen from the test."""

    host = HOST

    def __init__(
        self, folder: Path, *, answers: dict[str, dict[str, Any]] | None = None, needs_auth: bool = False,
        security: str = "none", has_pipelining: bool = True, has_smtputf8: bool = True,
    ) -> None:  # fmt: skip
        self.folder = folder
        self._options = [f"--security={security}"]
        self._options += ["--needs-auth"] * needs_auth + ["--pipelining"] * has_pipelining
        self._options += ["--smtputf8"] * has_smtputf8
        self._is_safe = security != "none"
        self.certificate = folder / "certificate.pem"
        self.port = 0
        self.answer(answers or {})

    def answer(self, answers: dict[str, dict[str, Any]]) -> None:
        """Say by address what to answer from now on."""
        half = self.folder / "answers.part"
        half.write_text(json.dumps(answers))
        half.replace(self.folder / "answers.json")

    def messages(self) -> list[Taken]:
        """What was taken so far, in order."""
        with sqlite3.connect(self.folder / "taken.sqlite") as store:
            return [Taken(*row) for row in store.execute("SELECT message_id, sender, recipient, raw FROM taken")]

    def connections(self) -> int:
        """How many connections were greeted."""
        with sqlite3.connect(self.folder / "taken.sqlite") as store:
            return int(store.execute("SELECT count(*) FROM greeted").fetchone()[0])

    def stop(self) -> None:
        """End the server's process, as a crash would."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Sink:
        if self._is_safe:
            make_certificate(self.certificate)
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-P", "-m", "tests.sink", str(self.folder), *self._options]
        self._process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
        deadline = time.monotonic() + 30
        while not port_file.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the sink does not start")
            time.sleep(0.02)
        self.port = int(port_file.read_text())
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def make_certificate(path: Path) -> None:
    """Write a self-made certificate for 127.0.0.1 with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sink")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(own + made.public_bytes(serialization.Encoding.PEM))


class Handler:
    """What the server does at each step; inside its process."""

    def __init__(self, folder: Path, has_pipelining: bool) -> None:
        self._answers_file, self._has_pipelining = folder / "answers.json", has_pipelining
        self._store = sqlite3.connect(folder / "taken.sqlite", isolation_level=None)
        self._store.execute("PRAGMA journal_mode = wal")
        self._store.execute("PRAGMA synchronous = off")
        self._store.execute("CREATE TABLE IF NOT EXISTS taken (message_id, sender, recipient, raw)")
        self._store.execute("CREATE TABLE IF NOT EXISTS greeted (name)")

    def _said(self, address: str, step: str) -> Any:
        answers = json.loads(self._answers_file.read_text())
        return answers.get(address, answers.get("*", {})).get(step)

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, answers: list[str]) -> list[str]:
        session.host_name = name
        self._store.execute("INSERT INTO greeted VALUES (?)", [name])
        return [*answers[:-1], "250-PIPELINING", answers[-1]] if self._has_pipelining else answers

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if refusal := self._said(address, "mail"):
            return str(refusal)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if refusal := self._said(address, "rcpt"):
            return str(refusal)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        recipient = envelope.rcpt_tos[0]
        await asyncio.sleep(self._said(recipient, "wait") or 0)
        if refusal := self._said(recipient, "content"):
            return str(refusal)
        hang_up = self._said(recipient, "hang_up")
        if hang_up != "before":
            message_id = str(message_from_bytes(envelope.content)["Message-ID"] or "").strip("<> ")
            row = (message_id, envelope.mail_from.strip("<>"), recipient, envelope.content)
            self._store.execute("INSERT INTO taken VALUES (?, ?, ?, ?)", row)
        if hang_up:
            server.transport.abort()
        return "250 OK, taken"


def serve() -> None:
    """Run the server until the process is ended."""
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

    class Patient(SMTP):
        """Like a real server, it works off what it was sent before the sender vanished; aiosmtpd drops it."""

        def eof_received(self) -> bool | None:
            if self.session is not None and self.session.ssl is not None:
                return super().eof_received()
            self.loop.call_later(1, self._give_up)
            return True

        def _give_up(self) -> None:
            if self._handler_coroutine is not None:
                self._handler_coroutine.cancel()
            if self.transport is not None:
                self.transport.close()

    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("--security", default="none")
    for flag in ("--needs-auth", "--pipelining", "--smtputf8"):
        asked.add_argument(flag, action="store_true")
    options = asked.parse_args()
    handler = Handler(options.folder, options.pipelining)
    context = None
    if options.security != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.folder / "certificate.pem")

    def judge(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    def greet() -> SMTP:
        return Patient(
            handler, enable_SMTPUTF8=options.smtputf8, authenticator=judge, auth_required=options.needs_auth,
            auth_require_tls=options.security == "starttls", require_starttls=options.security == "starttls",
            tls_context=context if options.security == "starttls" else None, hostname="sink.test",
        )  # fmt: skip

    async def run() -> None:
        tls = context if options.security == "tls" else None
        server = await asyncio.get_running_loop().create_server(greet, HOST, 0, ssl=tls, family=socket.AF_INET)
        half = options.folder / "port.part"
        half.write_text(str(server.sockets[0].getsockname()[1]))
        half.replace(options.folder / "port")
        await server.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    serve()
