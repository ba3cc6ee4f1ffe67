"""From nothing but Python to the first page: a fresh clone, its packages, front-end files, the demo company.

Takes minutes and the network; left out where there is no repository to clone.
"""

import http.client
import os
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.measured import Measured, NotMeasured

ROOT = Path(__file__).resolve().parent.parent
PORT = 8798
LONGEST_SECONDS = 900


def measure() -> dict[str, Measured]:
    """Clone, `make run`, and wait for the sign-in page."""
    with tempfile.TemporaryDirectory(prefix="dangol-cold-") as folder:
        code = Path(folder) / "code"
        begun = time.perf_counter()
        if subprocess.run(["git", "clone", "-q", str(ROOT), str(code)], check=False).returncode:
            raise NotMeasured("there is no repository to clone: run it in a checkout")
        environment = {**os.environ, "DANGOL_HOME": f"{folder}/home", "DANGOL_PORT": str(PORT)}
        environment = {name: value for name, value in environment.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
        process = subprocess.Popen(["make", "-C", str(code), "run"], env=environment, stdout=subprocess.DEVNULL)
        try:
            while not _shows_page():
                if process.poll() is not None or time.perf_counter() - begun > LONGEST_SECONDS:
                    raise NotMeasured("`make run` did not come up (the first time it needs the network)")
                time.sleep(0.5)
            taken = time.perf_counter() - begun
        finally:
            process.terminate()
            process.wait(timeout=120)
    return {"cold_start": Measured(taken, "packages by the network as it was")}


def _shows_page() -> bool:
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        line.request("GET", "/login")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
