"""Secrets, logs, images, buckets, schedules and costs of the estates."""

from __future__ import annotations

import json
from typing import Any

from builder import Builder, aws

LOG_GROUP = "/ecs/saaspe-production"
REPOSITORY = "saaspe/api"
STAGING = "saaspe-staging-postgres"
# Looks like a password and is none: it may be printed nowhere.
PLANTED = "PLANTED-Tr0ub4dor-and-3"
CLUSTER = "saaspe-production-cluster"
ABORT = {
    "ID": "uploads",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}


def secret(b: Builder, name: str, value_days: float, **dates: Any) -> str:
    """A secret that was made a year ago and read today, with a value of some age; a tag was added
    since, so that LastChangedDate says nothing. `dates` are members of ListSecrets.
    """
    secrets = b.client("secretsmanager")
    made = secrets.create_secret(Name=name, SecretString="not-a-real-secret")
    b.override(
        "secretsmanager",
        "SecretList",
        name,
        **(
            {
                "CreatedDate": b.ago(days=400),
                "LastChangedDate": b.ago(days=2),
                "LastAccessedDate": b.ago(days=1),
            }
            | dates
        ),
    )
    b.override(
        "secretsmanager", "Versions", made["VersionId"], CreatedDate=b.ago(days=value_days)
    )
    arn: str = made["ARN"]
    return arn


def rotated(b: Builder, name: str, last: float, following: float) -> str:
    """A secret that Secrets Manager rotates every 30 days: last so many days ago, and next in so
    many days.
    """
    arn = secret(b, name, last)
    # without a function moto makes the new version itself
    b.client("secretsmanager").rotate_secret(
        SecretId=name, RotationRules={"AutomaticallyAfterDays": 30}
    )
    b.override(
        "secretsmanager",
        "SecretList",
        name,
        LastRotatedDate=b.ago(days=last),
        NextRotationDate=b.ago(days=-following),
    )
    return arn


def bucket(b: Builder, what: str, region: str | None = None) -> str:
    """A bucket; names are global, so the account's number is in it."""
    name = f"saaspe-{b.account}-{what}"
    region = region or b.region
    # a bucket is made by the endpoint of its region
    s3 = aws(b.endpoint, "s3", region, b.credentials)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    s3.close()
    return name


def schedule(b: Builder, name: str, call: str, **given: Any) -> str:
    arn: str = b.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression="cron(0 19 ? * MON-FRI *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": f"arn:aws:scheduler:::aws-sdk:{call}",
            "RoleArn": f"arn:aws:iam::{b.account}:role/scheduler",
            "Input": json.dumps(given),
        },
    )["ScheduleArn"]
    return arn


def month(b: Builder, back: int) -> str:
    """The first day of a month, so many before that of now."""
    year, number = b.now.year, b.now.month - back
    while number < 1:
        year, number = year - 1, number + 12
    return f"{year}-{number:02}-01"


def costs(b: Builder, before: dict[str, str], last: dict[str, str]) -> None:
    """What services cost in the month before the last and in the last."""
    for back, services in ((2, before), (1, last)):
        b.record(
            "ce",
            "ResultsByTime",
            TimePeriod={"Start": month(b, back), "End": month(b, back - 1)},
            Groups=[
                {
                    "Keys": [service],
                    "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}},
                }
                for service, amount in services.items()
            ],
            Estimated=False,
        )


def coverage(b: Builder, covered: float) -> None:
    """Thirty days of two databases and of some compute, of which a part is covered."""
    for days in range(30, 0, -1):
        start, end = (b.ago(days=d)[:10] for d in (days, days - 1))
        period = {"Start": start, "End": end}
        hours = {
            "OnDemandHours": str(48 * (1 - covered)),
            "ReservedHours": str(48 * covered),
            "TotalRunningHours": "48",
        }
        b.record("ce", "CoveragesByTime", TimePeriod=period, Total={"CoverageHours": hours})
        spend = {
            "SpendCoveredBySavingsPlans": str(20 * covered),
            "OnDemandCost": str(20 * (1 - covered)),
        }
        b.record("ce", "SavingsPlansCoverages", TimePeriod=period, Coverage=spend)


def good(b: Builder) -> None:
    n = b.names
    n["account"] = b.account
    n["secret-jwt"] = secret(b, "saaspe/jwt-secret", 30)
    n["secret-key"] = secret(b, "saaspe/encryption-key", 150)
    n["secret-database"] = rotated(b, "saaspe/database-password", 10, 20)
    n["service-api"] = b.service(
        CLUSTER,
        "saaspe-production-api",
        desired=0,
        environment=[
            {"name": "TOKEN_TTL", "value": "3600"},
            {"name": "SENTRY_DSN", "value": "https://0123456789abcdef@o1.ingest.sentry.io/2"},
        ],
        secrets=[
            {"name": "JWT_SECRET", "valueFrom": n["secret-jwt"]},
            {"name": "DB_PASSWORD", "valueFrom": f"{n['secret-database']}:password::"},
        ],
    )
    n["container"] = f"saaspe-production-api/app in {b.account} in {b.region}"

    b.client("logs").create_log_group(logGroupName=LOG_GROUP)
    b.client("logs").put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=30)
    n["log-group"] = b.arn("logs", f"log-group:{LOG_GROUP}")

    ecr = b.client("ecr")
    n["repository"] = ecr.create_repository(
        repositoryName=REPOSITORY,
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
    )["repository"]["repositoryArn"]
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 1},
        "action": {"type": "expire"},
    }
    ecr.put_lifecycle_policy(
        repositoryName=REPOSITORY, lifecyclePolicyText=json.dumps({"rules": [rule]})
    )

    name = bucket(b, "uploads")
    n["bucket"] = f"arn:aws:s3:::{name}"
    b.client("s3").put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": [ABORT]}
    )

    n["staging"] = b.instance(
        STAGING,
        age_days=10,
        restorable=b.ago(minutes=5),
        BackupRetentionPeriod=7,
        StorageEncrypted=True,
        DeletionProtection=True,
        PubliclyAccessible=False,
    )
    schedule(b, "staging-down", "rds:stopDBInstance", DbInstanceIdentifier=STAGING)

    monitor = f"arn:aws:ce::{b.account}:anomalymonitor/0f0e0d0c"
    b.record(
        "ce",
        "AnomalyMonitors",
        MonitorArn=monitor,
        MonitorName="Default-Services-Monitor",
        MonitorType="DIMENSIONAL",
        MonitorDimension="SERVICE",
    )
    b.record(
        "ce",
        "AnomalySubscriptions",
        SubscriptionArn=f"arn:aws:ce::{b.account}:anomalysubscription/0a0b0c0d",
        AccountId=b.account,
        MonitorArnList=[monitor],
        Subscribers=[{"Address": "billing@example.com", "Type": "EMAIL", "Status": "CONFIRMED"}],
        Frequency="DAILY",
        SubscriptionName="Default-Services-Subscription",
    )
    rds, logs = "Amazon Relational Database Service", "AmazonCloudWatch"
    costs(b, {rds: "120.10", logs: "20"}, {rds: "126.40", logs: "21"})
    coverage(b, 0.75)


def bad(b: Builder) -> None:
    """Each piece fails what the same piece of the good estate passes."""
    n = b.names
    n["account"] = b.account
    # by its own dates, and by its version
    n["secret-stale"] = secret(b, "saaspe/session", 200, LastChangedDate=b.ago(days=200))
    n["secret-jwt"] = secret(b, "saaspe/jwt-secret", 200)
    n["secret-database"] = secret(b, "saaspe/database-password", 10)
    n["secret-failing"] = rotated(b, "saaspe/reports-database", 45, -15)
    n["secret-unused"] = secret(
        b, "saaspe/old-api-key", 30, LastAccessedDate=b.ago(days=200)
    )
    n["service-staging"] = b.service(
        "saaspe-staging",
        "saaspe-staging-api",
        environment=[
            {"name": "DB_PASSWORD", "value": PLANTED},
            {"name": "DATABASE_URL", "value": f"postgres://app:{PLANTED}@db/app"},
        ],
        secrets=[
            {"name": "GONE", "valueFrom": b.arn("secretsmanager", "secret:saaspe/gone")},
        ],
    )
    n["container"] = f"saaspe-staging-api/app in {b.account} in {b.region}"
    n["region"] = f"{b.account}/{b.region}"

    b.client("logs").create_log_group(logGroupName=LOG_GROUP)
    n["log-group"] = b.arn("logs", f"log-group:{LOG_GROUP}")
    n["repository"] = b.client("ecr").create_repository(repositoryName=REPOSITORY)["repository"][
        "repositoryArn"
    ]
    n["bucket"] = f"arn:aws:s3:::{bucket(b, 'uploads')}"
    # a rule that is no lifecycle of uploads; in a region that nobody audits
    far = bucket(b, "far", "eu-west-1")
    old = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 30}}
    b.client("s3").put_bucket_lifecycle_configuration(
        Bucket=far, LifecycleConfiguration={"Rules": [old]}
    )
    n["bucket-far"] = f"arn:aws:s3:::{far}"
    costs(b, {"AmazonCloudWatch": "20"}, {"AmazonCloudWatch": "80"})
    n["service-cost"] = f"AmazonCloudWatch in {b.account}"
    coverage(b, 0.1)


def demo(b: Builder) -> None:
    """Some of each, half hardened."""
    secret(b, "saaspe/jwt-secret", 120)
    rotated(b, "saaspe/database-password", 10, 20)
    b.service(
        CLUSTER,
        "saaspe-production-mailer",
        desired=0,
        environment=[{"name": "SMTP_PASSWORD", "value": PLANTED}],
    )
    b.client("logs").create_log_group(logGroupName=LOG_GROUP)
    b.client("ecr").create_repository(
        repositoryName=REPOSITORY, imageScanningConfiguration={"scanOnPush": True}
    )
    bucket(b, "uploads")


def hostile(b: Builder, names: dict[str, str]) -> None:
    """Names of variables, secrets and log groups that break what shows them."""
    b.service(
        "saaspe-production",
        "saaspe-production-plain",
        environment=[{"name": f"{name} TOKEN", "value": PLANTED} for name in names.values()],
        secrets=[{"name": "S", "valueFrom": b.arn("secretsmanager", f"secret:{names['quotes']}")}],
    )
