"""Runs the tests.

    python3 tests/run.py                 all of them
    python3 tests/run.py github          those of one provider: its crate, and its tests in tests/
    python3 tests/run.py waf_rate        those whose name contains this, in all crates
    python3 tests/run.py waf_rate --without-live
    python3 tests/run.py --chaos         each service and each endpoint with each fault

Needs Python 3.11 or newer, Rust (rustup), bash, and the registries of both languages. It makes the
virtual environment `tests/.venv`, anew when `tests/requirements.txt` changes, and builds the
`harden-cli` that the tests run. All steps run even if one fails; the exit code is that of the first
failure. At the end it prints the slowest test files, and what was skipped.

Some tests compare with data that is not in this repository: the vendors' API descriptions in
`../shared/contracts`, and policies in `../shared/corpora`. Without the data they are skipped. Set
HARDEN_REQUIRE_ORACLES=1 to make a missing file an error.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "tests" / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
# Written last, so that an interrupted installation does not count.
STAMP = VENV / "requirements.sha256"
PROVIDERS = ("aws", "delivery", "github", "ops", "sentry", "vercel")
CARGO_TEST = ("cargo", "test", "--locked", "--no-fail-fast")

RUNNING = re.compile(r"^\s+(?:Running (?:unittests )?(?P<file>\S+)|Doc-tests (?P<docs>\S+))")
FINISHED = re.compile(r"finished in (?P<seconds>[0-9.]+)s")


class Run:
    """The steps of a run: their exit codes, and the time of each test file."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.times: list[tuple[float, str]] = []

    def step(self, what: str, *command: str | Path, also_ok: int = 0) -> int:
        """Prints the command, runs it, and prints how long it took."""
        words = [str(word) for word in command]
        print(f"\n== {what}\n$ {shlex.join(words)}", flush=True)
        begun = time.monotonic()
        process = subprocess.Popen(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        running = ""
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if found := RUNNING.match(line):
                running = found["file"] or f"documentation of {found['docs']}"
                package = re.search(r"deps/(\w+?)-[0-9a-f]{16}\b", line)
                running += f" ({package[1]})" if package else ""
            elif running and (found := FINISHED.search(line)):
                self.times.append((float(found["seconds"]), f"{running}, {what}"))
        code = process.wait()
        # the number of a signal is negative, which no exit code can be
        code = code if code >= 0 else 128 - code
        code = 0 if code == also_ok else code
        outcome = "ok" if code == 0 else f"failed with {code}"
        print(f"== {what}: {outcome} in {time.monotonic() - begun:.1f} s", flush=True)
        self.codes.append(code)
        return code

    def code(self) -> int:
        return next((code for code in self.codes if code), 0)


def make_environment(run: Run) -> int:
    """Makes the virtual environment, unless it was made for the same requirements."""
    expected = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == expected and PYTHON.exists():
        print(f"== {VENV.relative_to(ROOT)} is up to date")
        return 0
    code = run.step("make tests/.venv", sys.executable, "-m", "venv", "--clear", VENV)
    code = code or run.step(
        "install tests/requirements.txt",
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--requirement", REQUIREMENTS),
    )
    if code == 0:
        STAMP.write_text(expected)
    return code


def peer_tests(run: Run, word: str | None = None) -> None:
    """Runs the tests of the server that the AWS tests talk to."""
    pattern = ("-k", word) if word else ()
    command = ("-m", "unittest", "discover", "-s", "tests/aws", "-t", "tests/aws")
    # unittest exits with 5 if no test has the word in its name
    python = os.environ["HARDEN_TEST_PYTHON"]
    run.step("the AWS test server", python, *command, *pattern, also_ok=5 if word else 0)


def packages_with_live() -> list[str]:
    """The packages that have a feature `live`: the others are the same without it."""
    names = []
    for manifest in sorted([*ROOT.glob("crates/*/Cargo.toml"), ROOT / "tests" / "Cargo.toml"]):
        table = tomllib.loads(manifest.read_text())
        if "live" in table.get("features", {}):
            names += ["--package", table["package"]["name"]]
    return names


def run_all(run: Run, word: str | None, without_live: bool) -> None:
    """Runs the tests of all crates, or those whose name contains `word`."""
    names = ("--", word) if word else ()
    if not without_live:
        workspace = (*CARGO_TEST, "--workspace")
        # the tests of tests/ start the harden-cli that this builds
        if run.step("build all, and harden-cli", *workspace, "--no-run") == 0:
            run.step("all crates", *workspace, *names)
    offline = (*CARGO_TEST, "--workspace" if without_live else "--no-default-features")
    offline += ("--no-default-features",) if without_live else tuple(packages_with_live())
    if run.step("build all without live, and harden-cli", *offline, "--no-run") == 0:
        run.step("without live", *offline, *names)


def run_chaos(run: Run) -> None:
    """Tries every fault at every service and endpoint. The tables are printed."""
    os.environ["HARDEN_CHAOS"] = "whole"
    workspace = (*CARGO_TEST, "--workspace")
    if run.step("build all, and harden-cli", *workspace, "--no-run") == 0:
        run.step("chaos", *workspace, "--test", "chaos", "--", "--nocapture")


def targets(provider: str, feature: str) -> list[str]:
    """The test files of tests/ that are about a provider."""
    names = []
    tests = ROOT / "tests" / "tests"
    for file in sorted([*tests.glob("*.rs"), *tests.glob("*/main.rs")]):
        name = file.parent.name if file.name == "main.rs" else file.stem
        needs = f'#![cfg(feature = "{feature}")]' in file.read_text()
        if needs and (provider == "aws" or name.startswith(f"{provider}_")):
            names += ["--test", name]
    return names


def run_provider(run: Run, provider: str, without_live: bool) -> None:
    """Runs the tests of a provider's crate, and those in tests/ that are about it."""
    crate = f"harden-{provider}"
    if provider == "aws":
        run.step(crate, *CARGO_TEST, "--package", crate, "--no-default-features")
        if without_live:
            return
        peer_tests(run)
        # one selection for the build and the tests: another would build the SDK once more
        workspace = (*CARGO_TEST, "--workspace")
        if run.step("build all, and harden-cli", *workspace, "--no-run") == 0:
            run.step("AWS over HTTP", *workspace, *targets(provider, "live"))
        return
    offline = ("--no-default-features",) if without_live else ()
    run.step(crate, *CARGO_TEST, "--package", crate, *offline)
    files = targets(provider, "web")
    if files and not without_live:
        command = (*CARGO_TEST, "--package", "harden-tests", "--no-default-features")
        run.step(f"{provider} over HTTP", *command, "--features", "web", *files)


def main() -> int:
    if sys.version_info < (3, 11):
        print("error: the tests need Python 3.11 or newer", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("filter", nargs="?", help=f"{', '.join(PROVIDERS)}, or part of a test's name")
    parser.add_argument(
        "--without-live", action="store_true", help="only what needs no client library: builds in seconds"
    )
    parser.add_argument(
        "--chaos",
        action="store_true",
        help="only tests/tests/chaos, with every fault at every service and endpoint: takes an hour",
    )
    arguments = parser.parse_args()
    run = Run()
    with tempfile.TemporaryDirectory() as folder:
        skipped = Path(folder) / "skipped"
        os.environ["HARDEN_SKIPPED"] = str(skipped)
        needs_python = arguments.filter == "aws" or arguments.filter not in PROVIDERS
        if needs_python and not arguments.without_live and (code := make_environment(run)):
            return code
        # the Rust tests start the Python that was just installed, unless the caller names another
        os.environ.setdefault("HARDEN_TEST_PYTHON", str(PYTHON))
        if arguments.chaos:
            run_chaos(run)
        elif arguments.filter in PROVIDERS:
            run_provider(run, arguments.filter, arguments.without_live)
        else:
            if not arguments.without_live:
                peer_tests(run, arguments.filter)
            run_all(run, arguments.filter, arguments.without_live)
        report(run, skipped)
    return run.code()


def report(run: Run, skipped: Path) -> None:
    """Prints the slowest test files, and what was skipped."""
    slowest = sorted(run.times, reverse=True)[:10]
    if slowest:
        print("\n== the slowest test files")
        for seconds, name in slowest:
            print(f"{seconds:8.1f} s  {name}")
    names = sorted(set(skipped.read_text().splitlines())) if skipped.is_file() else []
    print(f"\n== skipped: {len(names) or 'nothing'}")
    for name in names:
        print(f"  {name}")


if __name__ == "__main__":
    sys.exit(main())
