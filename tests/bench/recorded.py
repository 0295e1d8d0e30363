"""A made-up recorded estate of any size: a realistic mix, in which about one in ten fails.

The shapes are those that a recording has; sizes and names are made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
REGIONS = ("us-east-2", "eu-west-1", "ap-southeast-2", "us-west-2")

# Of each 100 resources; what a listing of its own tells of a resource counts as one.
TODAY = {
    "aws/cloudwatch-alarm": 20,
    "aws/alarm-metric": 20,
    "aws/ecs-service": 10,
    "aws/task-definition": 10,
    "aws/ecs-service-metrics": 10,
    "aws/db-snapshot": 6,
    "aws/db-snapshot-sharing": 6,
    "aws/db-instance": 4,
    "aws/log-group": 3,
    "aws/secret": 2,
    "aws/sns-topic": 2,
    "aws/topic-subscriptions": 2,
    "aws/load-balancer": 1,
    "aws/load-balancer-attributes": 1,
    "aws/load-balancer-listeners": 1,
    "aws/load-balancer-metrics": 1,
    "aws/target-group": 1,
}

# The same for a recording by an early version, which lacks most kinds: a great many findings are
# unknown.
EARLY = {
    "aws/cloudwatch-alarm": 30,
    "aws/ecs-service": 20,
    "aws/db-snapshot": 15,
    "aws/db-snapshot-sharing": 15,
    "aws/db-instance": 8,
    "aws/load-balancer": 3,
    "aws/target-group": 3,
    "aws/sns-topic": 3,
    "aws/topic-subscriptions": 3,
}
SHARES = {"today's": TODAY, "an early": EARLY}

# What the regions have none of; the first four in both recordings.
NONE = (
    "aws/db-cluster",
    "aws/db-cluster-snapshot",
    "aws/db-export-task",
    "aws/kms-key",
    "aws/bucket",
    "aws/db-shard-group",
    "aws/ecr-repository",
    "aws/global-cluster",
    "aws/listener-attributes",
    "aws/listener-rules",
    "aws/rule-group",
    "aws/scaling-schedule",
    "aws/secret-version",
    "aws/stop-schedule",
    "aws/web-acl",
    "aws/web-acl-logging",
    "aws/web-acl-rules",
)


def ago(**age: float) -> str:
    return (NOW - timedelta(**age)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Place:
    """A region of an account, with a number of resources of each kind."""

    def __init__(self, account: str, region: str, counts: dict[str, int]) -> None:
        self.account, self.region, self.counts = account, region, counts
        self.own = {"account": account, "region": region}

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def topic(self, i: int) -> str:
        return self.arn("sns", f"alerts-{i % max(1, self.counts['aws/sns-topic']):05}")

    def balancer(self, i: int) -> str:
        return f"app/web-{i:05}/{i:016x}"

    def alarm(self, i: int) -> str:
        return f"{self.metric(i)[1]}-{i:06}"

    def metric(self, i: int) -> tuple[str, str, dict[str, str], float]:
        """What alarm number `i` watches: two for each of most services, then balancers."""
        services = self.counts["aws/ecs-service"]
        if i < services * 1.2:
            dimensions = {"ClusterName": f"cluster-{i // 2 % 20}", "ServiceName": f"api-{i // 2:05}"}
            name, limit = (("CPUUtilization", 85.0), ("MemoryUtilization", 90.0))[i % 2]
            return "AWS/ECS", name, dimensions, limit
        i %= max(1, self.counts["aws/load-balancer"])
        dimensions = {"LoadBalancer": self.balancer(i)}
        return "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions, 10.0

    def alarms(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            namespace, name, dimensions, threshold = self.metric(i)
            metric = {"namespace": namespace, "name": name, "dimensions": dimensions}
            count_metric = name.endswith("Count")
            definition = {
                "metric": metric,
                "statistic": "Sum" if count_metric else "Average",
                "period": 300,
                "evaluation_periods": 2,
                "threshold": threshold + (5 if i % 10 == 0 else 0),
                "comparison": "GreaterThanThreshold",
            }
            if i % 3:
                definition["treat_missing_data"] = "notBreaching"
            yield {
                "arn": self.arn("cloudwatch", f"alarm:{self.alarm(i)}"),
                "description": f"{name} of {next(reversed(dimensions.values()))} is high",
                "actions_enabled": i % 50 != 0,
                "alarm_actions": [self.topic(i)],
                "ok_actions": [self.topic(i)],
                "insufficient_data_actions": [],
                "state": "OK",
                "state_since": ago(days=i % 90),
                "definition": {"metric": definition},
            }

    def services(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            cluster = f"cluster-{i % 20}"
            yield {
                "arn": self.arn("ecs", f"service/{cluster}/api-{i:05}"),
                "cluster_arn": self.arn("ecs", f"cluster/{cluster}"),
                "status": "ACTIVE",
                "desired_count": 2 if i % 20 else 0,
                "task_definition": self.task(i),
                "runs_on": ["FARGATE"],
                "tags": {"environment": "production", "team": f"team-{i % 30}"},
            }

    def task(self, i: int) -> str:
        return self.arn("ecs", f"task-definition/api-{i:05}:{1 + i % 90}")

    def tasks(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            variables = [{"name": "DATABASE_HOST", "value": "word"}]
            if i % 20 == 0:
                variables.append({"name": "API_KEY", "value": "opaque"})
            container = {
                "name": "app",
                "environment": variables,
                "value_from": [self.secret(i)],
            }
            yield {"arn": self.task(i), "containers": [container]}

    def history(self, low: float, high: float, period: int) -> dict[str, Any]:
        """What 14 days of a metric come down to."""
        return {
            "first": ago(days=14),
            "points": 14 * 86_400 // period,
            "average": low + (high - low) / 8,
            "p50": low,
            "p95": high,
            "p99": high,
            "minimum": low,
            "maximum": high,
            "by_hour": [high if 13 <= hour < 16 else low for hour in range(24)],
        }

    def measured(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            _, _, _, threshold = self.metric(i)
            high = threshold * (0.8 if i % 20 else 0.3)
            yield self.own | {
                "alarm": self.alarm(i),
                "from": ago(days=14),
                "until": ago(),
                "data": {
                    "history": self.history(high / 2, high, 300),
                    "evaluation": {"since": ago(days=14), "periods": 4032, "worst": [high] * 4},
                },
            }

    def used(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            high = 64.0 if i % 10 else 95.0
            yield self.own | {
                "cluster": f"cluster-{i % 20}",
                "service": f"api-{i:05}",
                "from": ago(days=14),
                "until": ago(),
                "cpu": self.history(26.0, high, 3600),
                "memory": self.history(50.0, 74.0, 3600),
                "memory_by_day": [50.0 + day % 2 for day in range(14)],
            }

    def instances(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            yield {
                "arn": self.arn("rds", f"db:orders-{i:05}"),
                "resource_id": f"db-{i:026X}",
                "engine": "postgres",
                "status": "available",
                "cluster": None,
                "replica_of": None,
                "read_replicas": [],
                "backup_retention_days": 7 if i % 5 else 1,
                "backup_window": "03:00-04:00",
                "created_at": ago(days=400),
                "latest_restorable": ago(minutes=5),
                "publicly_accessible": i % 40 == 0,
                "encrypted": i % 10 != 0,
                "deletion_protection": i % 4 != 0,
                "multi_az": i % 3 != 0,
                "availability_zone": f"{self.region}a",
                "auto_minor_upgrade": True,
                "maintenance_window": "wed:06:38-wed:07:08",
                "tags": {"environment": "production"},
            }

    def snapshot_arn(self, i: int) -> str:
        return self.arn("rds", f"snapshot:pre-change-{i:06}")

    def snapshots(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            yield {
                "arn": self.snapshot_arn(i),
                "database": f"orders-{i % max(1, self.counts['aws/db-instance']):05}",
                "snapshot_type": "manual",
                "status": "available",
                "created_at": ago(days=i % 45),
                "encrypted": i % 10 != 0,
                "tags": {},
            }

    def topics(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            statement = {
                "Sid": "Alarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": self.topic(i),
                "Condition": {"StringEquals": {"aws:SourceAccount": self.account}},
            }
            policy = {"Version": "2012-10-17", "Statement": [statement]}
            yield {"arn": self.topic(i), "policy": json.dumps(policy), "kms_key": None}

    def subscriptions(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            email = {
                "protocol": "email",
                "endpoint": f"oncall-{i % 30}@example.com",
                "endpoint_hash": f"{i:016x}",
                "confirmed": i % 10 != 0,
                "filter": None,
            }
            yield {"topic_arn": self.topic(i), "subscriptions": [email]}

    def balancers(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            yield {
                "arn": self.balancer_arn(i),
                "kind": "application",
                "scheme": "internet-facing",
                "created_at": ago(days=200),
            }

    def balancer_arn(self, i: int) -> str:
        return self.arn("elasticloadbalancing", f"loadbalancer/{self.balancer(i)}")

    def attributes(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            yield {
                "load_balancer_arn": self.balancer_arn(i),
                "drop_invalid_header_fields": i % 10 != 0,
                "deletion_protection": i % 10 != 1,
                "access_logs": i % 10 != 2,
            }

    def listeners(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            name = f"listener/{self.balancer(i)}/{i:016x}"
            forward = {
                "type": "forward",
                "target_groups": [self.group(i)],
            }
            listener = {
                "arn": self.arn("elasticloadbalancing", name),
                "protocol": "HTTP",
                "port": 80,
                "ssl_policy": None,
                "default_actions": [forward],
            }
            yield {"load_balancer_arn": self.balancer_arn(i), "listeners": [listener]}

    def traffic(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            hours = [{"at": ago(days=day), "errors": 300.0} for day in range(1, 8)]
            times = [{"at": ago(days=day), "p95": 0.4, "p99": 0.9} for day in range(1, 8)]
            yield {
                "arn": self.balancer_arn(i),
                "from": ago(days=7),
                "until": ago(),
                "requests": 130_200.0,
                "target_5xx": 2100.0 if i % 10 == 0 else 0.0,
                "elb_5xx": 0.0,
                "error_hours": hours if i % 10 == 0 else [],
                "response_times": times,
            }

    def log_groups(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            arn = self.arn("logs", f"log-group:/ecs/api-{i:05}")
            yield {"arn": arn, "retention_days": 30 if i % 5 else None, "class": "STANDARD"}

    def secret(self, i: int) -> str:
        held = max(1, self.counts["aws/secret"])
        return self.arn("secretsmanager", f"secret:api/database-{i % held:05}-AbCdEf")

    def secrets(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            yield {
                "arn": self.secret(i),
                "name": f"api/database-{i:05}",
                "owning_service": None,
                "replica_of": None,
                "rotation_enabled": i % 10 != 0,
                "rotation_days": 30,
                "rotation_schedule": None,
                "last_rotated": ago(days=10),
                "last_changed": ago(days=10),
                "last_accessed": ago(days=1),
                "next_rotation": ago(days=-20),
                "created_at": ago(days=400),
                "deleted_at": None,
                "tags": {},
            }

    def group(self, i: int) -> str:
        return self.arn("elasticloadbalancing", f"targetgroup/web-{i:05}/{i:016x}")

    def groups(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            yield {"arn": self.group(i), "load_balancer_arns": [self.balancer_arn(i)]}

    def sharing(self, count: int) -> Iterator[dict[str, Any]]:
        for i in range(count):
            shared_with = ["all"] if i % 200 == 0 else []
            yield {"snapshot_arn": self.snapshot_arn(i), "shared_with": shared_with}

    def resources(self, kind: str) -> Iterator[dict[str, Any]]:
        of_kind = {
            "aws/cloudwatch-alarm": self.alarms,
            "aws/alarm-metric": self.measured,
            "aws/ecs-service": self.services,
            "aws/ecs-service-metrics": self.used,
            "aws/task-definition": self.tasks,
            "aws/log-group": self.log_groups,
            "aws/secret": self.secrets,
            "aws/load-balancer-attributes": self.attributes,
            "aws/load-balancer-listeners": self.listeners,
            "aws/load-balancer-metrics": self.traffic,
            "aws/db-snapshot": self.snapshots,
            "aws/db-snapshot-sharing": self.sharing,
            "aws/db-instance": self.instances,
            "aws/load-balancer": self.balancers,
            "aws/target-group": self.groups,
            "aws/sns-topic": self.topics,
            "aws/topic-subscriptions": self.subscriptions,
        }
        return of_kind[kind](self.counts[kind])

    def once(self) -> dict[str, dict[str, Any]]:
        """The kinds of which each region has one."""
        changes = [
            {"at": ago(days=13 - n), "to": "ALARM" if n % 2 == 0 else "OK"} for n in range(10)
        ]
        restless = range(0, self.counts["aws/cloudwatch-alarm"], 20)
        event = {
            "at": ago(days=3),
            "source_type": "db-instance",
            "source": "orders-00001",
            "categories": ["configuration change"],
            "message": "Finished applying modification to DB instance class",
        }
        names = [self.alarm(i) for i in restless]
        return {
            "aws/region": self.own,
            "aws/alarm-history": self.own
            | {"since": ago(days=14), "changes": {name: changes for name in names}},
            "aws/rds-events": self.own | {"since": ago(days=14), "events": [event]},
            "aws/restore-events": self.own | {"since": ago(days=90), "events": []},
            "aws/restore-jobs": self.own | {"since": ago(days=90), "jobs": []},
        }


def budget(account: str, name: str = "monthly") -> tuple[dict[str, Any], dict[str, Any]]:
    notification = {
        "notification_type": "ACTUAL",
        "comparison": "GREATER_THAN",
        "threshold": 80.0,
        "threshold_type": "PERCENTAGE",
        "subscribers": [{"subscription_type": "EMAIL", "address": "billing@example.com"}],
    }
    held = {
        "account": account,
        "name": name,
        "budget_type": "COST",
        "time_unit": "MONTHLY",
        "limit": {"amount": 500.0, "unit": "USD"},
        "actual": {"amount": 310.0, "unit": "USD"},
        "filters": {},
        "filter_expression": None,
        "include_credit": True,
        "billing_view": None,
        "health": None,
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2087-06-15T00:00:00Z",
    }
    return held, {"account": account, "budget": name, "notifications": [notification]}


def write(out: TextIO, recording: str, resources: int, places: int) -> None:
    """Writes a snapshot of some `resources` over a number of regions, four to an account."""
    shares, none = SHARES[recording], NONE if recording == "today's" else NONE[:4]
    counts = {kind: resources * share // 100 // places for kind, share in shares.items()}
    regions = [Place(f"{10**11 + n // 4}", REGIONS[n % 4], counts) for n in range(places)]
    accounts = sorted({place.account for place in regions})
    scope = [{"account": p.account, "region": p.region} for p in regions]
    whole = [{"account": account, "region": ""} for account in accounts]
    kinds: dict[str, Any] = {
        kind: {"scope": scope, "resources": [r for p in regions for r in p.resources(kind)]}
        for kind in shares
    }
    for kind in regions[0].once():
        kinds[kind] = {"scope": scope, "resources": [p.once()[kind] for p in regions]}
    budgets = [budget(account) for account in accounts]
    of_account: dict[str, list[dict[str, Any]]] = {
        "aws/account": [{"account": account} for account in accounts],
        "aws/organization": [
            {"account": account, "management_account": None} for account in accounts
        ],
        "aws/budget": [held for held, _ in budgets],
        "aws/budget-alerts": [alerts for _, alerts in budgets],
        "aws/budget-action": [],
    }
    if recording == "today's":
        of_account["aws/dashboard"] = []
    for kind, held in of_account.items():
        kinds[kind] = {"scope": whole, "resources": held}
    for kind in [*none, "aws/alarm-mute-rule"]:
        kinds[kind] = {"scope": scope, "resources": []}
    kinds["ops/attestation"] = {"scope": None, "resources": []}
    kinds["ops/attestations-file"] = {
        "scope": None,
        "resources": [{"name": "harden.attestations.toml", "exists": True}],
    }
    snapshot = {
        "harden_snapshot": 1,
        "tool": "tests/bench",
        "taken_at": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kinds": {kind: {"gaps": []} | listing for kind, listing in sorted(kinds.items())},
    }
    json.dump(snapshot, out, separators=(",", ":"))
