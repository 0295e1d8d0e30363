"""How an audit of a large live estate does: its calls, wall time, CPU and peak memory.

    tests/.venv/bin/python tests/bench/large.py [--binary FILE] [--delay MS] [--prowler VENV]

Fills the test peer (moto) with 10,000 log groups, 5,000 buckets (one in ten in another region than
the audited one), 2,000 secrets and 1,000 alarms, and audits it with the checks on these. Half of
the secrets were made 200 days ago and changed since, so that only their versions tell how old their
values are (moto says: new); one bucket denies, and must be unknown alone.

moto takes milliseconds of CPU for each answer, on one core: the wall time of that run says more of
moto than of the program, its CPU and memory are the program's own. A second run (`--delay`) gets
the same answers from `canned.py`, each after a delay, as over a network, and throttled as AWS
throttles by default (10 DescribeLogGroups and 50 ListSecretVersionIds a second).

`--prowler VENV` runs Prowler (`VENV/bin/prowler`, from PyPI) against the same peer with the same
services and those of its checks that ask the same.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "aws"))

from builder import assume, aws, control  # noqa: E402
from canned import Canned  # noqa: E402

ACCOUNT, REGION, FAR = "392853978631", "us-east-2", "eu-central-1"
DENIES = "acme-0000003"

CHECKS = (
    "aws/alarm-actions-disabled",
    "aws/alarm-dead-dimension",
    "aws/alarm-flapping",
    "aws/alarm-reaches-nobody",
    "aws/alarm-sparse-data",
    "aws/log-group-retention-unset",
    "aws/s3-lifecycle-missing",
    "aws/secret-missing",
    "aws/secret-rotation-disabled",
    "aws/secret-rotation-failing",
    "aws/secret-rotation-overdue",
    "aws/secret-unused",
)

# AWS's default quotas, in requests a second for an account and region.
RATES = {"DescribeLogGroups": 10.0, "ListSecretVersionIds": 50.0, "ListSecrets": 50.0}

# Prowler's that ask about the same things.
PROWLER = (
    "cloudwatch_alarm_actions_alarm_state_configured",
    "cloudwatch_alarm_actions_enabled",
    "cloudwatch_log_group_retention_policy_specific_days_enabled",
    "s3_bucket_lifecycle_enabled",
    "secretsmanager_automatic_rotation_enabled",
    "secretsmanager_secret_rotated_periodically",
    "secretsmanager_secret_unused",
)


# --- the peer, in a process of its own --------------------------------------------------


def serve(sizes: dict[str, int]) -> None:
    """Fills moto's backends, serves them, and ends when standard input does."""
    from server import build

    server, _ = build()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    fill(f"http://127.0.0.1:{server.server_port}", sizes)
    print(json.dumps({"port": server.server_port}), flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


def fill(endpoint: str, sizes: dict[str, int]) -> None:
    """What the API would take minutes for; the topic of the alarms is made by it."""
    from moto.cloudwatch.models import cloudwatch_backends
    from moto.logs.models import logs_backends
    from moto.s3.models import s3_backends
    from moto.secretsmanager.models import secretsmanager_backends

    sns = aws(endpoint, "sns", REGION, assume(endpoint, ACCOUNT, REGION))
    topic = sns.create_topic(Name="production-alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="devops@example.com")

    logs = logs_backends[ACCOUNT][REGION]
    for n in range(sizes["log-groups"]):
        name = f"/ecs/service-{n:07}"
        logs.create_log_group(name, {})
        if n % 2:
            logs.put_retention_policy(name, 30)

    s3 = s3_backends[ACCOUNT]["aws"]
    rule = {
        "ID": "uploads",
        "Filter": {"Prefix": ""},
        "Status": "Enabled",
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "7"},
    }
    for n in range(sizes["buckets"]):
        name = f"acme-{n:07}"
        s3.create_bucket(name, FAR if n % 10 == 0 else REGION)
        if n % 2:
            s3.put_bucket_lifecycle_configuration(name, [rule])

    secrets = secretsmanager_backends[ACCOUNT][REGION]
    old = int((datetime.now(UTC) - timedelta(days=200)).timestamp())
    for n in range(sizes["secrets"]):
        name = f"acme/jwt-{n:07}"
        secrets.create_secret(name, "s", None, None, [], None, None, [], False)
        if n % 2:
            secret = secrets.secrets[name]
            secret.created_date = old
            for version in secret.versions.values():
                version["createdate"] = old

    cloudwatch = cloudwatch_backends[ACCOUNT][REGION]
    for n in range(sizes["alarms"]):
        cloudwatch.put_metric_alarm(
            name=f"service-{n:07}-cpu-high",
            namespace="AWS/ECS",
            metric_name="CPUUtilization",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=2,
            period=300,
            threshold=80.0,
            statistic="Average",
            description="",
            dimensions=[{"Name": "ServiceName", "Value": f"service-{n:07}"}],
            alarm_actions=[topic],
            actions_enabled=n % 10 != 0,
        )


def start_peer(sizes: dict[str, int]) -> tuple[subprocess.Popen[bytes], str]:
    command = [sys.executable, __file__, "--serve", json.dumps(sizes)]
    peer = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert peer.stdout
    endpoint = f"http://127.0.0.1:{json.loads(peer.stdout.readline())['port']}"
    fault = {
        "service": "s3",
        "operation": "GetBucketLifecycleConfiguration",
        "kind": "access-denied",
        "resource": DENIES,
    }
    control(endpoint, "faults", fault)
    return peer, endpoint


# --- what is measured -------------------------------------------------------------------


@dataclass
class Run:
    """What one process took: seconds, and megabytes at its peak."""

    wall: float
    cpu: float
    memory: float
    code: int

    def __str__(self) -> str:
        return f"{self.wall:7.1f} s wall  {self.cpu:6.1f} s CPU  {self.memory:5.0f} MB"


# Linux counts what a process held before exec, too, which of a fork of this one is much: the
# program is started by a small one.
STARTER = """
import json, os, sys, time
begun = time.monotonic()
_, status, usage = os.wait4(os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ), 0)
took, cpu = time.monotonic() - begun, usage.ru_utime + usage.ru_stime
code = os.waitstatus_to_exitcode(status)
print(json.dumps([took, cpu, usage.ru_maxrss, code]), file=os.fdopen(3, "w"))
"""


def measure(
    command: list[str], environment: dict[str, str], home: str, out: Path, limit: float
) -> Run:
    told = Path(home) / "usage.json"
    shell = 'exec "$@" >"$OUT" 2>&1 3>"$TOLD"'
    starter = ["sh", "-c", shell, "sh", sys.executable, "-I", "-S", "-c", STARTER, *command]
    more = {"OUT": str(out), "TOLD": str(told)}
    with subprocess.Popen(starter, env=environment | more, cwd=home, process_group=0) as child:
        try:
            child.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            sys.exit(f"{command[0]} took over {limit:.0f} s")
    wall, cpu, peak, code = json.loads(told.read_text())
    # Linux counts in KiB, macOS in bytes
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, cpu, peak * unit / 1e6, code)


def environment(endpoint: str, home: str) -> dict[str, str]:
    """Nothing of the caller's own but where to find programs."""
    keys = assume(endpoint, ACCOUNT, REGION)
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": keys["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "AWS_SESSION_TOKEN": keys["session_token"],
    }


def calls(endpoint: str) -> Counter[str]:
    """How often each operation was asked for in which region since the last time."""
    log = control(endpoint, "log", method="GET")
    control(endpoint, "log/reset")
    return Counter(f"{e['service']}:{e['operation']} in {e['region']}" for e in log)


def say(who: str, run: Run, asked: Counter[str]) -> None:
    print(f"{who}\n  {run}  {asked.total():6} calls  (exit code {run.code})")
    for operation, count in asked.most_common(12):
        print(f"    {count:6}  {operation}")


def audit(args: argparse.Namespace, endpoint: str, home: str) -> list[str]:
    """Runs the program, and says what is wrong with its answer."""
    binary = str((args.binary or build()).resolve())
    command = [binary, "audit", "--quiet", "--format", "json", "--only", ",".join(CHECKS)]
    # windows of time are counted from it, and are part of what is asked
    command += ["--as-of", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")]
    out = Path(home) / "report.json"
    keys = environment(endpoint, home)
    calls(endpoint)
    run = measure(command, keys, home, out, args.limit)
    say("harden, against moto", run, calls(endpoint))
    if run.code not in (0, 1, 3):
        return [out.read_text(errors="replace")[:2000]]
    wrong = judged(json.loads(out.read_text())["findings"], args)

    if args.delay:
        canned = Canned(upstream=int(endpoint.rsplit(":", 1)[1]))
        canned.start()
        keys["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{canned.port}"
        measure(command, keys, home, out, args.limit)
        canned.upstream, canned.delay, canned.log = None, args.delay / 1000, []
        canned.rates = RATES
        run = measure(command, keys, home, out, args.limit)
        asked = Counter(named(operation) for operation, _, _ in canned.log)
        say(f"harden, against canned answers of {args.delay:.0f} ms each", run, asked)
        print(f"    {canned.throttled:6}  of them throttled, and asked again")
        wrong += judged(json.loads(out.read_text())["findings"], args)
        if canned.unknown:
            wrong.append(f"not recorded: {canned.unknown[:3]}")
    return wrong


def named(operation: str) -> str:
    """S3's requests carry no name: what is asked of a bucket here is its lifecycle."""
    return "GetBucketLifecycleConfiguration" if operation.startswith("acme-") else operation


def judged(findings: list[dict[str, Any]], args: argparse.Namespace) -> list[str]:
    """Prints the verdicts, and says what is wrong: everything is judged once, and one bucket, which
    denies, is unknown alone.
    """
    verdicts = Counter((finding["check"], finding["verdict"]) for finding in findings)
    for (check, verdict), count in sorted(verdicts.items()):
        print(f"    {count:6}  {check}  {verdict}")
    wrong = []
    checks = Counter(finding["check"] for finding in findings)
    for check, size in (
        ("aws/alarm-actions-disabled", args.alarms),
        ("aws/log-group-retention-unset", args.log_groups),
        ("aws/s3-lifecycle-missing", args.buckets),
        ("aws/secret-rotation-overdue", args.secrets),
    ):
        if checks[check] != size:
            wrong.append(f"{check}: {checks[check]} findings of {size}")
    unknown = {(f["check"], f["resource"]) for f in findings if f["verdict"] == "unknown"}
    if unknown != {("aws/s3-lifecycle-missing", f"arn:aws:s3:::{DENIES}")}:
        wrong.append(f"unknown: {sorted(unknown)[:5]}")
    return wrong


def prowler(args: argparse.Namespace, endpoint: str, home: str) -> None:
    program = str(args.prowler / "bin" / "prowler")
    command = [program, "aws", "--no-banner", "--region", REGION, "--checks", *PROWLER]
    command += ["--output-formats", "json-ocsf", "--output-directory", f"{home}/prowler"]
    out = Path(home) / "prowler.log"
    calls(endpoint)
    run = measure(command, environment(endpoint, home), home, out, args.limit)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    say(f"{version.stdout.strip()}, against moto", run, calls(endpoint))
    if run.code not in (0, 3):
        print(out.read_text(errors="replace")[-2000:])


def build() -> Path:
    """The release binary."""
    subprocess.run(
        ["cargo", "build", "--release", "-p", "harden-cli", "--locked"], cwd=ROOT, check=True
    )
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target) / "release" / "harden-cli"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--log-groups", type=int, default=10_000)
    parser.add_argument("--buckets", type=int, default=5_000)
    parser.add_argument("--secrets", type=int, default=2_000)
    parser.add_argument("--alarms", type=int, default=1_000)
    parser.add_argument("--binary", type=Path, help="measure this one instead of building")
    parser.add_argument("--delay", type=float, default=20, help="of canned answers, in ms; 0: none")
    parser.add_argument("--prowler", type=Path, help="the virtual environment that has Prowler")
    parser.add_argument("--limit", type=float, default=3600, help="of each run, in seconds")
    parser.add_argument("--serve", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve)
    sizes = {
        "log-groups": args.log_groups,
        "buckets": args.buckets,
        "secrets": args.secrets,
        "alarms": args.alarms,
    }
    begun = time.monotonic()
    peer, endpoint = start_peer(sizes)
    print(f"{sizes} made in {time.monotonic() - begun:.0f} s")
    with tempfile.TemporaryDirectory() as home:
        wrong = audit(args, endpoint, home)
        if args.prowler:
            prowler(args, endpoint, home)
    peer.kill()
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
