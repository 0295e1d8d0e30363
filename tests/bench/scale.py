"""How long an audit of a recorded estate of 100,000 resources takes, and in how much memory.

    python3 tests/bench/scale.py [--resources N] [--places N] [--format FORMAT] [--keep FOLDER]

Builds harden-cli in release mode without the SDK (CARGO_TARGET_DIR counts), writes two snapshots
(`recorded.py`: of all kinds, and one that lacks most), audits each three times in each format, and
prints the wall time and the peak of the resident set. The limits are 2 s for the median and 300 MB: beyond them the exit code is 1. Nothing here
is timed by the tests, since their machines differ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from recorded import SHARES, write

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 2.0, 300.0


def build() -> Path:
    """The release binary, built as the README says for a first look."""
    command = ["cargo", "build", "--release", "-p", "harden-cli", "--no-default-features"]
    subprocess.run([*command, "--locked"], cwd=ROOT, check=True)
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return Path(json.loads(metadata.stdout)["target_directory"]) / "release" / "harden-cli"


def measure(command: list[str], out: Path) -> tuple[float, float]:
    """Wall time in seconds and the peak of the resident set in MB of one process."""
    with out.open("wb") as stdout:
        begun = time.monotonic()
        child = subprocess.Popen(command, stdout=stdout)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1, 3):
        sys.exit(f"{' '.join(command)}: exit code {child.returncode}")
    # Linux counts in KiB, macOS in bytes
    unit = 1 if sys.platform == "darwin" else 1024
    return took, usage.ru_maxrss * unit / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--places", type=int, default=8, help="regions, four to an account")
    parser.add_argument("--format", action="append", help="of the report; default: all four")
    parser.add_argument("--keep", type=Path, help="keep the snapshots in this folder")
    parser.add_argument("--binary", type=Path, help="measure this one instead of building")
    args = parser.parse_args()

    binary = args.binary or build()
    worst = (0.0, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        for number, recording in enumerate(SHARES):
            path = (args.keep or Path(folder)) / f"estate-{number}.json"
            with path.open("w") as out:
                write(out, recording, args.resources, args.places)
            size = path.stat().st_size / 1e6
            print(
                f"{args.resources} resources in {args.places} regions, {recording} recording, "
                f"{size:.0f} MB"
            )
            for form in args.format or ["text", "json", "sarif", "markdown"]:
                report = Path(folder) / "report"
                command = [
                    # also where kinds were not recorded, which is left out of SARIF else
                    *(str(binary), "audit", "--quiet", "--sarif-partial", "always"),
                    *("--snapshot", str(path), "--format", form),
                ]
                runs = [measure(command, report) for _ in range(3)]
                took, memory = median(t for t, _ in runs), max(m for _, m in runs)
                worst = max(worst[0], took), max(worst[1], memory)
                times = ", ".join(f"{t:.2f}" for t, _ in runs)
                written = report.stat().st_size / 1e6
                print(f"  {form:8}  {times} s   {memory:.0f} MB   ({written:.1f} MB of report)")
    within = worst[0] < SECONDS and worst[1] < MEGABYTES
    print(
        f"slowest format: {worst[0]:.2f} s of {SECONDS:.0f}, most memory: {worst[1]:.0f} MB of "
        f"{MEGABYTES:.0f}: {'within' if within else 'BEYOND'} the limits"
    )
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
