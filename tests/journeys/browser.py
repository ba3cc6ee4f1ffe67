"""A real browser for journeys and pictures: Debian's Chromium, driven by Playwright.

Where Chromium is missing a test is skipped with what to install; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from django.db import connections

from tests.cast import Cast

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SHOTS = Path(__file__).resolve().parents[1] / "shots"
Mode = Literal["light", "dark"]
PASSWORD = "a long enough word"
"""Of everybody of the cast who signs in by a browser (`open_house`)."""


def chromium_path() -> str:
    """The installed Chromium. Skips the test when there is none; fails it when CI=true."""
    found = os.environ.get("DANGOL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    sentence = "needs Chromium: apt-get install -y chromium fonts-noto-cjk (or name one in DANGOL_CHROMIUM)"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@dataclass
class Window:
    """One page of the browser, and what went wrong in it: script errors and refusals by the security policy."""

    page: Any
    address: str
    said: list[str] = field(default_factory=list)
    given_up: int = 0

    @property
    def troubles(self) -> list[str]:
        """What went wrong. A request that ended because one went to another page is no trouble: htmx writes two lines
        of it, and the browser tells it apart."""
        calm, left = [], {"htmx:afterRequest": self.given_up, "htmx:send": self.given_up}
        for line in self.said:
            kind = next((k for k, n in left.items() if n and line.startswith(f"console: {k}")), "")
            if kind:
                left[kind] -= 1
            else:
                calm.append(line)
        return calm

    def note_failed(self, request: Any) -> None:
        """Count a request that the browser gave up."""
        self.given_up += request.failure == "net::ERR_ABORTED"

    def open(self, path: str) -> None:
        """Go to a page of ours and wait until letters and fragments are there."""
        self.page.goto(self.address + path)
        self.settle()

    def follow(self, way: Any) -> None:
        """Click a link or a button that leads to another page, and wait until that one is there. A click alone returns
        before the browser has left the page, which by then is long at rest."""
        with self.page.expect_navigation():
            way.click()
        self.settle()

    def settle(self) -> None:
        """Wait for the network and the fonts."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.fonts.ready")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in on the sign-in page."""
        self.open("/login")
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.follow(self.page.locator("button[type=submit]"))

    def picture(self, name: str, *, whole: bool = False) -> Path:
        """Keep what is seen as tests/shots/<name>.png."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=whole)
        return SHOTS / f"{name}.png"


@contextmanager
def window(
    address: str,
    *,
    width: int = 1440,
    height: int = 900,
    mode: Mode = "light",
    language: str = "en",
    script: bool = True,
) -> Iterator[Window]:
    """A fresh browser window on `address` (without a slash at the end), with its own cookies."""
    from playwright.sync_api import sync_playwright

    executable = chromium_path()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=mode,
            locale="ko-KR" if language == "ko" else "en-GB",
            java_script_enabled=script,
            has_touch=width < 700,
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        opened = Window(page, address)
        page.on("pageerror", lambda error: opened.said.append(f"script: {error}"))
        page.on("console", lambda said: opened.said.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("requestfailed", opened.note_failed)
        try:
            yield opened
        finally:
            browser.close()


T = TypeVar("T")
Opener = Callable[..., AbstractContextManager[Window]]


def asked(work: Callable[[], T]) -> T:
    """What `work` returns, in a thread of its own: the browser's loop forbids the database in this one."""

    def closing() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as aside:
        return aside.submit(closing).result()


@pytest.fixture
def open_house(cast: Cast, live_server: Any) -> str:
    """The address of a running house into which everybody of the cast may come, with `PASSWORD`."""
    from django.contrib.auth.hashers import make_password

    for user in cast.users.values():
        user.password = make_password(PASSWORD)
        user.save(update_fields=["password"])
    return str(live_server.url)


@pytest.fixture
def browser_window() -> Any:
    """`window` as a fixture: `with browser_window(live_server.url, width=390) as w: ...`; skips without Chromium."""
    chromium_path()
    return window
