"""Runs all tests: makes the Python environment that they need, then the Python and the Rust tests.

    python3 tests/run.py

Needs Python 3.11 or newer, Rust (rustup), bash, and the registries of both languages. The
environment is `tests/.venv`; it is made anew when `tests/requirements.txt` changes. Every step
runs, whatever became of those before it, unless it needs them; the exit code is that of the first
that failed.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "tests" / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
# What was installed: written last, so that an installation that broke off is no installation.
STAMP = VENV / "requirements.sha256"


def run(what: str, *command: str | Path) -> int:
    """Says what it does, does it, and says how long it took."""
    words = [str(word) for word in command]
    print(f"\n== {what}\n$ {shlex.join(words)}", flush=True)
    begun = time.monotonic()
    code = subprocess.run(words, cwd=ROOT, env=os.environ, check=False).returncode
    # a signal's number is negative, which no exit code can be
    code = code if code >= 0 else 128 - code
    outcome = "ok" if code == 0 else f"failed with {code}"
    print(f"== {what}: {outcome} in {time.monotonic() - begun:.1f} s", flush=True)
    return code


def environment() -> int:
    """Makes the virtual environment, if the requirements are not those that it was made for."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == wanted and PYTHON.exists():
        print(f"== {VENV.relative_to(ROOT)} is as {REQUIREMENTS.relative_to(ROOT)} wants it")
        return 0
    code = run("make tests/.venv", sys.executable, "-m", "venv", "--clear", VENV)
    code = code or run(
        "install tests/requirements.txt",
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--requirement", REQUIREMENTS),
    )
    if code == 0:
        STAMP.write_text(wanted)
    return code


def main() -> int:
    if sys.version_info < (3, 11):
        print("error: the tests need Python 3.11 or newer", file=sys.stderr)
        return 2
    code = environment()
    if code:
        return code
    # what the Rust tests start is what was just installed, unless the caller names another
    os.environ.setdefault("HARDEN_TEST_PYTHON", str(PYTHON))
    python = os.environ["HARDEN_TEST_PYTHON"]
    codes = [
        run("the test peer", python, "-m", "unittest", "discover", "-s", "tests/aws", "-t", "tests/aws"),
        run("the workspace", "cargo", "test", "--workspace", "--locked", "--no-fail-fast"),
        run(
            "the workspace without live",
            *("cargo", "test", "--workspace", "--locked", "--no-fail-fast", "--no-default-features"),
        ),
    ]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
