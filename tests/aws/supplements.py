"""What moto lacks or gets wrong, supplied from posted state (`state.py`) and its own tables.

Everything here is our belief about AWS, taken from its documentation and from the
shapes of its service models; it is no oracle.

Without any state: subscribers and notifications of budgets are read from moto's budgets,
GetTopicAttributes counts its subscriptions, the key behind alias/aws/sns has KeyManager
AWS, composite alarms and mute rules can be made, DescribeAlarms without AlarmTypes lists metric alarms
only, members of a cluster have no snapshots of their own, and operations that moto never
pages are paged as AWS does (`pages.py`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.budgets.models import budgets_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.kms.utils import RESERVED_ALIASES
from moto.rds.models import rds_backends
from moto.sns.models import sns_backends

import supplements_costs
import supplements_edge
import supplements_history
from pages import PAGES, paginate
from state import IDENTIFIERS, State, merge
from wire import AwsError, Call, as_time

# moto makes an AWS managed key when its alias is first asked for, but doesn't know this one.
if "alias/aws/sns" not in RESERVED_ALIASES:
    RESERVED_ALIASES.append("alias/aws/sns")

DEFAULT_REGIONS = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 "
    "ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 "
    "us-east-1 us-east-2 us-west-1 us-west-2"
).split()

Result = dict[str, Any]


# --- Operations that moto does not have -------------------------------------------------


def describe_alarm_history(call: Call, params: Result, state: State) -> Result:
    items = state.records(call, "AlarmHistoryItems")
    types = params.get("AlarmTypes") or ["MetricAlarm"]
    items = [i for i in items if i.get("AlarmType", "MetricAlarm") in types]
    if params.get("AlarmName"):
        items = [i for i in items if i["AlarmName"] == params["AlarmName"]]
    if params.get("HistoryItemType"):
        items = [i for i in items if i["HistoryItemType"] == params["HistoryItemType"]]
    items = between(items, "Timestamp", params.get("StartDate"), params.get("EndDate"))
    newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    return {"AlarmHistoryItems": sorted(items, key=lambda i: i["Timestamp"], reverse=newest_first)}


def put_composite_alarm(call: Call, params: Result, state: State) -> Result:
    """moto holds and lists composite alarms, but has no operation that makes one."""
    names = (
        "namespace metric_name metric_data_queries comparison_operator evaluation_periods "
        "datapoints_to_alarm period threshold statistic extended_statistic unit treat_missing_data "
        "evaluate_low_sample_count_percentile threshold_metric_id"
    ).split()
    unused: dict[str, Any] = dict.fromkeys(names)
    cloudwatch_backends[call.account][call.region].put_metric_alarm(
        **unused,
        name=params["AlarmName"],
        rule=params["AlarmRule"],
        description=params.get("AlarmDescription", ""),
        dimensions=[],
        alarm_actions=params.get("AlarmActions", []),
        ok_actions=params.get("OKActions", []),
        insufficient_data_actions=params.get("InsufficientDataActions", []),
        actions_enabled=params.get("ActionsEnabled", True),
        tags=params.get("Tags", []),
    )
    return {}


def put_mute_rule(call: Call, params: Result, state: State) -> Result:
    arn = f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm-mute-rule:{params['Name']}"
    state.add(call, "MuteRules", params | {"AlarmMuteRuleArn": arn, "Status": "SCHEDULED"})
    return {}


def list_mute_rules(call: Call, params: Result, state: State) -> Result:
    rules = state.records(call, "MuteRules")
    wanted = params.get("Statuses") or ["SCHEDULED", "ACTIVE", "EXPIRED"]
    rules = [r for r in rules if r["Status"] in wanted]
    if params.get("AlarmName"):
        rules = [r for r in rules if params["AlarmName"] in r["MuteTargets"]["AlarmNames"]]
    shown = ("AlarmMuteRuleArn", "Status")
    return {"AlarmMuteRuleSummaries": [{m: r[m] for m in shown} for r in rules]}


def get_mute_rule(call: Call, params: Result, state: State) -> Result:
    for rule in state.records(call, "MuteRules"):
        if rule["Name"] == params["AlarmMuteRuleName"]:
            return {name: value for name, value in rule.items() if name != "Tags"}
    raise AwsError("ResourceNotFoundException", "The alarm mute rule does not exist.", 404)


def lookup_events(call: Call, params: Result, state: State) -> Result:
    now = datetime.now(UTC)
    events = state.records(call, "Events")
    attributes = params.get("LookupAttributes") or []
    if len(attributes) > 1:
        raise AwsError(
            "InvalidLookupAttributesException", "You can only specify one lookup attribute."
        )
    for attribute in attributes:
        wanted, name = attribute["AttributeValue"], attribute["AttributeKey"]
        if name in ("ResourceName", "ResourceType"):
            events = [
                e for e in events if any(r.get(name) == wanted for r in e.get("Resources", []))
            ]
        else:
            events = [e for e in events if e.get(name) == wanted]
    oldest = now - timedelta(days=90)
    start = max(as_time(params["StartTime"]), oldest) if params.get("StartTime") else oldest
    events = between(events, "EventTime", start, params.get("EndTime"))
    return {"Events": sorted(events, key=lambda e: e["EventTime"], reverse=True)}


def list_restore_jobs(call: Call, params: Result, state: State) -> Result:
    jobs = state.records(call, "RestoreJobs")
    for parameter, member in (
        ("ByResourceType", "ResourceType"),
        ("ByStatus", "Status"),
        ("ByAccountId", "AccountId"),
    ):
        if params.get(parameter):
            jobs = [j for j in jobs if j.get(member) == params[parameter]]
    created = params.get("ByCreatedAfter"), params.get("ByCreatedBefore")
    jobs = between(jobs, "CreationDate", *created)
    completed = params.get("ByCompleteAfter"), params.get("ByCompleteBefore")
    if any(completed):
        jobs = between([j for j in jobs if j.get("CompletionDate")], "CompletionDate", *completed)
    return {"RestoreJobs": jobs}


def list_regions(call: Call, params: Result, state: State) -> Result:
    regions = state.records(call, "Regions") or [
        {"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in DEFAULT_REGIONS
    ]
    wanted = params.get("RegionOptStatusContains")
    if wanted:
        regions = [r for r in regions if r["RegionOptStatus"] in wanted]
    return {"Regions": regions}


def moto_budgets(call: Call, params: Result) -> dict[str, Any]:
    return budgets_backends[call.account]["aws"].budgets[params["AccountId"]]


def moto_budget(call: Call, params: Result) -> Any:
    budget = moto_budgets(call, params).get(params["BudgetName"])
    if budget is None:
        message = f"Unable to get budget: {params['BudgetName']} - the budget doesn't exist."
        raise AwsError("NotFoundException", message)
    return budget


def notification_key(details: Result) -> tuple[Any, ...]:
    """AWS identifies a notification by these four; a percentage is the default type."""
    return (
        details["NotificationType"],
        details["ComparisonOperator"],
        float(details["Threshold"]),
        details.get("ThresholdType", "PERCENTAGE"),
    )


def describe_subscribers(call: Call, params: Result, state: State) -> Result:
    wanted = notification_key(params["Notification"])
    for notification in moto_budget(call, params).notifications:
        if notification_key(notification.details) == wanted:
            return {"Subscribers": list(notification.subscribers or [])}
    raise AwsError(
        "NotFoundException", "Unable to get subscribers - the notification doesn't exist."
    )


def create_subscriber(call: Call, params: Result, state: State) -> Result:
    wanted = notification_key(params["Notification"])
    for notification in moto_budget(call, params).notifications:
        if notification_key(notification.details) == wanted:
            held = list(notification.subscribers or [])
            if params["Subscriber"] in held:
                raise AwsError("DuplicateRecordException", "The subscriber already exists.")
            notification.subscribers = [*held, params["Subscriber"]]
            return {}
    raise AwsError(
        "NotFoundException", "Unable to create subscriber - the notification doesn't exist."
    )


def describe_notifications_for_account(call: Call, params: Result, state: State) -> Result:
    return {
        "BudgetNotificationsForAccount": [
            {
                "BudgetName": name,
                "Notifications": [with_state(n.details) for n in budget.notifications],
            }
            for name, budget in moto_budgets(call, params).items()
        ]
    }


def describe_actions(call: Call, params: Result, state: State) -> Result:
    actions = state.records(call, "Actions")
    if call.operation == "DescribeBudgetActionsForBudget":
        moto_budget(call, params)
        actions = [a for a in actions if a["BudgetName"] == params["BudgetName"]]
    return {"Actions": actions}


def generate_service_last_accessed(call: Call, params: Result, state: State) -> Result:
    return {"JobId": last_accessed_job(params["Arn"])}


def last_accessed_job(arn: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, arn))


def get_service_last_accessed(call: Call, params: Result, state: State) -> Result:
    roles = iam_backends[call.account]["aws"].roles.values()
    role = next((r for r in roles if last_accessed_job(r.arn) == params["JobId"]), None)
    if role is None:
        raise AwsError("NoSuchEntity", "There is no such job.", 404)
    now = datetime.now(UTC)
    # what a job is before it is done: one status for each time that it is asked for
    before = state.records(call, "JobStatus")
    asked = state.records(call, "Asked").count(params["JobId"])
    if asked < len(before):
        state.add(call, "Asked", params["JobId"])
        status = {"JobStatus": before[asked], "JobCreationDate": now, "JobCompletionDate": now}
        return status | {"ServicesLastAccessed": []}
    versions = [v for p in role.managed_policies.values() for v in p.versions if v.is_default]
    texts = [*role.policies.values(), *(v.document for v in versions)]
    documents = [json.loads(text) for text in texts]
    statements = [s for d in documents for s in listed(d["Statement"]) if s["Effect"] == "Allow"]
    named = {a.split(":")[0].lower() for s in statements for a in listed(s.get("Action", []))}
    everything = {"ecr", "ecs", "s3"} if "*" in named else set()
    told = {
        r["ServiceNamespace"]: r
        for r in state.records(call, "ServicesLastAccessed")
        if r["LastAuthenticatedEntity"] == role.arn
    }
    services = [
        told.get(s) or {"ServiceName": s, "ServiceNamespace": s, "TotalAuthenticatedEntities": 0}
        for s in sorted((named - {"*"}) | everything)
    ]
    return {
        "JobStatus": "COMPLETED",
        "JobType": "SERVICE_LEVEL",
        "JobCreationDate": now,
        "JobCompletionDate": now,
        "ServicesLastAccessed": services,
    }


def add_client_id(call: Call, params: Result, state: State) -> Result:
    providers = iam_backends[call.account]["aws"].open_id_providers
    provider = providers.get(params["OpenIDConnectProviderArn"])
    if provider is None:
        raise AwsError("NoSuchEntity", "There is no such provider.", 404)
    if params["ClientID"] not in provider.client_id_list:
        provider.client_id_list.append(params["ClientID"])
    return {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# None leaves the answer to moto.
SERVED: dict[tuple[str, str], Callable[[Call, Result, State], Result | None]] = {
    ("cloudwatch", "DescribeAlarmHistory"): describe_alarm_history,
    ("cloudwatch", "PutCompositeAlarm"): put_composite_alarm,
    ("cloudwatch", "PutAlarmMuteRule"): put_mute_rule,
    ("cloudwatch", "ListAlarmMuteRules"): list_mute_rules,
    ("cloudwatch", "GetAlarmMuteRule"): get_mute_rule,
    ("cloudtrail", "LookupEvents"): lookup_events,
    ("backup", "ListRestoreJobs"): list_restore_jobs,
    ("account", "ListRegions"): list_regions,
    ("iam", "AddClientIDToOpenIDConnectProvider"): add_client_id,
    ("iam", "GenerateServiceLastAccessedDetails"): generate_service_last_accessed,
    ("iam", "GetServiceLastAccessedDetails"): get_service_last_accessed,
    ("budgets", "CreateSubscriber"): create_subscriber,
    ("budgets", "DescribeSubscribersForNotification"): describe_subscribers,
    ("budgets", "DescribeBudgetNotificationsForAccount"): describe_notifications_for_account,
    ("budgets", "DescribeBudgetActionsForAccount"): describe_actions,
    ("budgets", "DescribeBudgetActionsForBudget"): describe_actions,
    **supplements_costs.SERVED,
    **supplements_edge.SERVED,
    **supplements_history.SERVED,
}


# --- Answers of moto that need a correction ---------------------------------------------


def patch_alarms(call: Call, params: Result, result: Result, state: State) -> None:
    types = params.get("AlarmTypes") or ["MetricAlarm"]
    result["LogAlarms"] = state.records(call, "LogAlarms")
    for kind, name in (
        ("MetricAlarm", "MetricAlarms"),
        ("CompositeAlarm", "CompositeAlarms"),
        ("LogAlarm", "LogAlarms"),
    ):
        alarms = result.get(name, []) if kind in types else []
        if params.get("StateValue"):
            alarms = [a for a in alarms if a["StateValue"] == params["StateValue"]]
        result[name] = alarms


def patch_topic(call: Call, params: Result, result: Result, state: State) -> None:
    arn = params["TopicArn"]
    held = sns_backends[call.account][call.region].subscriptions.values()
    arns = [s.arn for s in held if s.topic.arn == arn]
    changes = state.overrides(call).get("Subscriptions", {})
    pending = sum(changes.get(a, {}).get("SubscriptionArn") == "PendingConfirmation" for a in arns)
    result["Attributes"] |= {
        "SubscriptionsPending": str(pending),
        "SubscriptionsConfirmed": str(len(arns) - pending),
    }


def patch_events(call: Call, params: Result, result: Result, state: State) -> None:
    now = datetime.now(UTC)
    start = as_time(params["StartTime"]) if params.get("StartTime") else None
    if start and start < now - timedelta(days=14, minutes=5):
        raise AwsError("InvalidParameterCombination", "StartTime must be within the last 14 days.")
    if not start:
        start = now - timedelta(minutes=int(params.get("Duration") or 60))
    events = result.get("Events", []) + state.records(call, "Events")
    for parameter, member in (
        ("SourceIdentifier", "SourceIdentifier"),
        ("SourceType", "SourceType"),
    ):
        if params.get(parameter):
            events = [e for e in events if e.get(member) == params[parameter]]
    if params.get("EventCategories"):
        wanted = set(params["EventCategories"])
        events = [e for e in events if wanted & set(e.get("EventCategories", []))]
    events = between(events, "Date", start, params.get("EndTime"))
    result["Events"] = sorted(events, key=lambda e: as_time(e["Date"]))


def patch_exports(call: Call, params: Result, result: Result, state: State) -> None:
    tasks = result.get("ExportTasks", []) + state.records(call, "ExportTasks")
    for parameter, member in (
        ("ExportTaskIdentifier", "ExportTaskIdentifier"),
        ("SourceArn", "SourceArn"),
    ):
        if params.get(parameter):
            tasks = [t for t in tasks if t.get(member) == params[parameter]]
    result["ExportTasks"] = tasks


def patch_snapshots(call: Call, params: Result, result: Result, state: State) -> None:
    """moto snapshots the members of a cluster by themselves; Aurora does not."""
    databases = rds_backends[call.account][call.region].databases
    members = {name for name, held in databases.items() if held.db_cluster_identifier}
    result["DBSnapshots"] = [
        s for s in result.get("DBSnapshots", []) if s.get("DBInstanceIdentifier") not in members
    ]


def patch_key(call: Call, params: Result, result: Result, state: State) -> None:
    held = kms_backends[call.account][call.region].keys.get(result["KeyMetadata"]["KeyId"])
    if held and set(held.aliases) & set(RESERVED_ALIASES):
        result["KeyMetadata"]["KeyManager"] = "AWS"


def with_state(details: Result) -> Result:
    return {"ThresholdType": "PERCENTAGE", "NotificationState": "OK"} | details


def patch_notifications(call: Call, params: Result, result: Result, state: State) -> None:
    result["Notifications"] = [with_state(n) for n in result.get("Notifications", [])]


def patch_summary(call: Call, params: Result, result: Result, state: State) -> None:
    summary = result["SummaryMap"]
    summary |= {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1}
    for posted in state.records(call, "SummaryMap"):
        summary |= posted


PATCHES: dict[tuple[str, str], Callable[[Call, Result, Result, State], None]] = {
    ("cloudwatch", "DescribeAlarms"): patch_alarms,
    ("sns", "GetTopicAttributes"): patch_topic,
    ("rds", "DescribeDBSnapshots"): patch_snapshots,
    ("rds", "DescribeEvents"): patch_events,
    ("rds", "DescribeExportTasks"): patch_exports,
    ("kms", "DescribeKey"): patch_key,
    ("iam", "GetAccountSummary"): patch_summary,
    ("budgets", "DescribeNotificationsForBudget"): patch_notifications,
    **supplements_costs.PATCHES,
    **supplements_edge.PATCHES,
}


def serve(call: Call, state: State) -> Result | None:
    """The whole answer, where moto has none."""
    operation = SERVED.get((call.service, call.operation))
    if operation is None:
        return None
    params = call.params
    result = operation(call, params, state)
    if result is None:
        return None
    paginate(call, params, result, state.page_caps)
    return result


def wants_patch(call: Call, state: State) -> bool:
    """Whether moto's answer must be taken apart at all; most go through byte for byte."""
    return (
        (call.service, call.operation) in PATCHES
        or (call.service, call.operation) in PAGES
        or bool(state.overrides(call))
    )


def patch(call: Call, result: Result, state: State) -> None:
    """Applies overrides, corrections and paging to moto's answer."""
    for name, changes in state.overrides(call).items():
        held = result.get(name, [])
        # DescribeBudget answers with one budget, under the singular.
        single = result.get(name.removesuffix("s"))
        resources = held if isinstance(held, list) else [held]
        resources += [single] if isinstance(single, dict) else []
        for resource in resources:
            change = changes.get(resource.get(IDENTIFIERS.get(name, "")))
            if change:
                merge(resource, change)
    params = call.params
    correction = PATCHES.get((call.service, call.operation))
    if correction:
        correction(call, params, result, state)
    paginate(call, params, result, state.page_caps)


def between(items: list[Any], member: str, start: Any, end: Any) -> list[Any]:
    if start is not None:
        items = [i for i in items if as_time(i[member]) >= as_time(start)]
    if end is not None:
        items = [i for i in items if as_time(i[member]) <= as_time(end)]
    return items
