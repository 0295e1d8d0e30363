"""GetMetricData over posted metrics. Our belief about AWS, as `supplements.py`.

moto answers GetMetricData for Average and the like from what PutMetricData gave it, a period at a
time over all of it, and with an error for a percentile; a fortnight in periods of five minutes
takes it minutes. So metrics are posted (`state.py`: MetricDataResults, whose Id is what `series_id`
makes) as one sample an hour, and answered from there; an account for which none are posted is
answered by moto.

From AWS's documentation: periods count from StartTime; EndTime is exclusive; a period without a
sample has no datapoint; without data a result is empty and Complete; only queries that return data
are answered. Ours: a sample of a utilization or a time holds for its whole hour, one of a count
(`_Count`, RequestCount) falls into the first period of it and is not reported when it is zero; a
period over an hour is made of its samples, a percentile by nearest rank. Of metric math only sums
of ids are understood.
"""

from __future__ import annotations

from typing import Any

from state import State
from wire import AwsError, Call, as_time

Result = dict[str, Any]
HOUR = 3600


def series_id(namespace: str, name: str, dimensions: list[dict[str, str]]) -> str:
    """What names a metric in posted state."""
    pairs = sorted(f"{d['Name']}={d['Value']}" for d in dimensions)
    return f"{namespace} {name} {','.join(pairs)}"


def is_count(name: str) -> bool:
    return name.endswith("_Count") or name == "RequestCount"


def aggregate(statistic: str, values: list[float]) -> float:
    match statistic:
        case "Average":
            return sum(values) / len(values)
        case "Sum":
            return sum(values)
        case "Minimum":
            return min(values)
        case "Maximum":
            return max(values)
        case "SampleCount":
            return float(len(values))
    if statistic.startswith("p"):
        rank = -(-len(values) * float(statistic[1:]) // 100)
        return sorted(values)[max(int(rank), 1) - 1]
    raise AwsError("ValidationError", f"The statistic {statistic} is not known.")


def datapoints(
    samples: dict[int, float], metric: Result, stat: Result, start: int, end: int
) -> dict[int, float]:
    period, statistic = int(stat["Period"]), stat["Stat"]
    count = is_count(metric["MetricName"])
    by_period: dict[int, list[float]] = {}
    for at, value in samples.items():
        if count and value == 0:
            continue
        steps = range(at, at + HOUR, period) if period < HOUR and not count else (at,)
        for step in steps:
            if start <= step < end:
                by_period.setdefault((step - start) // period, []).append(value)
    return {
        start + index * period: aggregate(statistic, values) for index, values in by_period.items()
    }


def get_metric_data(call: Call, params: Result, state: State) -> Result | None:
    samples = state.records(call, "MetricDataResults")
    if not samples:
        return None
    start = int(as_time(params["StartTime"]).timestamp())
    end = int(as_time(params["EndTime"]).timestamp())
    posted = {
        series["Id"]: {
            int(as_time(at).timestamp()): value
            for at, value in zip(series["Timestamps"], series["Values"], strict=True)
        }
        for series in samples
    }
    found: dict[str, dict[int, float]] = {}
    queries = params["MetricDataQueries"]
    for query in queries:
        stat = query.get("MetricStat")
        if stat:
            metric = stat["Metric"]
            name = series_id(
                metric["Namespace"], metric["MetricName"], metric.get("Dimensions") or []
            )
            found[query["Id"]] = datapoints(posted.get(name, {}), metric, stat, start, end)
    for query in queries:
        if query.get("Expression"):
            parts = [found[name.strip()] for name in query["Expression"].split("+")]
            times = set[int]().union(*parts)
            found[query["Id"]] = {t: sum(p.get(t, 0.0) for p in parts) for t in times}
    newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    results = []
    for query in queries:
        if query.get("ReturnData", True) is False:
            continue
        times = sorted(found[query["Id"]], reverse=newest_first)
        results.append(
            {
                "Id": query["Id"],
                "Label": query.get("Label", query["Id"]),
                "Timestamps": times,
                "Values": [found[query["Id"]][at] for at in times],
                "StatusCode": "Complete",
            }
        )
    return {"MetricDataResults": results}


SERVED = {("cloudwatch", "GetMetricData"): get_metric_data}
