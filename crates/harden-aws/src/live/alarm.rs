//! cloudwatch:DescribeAlarms, alarms of all types in one paged call.

use aws_sdk_cloudwatch::types::{
    AlarmType, CompositeAlarm as Composite, Dimension, EvaluationCriteria, EvaluationState,
    LogAlarm as OnLogs, MetricAlarm as OnMetric, MetricDataQuery, StateValue,
};
use aws_smithy_types::DateTime;
use harden_collect::{Collect, Collected, Pages, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::{
    Alarm, AlarmDefinition, CompositeAlarm, LogAlarm, Metric, MetricAlarm, MetricQuery,
};

const DESCRIBE: &str = "cloudwatch:DescribeAlarms";

impl Collect<AwsProvider> for Alarm {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

enum Answered {
    OnMetric(Box<OnMetric>),
    Composite(Box<Composite>),
    OnLogs(Box<OnLogs>),
}

/// All types of alarms. Without a type, the API leaves its alarms out.
pub(super) const TYPES: [AlarmType; 3] = [
    AlarmType::MetricAlarm,
    AlarmType::CompositeAlarm,
    AlarmType::LogAlarm,
];

/// Whether a region refused a type of alarms in a request: it does not have alarms of this type yet.
pub(super) fn refuses_type(failure: &Failure) -> bool {
    let codes = [
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "SerializationException",
        "ValidationError",
        "ValidationException",
    ];
    codes.iter().any(|code| failure.is(code))
}

async fn read(api: PlaceApi) -> Portion<Alarm> {
    let mut found = pages(&api, &TYPES).await;
    let refused = found.items.is_empty() && found.failed.as_ref().is_some_and(refuses_type);
    if refused {
        found = pages(&api, &TYPES[..2]).await;
    }
    Portion::from_pages(found, |answered| match answered {
        Answered::OnMetric(alarm) => on_metric(*alarm),
        Answered::Composite(alarm) => composite(*alarm),
        Answered::OnLogs(alarm) => on_logs(*alarm),
    })
}

async fn pages(api: &PlaceApi, types: &[AlarmType]) -> Pages<Answered, Failure> {
    let client = aws_sdk_cloudwatch::Client::new(&api.config);
    read_pages(DESCRIBE, |token| {
        let request = client
            .describe_alarms()
            .set_alarm_types(Some(types.to_vec()))
            .max_records(100)
            .set_next_token(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            let (metric, composite) = (answer.metric_alarms, answer.composite_alarms);
            if metric.is_none() && composite.is_none() && answer.log_alarms.is_none() {
                return Err(Failure::missing(DESCRIBE, "MetricAlarms"));
            }
            let metric = metric.into_iter().flatten();
            let composite = composite.into_iter().flatten();
            let logs = answer.log_alarms.into_iter().flatten();
            let all = metric
                .map(|alarm| Answered::OnMetric(Box::new(alarm)))
                .chain(composite.map(|alarm| Answered::Composite(Box::new(alarm))))
                .chain(logs.map(|alarm| Answered::OnLogs(Box::new(alarm))));
            Ok((all.collect(), answer.next_token))
        }
    })
    .await
}

fn on_metric(alarm: OnMetric) -> Result<Alarm, Unknown> {
    let other_settings = names([
        ("EvaluationWindow", alarm.evaluation_window.is_some()),
        ("WarmUpConfiguration", alarm.warm_up_configuration.is_some()),
        ("EvaluationCriteria", alarm.evaluation_criteria.is_some()),
        ("EvaluationInterval", alarm.evaluation_interval.is_some()),
        ("ActionConfiguration", alarm.action_configuration.is_some()),
    ]);
    let queries = alarm.metrics.left_out_if_empty(
        "API_MetricAlarm, Metrics: only of an alarm on a metric math expression",
    );
    let queries: Result<Vec<MetricQuery>, Unknown> = queries.into_iter().map(query).collect();
    // CloudWatch returns an empty list for a metric without dimensions
    let dimensions = match (&alarm.metric_name, alarm.dimensions) {
        (Some(_), None) => Err(Unknown::missing(DESCRIBE, "Dimensions")),
        (_, dimensions) => Ok(dimensions),
    };
    let of = dimensions.and_then(|all| metric(alarm.namespace, alarm.metric_name, all));
    let both = of.and_then(|metric| Ok((metric, queries?)));
    let definition = Known::from(both).map(|(metric, queries)| MetricAlarm {
        metric,
        statistic: alarm.statistic.map(|s| s.as_str().to_owned()),
        extended_statistic: alarm.extended_statistic,
        period: alarm.period.map(i64::from),
        unit: alarm.unit.map(|u| u.as_str().to_owned()),
        evaluation_periods: alarm.evaluation_periods.map(i64::from),
        datapoints_to_alarm: alarm.datapoints_to_alarm.map(i64::from),
        threshold: alarm.threshold,
        threshold_metric_id: alarm.threshold_metric_id,
        comparison: alarm.comparison_operator.map(|c| c.as_str().to_owned()),
        treat_missing_data: alarm.treat_missing_data,
        low_samples: alarm.evaluate_low_sample_count_percentile,
        queries,
        promql: alarm.evaluation_criteria.and_then(promql),
        evaluation_state: evaluation_state(alarm.evaluation_state.as_ref()),
        other_settings,
    });
    Ok(Alarm {
        arn: alarm.alarm_arn.ok_or_else(no_arn)?,
        description: Known::Yes(alarm.alarm_description),
        actions_enabled: Known::present(alarm.actions_enabled, DESCRIBE, "ActionsEnabled"),
        alarm_actions: Known::present(alarm.alarm_actions, DESCRIBE, "AlarmActions"),
        ok_actions: Known::present(alarm.ok_actions, DESCRIBE, "OKActions"),
        insufficient_data_actions: Known::present(
            alarm.insufficient_data_actions,
            DESCRIBE,
            "InsufficientDataActions",
        ),
        state: state(alarm.state_value),
        state_since: since(
            alarm.state_transitioned_timestamp,
            alarm.state_updated_timestamp,
        ),
        definition: definition.map(AlarmDefinition::Metric),
    })
}

fn composite(alarm: Composite) -> Result<Alarm, Unknown> {
    let other_settings = names([("ActionConfiguration", alarm.action_configuration.is_some())]);
    let definition = Known::present(alarm.alarm_rule, DESCRIBE, "AlarmRule").map(|rule| {
        AlarmDefinition::Composite(CompositeAlarm {
            rule,
            suppressor: alarm.actions_suppressor,
            suppressor_wait: alarm.actions_suppressor_wait_period.map(i64::from),
            suppressor_extension: alarm.actions_suppressor_extension_period.map(i64::from),
            other_settings,
        })
    });
    Ok(Alarm {
        arn: alarm.alarm_arn.ok_or_else(no_arn)?,
        description: Known::Yes(alarm.alarm_description),
        actions_enabled: Known::present(alarm.actions_enabled, DESCRIBE, "ActionsEnabled"),
        alarm_actions: Known::present(alarm.alarm_actions, DESCRIBE, "AlarmActions"),
        ok_actions: Known::present(alarm.ok_actions, DESCRIBE, "OKActions"),
        insufficient_data_actions: Known::present(
            alarm.insufficient_data_actions,
            DESCRIBE,
            "InsufficientDataActions",
        ),
        state: state(alarm.state_value),
        state_since: since(
            alarm.state_transitioned_timestamp,
            alarm.state_updated_timestamp,
        ),
        definition,
    })
}

fn on_logs(alarm: OnLogs) -> Result<Alarm, Unknown> {
    let configuration = alarm.scheduled_query_configuration;
    let log_groups = configuration.and_then(|query| query.log_group_identifiers);
    let log_groups = Known::present(log_groups, DESCRIBE, "LogGroupIdentifiers");
    let definition = log_groups.map(|log_groups| LogAlarm {
        log_groups,
        evaluation_state: evaluation_state(alarm.evaluation_state.as_ref()),
        sends_tags: alarm.action_configuration.is_some(),
    });
    Ok(Alarm {
        arn: alarm.alarm_arn.ok_or_else(no_arn)?,
        description: Known::Yes(alarm.alarm_description),
        actions_enabled: Known::present(alarm.actions_enabled, DESCRIBE, "ActionsEnabled"),
        alarm_actions: Known::present(alarm.alarm_actions, DESCRIBE, "AlarmActions"),
        ok_actions: Known::present(alarm.ok_actions, DESCRIBE, "OKActions"),
        insufficient_data_actions: Known::present(
            alarm.insufficient_data_actions,
            DESCRIBE,
            "InsufficientDataActions",
        ),
        state: state(alarm.state_value),
        state_since: since(
            alarm.state_transitioned_timestamp,
            alarm.state_updated_timestamp,
        ),
        definition: definition.map(AlarmDefinition::Log),
    })
}

/// The query of a PromQL alarm; none for criteria that this version does not know.
fn promql(criteria: EvaluationCriteria) -> Option<String> {
    match criteria {
        EvaluationCriteria::PromQlCriteria(criteria) => criteria.query,
        _ => None,
    }
}

fn evaluation_state(state: Option<&EvaluationState>) -> Option<String> {
    state.map(|state| state.as_str().to_owned())
}

/// The names of the settings that are set.
fn names<const N: usize>(settings: [(&str, bool); N]) -> Vec<String> {
    let set = settings.into_iter().filter(|(_, is_set)| *is_set);
    set.map(|(name, _)| name.to_owned()).collect()
}

fn no_arn() -> Unknown {
    Unknown::missing(DESCRIBE, "AlarmArn")
}

fn state(value: Option<StateValue>) -> Known<String> {
    Known::present(value.map(|v| v.as_str().to_owned()), DESCRIBE, "StateValue")
}

/// The update may be of the reason alone, which leaves the state; so the transition counts first.
fn since(transition: Option<DateTime>, update: Option<DateTime>) -> Known<Timestamp> {
    let time = transition.or(update).as_ref().and_then(timestamp);
    Known::present(time, DESCRIBE, "StateUpdatedTimestamp")
}

/// A metric; none for an alarm or a query without one.
fn metric(
    namespace: Option<String>,
    name: Option<String>,
    dimensions: Option<Vec<Dimension>>,
) -> Result<Option<Metric>, Unknown> {
    let (Some(namespace), Some(name)) = (namespace, name) else {
        return Ok(None);
    };
    let dimensions = dimensions.left_out_if_empty("API_Metric, Dimensions, required: no");
    let missing = || Unknown::missing(DESCRIBE, "Name or Value of Dimensions");
    let dimensions = dimensions
        .into_iter()
        .map(|d| Some((d.name?, d.value?)))
        .collect::<Option<_>>()
        .ok_or_else(missing)?;
    Ok(Some(Metric {
        namespace,
        name,
        dimensions,
    }))
}

fn query(query: MetricDataQuery) -> Result<MetricQuery, Unknown> {
    let stat = query.metric_stat;
    let (of, statistic, period, unit) = match stat {
        Some(stat) => (stat.metric, stat.stat, stat.period, stat.unit),
        None => (None, None, None, None),
    };
    let of = of.map(|m| metric(m.namespace, m.metric_name, m.dimensions));
    Ok(MetricQuery {
        id: query.id.ok_or_else(|| Unknown::missing(DESCRIBE, "Id"))?,
        expression: query.expression,
        metric: of.transpose()?.flatten(),
        statistic,
        // an SQL query has its period on the expression, not on the metric
        period: period.or(query.period).map(i64::from),
        unit: unit.map(|u| u.as_str().to_owned()),
        label: query.label,
        returns_data: query.return_data,
        account: query.account_id,
    })
}
