"""Paging as AWS pages, where moto gives everything at once.

`POST /harden/pages` with {"SERVICE:OPERATION": N} (or "*") makes pages smaller than a
client asks for, so that few resources suffice to make it turn one.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, urlencode

from wire import AwsError, Call

# (limit, token in, token out, default and largest page, the lists paged together)
PAGES: dict[tuple[str, str], tuple[str, str, str, int, tuple[str, ...]]] = {
    ("cloudwatch", "DescribeAlarms"): (
        "MaxRecords",
        "NextToken",
        "NextToken",
        50,
        ("CompositeAlarms", "MetricAlarms", "LogAlarms"),
    ),
    ("cloudwatch", "DescribeAlarmHistory"): (
        "MaxRecords",
        "NextToken",
        "NextToken",
        100,
        ("AlarmHistoryItems",),
    ),
    ("iam", "GetAccountAuthorizationDetails"): (
        "MaxItems",
        "Marker",
        "Marker",
        1000,
        ("RoleDetailList", "Policies"),
    ),
    ("iam", "GetServiceLastAccessedDetails"): (
        "MaxItems",
        "Marker",
        "Marker",
        1000,
        ("ServicesLastAccessed",),
    ),
    ("iam", "ListUsers"): ("MaxItems", "Marker", "Marker", 1000, ("Users",)),
    ("iam", "ListAccessKeys"): ("MaxItems", "Marker", "Marker", 1000, ("AccessKeyMetadata",)),
    # By queries: a page that ends within one is `live/metric_data.rs`'s own test.
    ("cloudwatch", "GetMetricData"): (
        "MaxDatapoints",
        "NextToken",
        "NextToken",
        100_800,
        ("MetricDataResults",),
    ),
    ("cloudwatch", "ListDashboards"): (
        "",
        "NextToken",
        "NextToken",
        1000,
        ("DashboardEntries",),
    ),
    ("rds", "DescribeDBClusters"): ("MaxRecords", "Marker", "Marker", 100, ("DBClusters",)),
    ("rds", "DescribeDBSnapshots"): ("MaxRecords", "Marker", "Marker", 100, ("DBSnapshots",)),
    ("rds", "DescribeDBClusterSnapshots"): (
        "MaxRecords",
        "Marker",
        "Marker",
        100,
        ("DBClusterSnapshots",),
    ),
    ("rds", "DescribeEvents"): ("MaxRecords", "Marker", "Marker", 100, ("Events",)),
    ("rds", "DescribeExportTasks"): ("MaxRecords", "Marker", "Marker", 100, ("ExportTasks",)),
    ("ecs", "ListClusters"): ("maxResults", "nextToken", "nextToken", 100, ("clusterArns",)),
    ("ecs", "ListServices"): ("maxResults", "nextToken", "nextToken", 10, ("serviceArns",)),
    ("elbv2", "DescribeListeners"): ("PageSize", "Marker", "NextMarker", 400, ("Listeners",)),
    ("elbv2", "DescribeSSLPolicies"): ("PageSize", "Marker", "NextMarker", 400, ("SslPolicies",)),
    ("elbv2", "DescribeTargetGroups"): ("PageSize", "Marker", "NextMarker", 400, ("TargetGroups",)),
    ("ecr", "DescribeRepositories"): ("maxResults", "nextToken", "nextToken", 100, ("repositories",)),
    ("s3", "ListBuckets"): (
        "MaxBuckets",
        "ContinuationToken",
        "ContinuationToken",
        10_000,
        ("Buckets",),
    ),
    ("application-autoscaling", "DescribeScheduledActions"): (
        "MaxResults",
        "NextToken",
        "NextToken",
        50,
        ("ScheduledActions",),
    ),
    ("ce", "GetAnomalyMonitors"): (
        "MaxResults",
        "NextPageToken",
        "NextPageToken",
        100,
        ("AnomalyMonitors",),
    ),
    ("ce", "GetAnomalySubscriptions"): (
        "MaxResults",
        "NextPageToken",
        "NextPageToken",
        100,
        ("AnomalySubscriptions",),
    ),
    ("cloudtrail", "LookupEvents"): ("MaxResults", "NextToken", "NextToken", 50, ("Events",)),
    ("backup", "ListRestoreJobs"): ("MaxResults", "NextToken", "NextToken", 1000, ("RestoreJobs",)),
    ("account", "ListRegions"): ("MaxResults", "NextToken", "NextToken", 50, ("Regions",)),
    ("budgets", "DescribeBudgets"): ("MaxResults", "NextToken", "NextToken", 100, ("Budgets",)),
    ("budgets", "DescribeNotificationsForBudget"): (
        "MaxResults",
        "NextToken",
        "NextToken",
        100,
        ("Notifications",),
    ),
    ("budgets", "DescribeSubscribersForNotification"): (
        "MaxResults",
        "NextToken",
        "NextToken",
        100,
        ("Subscribers",),
    ),
    ("budgets", "DescribeBudgetNotificationsForAccount"): (
        "MaxResults",
        "NextToken",
        "NextToken",
        50,
        ("BudgetNotificationsForAccount",),
    ),
    ("budgets", "DescribeBudgetActionsForAccount"): (
        "MaxResults",
        "NextToken",
        "NextToken",
        100,
        ("Actions",),
    ),
    ("budgets", "DescribeBudgetActionsForBudget"): (
        "MaxResults",
        "NextToken",
        "NextToken",
        100,
        ("Actions",),
    ),
}
# ListServices may be asked for more than its default.
LARGEST = {
    ("ecs", "ListServices"): 100,
    ("ecr", "DescribeRepositories"): 1000,
    ("cloudwatch", "DescribeAlarms"): 100,
    ("budgets", "DescribeBudgets"): 1000,
}


def whole(call: Call) -> dict[str, Any]:
    """The environment of a request, without what would have moto truncate its answer itself."""
    if (call.service, call.operation) != ("s3", "ListBuckets"):
        return call.environ
    pairs = parse_qsl(call.environ.get("QUERY_STRING", ""), keep_blank_values=True)
    # moto drops all buckets over the maximum, and gives no token for them
    kept = [(k, v) for k, v in pairs if k not in ("max-buckets", "continuation-token")]
    return {**call.environ, "QUERY_STRING": urlencode(kept)}


def paginate(
    call: Call, params: dict[str, Any], result: dict[str, Any], caps: dict[str, int]
) -> None:
    page = PAGES.get((call.service, call.operation))
    if page is None:
        return
    limit_name, token_in, token_out, default, lists = page
    largest = LARGEST.get((call.service, call.operation), default)
    limit = min(int(params.get(limit_name) or default), largest)
    name = f"{call.service}:{call.operation}"
    limit = min(limit, caps.get(name, limit), caps.get("*", limit))
    start = 0
    if params.get(token_in):
        try:
            what, offset = base64.urlsafe_b64decode(params[token_in]).decode().rsplit("@", 1)
            start = int(offset)
        except (ValueError, binascii.Error):
            what = ""
        if what != name:
            raise AwsError("InvalidNextToken", f"The token {token_in} is not valid.")
    # Several lists (composite and metric alarms) share one sequence.
    sequence = [(member, item) for member in lists for item in result.get(member) or []]
    for member in lists:
        result[member] = [i for m, i in sequence[start : start + limit] if m == member]
    result.pop(token_out, None)
    if call.service == "iam":
        result["IsTruncated"] = start + limit < len(sequence)
    if start + limit < len(sequence):
        result[token_out] = base64.urlsafe_b64encode(f"{name}@{start + limit}".encode()).decode()
