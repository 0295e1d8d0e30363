"""What tests post about an account, since moto can't hold it.

`POST /harden/state` takes an object, or a list of objects, of this form; everything is
merged into what was posted before:

    {"account": "123456789012", "region": "us-east-2",
     "overrides": {SERVICE: {RESULT: {ID: {MEMBER: VALUE}}}},
     "records":   {SERVICE: {RESULT: [ITEM, ...]}}}

SERVICE is the model's name (cloudwatch, rds, sns, iam, budgets, cloudtrail, backup, account).
RESULT is the member of the answer that holds the resources (DBInstances, Subscriptions).
Names, nesting and types are the API's; times are RFC 3339 or epoch seconds; a member
that the model does not have is refused with 400. Budgets, organizations, account and ce are
global: their state holds for every region.

`overrides` change resources that exist in moto, wherever they are listed or described;
objects are merged, `null` removes the member. ID is what `IDENTIFIERS` names:
    cloudwatch  MetricAlarms, CompositeAlarms (AlarmName): StateValue, StateUpdatedTimestamp,
                StateTransitionedTimestamp, ...
    sns         Subscriptions (SubscriptionArn): {"SubscriptionArn": "PendingConfirmation"}
    rds         DBInstances, DBClusters, DBSnapshots, DBClusterSnapshots: InstanceCreateTime,
                LatestRestorableTime, EarliestRestorableTime, SnapshotCreateTime, ...
    iam         RoleDetailList (RoleName), AccessKeyMetadata (AccessKeyId): CreateDate
    budgets     Budgets (BudgetName): {"CalculatedSpend": {"ActualSpend": {...}}}
    secretsmanager  SecretList (Name): CreatedDate, LastChangedDate, LastAccessedDate, ...;
                Versions (VersionId): CreatedDate
    ecs, elbv2, kms: services, clusters, LoadBalancers, TargetGroups (by name), KeyMetadata
`records` are answered by operations that moto does not have, or are added to what it has:
    cloudwatch  AlarmHistoryItems  DescribeAlarmHistory
    cloudwatch  LogAlarms          DescribeAlarms, if its AlarmTypes name them
    cloudwatch  MetricDataResults  GetMetricData: samples of the hour, see supplements_history.py
    cloudtrail  Events             LookupEvents (newest first, one attribute, 90 days)
    backup      RestoreJobs        ListRestoreJobs
    rds         Events             DescribeEvents (added; 60 minutes unless asked, 14 days at most)
    rds         ExportTasks        DescribeExportTasks (added)
    budgets     Actions            DescribeBudgetActionsForAccount, ...ForBudget
    ce          AnomalyMonitors    GetAnomalyMonitors (CreateAnomalyMonitor adds one)
    ce          AnomalySubscriptions  GetAnomalySubscriptions (CreateAnomalySubscription adds one)
    ce          ResultsByTime, CoveragesByTime, SavingsPlansCoverages: GetCostAndUsage,
                GetReservationCoverage (of whatever service), GetSavingsPlansCoverage
    iam         SummaryMap         GetAccountSummary (merged; moto knows no root user, who here has
                                   a password and MFA unless posted otherwise)
    iam         ServicesLastAccessed  Generate- and GetServiceLastAccessedDetails, by the role in
                                   LastAuthenticatedEntity; only services that its policies name
    iam         JobStatus          GetServiceLastAccessedDetails: the statuses of each job before it
                                   is COMPLETED, one for each time that it is asked for
    account     Regions            ListRegions (default: the regions on by default)
What moto lacks of load balancers and of AWS WAF needs no state: `supplements_edge.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from moto.core.utils import get_service_model
from moto.rds.models import rds_backends

from wire import Call, coerce

GLOBAL = {"budgets", "organizations", "account", "ce", "iam"}

# The member by which an override names a resource in each list (or single object) of answers.
IDENTIFIERS = {
    "MetricAlarms": "AlarmName",
    "CompositeAlarms": "AlarmName",
    "Subscriptions": "SubscriptionArn",
    "DBInstances": "DBInstanceIdentifier",
    "DBClusters": "DBClusterIdentifier",
    "DBSnapshots": "DBSnapshotIdentifier",
    "DBClusterSnapshots": "DBClusterSnapshotIdentifier",
    "Budgets": "BudgetName",
    "services": "serviceName",
    "clusters": "clusterName",
    "LoadBalancers": "LoadBalancerName",
    "TargetGroups": "TargetGroupName",
    "KeyMetadata": "KeyId",
    "SecretList": "Name",
    "Versions": "VersionId",
    "RoleDetailList": "RoleName",
    "AccessKeyMetadata": "AccessKeyId",
}
# One operation whose answer holds each member that state may be posted for.
SHAPES = {
    ("cloudwatch", "MetricAlarms"): "DescribeAlarms",
    ("cloudwatch", "CompositeAlarms"): "DescribeAlarms",
    ("cloudwatch", "LogAlarms"): "DescribeAlarms",
    ("cloudwatch", "AlarmHistoryItems"): "DescribeAlarmHistory",
    ("cloudwatch", "MetricDataResults"): "GetMetricData",
    ("sns", "Subscriptions"): "ListSubscriptionsByTopic",
    ("rds", "DBInstances"): "DescribeDBInstances",
    ("rds", "DBClusters"): "DescribeDBClusters",
    ("rds", "DBSnapshots"): "DescribeDBSnapshots",
    ("rds", "DBClusterSnapshots"): "DescribeDBClusterSnapshots",
    ("rds", "Events"): "DescribeEvents",
    ("rds", "ExportTasks"): "DescribeExportTasks",
    ("budgets", "Budgets"): "DescribeBudgets",
    ("budgets", "Actions"): "DescribeBudgetActionsForAccount",
    ("cloudtrail", "Events"): "LookupEvents",
    ("backup", "RestoreJobs"): "ListRestoreJobs",
    ("account", "Regions"): "ListRegions",
    ("ecs", "services"): "DescribeServices",
    ("ecs", "clusters"): "DescribeClusters",
    ("elbv2", "LoadBalancers"): "DescribeLoadBalancers",
    ("elbv2", "TargetGroups"): "DescribeTargetGroups",
    ("kms", "KeyMetadata"): "DescribeKey",
    ("secretsmanager", "SecretList"): "ListSecrets",
    ("secretsmanager", "Versions"): "ListSecretVersionIds",
    ("ce", "AnomalyMonitors"): "GetAnomalyMonitors",
    ("ce", "AnomalySubscriptions"): "GetAnomalySubscriptions",
    ("ce", "ResultsByTime"): "GetCostAndUsage",
    ("ce", "CoveragesByTime"): "GetReservationCoverage",
    ("ce", "SavingsPlansCoverages"): "GetSavingsPlansCoverage",
    ("iam", "RoleDetailList"): "GetAccountAuthorizationDetails",
    ("iam", "AccessKeyMetadata"): "ListAccessKeys",
    ("iam", "SummaryMap"): "GetAccountSummary",
    ("iam", "ServicesLastAccessed"): "GetServiceLastAccessedDetails",
    ("iam", "JobStatus"): "GetServiceLastAccessedDetails",
}


class State:
    """What was posted, by account, region and service."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._overrides: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
        self._records: dict[tuple[str, str, str], dict[str, list[Any]]] = {}
        self.page_caps: dict[str, int] = {}

    def clear(self) -> None:
        with self._lock:
            self._overrides, self._records, self.page_caps = {}, {}, {}

    def post(self, posted: dict[str, Any]) -> None:
        extra = set(posted) - {"account", "region", "overrides", "records"}
        if extra:
            raise ValueError(f"unknown: {sorted(extra)}")
        account, region = posted["account"], posted["region"]
        overrides: list[tuple[Any, str, str, Any]] = []
        records: list[tuple[Any, str, Any]] = []
        # All is checked before any of it is kept.
        for service, results in posted.get("overrides", {}).items():
            for result, changes in results.items():
                shape = shape_of(service, result)
                for name, change in changes.items():
                    overrides.append(
                        (key(account, region, service), result, name, coerce(shape, change))
                    )
        for service, results in posted.get("records", {}).items():
            for result, items in results.items():
                shape = shape_of(service, result)
                records.append(
                    (key(account, region, service), result, [coerce(shape, i) for i in items])
                )
        with self._lock:
            for where, result, name, change in overrides:
                old = (
                    self._overrides.setdefault(where, {})
                    .setdefault(result, {})
                    .setdefault(name, {})
                )
                merge(old, change, keep_none=True)
                if result in ("DBSnapshots", "DBClusterSnapshots") and "SnapshotType" in change:
                    set_snapshot_type(where, result, name, change["SnapshotType"])
            for where, result, items in records:
                self._records.setdefault(where, {}).setdefault(result, []).extend(items)

    def records(self, call: Call, result: str) -> list[Any]:
        with self._lock:
            kept = self._records.get(key(call.account, call.region, call.service), {})
            return deepcopy(kept.get(result, []))

    def add(self, call: Call, result: str, item: Any) -> None:
        """Keeps what a call made."""
        where = key(call.account, call.region, call.service)
        with self._lock:
            self._records.setdefault(where, {}).setdefault(result, []).append(item)

    def forget(self, call: Call, result: str, name: str, members: Iterable[str]) -> None:
        """Takes posted members back, since a call changed what they say."""
        with self._lock:
            kept = self._overrides.get(key(call.account, call.region, call.service), {})
            for member in members:
                kept.get(result, {}).get(name, {}).pop(member, None)

    def overrides(self, call: Call) -> dict[str, dict[str, Any]]:
        with self._lock:
            return deepcopy(self._overrides.get(key(call.account, call.region, call.service), {}))


def key(account: str, region: str, service: str) -> tuple[str, str, str]:
    return account, "global" if service in GLOBAL else region, service


def shape_of(service: str, result: str) -> Any:
    """The shape of one resource in a member of an answer."""
    operation = SHAPES.get((service, result))
    if operation is None:
        raise ValueError(f"no state is kept for {service} {result}")
    try:
        output = get_service_model(service).operation_model(operation).output_shape
    except (UnknownServiceError, DataNotFoundError) as e:
        raise ValueError(str(e)) from e
    member = output.members[result]
    return member.member if member.type_name == "list" else member


def merge(into: dict[str, Any], change: dict[str, Any], keep_none: bool = False) -> None:
    for name, value in change.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            merge(into[name], value, keep_none)
        elif value is None and not keep_none:
            into.pop(name, None)
        else:
            into[name] = value


def set_snapshot_type(where: tuple[str, str, str], result: str, name: str, kind: str) -> None:
    """moto filters by its own attribute, so the type has to be changed there."""
    backend = rds_backends[where[0]][where[1]]
    held = backend.database_snapshots if result == "DBSnapshots" else backend.cluster_snapshots
    if name in held:
        held[name].snapshot_type = kind
