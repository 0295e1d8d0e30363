"""How much CPU the checks of 300 CI roles take.

    python3 tests/bench/ci_roles.py [--roles N]

Builds harden-cli in release mode without the SDK (CARGO_TARGET_DIR counts), writes a snapshot of one
account whose roles deploy to ECS, Lambda, or S3 with CloudFront, or are broader, audits its CI roles
three times, and prints the CPU time of each. The limit is 1 s for the median: beyond it the exit code
is 1. Nothing here is timed by the tests, since their machines differ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from scale import build

SECONDS = 1.0
ACCOUNT = "392853978631"
GITHUB = "token.actions.githubusercontent.com"
CHECKS = "aws/ci-role-*,aws/oidc-*"


def trust(number: int) -> dict[str, Any]:
    subject = f"repo:acme/app-{number}:environment:production"
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": subject}
        },
    }


def allow(actions: list[str], resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def permissions(number: int) -> list[dict[str, Any]]:
    arn = f"arn:aws:{{}}:us-east-2:{ACCOUNT}:{{}}"
    ecs = [
        allow(["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"], "*"),
        allow(
            ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart"],
            arn.format("ecr", f"repository/app-{number}"),
        ),
        allow(["ecs:RegisterTaskDefinition", "ecs:UpdateService", "ecs:DescribeServices"], "*"),
        allow(["iam:PassRole"], f"arn:aws:iam::{ACCOUNT}:role/task-{number}"),
    ]
    lambdas = [
        allow(
            ["lambda:UpdateFunctionCode", "lambda:PublishVersion"],
            arn.format("lambda", f"function:app-{number}"),
        )
    ]
    site = [
        allow(["s3:PutObject", "s3:DeleteObject"], f"arn:aws:s3:::app-{number}/*"),
        allow(["cloudfront:CreateInvalidation"], "*"),
    ]
    broad = [allow(["ecs:*", "ecr:*", "iam:PassRole", "lambda:*", "s3:*", "cloudformation:*"], "*")]
    return [ecs, lambdas, site, broad][number % 4]


def policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def snapshot(roles: int) -> dict[str, Any]:
    """A snapshot of one account with these roles."""
    scope = [{"account": ACCOUNT, "region": ""}]
    audiences = ["sts.amazonaws.com"]
    provider = {"arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}", "audiences": audiences}
    resources: dict[str, list[dict[str, Any]]] = {
        "aws/account": [{"account": ACCOUNT}],
        "aws/oidc-provider": [provider],
        "aws/iam-role": [
            {
                "arn": f"arn:aws:iam::{ACCOUNT}:role/ci-{number}",
                "created_at": "2025-01-10T09:00:00Z",
                "privileged": False,
                "trusts_github": True,
                "trust": policy([trust(number)]),
                "policies": [{"name": "deploy", "document": policy(permissions(number))}],
                "boundary": None,
            }
            for number in range(roles)
        ],
    }
    kinds = {
        kind: {"gaps": [], "scope": scope, "resources": held} for kind, held in resources.items()
    }
    kinds["ops/attestation"] = {"gaps": [], "scope": None, "resources": []}
    return {
        "harden_snapshot": 1,
        "tool": "tests/bench",
        "taken_at": "2026-01-15T12:00:00Z",
        "kinds": kinds,
    }


def run(command: list[str | Path], folder: str) -> float:
    """CPU seconds of one run."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
    _, status, usage = os.wait4(child.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 3):
        sys.exit(f"harden-cli ended with {code}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    arguments = argparse.ArgumentParser(description="Measures the checks of CI roles.")
    arguments.add_argument("--roles", type=int, default=300)
    roles = arguments.parse_args().roles
    program = build()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "snapshot.json"
        file.write_text(json.dumps(snapshot(roles)), encoding="utf-8")
        command = [program, "audit", "--snapshot", file, "--only", CHECKS, "--format=json"]
        runs = [run(command, folder) for _ in range(3)]
    for seconds in runs:
        print(f"{seconds:.2f} s of CPU")
    sys.exit(1 if median(runs) > SECONDS else 0)


if __name__ == "__main__":
    main()
