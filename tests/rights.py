"""`python -m tests.rights` writes docs/rights.md anew; look at the difference before it is committed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "rights.md"
WRITE = "DANGOL_WRITE_RIGHTS"

if __name__ == "__main__":
    asked = [sys.executable, "-P", "-m", "pytest", "tests/test_rights.py", "-q"]
    sys.exit(subprocess.call(asked, cwd=ROOT, env={**os.environ, WRITE: "1"}))
