"""The example estate of `harden-cli audit --demo`: the guide's own, half hardened.

It is recorded, as of the day of the recording, by `python demo.py HARDEN_CLI WEB_ESTATE` into
crates/harden-cli/demo/estate.json, so that the program holds what the real clients read. WEB_ESTATE
is the example `web_estate` of harden-tests, built: it serves GitHub, Sentry and Vercel as of a
moment of its own, and what was recorded of them is moved to the day of the recording.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import estate_ci_role
import estate_costs
import estate_edge
import estate_history
from builder import CPU, MEMORY, Builder, control
from variants import (
    ALB,
    AURORA,
    BUDGET,
    CLUSTER,
    COUNT_5XX,
    LATENCY,
    POSTGRES,
    SERVICE,
    SLACK,
    TOPIC,
    Faults,
    target_tracking,
)

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "392853978631", "us-east-2"


def demo(b: Builder) -> Faults:
    """Failures of every kind, passes, and an unknown from a denied call."""
    n = b.names
    # The guide followed to the letter: one address confirmed, one not, and a Slack webhook
    # that can't confirm. The default policy admits alarms but not Budgets.
    n["topic"] = topic = b.topic(TOPIC)
    b.subscribe(topic, "email", "oncall@example.com")
    b.subscribe(topic, "email", "devops@example.com", pending=True)
    b.subscribe(topic, "https", SLACK, pending=True)
    encrypted = b.topic("saaspe-production-security", key="alias/aws/sns")
    b.subscribe(encrypted, "email", "oncall@example.com")

    b.service(CLUSTER, SERVICE)
    b.service(CLUSTER, "saaspe-production-worker")
    b.service(CLUSTER, "saaspe-production-import", desired=0)
    balancer, target = b.balancer(ALB, "saaspe-production-tg")
    estate_costs.demo(b)
    estate_edge.demo(b, balancer, target)
    ecs, alb = b.ecs_dimensions(CLUSTER, SERVICE), b.alb_dimensions(balancer)
    cpu = "saaspe-production-ecs-cpu-high"
    b.alarm(cpu, [topic], Threshold=85, Dimensions=ecs, **CPU)
    b.episodes(cpu, count=13, days=13, minutes=5)
    b.alarm(
        "saaspe-production-ecs-memory-high", [topic], Threshold=95, Dimensions=ecs, **MEMORY
    )
    b.alarm(
        "saaspe-production-alb-5xx-high",
        [topic],
        MetricName="HTTPCode_Target_5XX_Count",
        Threshold=10,
        Dimensions=alb,
        **COUNT_5XX,
    )
    quiet: dict[str, Any] = {"TreatMissingData": "notBreaching"}
    b.alarm(
        "saaspe-production-alb-latency-high",
        [topic],
        Threshold=2,
        Dimensions=alb,
        Statistic="Average",
        **LATENCY,
        **quiet,
    )
    b.alarm(
        "saaspe-production-rds-storage-low",
        [b.arn("sns", "saaspe-old-alerts")],  # a topic that was deleted
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Statistic="Minimum",
        ComparisonOperator="LessThanThreshold",
        Threshold=5_000_000_000,
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": POSTGRES}],
    )
    b.alarm(
        "saaspe-production-rds-cpu-high",
        [encrypted],
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Threshold=80,
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": POSTGRES}],
    )
    old = "saaspe-staging-ecs-cpu-high"
    b.alarm(old, [topic], Threshold=85, Dimensions=b.ecs_dimensions(CLUSTER, "staging"), **CPU)
    b.alarm_state(old, "INSUFFICIENT_DATA", days=9)
    target_tracking(b)
    # Memory that creeps up, an afternoon of errors each day, and no dashboard.
    busy = estate_history.busy
    creeping: Any = lambda ago, hour: 78 - 1.7 * ago / 24
    estate_history.of_service(b, CLUSTER, SERVICE, busy(64, 26), creeping)
    estate_history.of_service(b, CLUSTER, "saaspe-production-worker", busy(31, 9), busy(74, 49))
    estate_history.of_balancer(b, balancer, 300, busy(0.4, 0.2))

    key = b.key()
    b.instance(
        POSTGRES,
        restorable=b.ago(minutes=4),
        BackupRetentionPeriod=7,
        MultiAZ=False,
        StorageEncrypted=True,
        KmsKeyId=key,
        DeletionProtection=True,
        PubliclyAccessible=False,
    )
    b.cluster(
        AURORA,
        ["a", "b"],
        restorable=b.ago(minutes=4),
        BackupRetentionPeriod=1,
        StorageEncrypted=True,
        KmsKeyId=key,
        DeletionProtection=False,
    )
    b.instance(
        f"saaspe-dr-test-{b.day(12)}",
        age_days=12,
        restorable=b.ago(minutes=4),
        BackupRetentionPeriod=7,
        StorageEncrypted=True,
        KmsKeyId=key,
        PubliclyAccessible=True,
    )
    b.snapshot(POSTGRES, f"quarterly-drill-{b.day(12)}", days=12)
    b.snapshot(POSTGRES, f"pre-change-{b.day(63)}", days=63)
    changed = "Finished applying modification to DB instance class"
    b.rds_event(POSTGRES, changed, "configuration change", days=6)

    email, sns = ("EMAIL", "billing@example.com"), ("SNS", topic)
    b.budget(BUDGET, [("ACTUAL", 80, [email]), ("ACTUAL", 100, [email, sns])])

    estate_ci_role.demo(b)

    # The auditor's role lacks CloudTrail: whether the drill was a restore can't be told.
    denied = {"service": "cloudtrail", "operation": "LookupEvents", "kind": "access-denied"}
    faults: Faults = [{**denied, "account": b.account}]
    control(b.endpoint, "faults", faults)
    return faults


def record(harden_cli: str, web_estate: str) -> None:
    """Builds the estate on servers of its own and records it."""
    web = record_web(harden_cli, web_estate)
    server = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        endpoint = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
        builder = Builder(endpoint, ACCOUNT, REGION, datetime.now(UTC))
        demo(builder)
        builder.post()
        given = builder.credentials
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": given["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": given["secret_access_key"],
            "AWS_SESSION_TOKEN": given["session_token"],
        }
        aws = snapshot(harden_cli, environment, "--only", "aws/*,ops/*")
        # each holds the attestations: those of the file count
        web["kinds"] = {k: v for k, v in web["kinds"].items() if not k.startswith("ops/")}
        aws["kinds"] |= moved(web, aws["taken_at"])["kinds"]
        aws["kinds"] = dict(sorted(aws["kinds"].items()))
        aws.pop("not_audited", None)
        # a resource a line, so that a change of the estate can be read
        (ROOT / "crates/harden-cli/demo/estate.json").write_text(pretty(aws))
    finally:
        server.terminate()


def record_web(harden_cli: str, web_estate: str) -> dict[str, Any]:
    """Records GitHub, Sentry and Vercel."""
    with subprocess.Popen(
        [web_estate], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as servers:
        assert servers.stdout and servers.stdin
        served = json.loads(servers.stdout.readline())
        environment = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": "/nowhere", **served["env"]}
        recorded = snapshot(
            harden_cli, environment, "--skip", "aws/*", "--as-of", served["now"]
        )
        servers.stdin.close()
    # commands go to the vendor's own server
    text = json.dumps(recorded).replace(served["env"]["SENTRY_URL"], "https://us.sentry.io")
    own: dict[str, Any] = json.loads(text)
    return own


def snapshot(harden_cli: str, environment: dict[str, str], *more: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "estate.json"
        (Path(folder) / "harden.attestations.toml").write_text(attestations())
        command = [harden_cli, "snapshot", file, "--allow-unknown", "--quiet", *more]
        subprocess.run(command, env=environment, check=True, cwd=folder)
        recorded: dict[str, Any] = json.loads(file.read_text())
    return recorded


# The duties that the team of the example recorded, with the age of each in days.
ATTESTED = [
    ("error-trends", 3, "no new trend since the release of Monday"),
    ("alarm-history", 12, "the CPU alarm of the API flapped twice"),
    ("cost-review", 20, "ECS rose by 4 %, as planned"),
    ("security-audit", 120, "two open ports closed"),
    ("iam-review", 200, "removed the role of the old pipeline"),
]


def attestations() -> str:
    """The attestations file of the example."""
    today = datetime.now(UTC).date()
    return "".join(
        f"[[attestation]]\nduty = {json.dumps(duty)}\non = \"{today - timedelta(days)}\"\n"
        f'by = "operations"\nnote = {json.dumps(note, ensure_ascii=False)}\n\n'
        for duty, days, note in ATTESTED
    )


def moved(recorded: dict[str, Any], to: str) -> dict[str, Any]:
    """A snapshot as if it had been taken at another moment."""
    by = datetime.fromisoformat(to) - datetime.fromisoformat(recorded["taken_at"])

    def shift(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) + by).strftime("%Y-%m-%dT%H:%M:%SZ")

    text = json.dumps(recorded)
    shifted: dict[str, Any] = json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", shift, text))
    return shifted


def pretty(snapshot: dict[str, Any]) -> str:
    kinds = []
    for kind, listing in snapshot.pop("kinds").items():
        resources = "".join(
            f"\n      {json.dumps(r)}," for r in listing.pop("resources") or []
        ).removesuffix(",")
        head = json.dumps(listing)[1:-1]
        comma = ", " if head else ""
        kinds.append(f'    "{kind}": {{{head}{comma}"resources": [{resources}\n    ]}}')
    head = ",\n  ".join(f"{json.dumps(key)}: {json.dumps(v)}" for key, v in snapshot.items())
    return "{\n  " + head + ',\n  "kinds": {\n' + ",\n".join(kinds) + "\n  }\n}\n"


if __name__ == "__main__":
    record(*(str(Path(path).resolve()) for path in sys.argv[1:3]))
