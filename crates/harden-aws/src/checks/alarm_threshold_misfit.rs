use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};
use jiff::Timestamp;

use crate::AwsPolicy;
use crate::coverage::wanted;
use crate::remediations::retune;
use crate::resources::{Alarm, AlarmDefinition, AlarmMetric, MetricAlarm, TunedMetric};
use crate::threshold::{Advice, Threshold, advice, highest, measure, out_of_reach};
use crate::views::{
    ALARM_SOURCE, LEAST_DAYS, METRICS, Measure, SCALING, Thing, TunedAlarm, Wanted, Watched,
    alarm_metrics, covers, datapoints, enough, is_scaling_alarm, no_data, numbers, peak_hours,
    shown,
};

pub(crate) static CHECK: Rule<TunedAlarm, AwsPolicy> = Rule::new(Meta::new("aws/alarm-threshold-misfit", "The thresholds of alarms fit what their metrics do", Severity::Low,)
.tags(&["guide:3"])
.remediation("Set the threshold that would have been quiet; where the policy allows none, the service needs work.")
.page(include_str!("alarm_threshold_misfit.md"))
.since("0.1.0"), judge,);

fn judge(tuned: &TunedAlarm, j: &Judging<AwsPolicy>) -> Judgement {
    let alarm = &*tuned.alarm;
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    let AlarmDefinition::Metric(definition) = alarm.definition.get()? else {
        return Ok(Verdict::not_applicable(
            "a composite alarm watches alarms, not a metric",
        ));
    };
    let Some(watched) = &tuned.watched else {
        return Ok(Verdict::not_applicable(
            "it is on none of the metrics that the guide has thresholds for",
        ));
    };
    if definition.threshold_metric_id.is_some() {
        return Ok(Verdict::not_applicable(
            "an anomaly detection band follows its metric by itself",
        ));
    }
    let threshold = Threshold::of(definition).ok_or_else(|| {
        Unknown::undetermined("it has no threshold, or one that is compared in an unknown way")
            .during(ALARM_SOURCE)
    })?;
    let wanted = limit(watched.tuned, j.policy);
    let case = Case {
        alarm,
        definition,
        watched,
        threshold,
        highest: highest(definition, threshold, &wanted),
        wanted,
        policy: j.policy,
    };
    let out_of_reach = out_of_reach(definition, threshold, watched);
    if let Ok(Some(why)) = out_of_reach {
        return Ok(case.never_fires(why));
    }
    // one that fired can fire, whatever is not known of what it is of
    match (case.against_history()?, out_of_reach) {
        (Verdict::Pass(_), Err(unknown)) => Err(unknown),
        (verdict, _) => Ok(verdict),
    }
}

/// What the policy asks of an alarm on a metric.
fn limit(tuned: TunedMetric, policy: &AwsPolicy) -> Wanted {
    let alarms = &policy.alarms;
    let max = match tuned {
        TunedMetric::EcsCpu => alarms.ecs_cpu_percent,
        TunedMetric::EcsMemory => alarms.ecs_memory_percent,
        TunedMetric::Alb5xx => alarms.alb_5xx_count,
        TunedMetric::AlbLatency => alarms.alb_latency_seconds,
    };
    wanted(measure(tuned), max, policy)
}

/// An alarm with its threshold, its metric and what the policy asks.
struct Case<'a> {
    alarm: &'a Alarm,
    definition: &'a MetricAlarm,
    watched: &'a Watched,
    threshold: Threshold,
    /// The highest threshold that the policy allows.
    highest: Option<f64>,
    wanted: Wanted,
    policy: &'a AwsPolicy,
}

impl Case<'_> {
    /// Whether the alarm would have been in ALARM too often.
    fn against_history(&self) -> Judgement {
        let history = self.watched.history.get()?;
        covers(history.from, history.until, self.policy.metrics.days)?;
        let data = history.data.get()?;
        let since = match self.since(history)? {
            Ok(since) => since,
            Err(reason) => return Ok(Verdict::not_applicable(reason)),
        };
        enough(since, history.until, LEAST_DAYS)?;
        let Some(data) = data else {
            let days = self.policy.metrics.days;
            let evidence =
                self.setting()
                    .and("datapoints", format_args!("none in {days} days"), METRICS);
            let missing = self.definition.treat_missing_data.as_deref();
            return Ok(match missing {
                // in ALARM all the time
                Some("breaching") => self.fails(Advice::MissingData, evidence),
                _ => Verdict::Pass(evidence),
            });
        };
        let evaluation = &data.evaluation;
        // periods before a load balancer was made do not count
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

    /// Since when there are data, or could have been; else why the alarm is not judged.
    fn since(&self, history: &AlarmMetric) -> Result<Result<Timestamp, &'static str>, Unknown> {
        let first = match history.data.get()? {
            Some(data) if !TunedMetric::is_sparse(self.definition) => Some(data.history.first),
            _ => None,
        };
        let old = |at: &Timestamp| span(*at, history.until) >= 86_400.0 * 7.0;
        match (&self.watched.thing, first) {
            (_, Some(first)) if old(&first) => Ok(Ok(first)),
            (Thing::Service(_), Some(first)) => Ok(Ok(first)),
            (Thing::Service(service), None) => match service.get()? {
                None => Ok(Err("its dimensions name a service that does not exist")),
                Some(service) => match *service.idle.get()? {
                    Some(_) => Ok(Err("nothing of its service is meant to run")),
                    None => Err(no_data(history.until)),
                },
            },
            // what no request or no error reports
            (Thing::Balancer(balancer), _) => match balancer.get()? {
                None => Ok(Err(
                    "its dimensions name a load balancer that does not exist",
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
        // a hundredth of a thousandth is what binary fractions may take away
        (self.policy.metrics.alarm_percent * 10.0 * part + 1e-5).floor() as u32
    }

    fn never_fires(&self, why: &'static str) -> Verdict {
        let evidence = self.setting().note(format!("it can never fire: {why}"));
        let worst = self
            .watched
            .history
            .ok()
            .and_then(|h| h.data.ok()?.as_ref());
        let worst = worst.map(|data| data.evaluation.worst_but(self.thousandths(1.0)));
        // out of reach of a count's average: what was measured of it tells nothing of its sum
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
            Advice::Have(value) => {
                let reason = match limit {
                    Some(limit) => format!(", and the policy allows up to {limit}"),
                    None => String::new(),
                };
                evidence.expected(format!(
                    "{value}{unit}: it would have been in ALARM in at most {percent} % of the time{reason}"
                ))
            }
            Advice::OnlyLooser(value) => {
                let limit = limit.unwrap_or_default();
                evidence.expected(format!("at most {limit}, by the policy")).note(format!(
                    "only a threshold that lets {}{unit} pass would have been quiet, which is looser \
                     than the policy: the service needs work, or the policy a change",
                    shown(value)
                ))
            }
            Advice::MissingData => evidence.note(
                "data were missing for longer than that, and it takes missing data for breaching: no \
                 threshold would have been quiet",
            ),
            Advice::Sum | Advice::Nothing => evidence,
        };
        let evidence = match self.watched.history.ok() {
            Some(history) => self.evidence(evidence, history),
            None => evidence,
        };
        Verdict::Fail(evidence, retune(self.alarm, self.definition, advice))
    }

    /// What is set.
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

    /// What the metric did.
    fn evidence(&self, evidence: Evidence, history: &AlarmMetric) -> Evidence {
        let Some(data) = history.data.ok().and_then(Option::as_ref) else {
            return evidence;
        };
        let breached = |value| self.threshold.is_breached_by(value);
        let share = match data.evaluation.share(breached) {
            (_, 0.0) => "none".to_owned(),
            (from, to) if from >= to => "all".to_owned(),
            (from, to) => format!("{from} to {to} %"),
        };
        let (days, name, unit) = (self.policy.metrics.days, &self.watched.name, self.unit());
        evidence
            .and(
                format!("time in ALARM, of {days} days"),
                format_args!("{share} of {} periods", data.evaluation.periods),
                METRICS,
            )
            .expected(format!("at most {} %", self.policy.metrics.alarm_percent))
            .and(
                format!("{name} over {days} days"),
                numbers(&data.history, unit),
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
        match self.wanted.measure {
            // an expression may be in another
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
