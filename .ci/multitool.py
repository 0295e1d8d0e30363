"""An outside judge of SARIF: Microsoft's multitool, with GitHub's rules (GHAS).

    python3 .ci/multitool.py TOOLS FOLDER

Installs the pinned package from npm into TOOLS, if it has the pinned hash, and validates every .sarif file of FOLDER. The tool
exits with 0 whatever it finds, so its own report is read: any error or warning fails.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

PACKAGE = "@microsoft/sarif-multitool-linux@5.7.0"
# `npm view PACKAGE dist.integrity`, taken when the version was chosen. The package has no dependencies.
INTEGRITY = "sha512-NxUbpq6ISCWoTQ/NfOYEwEDKq1Heka/rMoJ5R5LMydcAZQX/X7g5mWHcgxDub+0M07LC96tZ5LZHvF1Qy3gjTA=="
# SARIF2006: asks for the schemas of others to be fetched.
OFF = ("SARIF2006",)


def install(home: Path) -> None:
    """Downloads the package, and installs it if it is the one that was pinned."""
    home.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", home, PACKAGE]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    archive = home / name
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        sys.exit(f"{PACKAGE}: the registry gave sha512-{digest}, expected {INTEGRITY}")
    command = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--offline", archive]
    subprocess.run([*command, "--prefix", home], check=True)


def main(tools: Path, folder: Path) -> int:
    home = tools / "multitool"
    program = home / "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
    if not program.exists():
        install(home)
    program.chmod(0o755)
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    files = sorted(folder.glob("*.sarif"))
    bad = 0
    for file in files:
        out = home / "out.sarif"
        command = [program, "validate", file, "--rule-kind", "Sarif;Ghas", "--output", out]
        command += ["--level", "Error;Warning", "--log", "ForceOverwrite"]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not out.exists():
            sys.exit(f"{file}: the multitool gave no report\n{ran.stdout}{ran.stderr}")
        found = [
            result
            for run in json.loads(out.read_text())["runs"]
            for result in run.get("results", [])
            if result.get("level", "warning") in ("error", "warning")
            and result.get("ruleId", "").split("/")[0] not in OFF
        ]
        for result in found:
            print(f"{file.name}: {result.get('ruleId')}: {result['message']}")
        bad += len(found)
        out.unlink()
    print(f"multitool: {len(files)} files, {bad} errors and warnings")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
