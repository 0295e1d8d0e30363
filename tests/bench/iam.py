"""How much CPU and memory the linting of AWS's own managed policies takes.

    tests/.venv/bin/python tests/bench/iam.py

Builds the example `managed` of harden-iam in release mode (CARGO_TARGET_DIR counts), gives it the
1,582 policies that moto ships, three times, and prints the CPU time and the peak of the resident
set of each. Each policy is parsed and linted, and its findings are written as JSON. The limits are
0.3 s of CPU for the median and 40 MB: beyond them the exit code is 1. Nothing here is timed by the
tests, since their machines differ.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 0.3, 40.0


def build() -> Path:
    command = ["cargo", "build", "--release", "-p", "harden-iam", "--example", "managed", "--locked"]
    subprocess.run(command, cwd=ROOT, check=True)
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    target = Path(json.loads(metadata.stdout)["target_directory"])
    return target / "release" / "examples" / "managed"


def policies() -> dict[str, object]:
    """The documents by name, without importing moto, which would take seconds."""
    spec = importlib.util.find_spec("moto")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("moto is not here: run it with tests/.venv/bin/python (tests/run.py makes it)")
    path = Path(spec.submodule_search_locations[0]) / "iam" / "aws_managed_policies.py"
    scope: dict[str, str] = {}
    exec(path.read_text(encoding="utf-8"), scope)
    data = json.loads(scope["aws_managed_policies_data"])
    return {name: policy["Document"] for name, policy in data.items()}


def run(program: Path, documents: Path) -> tuple[float, float]:
    """CPU seconds and MB of one run."""
    with documents.open("rb") as stdin:
        child = subprocess.Popen([program], stdin=stdin, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{program} ended with {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main() -> None:
    program = build()
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "policies.json"
        documents.write_text(json.dumps(policies()), encoding="utf-8")
        runs = [run(program, documents) for _ in range(3)]
    for seconds, megabytes in runs:
        print(f"{seconds:.2f} s of CPU, {megabytes:.0f} MB")
    slow = median(seconds for seconds, _ in runs) > SECONDS
    large = max(megabytes for _, megabytes in runs) > MEGABYTES
    sys.exit(1 if slow or large else 0)


if __name__ == "__main__":
    main()
