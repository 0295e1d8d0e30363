"""Builds an estate in an account of its own on the test peer.

    python estate.py --endpoint URL --variant NAME --account ID --region us-east-2 [--now RFC3339]
                     [--auditor-actions ACTION,ACTION,...] [--auditors FILE]

Variants: good, good-otherwise, bad, bad-no-budget, unknowns, hostile, managed-policies, empty; `variants.py` says what each
is made of. Prints one JSON object: the account, the region, credentials, and a map from
logical names to ARNs. With --auditor-actions it also makes a role that may do just that,
and prints a session of it: for a server that enforces IAM (POST /harden/iam). --auditors
makes several, from an object of role names and actions.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from builder import Builder, assume, aws
from variants import VARIANTS

AUDITOR = "harden-auditor"


def build(
    endpoint: str, variant: str, account: str, region: str, now: datetime | None = None
) -> dict[str, Any]:
    """Builds a variant and says what was built."""
    now = now or datetime.now(UTC)
    builder = Builder(endpoint, account, region, now)
    faults = VARIANTS[variant](builder)
    builder.post()
    return {
        "variant": variant,
        "account": account,
        "region": region,
        "now": now.isoformat(),
        "credentials": builder.credentials,
        "names": builder.names,
        "faults": faults or [],
    }


def auditor(
    endpoint: str, account: str, region: str, actions: list[str], role: str = AUDITOR
) -> dict[str, str]:
    """A session of a role that may do `actions` and nothing else."""
    iam = aws(endpoint, "iam", region, assume(endpoint, account, region))
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName=role, PolicyName="reads", PolicyDocument=document(allow))
    iam.close()
    return assume(endpoint, account, region, role)


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--variant", choices=sorted(VARIANTS), required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--region", default="us-east-2")
    parser.add_argument("--now", help="RFC 3339; the current time by default")
    parser.add_argument("--auditor-actions", help="comma-separated IAM actions")
    parser.add_argument(
        "--auditors",
        type=lambda path: json.loads(Path(path).read_text()),
        help="a JSON file: {ROLE: [ACTION, ...], ...}",
    )
    args = parser.parse_args()
    now = datetime.fromisoformat(args.now.replace("Z", "+00:00")) if args.now else None
    built = build(args.endpoint, args.variant, args.account, args.region, now)
    if args.auditor_actions:
        actions = args.auditor_actions.split(",")
        built["auditor"] = auditor(args.endpoint, args.account, args.region, actions)
    if args.auditors:
        built["auditors"] = {
            role: auditor(args.endpoint, args.account, args.region, actions, role)
            for role, actions in args.auditors.items()
        }
    print(json.dumps(built))


if __name__ == "__main__":
    main()
