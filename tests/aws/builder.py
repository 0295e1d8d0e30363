"""The pieces of which estates are made: an account of its own, and AWS's verbs in short.

Ages are relative to `now`. What moto can't hold (ages, pending subscriptions, histories)
is gathered while building and posted to the server's control endpoint at the end.
"""

from __future__ import annotations

import json
import re
import urllib.request
import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)

CPU: dict[str, Any] = {
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
}
MEMORY = CPU | {"MetricName": "MemoryUtilization"}


def control(endpoint: str, path: str, data: Any = None, method: str = "POST") -> Any:
    """One request to the control endpoint of `server.py`."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(
        f"{endpoint}/harden/{path}",
        data=body,
        method=method,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


# One session for all clients: it keeps the service models that it has loaded.
SESSION: Any = boto3.Session()


def aws(
    endpoint: str, service: str, region: str, credentials: dict[str, str], config: Config = CONFIG
) -> Any:
    """A client of the test peer; nothing of the caller's own AWS configuration is used."""
    return SESSION.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=credentials["access_key_id"],
        aws_secret_access_key=credentials["secret_access_key"],
        aws_session_token=credentials.get("session_token"),
        config=config,
    )


def assume(
    endpoint: str, account: str, region: str, role: str = "harden-builder"
) -> dict[str, str]:
    """Credentials of an account: moto takes the account from the role's ARN."""
    anyone = {"access_key_id": "harden", "secret_access_key": "harden"}
    sts = aws(endpoint, "sts", region, anyone)
    given = sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="harden-tests"
    )["Credentials"]
    sts.close()
    return {
        "access_key_id": given["AccessKeyId"],
        "secret_access_key": given["SecretAccessKey"],
        "session_token": given["SessionToken"],
    }


class Builder:
    def __init__(self, endpoint: str, account: str, region: str, now: datetime) -> None:
        self.endpoint, self.account, self.region, self.now = endpoint, account, region, now
        self.credentials = assume(endpoint, account, region)
        self.names: dict[str, str] = {}
        self._overrides: dict[str, dict[str, dict[str, Any]]] = {}
        self._records: dict[str, dict[str, list[Any]]] = {}
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = aws(self.endpoint, service, self.region, self.credentials)
        return self._clients[service]

    # --- state ----------------------------------------------------------------------

    def ago(self, **age: float) -> str:
        return (self.now - timedelta(**age)).isoformat()

    def day(self, days: float) -> str:
        """A date in the form that the guide puts into names."""
        return (self.now - timedelta(days=days)).strftime("%Y%m%d")

    def override(self, service: str, result: str, name: str, **members: Any) -> None:
        held = self._overrides.setdefault(service, {}).setdefault(result, {})
        held.setdefault(name, {}).update(members)

    def record(self, service: str, result: str, **item: Any) -> None:
        self._records.setdefault(service, {}).setdefault(result, []).append(item)

    def post(self) -> None:
        """Hands over what was gathered, and ends the clients' connections."""
        for client in self._clients.values():
            client.close()
        control(
            self.endpoint,
            "state",
            {
                "account": self.account,
                "region": self.region,
                "overrides": self._overrides,
                "records": self._records,
            },
        )

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    # --- sns and kms ----------------------------------------------------------------

    def topic(
        self, name: str, *, policy: list[dict[str, Any]] | None = None, key: str | None = None
    ) -> str:
        """A topic; without `policy` it keeps the default one, as in AWS."""
        attributes = {}
        if policy is not None:
            document = {"Version": "2012-10-17", "Id": "alerts", "Statement": policy}
            attributes["Policy"] = json.dumps(document)
        if key:
            attributes["KmsMasterKeyId"] = key
        arn: str = self.client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"]
        return arn

    def publish_statement(self, topic_name: str, service: str) -> dict[str, Any]:
        return {
            "Sid": f"Publish{service.split('.')[0].title()}",
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sns:Publish",
            "Resource": self.arn("sns", topic_name),
            "Condition": {"StringEquals": {"aws:SourceAccount": self.account}},
        }

    def subscribe(self, topic: str, protocol: str, endpoint: str, pending: bool = False) -> str:
        arn: str = self.client("sns").subscribe(
            TopicArn=topic, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True
        )["SubscriptionArn"]
        if pending:
            self.override("sns", "Subscriptions", arn, SubscriptionArn="PendingConfirmation")
        return arn

    def key(self, *services: str) -> str:
        """A customer managed key that its account and the given services may use."""
        statements: list[dict[str, Any]] = [
            {
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{self.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ]
        if services:
            statements.append(
                {
                    "Sid": "Publishers",
                    "Effect": "Allow",
                    "Principal": {"Service": list(services)},
                    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                    "Resource": "*",
                }
            )
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        arn: str = self.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
        return arn

    # --- cloudwatch -----------------------------------------------------------------

    def alarm(self, name: str, actions: list[str] | None = None, **given: Any) -> str:
        """A metric alarm in state OK for a week; `given` are PutMetricAlarm's parameters."""
        defaults: dict[str, Any] = {
            "Period": 300,
            "EvaluationPeriods": 2,
            "ComparisonOperator": "GreaterThanThreshold",
            "ActionsEnabled": True,
            "AlarmActions": actions or [],
        }
        self.client("cloudwatch").put_metric_alarm(AlarmName=name, **(defaults | given))
        self.alarm_state(name, "OK", days=7)
        return self.arn("cloudwatch", f"alarm:{name}")

    def alarm_state(self, name: str, state: str, **age: float) -> None:
        self.override(
            "cloudwatch",
            "MetricAlarms",
            name,
            StateValue=state,
            StateUpdatedTimestamp=self.ago(**age),
            StateTransitionedTimestamp=self.ago(**age),
        )

    def episodes(self, alarm: str, count: int, days: float, minutes: float) -> None:
        """`count` times into ALARM, evenly over the last `days`, each lasting `minutes`."""
        for number in range(count):
            start = self.now - timedelta(days=days * (number + 0.5) / count)
            for at, old, new in (
                (start, "OK", "ALARM"),
                (start + timedelta(minutes=minutes), "ALARM", "OK"),
            ):
                data = {
                    "version": "1.0",
                    "oldState": {"stateValue": old, "stateReason": "Threshold Crossed"},
                    "newState": {"stateValue": new, "stateReason": "Threshold Crossed"},
                }
                self.record(
                    "cloudwatch",
                    "AlarmHistoryItems",
                    AlarmName=alarm,
                    AlarmType="MetricAlarm",
                    Timestamp=at.isoformat(),
                    HistoryItemType="StateUpdate",
                    HistorySummary=f"Alarm updated from {old} to {new}",
                    HistoryData=json.dumps(data, separators=(",", ":")),
                )

    # --- ecs and load balancers -----------------------------------------------------

    def service(self, cluster: str, name: str, desired: int = 2, **given: Any) -> str:
        """A service of one container; `given` are members of the container."""
        ecs = self.client("ecs")
        ecs.create_cluster(clusterName=cluster)
        container: dict[str, Any] = {
            "name": "app",
            "image": "public.ecr.aws/docker/library/busybox:1",
            "memory": 128,
        }
        family = re.sub(r"[^A-Za-z0-9_-]", "-", name)[:255]
        ecs.register_task_definition(family=family, containerDefinitions=[container | given])
        arn: str = ecs.create_service(
            cluster=cluster, serviceName=name, taskDefinition=family, desiredCount=desired
        )["service"]["serviceArn"]
        return arn

    @staticmethod
    def ecs_dimensions(cluster: str, service: str) -> list[dict[str, str]]:
        return [
            {"Name": "ClusterName", "Value": cluster},
            {"Name": "ServiceName", "Value": service},
        ]

    @cached_property
    def network(self) -> tuple[str, list[str]]:
        """moto's default VPC and two of its subnets, in different zones."""
        subnets = self.client("ec2").describe_subnets()["Subnets"][:2]
        return subnets[0]["VpcId"], [s["SubnetId"] for s in subnets]

    def balancer(self, name: str, group: str) -> tuple[str, str]:
        """An application load balancer that forwards to one target group."""
        vpc, subnets = self.network
        elb = self.client("elbv2")
        balancer = elb.create_load_balancer(
            Name=name, Subnets=subnets, Type="application", Scheme="internet-facing"
        )
        arn: str = balancer["LoadBalancers"][0]["LoadBalancerArn"]
        target: str = elb.create_target_group(
            Name=group, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        elb.create_listener(
            LoadBalancerArn=arn,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
        )
        return arn, target

    @staticmethod
    def alb_dimensions(balancer: str) -> list[dict[str, str]]:
        return [{"Name": "LoadBalancer", "Value": balancer.split(":loadbalancer/")[1]}]

    # --- rds ------------------------------------------------------------------------

    def instance(
        self, name: str, *, age_days: float = 200, restorable: str | None, **given: Any
    ) -> str:
        """A PostgreSQL instance; `restorable` is its latest restorable time, None for none."""
        defaults: dict[str, Any] = {
            "DBInstanceClass": "db.t3.medium",
            "Engine": "postgres",
            "AllocatedStorage": 20,
            "MasterUsername": "harden",
            "MasterUserPassword": "not-a-real-password",
            "PreferredBackupWindow": "03:00-04:00",
            "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
        }
        arn: str = self.client("rds").create_db_instance(
            DBInstanceIdentifier=name, **(defaults | given)
        )["DBInstance"]["DBInstanceArn"]
        self.override(
            "rds",
            "DBInstances",
            name,
            InstanceCreateTime=self.ago(days=age_days),
            LatestRestorableTime=restorable,
        )
        return arn

    def cluster(
        self, name: str, zones: list[str], *, restorable: str | None, **given: Any
    ) -> tuple[str, list[str]]:
        """An Aurora PostgreSQL cluster with one member in each of `zones` (letters)."""
        rds = self.client("rds")
        defaults: dict[str, Any] = {
            "Engine": "aurora-postgresql",
            "MasterUsername": "harden",
            "MasterUserPassword": "not-a-real-password",
            "PreferredBackupWindow": "03:00-04:00",
        }
        arn: str = rds.create_db_cluster(DBClusterIdentifier=name, **(defaults | given))[
            "DBCluster"
        ]["DBClusterArn"]
        members = []
        for number, zone in enumerate(zones, 1):
            member = rds.create_db_instance(
                DBInstanceIdentifier=f"{name}-{number}",
                DBClusterIdentifier=name,
                DBInstanceClass="db.r6g.large",
                Engine="aurora-postgresql",
                AvailabilityZone=self.region + zone,
                PubliclyAccessible=False,
            )
            members.append(member["DBInstance"]["DBInstanceArn"])
            self.override(
                "rds",
                "DBInstances",
                f"{name}-{number}",
                InstanceCreateTime=self.ago(days=200),
                LatestRestorableTime=None,
            )
        self.override(
            "rds",
            "DBClusters",
            name,
            ClusterCreateTime=self.ago(days=200),
            LatestRestorableTime=restorable,
            EarliestRestorableTime=restorable and self.ago(days=1),
        )
        return arn, members

    def snapshot(self, database: str, name: str, **age: float) -> str:
        arn: str = self.client("rds").create_db_snapshot(
            DBInstanceIdentifier=database, DBSnapshotIdentifier=name
        )["DBSnapshot"]["DBSnapshotArn"]
        taken = self.ago(**age)
        self.override(
            "rds", "DBSnapshots", name, SnapshotCreateTime=taken, OriginalSnapshotCreateTime=taken
        )
        return arn

    def cluster_snapshot(self, cluster: str, name: str, **age: float) -> str:
        arn: str = self.client("rds").create_db_cluster_snapshot(
            DBClusterIdentifier=cluster, DBClusterSnapshotIdentifier=name
        )["DBClusterSnapshot"]["DBClusterSnapshotArn"]
        self.override("rds", "DBClusterSnapshots", name, SnapshotCreateTime=self.ago(**age))
        return arn

    def rds_event(self, source: str, message: str, category: str, **age: float) -> None:
        self.record(
            "rds",
            "Events",
            SourceIdentifier=source,
            SourceType="db-instance",
            Message=message,
            EventCategories=[category],
            Date=self.ago(**age),
            SourceArn=self.arn("rds", f"db:{source}"),
        )

    def restore_event(self, snapshot: str, target: str, **age: float) -> None:
        """CloudTrail's record of RestoreDBInstanceFromDBSnapshot."""
        at, event_id = self.now - timedelta(**age), str(uuid.uuid4())
        detail = {
            "eventVersion": "1.10",
            "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": "rds.amazonaws.com",
            "eventName": "RestoreDBInstanceFromDBSnapshot",
            "awsRegion": self.region,
            "recipientAccountId": self.account,
            "readOnly": False,
            "managementEvent": True,
            "eventID": event_id,
            "requestParameters": {"dBInstanceIdentifier": target, "dBSnapshotIdentifier": snapshot},
            "responseElements": {"dBInstanceIdentifier": target, "dBInstanceStatus": "creating"},
        }
        self.record(
            "cloudtrail",
            "Events",
            EventId=event_id,
            EventName="RestoreDBInstanceFromDBSnapshot",
            EventSource="rds.amazonaws.com",
            EventTime=at.isoformat(),
            ReadOnly="false",
            Username="you@example.com",
            Resources=[
                {"ResourceType": "AWS::RDS::DBInstance", "ResourceName": target},
                {"ResourceType": "AWS::RDS::DBSnapshot", "ResourceName": snapshot},
            ],
            CloudTrailEvent=json.dumps(detail),
        )

    # --- budgets --------------------------------------------------------------------

    def budget(
        self,
        name: str,
        notifications: list[tuple[str, float, list[tuple[str, str]]]],
        *,
        spent: str = "310.00",
        **given: Any,
    ) -> str:
        """A cost budget of 500 USD a month; a notification is (type, percent, subscribers)."""
        defaults: dict[str, Any] = {
            "BudgetName": name,
            "BudgetLimit": {"Amount": "500", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        }
        self.client("budgets").create_budget(
            AccountId=self.account,
            Budget=defaults | given,
            NotificationsWithSubscribers=[
                {
                    "Notification": {
                        "NotificationType": kind,
                        "ComparisonOperator": "GREATER_THAN",
                        "Threshold": percent,
                        "ThresholdType": "PERCENTAGE",
                    },
                    "Subscribers": [
                        {"SubscriptionType": how, "Address": address}
                        for how, address in subscribers
                    ],
                }
                for kind, percent, subscribers in notifications
            ],
        )
        self.override(
            "budgets",
            "Budgets",
            name,
            CalculatedSpend={
                "ActualSpend": {"Amount": spent, "Unit": "USD"},
                "ForecastedSpend": {"Amount": "420.00", "Unit": "USD"},
            },
        )
        return f"arn:aws:budgets::{self.account}:budget/{name}"
