use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};
use jiff::Timestamp;

use crate::AwsPolicy;
use crate::coverage::alarm_requirement;
use crate::remediations::retune;
use crate::resources::{Alarm, AlarmDefinition, AlarmMetric, MetricAlarm, TunedMetric};
use crate::threshold::{Advice, Threshold, advice, highest, measure, out_of_reach};
use crate::views::{
    ALARM_SOURCE, AlarmRequirement, AlarmWithMetric, JudgedMetric, METRICS, MIN_DAYS, Measure,
    MetricOwner, SCALING, alarm_metrics, datapoints, format_number, is_scaling_alarm, no_data,
    peak_hours, require_age, require_days, require_window, statistics,
};

pub(crate) static CHECK: Rule< AlarmWithMetric , AwsPolicy> = Rule::new(Meta::new("aws/alarm-threshold-misfit",
    "Alarm thresholds fit the history of their metrics", Severity::Low,)
.tags(&["guide:3"])
.remediation(
    "Set the recommended threshold. If only a looser one than the policy allows would have been \
     quiet, fix the service.")
.page(include_str!("alarm_threshold_misfit.md"))
.since("0.1.0"), judge,);

fn judge(tuned: &AlarmWithMetric, j: &Judging<AwsPolicy>) -> Judgement {
    let alarm = &*tuned.alarm;
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    let AlarmDefinition::Metric(definition) = alarm.definition.get()? else {
        return Ok(Verdict::not_applicable(
            "a composite alarm or a log alarm does not monitor a metric",
        ));
    };
    definition.require_metrics()?;
    let Some(watched) = &tuned.metric else {
        return Ok(Verdict::not_applicable(
            "the policy has no threshold for the metric of the alarm",
        ));
    };
    if definition.threshold_metric_id.is_some() {
        return Ok(Verdict::not_applicable(
            "an anomaly detection band adapts to its metric",
        ));
    }
    definition.require_settings()?;
    let threshold = Threshold::of(definition).ok_or_else(|| {
        Unknown::undetermined("the alarm has no threshold, or an unknown comparison operator")
            .during(ALARM_SOURCE)
    })?;
    let requirement = limit(watched.tuned, j.policy);
    let case = Case {
        alarm,
        definition,
        watched,
        threshold,
        highest: highest(definition, threshold, &requirement),
        requirement,
        policy: j.policy,
    };
    let out_of_reach = out_of_reach(definition, threshold, watched);
    if let Ok(Some(why)) = out_of_reach {
        return Ok(case.never_fires(why));
    }
    // An alarm that was in ALARM can reach its threshold, so that failure is certain even if the
    // launch type of the tasks is unknown. A pass needs both parts.
    match (case.against_history()?, out_of_reach) {
        (Verdict::Pass(_), Err(unknown)) => Err(unknown),
        (verdict, _) => Ok(verdict),
    }
}

/// The requirement of the policy for an alarm on a metric.
fn limit(tuned: TunedMetric, policy: &AwsPolicy) -> AlarmRequirement {
    let alarms = &policy.alarms;
    let max = match tuned {
        TunedMetric::EcsCpu => alarms.ecs_cpu_percent,
        TunedMetric::EcsMemory => alarms.ecs_memory_percent,
        TunedMetric::Alb5xx => alarms.alb_5xx_count,
        TunedMetric::AlbLatency => alarms.alb_latency_seconds,
    };
    alarm_requirement(measure(tuned), max, policy)
}

/// An alarm with its threshold, its metric and the requirement of the policy.
struct Case<'a> {
    alarm: &'a Alarm,
    definition: &'a MetricAlarm,
    watched: &'a JudgedMetric,
    threshold: Threshold,
    /// The highest threshold that the policy allows.
    highest: Option<f64>,
    requirement: AlarmRequirement,
    policy: &'a AwsPolicy,
}

impl Case<'_> {
    /// Judges how much of the time the alarm would have been in ALARM.
    fn against_history(&self) -> Judgement {
        let history = self.watched.history.get()?;
        require_window(history.from, history.until, self.policy.metrics.days)?;
        let data = history.data.get()?;
        let since = match self.since(history)? {
            Ok(since) => since,
            Err(reason) => return Ok(Verdict::not_applicable(reason)),
        };
        match data {
            Some(_) => require_days(since, history.until, MIN_DAYS)?,
            None => require_age(since, history.until, MIN_DAYS)?,
        }
        let Some(data) = data else {
            let days = self.policy.metrics.days;
            let evidence =
                self.setting()
                    .and("datapoints", format_args!("0 in {days} days"), METRICS);
            let missing = self.definition.treat_missing_data.as_deref();
            return Ok(match missing {
                // The alarm is in ALARM all the time.
                Some("breaching") => self.fails(Advice::MissingData, evidence),
                _ => Verdict::Pass(evidence),
            });
        };
        let evaluation = &data.evaluation;
        // Periods before the load balancer was created do not count, so the number of periods that
        // may breach shrinks with the part of the history that counts.
        let whole = span(evaluation.since, history.until);
        let part = (span(since, history.until) / whole).min(1.0);
        let worst = evaluation.worst_but(self.thousandths(part));
        let breached = |value| self.threshold.is_breached_by(value);
        if !worst.breaches(breached) {
            return Ok(Verdict::Pass(self.evidence(self.setting(), history)));
        }
        let advice = advice(Some(worst), self.threshold, self.highest);
        Ok(self.fails(advice, self.setting()))
    }

    /// The start of the data, or of the time in which data could exist; otherwise the reason why the
    /// alarm is not applicable.
    fn since(&self, history: &AlarmMetric) -> Result<Result<Timestamp, &'static str>, Unknown> {
        let first = match history.data.get()? {
            Some(data) if !TunedMetric::is_sparse(self.definition) => Some(data.history.first),
            _ => None,
        };
        let old = |at: &Timestamp| span(*at, history.until) >= 86_400.0 * 7.0;
        match (&self.watched.owner, first) {
            (_, Some(first)) if old(&first) => Ok(Ok(first)),
            (MetricOwner::Service(_), Some(first)) => Ok(Ok(first)),
            (MetricOwner::Service(service), None) => match service.get()? {
                None => Ok(Err(
                    "the dimensions of the alarm name a service that does not exist",
                )),
                Some(service) => match *service.idle.get()? {
                    Some(_) => Ok(Err("the desired count of the service is 0")),
                    None => Err(no_data(history.until)),
                },
            },
            // Without requests or errors a load balancer reports no data, so its age is judged instead.
            (MetricOwner::Balancer(balancer), _) => match balancer.get()? {
                None => Ok(Err(
                    "the dimensions of the alarm name a load balancer that does not exist",
                )),
                Some(created_at) => Ok(Ok(*created_at.get()?)),
            },
        }
    }

    /// The share of the periods that may breach, in thousandths.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the policy allows 0.1 to 5 %"
    )]
    fn thousandths(&self, part: f64) -> u32 {
        // 0.1 × 10 may be slightly less than 1 in binary fractions, and `floor` would make it 0.
        (self.policy.metrics.alarm_percent * 10.0 * part + 1e-5).floor() as u32
    }

    fn never_fires(&self, why: &'static str) -> Verdict {
        let evidence = self
            .setting()
            .note(format!("the alarm can never change to ALARM: {why}"));
        let worst = self
            .watched
            .history
            .ok()
            .and_then(|h| h.data.ok()?.as_ref());
        let worst = worst.map(|data| data.evaluation.worst_but(self.thousandths(1.0)));
        // The average of a count never exceeds 1, and it says nothing about the sum that is needed.
        let by_value = self.definition.statistic.is_some();
        let to_sum = self.watched.tuned == TunedMetric::Alb5xx && self.threshold.high && by_value;
        let advice = if to_sum {
            Advice::Sum
        } else {
            advice(worst, self.threshold, self.highest)
        };
        self.fails(advice, evidence)
    }

    fn fails(&self, advice: Advice, evidence: Evidence) -> Verdict {
        let unit = self.unit();
        let percent = self.policy.metrics.alarm_percent;
        let limit = self.highest.map(|h| format!("{h}{unit}"));
        let evidence = match advice {
            Advice::Use(value) => {
                let reason = match limit {
                    Some(limit) => format!(", and the policy allows up to {limit}"),
                    None => String::new(),
                };
                evidence.expected(format!(
                    "{value}{unit}, which would have been in ALARM for at most {percent} % of \
                     the time{reason}"
                ))
            }
            Advice::OnlyLooser(value) => {
                let limit = limit.unwrap_or_default();
                evidence
                    .expected(format!("at most {limit}, the limit of the policy"))
                    .note(format!(
                        "only a threshold that allows {}{unit} would have been quiet, which is \
                     looser than the policy: fix the service, or change the policy",
                        format_number(value)
                    ))
            }
            Advice::MissingData => evidence.note(
                "data was missing for longer than that, and the alarm treats missing data as \
                 breaching: no threshold would have been quiet",
            ),
            Advice::Sum | Advice::Nothing => evidence,
        };
        let evidence = match self.watched.history.ok() {
            Some(history) => self.evidence(evidence, history),
            None => evidence,
        };
        Verdict::Fail(evidence, retune(self.alarm, self.definition, advice))
    }

    /// The evidence of the threshold that is set.
    fn setting(&self) -> Evidence {
        let definition = self.definition;
        let comparison = definition.comparison.as_deref().unwrap_or_default();
        let period = alarm_metrics(definition).period().unwrap_or_default();
        let statistic = definition
            .statistic
            .as_deref()
            .or(definition.extended_statistic.as_deref());
        let found = format!(
            "{}{} ({comparison}; {} of {} datapoints of {period} s; {})",
            self.threshold.value,
            self.unit(),
            datapoints(definition).unwrap_or(1),
            definition.evaluation_periods.unwrap_or(1),
            statistic.unwrap_or("an expression"),
        );
        Evidence::of("Threshold", found, ALARM_SOURCE)
    }

    /// Adds the history of the metric to the evidence.
    fn evidence(&self, evidence: Evidence, history: &AlarmMetric) -> Evidence {
        let Some(data) = history.data.ok().and_then(Option::as_ref) else {
            return evidence;
        };
        let breached = |value| self.threshold.is_breached_by(value);
        let share = match data.evaluation.share(breached) {
            (_, 0.0) => "0 %".to_owned(),
            (from, to) if from >= to => "100 %".to_owned(),
            (from, to) => format!("{from} to {to} %"),
        };
        let (days, name, unit) = (self.policy.metrics.days, &self.watched.name, self.unit());
        evidence
            .and(
                format!("time in ALARM in {days} days"),
                format_args!("{share} of {} periods", data.evaluation.periods),
                METRICS,
            )
            .expected(format!("at most {} %", self.policy.metrics.alarm_percent))
            .and(
                format!("{name} over {days} days"),
                statistics(&data.history, unit),
                METRICS,
            )
            .and(
                format!("{name}, busiest hours"),
                peak_hours(&data.history, unit),
                METRICS,
            )
    }

    /// The unit of the threshold, with a space before it.
    fn unit(&self) -> &'static str {
        match self.requirement.measure {
            // An expression can have another unit than its metric.
            _ if self.definition.metric.is_none() => "",
            Measure::Percent => " %",
            Measure::Seconds => " s",
            Measure::Count => "",
        }
    }
}

/// The seconds between two times.
#[allow(clippy::cast_precision_loss, reason = "a few weeks of seconds")]
fn span(from: Timestamp, until: Timestamp) -> f64 {
    (until.as_second() - from.as_second()).max(1) as f64
}
