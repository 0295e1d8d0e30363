"""What moto lacks of secrets, costs and what is kept. Our belief about AWS, as `supplements.py`.

Shapes are the service models'. From AWS's documentation: a paged ListBuckets tells the region of
each bucket, and lists the buckets of all regions; an answer about costs is one page here; a
subscription of Cost Anomaly Detection names its monitors. That a new value changes the dates of a
secret is what posted dates must give way to.
"""

from __future__ import annotations

import uuid
from typing import Any

from moto.s3.models import s3_backends

from state import State
from wire import AwsError, Call

Result = dict[str, Any]


def listed(result: str) -> Any:
    """Answers with what was posted."""

    def answer(call: Call, params: Result, state: State) -> Result:
        return {result: state.records(call, result)}

    return answer


def create_monitor(call: Call, params: Result, state: State) -> Result:
    arn = f"arn:aws:ce::{call.account}:anomalymonitor/{uuid.uuid4()}"
    held = state.records(call, "AnomalyMonitors")
    monitor = params["AnomalyMonitor"]
    if any(m.get("MonitorDimension") == monitor.get("MonitorDimension", "") for m in held):
        raise AwsError("ValidationException", "Limit exceeded on dimensional spend monitor creation")
    state.add(call, "AnomalyMonitors", monitor | {"MonitorArn": arn})
    return {"MonitorArn": arn}


def create_subscription(call: Call, params: Result, state: State) -> Result:
    subscription = params["AnomalySubscription"]
    known = {m["MonitorArn"] for m in state.records(call, "AnomalyMonitors")}
    if not set(subscription["MonitorArnList"]) <= known:
        raise AwsError("UnknownMonitorException", "Can't find the monitor.")
    arn = f"arn:aws:ce::{call.account}:anomalysubscription/{uuid.uuid4()}"
    told = [s | {"Status": "CONFIRMED"} for s in subscription["Subscribers"]]
    kept = subscription | {"SubscriptionArn": arn, "Subscribers": told}
    state.add(call, "AnomalySubscriptions", kept)
    return {"SubscriptionArn": arn}


def patch_buckets(call: Call, params: Result, result: Result, state: State) -> None:
    held = s3_backends[call.account]["aws"].buckets
    for bucket in result.get("Buckets", []):
        bucket["BucketRegion"] = held[bucket["Name"]].region_name


def forget_dates(call: Call, params: Result, result: Result, state: State) -> None:
    dates = ("LastChangedDate", "LastRotatedDate", "NextRotationDate", "CreatedDate")
    state.forget(call, "SecretList", result["Name"], dates)


SERVED = {
    ("ce", "GetAnomalyMonitors"): listed("AnomalyMonitors"),
    ("ce", "GetAnomalySubscriptions"): listed("AnomalySubscriptions"),
    ("ce", "GetCostAndUsage"): listed("ResultsByTime"),
    ("ce", "GetReservationCoverage"): listed("CoveragesByTime"),
    ("ce", "GetSavingsPlansCoverage"): listed("SavingsPlansCoverages"),
    ("ce", "CreateAnomalyMonitor"): create_monitor,
    ("ce", "CreateAnomalySubscription"): create_subscription,
}
PATCHES = {
    ("s3", "ListBuckets"): patch_buckets,
    ("secretsmanager", "PutSecretValue"): forget_dates,
    ("secretsmanager", "RotateSecret"): forget_dates,
}
