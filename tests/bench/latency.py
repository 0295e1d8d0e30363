"""How long an audit takes when every answer of AWS takes 50 ms.

    tests/.venv/bin/python tests/bench/latency.py [--variant good] [--delay 50] [--binary FILE]

Records what the test peer answers for an estate, gives the same answers again with a delay, and
prints the wall time beside the longest chain of calls of which each needs the answer of the one
before. The limit is 1.5 times that chain plus the start-up (the same audit of a snapshot, which
reads, judges and reports, and calls nothing); beyond it the exit code is 1.
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
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "aws"))
from canned import Canned  # noqa: E402

from estate import build  # noqa: E402

ACCOUNT, REGION = "392853978631", "us-east-2"
FACTOR = 1.5

# The longest chains: each call takes something from the answer of the one before.
CHAINS = (
    (
        "GetCallerIdentity",  # which account
        "DescribeBudgets",  # which budgets it has
        "DescribeNotificationsForBudget",  # what each tells of
        "DescribeSubscribersForNotification",  # whom: which topics
        "ListSubscriptionsByTopic",  # who hears of it; that a topic exists at all
        "DescribeKey",  # the keys of those topics: which key an alias means
        "GetKeyPolicy",  # whom that key admits
    ),
    ("GetCallerIdentity", "DescribeAlarms", "ListSubscriptionsByTopic", "DescribeKey", "GetKeyPolicy"),
    (
        "GetCallerIdentity",
        "ListClusters",
        "ListServices",
        "DescribeServices",
        "DescribeTaskDefinition",  # of the revisions that services use
    ),
    ("GetCallerIdentity", "ListSecrets", "ListSecretVersionIds"),
    ("GetCallerIdentity", "DescribeRepositories", "GetLifecyclePolicy"),
    # the metrics of the services, the alarms and the load balancers that there are
    ("GetCallerIdentity", "ListClusters", "ListServices", "DescribeServices", "GetMetricData"),
    ("GetCallerIdentity", "DescribeAlarms", "GetMetricData"),
    ("GetCallerIdentity", "ListDashboards", "GetDashboard"),
    ("GetCallerIdentity", "ListTopics", "GetTopicAttributes", "DescribeKey", "GetKeyPolicy"),
    ("GetCallerIdentity", "DescribeDBSnapshots", "DescribeDBSnapshotAttributes"),
    ("GetCallerIdentity", "DescribeLoadBalancers", "DescribeListeners", "DescribeRules"),
    ("GetCallerIdentity", "DescribeLoadBalancers", "DescribeListeners", "DescribeListenerAttributes"),
    ("GetCallerIdentity", "DescribeLoadBalancers", "DescribeListeners", "DescribeSSLPolicies"),
    # which web ACLs, what each is on, its rules, the rule groups that these refer to
    ("GetCallerIdentity", "ListWebACLs", "ListResourcesForWebACL", "GetWebACL", "GetRuleGroup"),
    ("GetCallerIdentity", "ListWebACLs", "ListResourcesForWebACL", "ListLoggingConfigurations"),
)


def start_peer() -> tuple[subprocess.Popen[bytes], int]:
    command = [sys.executable, str(ROOT / "tests" / "aws" / "server.py")]
    peer = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert peer.stdout
    return peer, json.loads(peer.stdout.readline())["port"]


class Auditor:
    """Runs the program with nothing of the caller's environment."""

    def __init__(self, binary: Path, built: dict[str, Any], home: str) -> None:
        keys = built["credentials"]
        self.now = built["now"][:19] + "Z"
        self.binary, self.home = str(binary), home
        self.environment = {
            "HOME": home,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
            "AWS_SESSION_TOKEN": keys["session_token"],
        }

    def audit(self, port: int | None, *more: str) -> float:
        """One audit: its wall time in seconds."""
        command = [self.binary, "audit", "--quiet", "--as-of", self.now, *more]
        endpoint = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"} if port else {}
        begun = time.monotonic()
        done = subprocess.run(
            command, env=self.environment | endpoint, cwd=self.home, capture_output=True, check=False
        )
        took = time.monotonic() - begun
        if done.returncode not in (0, 1):
            sys.exit(f"the audit ended with {done.returncode}: {done.stderr.decode()}")
        return took


def held(chain: tuple[str, ...], log: list[tuple[str, float, float]]) -> bool:
    """Whether a call of each link was asked after one of the link before was answered."""
    earliest = 0.0
    for link in chain:
        answered = [end for name, asked, end in log if name == link and asked >= earliest]
        if not answered:
            return False
        earliest = min(answered)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--variant", default="good")
    parser.add_argument("--delay", type=float, default=50, help="of each answer, in ms")
    parser.add_argument("--binary", type=Path, help="measure this one instead of building")
    parser.add_argument("--timeline", action="store_true", help="print when each call was made")
    args = parser.parse_args()
    binary = args.binary
    if not binary:
        subprocess.run(["cargo", "build", "-p", "harden-cli", "--locked"], cwd=ROOT, check=True)
        target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
        binary = Path(target) / "debug" / "harden-cli"

    peer, port = start_peer()
    built = build(f"http://127.0.0.1:{port}", args.variant, ACCOUNT, REGION)
    canned = Canned(upstream=port)
    canned.start()
    with tempfile.TemporaryDirectory() as home:
        auditor = Auditor(binary.resolve(), built, home)
        auditor.audit(canned.port, "--record", "s.json")
        peer.kill()
        canned.upstream, canned.delay = None, args.delay / 1000
        runs, log = [], canned.log
        for _ in range(3):
            canned.log = log = []
            runs.append(auditor.audit(canned.port))
        start_up = min(auditor.audit(None, "--snapshot", "s.json") for _ in range(3))
    if canned.unknown:
        sys.exit(f"not recorded, so the runs differ: {canned.unknown[:3]}")

    if args.timeline:
        zero = log[0][1]
        for name, asked, answered in sorted(log, key=lambda entry: entry[1]):
            print(f"  {1000 * (asked - zero):6.0f} ms  {1000 * (answered - zero):6.0f} ms  {name}")
    known = [chain for chain in CHAINS if held(chain, log)]
    chain = max(known, key=len)
    took, calls = min(runs), len(log)
    least = len(chain) * args.delay / 1000
    limit = FACTOR * least + start_up
    print(f"{calls} calls of {args.delay:.0f} ms each, one after another {calls * args.delay:.0f} ms")
    print(f"longest chain: {len(chain)} calls, {least * 1000:.0f} ms: {' > '.join(chain)}")
    print(f"audit: {', '.join(f'{1000 * run:.0f}' for run in runs)} ms; start-up {1000 * start_up:.0f} ms")
    ratio = (took - start_up) / least
    print(
        f"{ratio:.2f} times the chain (at most {FACTOR}), {took * 1000:.0f} ms of "
        f"{limit * 1000:.0f}: {'within' if took <= limit else 'BEYOND'} the limit"
    )
    return 0 if took <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
