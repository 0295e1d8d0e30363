"""Commands of the AWS CLI, run or looked over in one process, which a process each would slow.

    python cli.py run     reads a JSON array of words a line (without `aws`), runs each in turn,
                          and prints {"code": N, "said": TEXT} for each
    python cli.py check   prints {"complaints": [TEXT, ...]} for each and calls nothing

Both use the CLI's own tables of commands and parameters, customisations included. Credentials,
region and endpoint come from the environment, as for the CLI itself.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from functools import cache
from typing import Any

from awscli.clidriver import create_clidriver
from awscli.clidriver import main as aws

# What every command takes, whatever its operation.
ADDED = {"cli-input-json", "cli-input-yaml", "generate-cli-skeleton"}


@cache
def driver() -> Any:
    return create_clidriver()


@cache
def globals_() -> dict[str, Any]:
    return dict(driver()._get_argument_table())


@cache
def commands(path: tuple[str, ...]) -> dict[str, Any]:
    """The subcommands below a command: none for an operation."""
    if not path:
        return dict(driver()._get_command_table())
    command = commands(path[:-1])[path[-1]]
    for name in ("_get_command_table", "_create_command_table"):
        if hasattr(command, name):
            return dict(getattr(command, name)())
    return dict(getattr(command, "subcommand_table", {}))


def check(argv: list[str]) -> list[str]:
    """What is wrong with a command's names: of the service, the operation, the parameters."""
    path: tuple[str, ...] = ()
    rest = list(argv)
    while rest and not rest[0].startswith("--") and commands(path):
        if rest[0] not in commands(path):
            return [f"no such command: {' '.join((*path, rest[0]))}"]
        path = (*path, rest.pop(0))
    if len(path) < 2:
        return [f"no operation: {' '.join(argv)}"]
    table: dict[str, Any] = commands(path[:-1])[path[-1]].arg_table
    given = [word.split("=", 1)[0][2:] for word in rest if word.startswith("--") and word != "--"]
    known = set(table) | set(globals_()) | ADDED
    complaints = [f"{' '.join(path)} has no --{name}" for name in given if name not in known]
    missing = [n for n, arg in table.items() if getattr(arg, "required", False) and n not in given]
    if missing and not {"cli-input-json", "cli-input-yaml"} & set(given):
        complaints.append(f"{' '.join(path)} needs --{', --'.join(missing)}")
    return complaints


def run(argv: list[str]) -> dict[str, Any]:
    said = io.StringIO()
    old = sys.argv
    sys.argv = ["aws", *argv]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = aws()
    except SystemExit as e:
        code = int(e.code or 0)
    finally:
        sys.argv = old
    return {"code": code, "said": said.getvalue()}


def main() -> None:
    mode = sys.argv[1]
    for line in sys.stdin:
        argv = json.loads(line)
        result = run(argv) if mode == "run" else {"complaints": check(argv)}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
