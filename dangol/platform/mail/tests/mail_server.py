"""Real mail servers on loopback: with sign-in, with certificates of our own making, and ones that refuse."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "hwaro", "Yirgacheffe washed"


class Handler:
    """Takes every letter, or answers each step as told."""

    def __init__(self, **refuse: str) -> None:
        self.refuse, self.taken = refuse, []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self.refuse.get("sender", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if "recipient" not in self.refuse:
            envelope.rcpt_tos.append(address)
        return self.refuse.get("recipient", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return self.refuse.get("content", "250 queued as 1")


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_good, handled=False)


class AnyPort(Controller):
    """Takes a port that is free; the library knocks at it once to see whether the server lives."""

    def _trigger_server(self) -> None:
        with socket.create_connection(self.server.sockets[0].getsockname(), 2):
            pass


@contextmanager
def mail_server(handler: Handler, **options: Any) -> Iterator[int]:
    """Run a server; gives its port."""
    controller = AnyPort(handler, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]
    finally:
        controller.stop()


class Papers:
    """An authority of our own, and certificates by it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Our authority")])
        self.ca = self._signed(self.name, self.key.public_key(), [], 1, is_ca=True)
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self.ca.public_bytes(serialization.Encoding.PEM))

    def server_context(self, *names: str, days: int = 30, is_self_signed: bool = False) -> ssl.SSLContext:
        """The context of a server with a certificate for `names`, which ends in `days`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        signer = key if is_self_signed else self.key
        made = self._signed(subject, key.public_key(), list(names), days, signer=signer, is_alone=is_self_signed)
        path = self.folder / f"{names[0]}-{days}-{is_self_signed}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        return context

    def _signed(
        self, subject: x509.Name, public: Any, names: list[str], days: int, *, signer: Any = None, is_ca: bool = False,
        is_alone: bool = False,
    ) -> x509.Certificate:  # fmt: skip
        now = datetime.now(UTC)
        issuer = subject if is_alone else self.name
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject).issuer_name(issuer).public_key(public).serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )  # fmt: skip
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_name(name) for name in names]), critical=False
            )
        signer_key = signer or self.key
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()), critical=False
        )
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        return builder.sign(signer_key, hashes.SHA256())


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
