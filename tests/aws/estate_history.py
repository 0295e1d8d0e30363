"""What metrics of the estates did in the last fifteen days, and the dashboards that show them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from builder import CPU, Builder
from supplements_history import series_id

HOURS = 15 * 24
# The hours of the day (UTC) in which the estates are busy.
BUSY = range(13, 16)

Dimensions = list[dict[str, str]]


def series(b: Builder, namespace: str, name: str, dimensions: Dimensions, value: Any) -> None:
    """Posts a metric: `value` gives the sample of an hour, from how many hours ago it is and
    which hour of the day."""
    end = b.now.replace(minute=0, second=0, microsecond=0)
    times = [end - timedelta(hours=ago) for ago in range(HOURS, 0, -1)]
    b.record(
        "cloudwatch",
        "MetricDataResults",
        Id=series_id(namespace, name, dimensions),
        Timestamps=[at.isoformat() for at in times],
        Values=[float(value(HOURS - index, at.hour)) for index, at in enumerate(times)],
    )


def of_service(b: Builder, cluster: str, service: str, cpu: Any, memory: Any) -> None:
    dimensions = b.ecs_dimensions(cluster, service)
    series(b, "AWS/ECS", "CPUUtilization", dimensions, cpu)
    series(b, "AWS/ECS", "MemoryUtilization", dimensions, memory)


def busy(peak: float, else_: float) -> Any:
    return lambda ago, hour: peak if hour in BUSY else else_


def typical(b: Builder, cluster: str, service: str) -> None:
    """31 % of the CPU on average and 64 at peak; 52 and 74 % of the memory."""
    of_service(b, cluster, service, busy(64, 26), busy(74, 49))


def of_balancer(b: Builder, balancer: str, errors: float, latency: Any) -> None:
    b.override(
        "elbv2", "LoadBalancers", balancer.split("/")[-2], CreatedTime=b.ago(days=200)
    )
    dimensions = b.alb_dimensions(balancer)
    held = b.client("elbv2").describe_target_groups(LoadBalancerArn=balancer)
    group: str = held["TargetGroups"][0]["TargetGroupArn"].split(":")[-1]
    by_group = dimensions + [{"Name": "TargetGroup", "Value": group}]
    alb = "AWS/ApplicationELB"
    series(b, alb, "RequestCount", dimensions, busy(2000, 600))
    # in the first busy hour of each day
    of_targets: Any = lambda ago, hour: errors if hour == BUSY[0] else 0
    for whose in (dimensions, by_group):
        series(b, alb, "HTTPCode_Target_5XX_Count", whose, of_targets)
        series(b, alb, "TargetResponseTime", whose, latency)
    series(b, alb, "HTTPCode_ELB_5XX_Count", dimensions, lambda ago, hour: 0)


def good(b: Builder, cluster: str, service: str, balancer: str, databases: list[str]) -> None:
    b.names["account"] = b.account
    typical(b, cluster, service)
    of_balancer(b, balancer, 3, busy(0.4, 0.2))
    b.names["alarm-5xx-sum"] = sum_of_errors(b, balancer)
    dashboard(b, cluster, service, balancer, databases)


def bad(b: Builder, cluster: str, service: str, worker: str, balancer: str, topic: str) -> None:
    """A service that idles and leaks, one that is too busy, errors, slow answers, no dashboard."""
    b.names["account"] = b.account
    leak: Any = lambda ago, hour: 85 - 1.8 * ago / 24
    of_service(b, cluster, service, busy(12, 5), leak)
    of_service(b, cluster, worker, busy(94, 60), busy(74, 49))
    of_balancer(b, balancer, 900, busy(1.4, 0.3))
    b.names["alarm-misfit"] = b.alarm(
        "saaspe-production-ecs-cpu-nervous",
        [topic],
        Threshold=8,
        Dimensions=b.ecs_dimensions(cluster, service),
        **CPU,
    )


def hostile(b: Builder, names: dict[str, str], topic: str) -> None:
    """Alarms of these names that fire every day, so that a command carries the names."""
    for logical, name in names.items():
        dimensions = b.ecs_dimensions(f"misfit {name}", "service")
        series(b, "AWS/ECS", "CPUUtilization", dimensions, busy(34, 12))
        b.names[f"alarm-misfit-{logical}"] = b.alarm(
            f"misfit {name}",
            [topic],
            Threshold=20,
            AlarmDescription=name,
            Dimensions=dimensions,
            **CPU,
        )


def sum_of_errors(b: Builder, balancer: str) -> str:
    """An alarm on the sum of both counts of 5xx answers."""

    def metric(query: str, name: str) -> dict[str, Any]:
        of = {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": name,
            "Dimensions": b.alb_dimensions(balancer),
        }
        stat = {"Metric": of, "Period": 300, "Stat": "Sum"}
        return {"Id": query, "MetricStat": stat, "ReturnData": False}

    name = "saaspe-production-alb-5xx-sum"
    b.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        ActionsEnabled=True,
        AlarmActions=[b.names["topic"]],
        EvaluationPeriods=1,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        Metrics=[
            {"Id": "total", "Expression": "t + e", "Label": "5xx", "ReturnData": True},
            metric("t", "HTTPCode_Target_5XX_Count"),
            metric("e", "HTTPCode_ELB_5XX_Count"),
        ],
    )
    b.alarm_state(name, "OK", days=7)
    return b.arn("cloudwatch", f"alarm:{name}")


def dashboard(
    b: Builder, cluster: str, service: str, balancer: str | None, databases: list[str]
) -> None:
    """A dashboard in the ways that people write them: shorthands, a search, dimensions."""
    services = [
        ["AWS/ECS", "CPUUtilization", "ClusterName", cluster, "ServiceName", service],
        [".", "MemoryUtilization", ".", ".", ".", "."],
    ]
    found = "SEARCH('{AWS/ApplicationELB,LoadBalancer} MetricName=\"RequestCount\"', 'Sum', 300)"
    instances: list[list[Any]] = [
        ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", name] for name in databases
    ]
    rows: list[list[Any]] = [services, instances]
    if balancer:
        rows.append([[{"expression": found, "id": "requests"}]])
    widgets: list[dict[str, Any]] = [
        {"type": "metric", "properties": {"region": b.region, "metrics": metrics}}
        for metrics in rows
        if metrics
    ]
    widgets.append({"type": "text", "properties": {"markdown": "# Production"}})
    b.client("cloudwatch").put_dashboard(
        DashboardName="saaspe-production", DashboardBody=json.dumps({"widgets": widgets})
    )
