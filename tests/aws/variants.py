"""The estates. Which check judges what, and how, is the tests' to know; the comments say
what each piece is there for.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import estate_ci_role
import estate_costs
import estate_edge
import estate_history
from builder import CPU, MEMORY, Builder, control

CLUSTER = "saaspe-production-cluster"
SERVICE = "saaspe-production-service"
ALB = "saaspe-production-alb"
TOPIC = "saaspe-production-alerts"
POSTGRES = "saaspe-production-postgres"
AURORA = "saaspe-production-aurora"
BUDGET = "SaaSPE-Monthly-Budget"
# A secret's shape without a secret: nothing may ever print it.
SLACK = "https://hooks.slack.com/services/T00000000/B00000000/CANARYOFSECRET"

COUNT_5XX: dict[str, Any] = {
    "Namespace": "AWS/ApplicationELB",
    "Statistic": "Sum",
    "EvaluationPeriods": 1,
}
LATENCY: dict[str, Any] = {"Namespace": "AWS/ApplicationELB", "MetricName": "TargetResponseTime"}

Faults = list[dict[str, Any]]


def empty(b: Builder) -> None:
    """An account with nothing in it."""


def good(b: Builder, otherwise: bool = False) -> None:
    """The guide's estate, fully hardened; `otherwise`: by the other means that count as well."""
    n = b.names
    publishers = ("cloudwatch.amazonaws.com", "budgets.amazonaws.com")
    n["key"] = b.key(*publishers)
    policy = [b.publish_statement(TOPIC, service) for service in publishers]
    n["topic"] = topic = b.topic(TOPIC, policy=policy, key=n["key"])
    n["email-devops"] = b.subscribe(topic, "email", "devops@example.com")
    n["email-oncall"] = b.subscribe(topic, "email", "oncall@example.com")
    n["lambda-slack"] = b.subscribe(topic, "lambda", b.arn("lambda", "function:alerts-to-chat"))

    n["service"] = b.service(CLUSTER, SERVICE)
    n["service-idle"] = b.service(CLUSTER, "saaspe-production-batch", desired=0)
    n["cluster"] = b.arn("ecs", f"cluster/{CLUSTER}")
    n["alb"], n["target-group"] = b.balancer(ALB, "saaspe-production-tg")
    estate_edge.good(b, n["alb"], n["target-group"], otherwise)

    ecs, alb = b.ecs_dimensions(CLUSTER, SERVICE), b.alb_dimensions(n["alb"])
    by_group = alb + [{"Name": "TargetGroup", "Value": n["target-group"].split(":")[-1]}]
    by_target = by_group if otherwise else alb
    quiet: dict[str, Any] = {"TreatMissingData": "notBreaching"}
    cpu, memory = "saaspe-production-ecs-cpu-high", "saaspe-production-ecs-memory-high"
    n["alarm-cpu"] = b.alarm(cpu, [topic], Threshold=85, Dimensions=ecs, **CPU)
    n["alarm-memory"] = b.alarm(memory, [topic], Threshold=90, Dimensions=ecs, **MEMORY)
    for whose, metric, dimensions in (
        ("target", "HTTPCode_Target_5XX_Count", by_target),
        ("elb", "HTTPCode_ELB_5XX_Count", alb),
    ):
        n[f"alarm-{whose}-5xx"] = b.alarm(
            f"saaspe-production-alb-{whose}-5xx-high",
            [topic],
            MetricName=metric,
            Threshold=10,
            Dimensions=dimensions,
            **COUNT_5XX,
            **quiet,
        )
    n["alarm-latency"] = b.alarm(
        "saaspe-production-alb-latency-high",
        [topic],
        Threshold=2,
        Dimensions=by_target,
        Statistic="Average",
        **LATENCY,
        **quiet,
    )
    b.episodes(cpu, count=2, days=14, minutes=20)
    composite(b, "saaspe-production-degraded", f'ALARM("{cpu}") OR ALARM("{memory}")', [topic])
    n["alarm-composite"] = b.arn("cloudwatch", "alarm:saaspe-production-degraded")
    n["alarm-autoscaling"] = target_tracking(b)
    n["alarm-log"] = log_alarm(b, "saaspe-production-errors-in-log", topic)
    b.client("cloudwatch").put_alarm_mute_rule(
        Name="weekly-maintenance",
        Rule={"Schedule": {"Expression": "cron(0 2 * * SUN)", "Duration": "PT4H"}},
        MuteTargets={"AlarmNames": [cpu]},
    )

    private: dict[str, Any] = {
        "StorageEncrypted": True,
        "KmsKeyId": n["key"],
        "DeletionProtection": True,
        "BackupRetentionPeriod": 7,
    }
    n["postgres"] = b.instance(
        POSTGRES, restorable=b.ago(minutes=5), MultiAZ=True, PubliclyAccessible=False, **private
    )
    n["postgres-replica"] = replica(b, f"{POSTGRES}-replica")
    n["aurora"], members = b.cluster(AURORA, ["a", "b"], restorable=b.ago(minutes=5), **private)
    n["aurora-writer"], n["aurora-reader"] = members

    members_of = [arn.split(":")[-1] for arn in members]
    estate_history.good(b, CLUSTER, SERVICE, n["alb"], [POSTGRES, members_of[0]])

    drill, change = f"quarterly-drill-{b.day(30)}", f"pre-change-{b.day(5)}"
    n["snapshot-drill"] = b.snapshot(POSTGRES, drill, days=30, hours=2)
    n["snapshot-change"] = b.snapshot(POSTGRES, change, days=5, hours=2)
    b.rds_event(
        POSTGRES,
        "Finished applying modification to DB instance class",
        "configuration change",
        days=5,
    )
    n["cluster-snapshot"] = b.cluster_snapshot(AURORA, f"pre-migration-{b.day(12)}", days=12)
    b.restore_event(drill, f"saaspe-dr-test-{b.day(30)}", days=30)
    backup_restore(b, n["aurora"], days=30)

    email, sns = ("EMAIL", "billing@example.com"), ("SNS", topic)
    n["budget"] = b.budget(
        BUDGET,
        [
            ("ACTUAL", 80, [email]),
            ("ACTUAL", 100, [email, sns]),
            ("ACTUAL", 120, [email if otherwise else sns]),
            ("FORECASTED", 100, [email]),
        ],
    )
    if otherwise:
        budget_action(b, BUDGET, 120)
    estate_costs.good(b)
    estate_ci_role.good(b)


def good_otherwise(b: Builder) -> None:
    """The good estate, with alarms by target group and a budget action for a topic."""
    good(b, otherwise=True)


def bad(b: Builder) -> None:
    """At least one resource that fails each check; see the comments."""
    n, region_arn = b.names, b.arn
    routing(b)
    topic = n["topic"]

    # ECS: one service with looser or foreign alarms only, one without any.
    n["service"] = b.service(CLUSTER, SERVICE)
    n["service-unwatched"] = b.service(CLUSTER, "saaspe-production-worker")
    n["cluster"] = region_arn("ecs", f"cluster/{CLUSTER}")
    ecs = b.ecs_dimensions(CLUSTER, SERVICE)
    n["alarm-autoscaling"] = target_tracking(b)
    n["alarm-memory-loose"] = b.alarm(
        "saaspe-production-ecs-memory-high", [topic], Threshold=97, Dimensions=ecs, **MEMORY
    )
    # The balancer: too high a count (and silent without data), no alarm on its own 5xx, and
    # a latency alarm on the minimum.
    n["alb"], n["target-group"] = b.balancer(ALB, "saaspe-production-tg")
    estate_edge.bad(b, n["alb"], n["target-group"])
    alb = b.alb_dimensions(n["alb"])
    n["alarm-sparse"] = b.alarm(
        "saaspe-production-alb-target-5xx-high",
        [topic],
        MetricName="HTTPCode_Target_5XX_Count",
        Threshold=50,
        Dimensions=alb,
        **COUNT_5XX,
    )
    n["alarm-latency-minimum"] = b.alarm(
        "saaspe-production-alb-latency-high",
        [topic],
        Threshold=2,
        Dimensions=alb,
        Statistic="Minimum",
        **LATENCY,
    )
    # Alarms that are off, mute, dead and restless.
    off = "saaspe-production-ecs-cpu-off"
    n["alarm-off"] = b.alarm(
        off, [topic], Threshold=85, Dimensions=ecs, ActionsEnabled=False, **CPU
    )
    n["alarm-mute"] = b.alarm("saaspe-production-ecs-cpu-mute", Threshold=95, Dimensions=ecs, **CPU)
    dead = "saaspe-old-ecs-cpu-high"
    gone = b.ecs_dimensions(CLUSTER, "saaspe-old-service")
    n["alarm-dead"] = b.alarm(dead, [topic], Threshold=85, Dimensions=gone, **CPU)
    b.alarm_state(dead, "INSUFFICIENT_DATA", days=3)
    restless = "saaspe-production-ecs-cpu-restless"
    n["alarm-flapping"] = b.alarm(restless, [topic], Threshold=92, Dimensions=ecs, **CPU)
    b.episodes(restless, count=14, days=13, minutes=4)

    estate_history.bad(b, CLUSTER, SERVICE, "saaspe-production-worker", n["alb"], topic)

    databases(b)

    # No 120 %, no forecast; 80 % has no email, 100 % no topic; over its limit. Its topic has
    # the default policy, which doesn't admit Budgets.
    n["budget"] = b.budget(
        BUDGET,
        [("ACTUAL", 80, [("SNS", topic)]), ("ACTUAL", 100, [("EMAIL", "billing@example.com")])],
        spent="612.34",
    )
    estate_costs.bad(b)
    estate_ci_role.bad(b)
    # What these parts brought is used as it should be.
    for balancer in ("alb-bare", "alb-lax"):
        estate_history.of_balancer(b, n[balancer], 0, estate_history.busy(0.4, 0.2))
    estate_history.typical(b, "saaspe-staging", "saaspe-staging-api")


def routing(b: Builder) -> None:
    """Topics, each broken in one way, and an alarm on each."""
    n = b.names
    # Default policy: alarms may publish, Budgets may not.
    n["topic"] = topic = b.topic(TOPIC)
    n["email-oncall"] = b.subscribe(topic, "email", "oncall@example.com")
    n["email-pending"] = b.subscribe(topic, "email", "devops@example.com", pending=True)
    n["slack-webhook"] = b.subscribe(topic, "https", SLACK, pending=True)

    n["topic-pending"] = b.topic("saaspe-production-pending")
    b.subscribe(n["topic-pending"], "email", "newcomer@example.com", pending=True)

    locked = "saaspe-production-locked"
    n["topic-locked"] = b.topic(
        locked,
        policy=[
            {
                "Sid": "DeployOnly",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{b.account}:role/deploy"},
                "Action": "sns:Publish",
                "Resource": b.arn("sns", locked),
            }
        ],
    )
    n["topic-aws-key"] = b.topic("saaspe-production-aws-key", key="alias/aws/sns")
    n["key-closed"] = b.key()
    n["topic-closed-key"] = b.topic("saaspe-production-closed-key", key=n["key-closed"])
    public = "saaspe-production-public"
    n["topic-public"] = b.topic(
        public,
        policy=[
            {
                "Sid": "Everyone",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["sns:Publish", "sns:Subscribe"],
                "Resource": b.arn("sns", public),
            }
        ],
    )
    for logical in ("topic-locked", "topic-aws-key", "topic-closed-key", "topic-public"):
        b.subscribe(n[logical], "email", "oncall@example.com")
    n["topic-deleted"] = b.arn("sns", "saaspe-production-deleted")  # never created
    # One topic that delivers and one that is gone.
    n["alarm-half"] = b.alarm(
        "saaspe-production-rds-cpu-half",
        [topic, n["topic-deleted"]],
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Threshold=80,
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": POSTGRES}],
    )

    database = [{"Name": "DBInstanceIdentifier", "Value": POSTGRES}]
    for logical in ("pending", "locked", "aws-key", "closed-key", "public", "deleted"):
        n[f"alarm-to-{logical}"] = b.alarm(
            f"saaspe-production-rds-cpu-{logical}",
            [n[f"topic-{logical}"]],
            Namespace="AWS/RDS",
            MetricName="CPUUtilization",
            Statistic="Average",
            Threshold=80,
            Dimensions=database,
        )


def databases(b: Builder) -> None:
    n = b.names
    # Public, plain, alone, unprotected, never backed up.
    n["postgres"] = b.instance(
        POSTGRES,
        restorable=None,
        BackupRetentionPeriod=0,
        PubliclyAccessible=True,
        MultiAZ=False,
        StorageEncrypted=False,
        DeletionProtection=False,
    )
    # One day of backups in another window, five hours stale, changed without a snapshot.
    reports = "saaspe-production-reports"
    n["reports"] = b.instance(
        reports,
        restorable=b.ago(hours=5),
        BackupRetentionPeriod=1,
        MultiAZ=True,
        StorageEncrypted=True,
        DeletionProtection=True,
        PubliclyAccessible=False,
        PreferredBackupWindow="07:00-08:00",
    )
    b.rds_event(
        reports,
        "Finished applying modification to DB instance class",
        "configuration change",
        days=3,
    )
    # A cluster in one zone, plain, stale, unprotected.
    n["aurora"], members = b.cluster(
        AURORA, ["a", "a"], restorable=b.ago(hours=3), BackupRetentionPeriod=1
    )
    n["aurora-writer"], n["aurora-reader"] = members
    # A drill's instance that nobody removed, too old to prove a drill of this quarter.
    n["drill-leftover"] = b.instance(
        f"saaspe-dr-test-{b.day(120)}",
        age_days=120,
        restorable=b.ago(minutes=5),
        BackupRetentionPeriod=1,
        PubliclyAccessible=False,
        StorageEncrypted=True,
    )
    for logical, name, days in (
        ("snapshot-change-expired", f"pre-change-{b.day(40)}", 40),
        ("snapshot-migration-expired", f"pre-migration-{b.day(35)}", 35),
        ("snapshot-drill-expired", f"quarterly-drill-{b.day(120)}", 120),
        ("snapshot-public", "saaspe-shared-with-all", 20),
    ):
        n[logical] = b.snapshot(POSTGRES, name, days=days)
    n["cluster-snapshot-public"] = b.cluster_snapshot(AURORA, "saaspe-cluster-shared", days=20)
    rds = b.client("rds")
    share = {"AttributeName": "restore", "ValuesToAdd": ["all"]}
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="saaspe-shared-with-all", **share)
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="saaspe-cluster-shared", **share
    )


def bad_no_budget(b: Builder) -> None:
    """A service without topic or alarm; budgets that are not the account's monthly cost budget."""
    n = b.names
    n["service"] = b.service(CLUSTER, SERVICE)
    estate_history.typical(b, CLUSTER, SERVICE)
    estate_history.dashboard(b, CLUSTER, SERVICE, None, [])
    n["budget-daily"] = b.budget("saaspe-daily", [], TimeUnit="DAILY")
    n["budget-one-service"] = b.budget(
        "saaspe-rds-only", [], CostFilters={"Service": ["Amazon Relational Database Service"]}
    )


def unknowns(b: Builder) -> Faults:
    """The good estate, of which most can't be read: each kind of denial occurs."""
    good(b)
    denied = {
        "sns": ["GetTopicAttributes", "ListSubscriptionsByTopic"],
        "cloudwatch": ["DescribeAlarms", "DescribeAlarmHistory", "GetDashboard", "GetMetricData"],
        "ecs": ["ListServices"],
        "elbv2": ["DescribeLoadBalancers"],
        "wafv2": ["ListResourcesForWebACL"],
        "rds": ["DescribeDBInstances", "DescribeDBSnapshots", "DescribeEvents"],
        "kms": ["DescribeKey", "GetKeyPolicy"],
        "cloudtrail": ["LookupEvents"],
        "budgets": ["DescribeBudgets"],
        "iam": [
            "GetAccountAuthorizationDetails",
            "ListOpenIDConnectProviders",
            "ListUsers",
            "GetAccountSummary",
        ],
    }
    by_policy = {
        "rds": ["DescribeDBClusters", "DescribeDBClusterSnapshots"],
        "backup": ["ListRestoreJobs"],
        "organizations": ["DescribeOrganization"],
        "account": ["ListRegions"],
    }
    faults: Faults = [
        {"service": service, "operation": operation, "account": b.account, "kind": kind}
        for kind, table in (("access-denied", denied), ("access-denied-scp", by_policy))
        for service, operations in table.items()
        for operation in operations
    ]
    control(b.endpoint, "faults", faults)
    return faults


def hostile(b: Builder) -> None:
    """Names and texts that break reports, shells, terminals and tables.

    moto lets through what AWS would refuse; that is the point, within what XML can carry.
    """
    n = b.names
    names = {
        "quotes": 'it\'s "quoted" `touch /tmp/pwned` $(id) ; rm -rf /',
        "newline": "first\nsecond\r\n::error::annotation\n# heading",
        "control": "bell\x07 escape\x1b[31mred\x1b]8;;https://example.com\x07link\x7f",
        "markdown": "|cell| [link](javascript:alert(1)) **bold** ![i](https://example.com/i.png)",
        "html": "<script>alert('x')</script><img src=x onerror=alert(1)>&amp;",
        "unicode": "r\u202etl \u200bzero \u2028line \U0001f4a3",
    }
    n["topic"] = topic = b.topic(TOPIC)
    n["email"] = b.subscribe(topic, "email", '"<b>you</b>|`id`"@example.com')
    for logical, name in names.items():
        # moto takes what stands before a slash for the rest of an ARN.
        cluster, service = (f"{kind} {name.replace('/', '')}" for kind in ("cluster", "service"))
        n[f"alarm-{logical}"] = b.alarm(
            f"alarm {name}",
            [topic],
            Threshold=85,
            AlarmDescription=name * 20,
            Dimensions=b.ecs_dimensions(cluster, service),
            **CPU,
        )
        n[f"service-{logical}"] = b.service(cluster, service)
        # What mends it replaces the whole alarm, and so carries every text of it.
        n[f"alarm-sparse-{logical}"] = b.alarm(
            f"sparse {name}",
            [topic],
            MetricName="HTTPCode_ELB_5XX_Count",
            Threshold=10,
            AlarmDescription=name * 20,
            Dimensions=[{"Name": "LoadBalancer", "Value": f"app/{name}/0"}],
            **COUNT_5XX,
        )
    long = "x" * 10_000
    n["alarm-long"] = b.alarm(
        "a" * 255,
        [topic],
        Threshold=85,
        AlarmDescription=long[:1024],
        Dimensions=b.ecs_dimensions(long[:255], "service"),
        **CPU,
    )
    n["service-long"] = b.service("long", long)
    estate_costs.hostile(b, names)
    estate_edge.hostile(b, names)
    # IAM takes no control characters in a document.
    documents = [name for logical, name in names.items() if logical not in ("newline", "control")]
    estate_ci_role.hostile(b, documents)
    estate_history.hostile(b, names, topic)
    n["budget-html"] = b.budget('<b>Budget</b> | `id` "quoted"', [])


# --- pieces -----------------------------------------------------------------------------


def composite(b: Builder, name: str, rule: str, actions: list[str]) -> None:
    b.client("cloudwatch").put_composite_alarm(
        AlarmName=name, AlarmRule=rule, AlarmActions=actions, ActionsEnabled=True
    )


def log_alarm(b: Builder, name: str, topic: str) -> str:
    """An alarm on a scheduled query of CloudWatch Logs, in state OK for a week."""
    arn = b.arn("cloudwatch", f"alarm:{name}")
    b.record(
        "cloudwatch",
        "LogAlarms",
        AlarmName=name,
        AlarmArn=arn,
        ActionsEnabled=True,
        AlarmActions=[topic],
        StateValue="OK",
        StateTransitionedTimestamp=b.ago(days=7),
        ScheduledQueryConfiguration={
            "QueryString": "fields @message | filter @message like /ERROR/",
            "LogGroupIdentifiers": ["/ecs/saaspe-production-backend"],
        },
    )
    return arn


def target_tracking(b: Builder) -> str:
    """The alarm that Application Auto Scaling makes for a target-tracking policy."""
    resource = f"service/{CLUSTER}/{SERVICE}"
    policy = b.arn(
        "autoscaling",
        f"scalingPolicy:{uuid.UUID(int=1)}:resource/ecs/{resource}:policyName/cpu-target",
    )
    return b.alarm(
        f"TargetTracking-{resource}-AlarmHigh-{uuid.UUID(int=2)}",
        [policy],
        Threshold=60,
        Period=60,
        EvaluationPeriods=3,
        Dimensions=b.ecs_dimensions(CLUSTER, SERVICE),
        **CPU,
    )


def replica(b: Builder, name: str) -> str:
    created = b.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier=name, SourceDBInstanceIdentifier=POSTGRES
    )
    # AWS keeps no backups of a replica unless told to.
    b.override(
        "rds",
        "DBInstances",
        name,
        InstanceCreateTime=b.ago(days=100),
        BackupRetentionPeriod=0,
        LatestRestorableTime=None,
    )
    arn: str = created["DBInstance"]["DBInstanceArn"]
    return arn


def backup_restore(b: Builder, cluster: str, days: float) -> None:
    """AWS Backup's record of a restore of the cluster into another one."""
    b.record(
        "backup",
        "RestoreJobs",
        AccountId=b.account,
        RestoreJobId=str(uuid.uuid4()).upper(),
        RecoveryPointArn=b.arn("rds", f"cluster-snapshot:awsbackup:job-{uuid.uuid4()}"),
        SourceResourceArn=cluster,
        CreationDate=b.ago(days=days, hours=1),
        CompletionDate=b.ago(days=days),
        Status="COMPLETED",
        PercentDone="100.00%",
        ResourceType="Aurora",
        CreatedResourceArn=b.arn("rds", "cluster:saaspe-dr-test-aurora"),
        IamRoleArn=f"arn:aws:iam::{b.account}:role/service-role/AWSBackupDefaultServiceRole",
    )


def budget_action(b: Builder, budget: str, percent: float) -> None:
    """An action that attaches a policy which denies new instances once the budget is exceeded."""
    role = f"arn:aws:iam::{b.account}:role/budget-actions"
    definition = {
        "PolicyArn": f"arn:aws:iam::{b.account}:policy/no-new-instances",
        "Roles": ["deploy"],
    }
    b.record(
        "budgets",
        "Actions",
        ActionId=str(uuid.uuid4()),
        BudgetName=budget,
        NotificationType="ACTUAL",
        ActionType="APPLY_IAM_POLICY",
        ActionThreshold={"ActionThresholdValue": percent, "ActionThresholdType": "PERCENTAGE"},
        Definition={"IamActionDefinition": definition},
        ExecutionRoleArn=role,
        ApprovalModel="AUTOMATIC",
        Status="STANDBY",
        Subscribers=[{"SubscriptionType": "EMAIL", "Address": "billing@example.com"}],
    )


VARIANTS: dict[str, Callable[[Builder], Faults | None]] = {
    "good": good,
    "good-otherwise": good_otherwise,
    "bad": bad,
    "bad-no-budget": bad_no_budget,
    "unknowns": unknowns,
    "hostile": hostile,
    "managed-policies": estate_ci_role.managed,
    "empty": empty,
}
