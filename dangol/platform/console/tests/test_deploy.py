"""The files in deploy/, checked by the programs they are for; nginx in front of a live Dangol."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dangol.platform.console.serving import KEEP_ALIVE_SECONDS
from dangol.platform.console.tests.running import Running, dangol, free_port, started
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.home import Home
from dangol.platform.db.processes import wait_until
from dangol.platform.db.tests.users_of_database import query
from dangol.platform.exchange.services import LARGEST_UPLOAD

DEPLOY = Path(__file__).resolve().parents[4] / "deploy"
KNOWN = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)


def tool(name: str, package: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        if os.environ.get("CI") == "true" and name != "caddy":
            pytest.fail(f"{name} is missing: apt-get install {package}")
        pytest.skip(f"needs {name}: apt-get install {package}")
    return found


def test_every_setting_of_the_environment_file_is_read_somewhere() -> None:
    source = "\n".join(p.read_text() for p in (DEPLOY.parent / "dangol").rglob("*.py") if "tests" not in p.parts)
    unknown = [name for name in KNOWN.findall((DEPLOY / "systemd/dangol.env").read_text()) if name not in source]
    assert unknown == []


def test_proxies_let_go_of_a_connection_before_the_house_does() -> None:
    upstream = (DEPLOY / "nginx/dangol.conf").read_text().partition("}")[0]
    kept = [re.search(r"keepalive_timeout (\d+)s;", upstream),
            re.search(r"\n\s+keepalive (\d+)s\n", (DEPLOY / "caddy/Caddyfile").read_text())]  # fmt: skip
    assert all(found and int(found[1]) < KEEP_ALIVE_SECONDS for found in kept)


def test_proxies_take_a_little_more_than_the_house_does() -> None:
    nginx = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx/dangol.conf").read_text())
    caddy = re.search(r"max_size (\d+)MB", (DEPLOY / "caddy/Caddyfile").read_text())
    assert nginx
    assert caddy
    for taken in (int(nginx[1]) * 1024**2, int(caddy[1]) * 1000**2):
        assert LARGEST_UPLOAD + 1024**2 < taken < LARGEST_UPLOAD * 1.1


@pytest.mark.slow
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze", "systemd")
    root = tmp_path / "root"
    units = root / "etc/systemd/system"
    units.mkdir(parents=True)
    for unit in ("sysinit", "basic", "shutdown", "multi-user", "timers", "network-online"):
        (units / f"{unit}.target").write_text(f"[Unit]\nDescription={unit}\n")
    for path in ("opt/dangol/.venv/bin/dangol", "bin/sh", "usr/bin/find"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("#!/bin/sh\n")
        (root / path).chmod(0o755)
    names = ["dangol.service", "dangol-backup.service", "dangol-backup.timer"]
    for name in names:
        shutil.copy(DEPLOY / "systemd" / name, units)
    done = subprocess.run(
        [analyze, "verify", f"--root={root}", "--man=no", *names], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "dangol" in line]
    assert said == [], done.stderr
    rating = subprocess.run(
        [analyze, "security", "--offline=yes", f"--root={root}", "--threshold=35", "dangol.service"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert rating.returncode == 0, rating.stdout[-300:] + rating.stderr


@pytest.mark.slow
def test_caddy_understands_its_file() -> None:
    caddy = tool("caddy", "caddy")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "caddy/Caddyfile")]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def proxied(folder: Path, backend: int) -> Iterator[int]:
    """nginx by the file in deploy/, with a certificate of its own, on ports that are free; yields that of HTTPS."""
    nginx, port, plain = tool("nginx", "nginx-light"), free_port(), free_port()
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=crm.example.com",
         "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx/dangol.conf").read_text()
    for old, new in (
        ("127.0.0.1:8000", f"127.0.0.1:{backend}"),
        ("listen [::]:80;", ""), ("listen [::]:443 ssl http2;", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/letsencrypt/live/crm.example.com/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/crm.example.com/privkey.pem", str(key)),
    ):  # fmt: skip
        assert old in site, old
        site = site.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        f" events {{}} http {{ access_log off; {temporary} {site} }}"
    )
    subprocess.run([nginx, "-t", "-c", str(config)], check=True, capture_output=True)
    process = subprocess.Popen([nginx, "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: answers(port), 20, pause=0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def ask(
    port: int, path: str, *, method: str = "GET", body: Any = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    trusting = ssl._create_unverified_context()
    line = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=trusting)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request(method, path, body, {"Host": "crm.example.com", **named})
    answer = line.getresponse()
    return answer, answer.read()


def answers(port: int) -> bool:
    try:
        return ask(port, "/healthz")[0].status == 200
    except OSError:
        return False


@pytest.mark.slow
def test_behind_nginx_strangers_cannot_pretend_and_large_files_pass(tmp_path: Path) -> None:
    tool("nginx", "nginx-light")
    home = Home(tmp_path / "home")
    assert dangol(home, "staff", "add", "kim@narae.test", "--json").returncode == 0
    settings = {
        "DANGOL_HTTPS": "1", "DANGOL_HOSTS": "crm.example.com,localhost,127.0.0.1",
        "DANGOL_ORIGINS": "https://crm.example.com", "DANGOL_LOG_FORMAT": "json",
    }  # fmt: skip
    with started(home, **settings) as running, proxied(tmp_path, running.port) as port:
        page, text = ask(port, "/login")
        assert page.status == 200
        cookies = page.headers.get_all("Set-Cookie") or []
        assert all("Secure" in cookie for cookie in cookies)
        assert len(page.headers["X-Request-ID"]) == 32, "nginx gave the number"
        assert "max-age" in page.headers["Strict-Transport-Security"]
        assert ask(port, "/metrics")[0].status == 404
        _sign_in_wrongly(port, cookies, text.decode())
        _upload(port, running)
    with ensure_database(home):
        keys = {row[0] for row in query(home, "SELECT key FROM accounts_attempt")}
    assert "address 127.0.0.1" in keys, "the client as nginx saw it"
    assert not any("198.51.100.7" in key for key in keys), "a stranger's word was believed"


def _sign_in_wrongly(port: int, cookies: list[str], page: str) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = f"csrfmiddlewaretoken={token[1]}&email=kim%40narae.test&password=wrong"
    answer, _ = ask(
        port, "/login", method="POST", body=form, Content_Type="application/x-www-form-urlencoded",
        Cookie="; ".join(cookie.partition(";")[0] for cookie in cookies), Referer="https://crm.example.com/login",
        X_Forwarded_For="198.51.100.7", X_Real_IP="198.51.100.7",
    )  # fmt: skip
    assert answer.status == 422


def _upload(port: int, running: Running) -> None:
    """Twenty megabytes reach the application (which asks to sign in), instead of being refused by the proxy."""
    answer, _ = ask(port, "/import/orders", method="POST", body=b"x" * 20_000_000, Content_Type="text/csv")
    assert answer.status in (302, 403)
