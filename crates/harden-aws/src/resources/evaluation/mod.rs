//! The evaluation of the history of a metric by an alarm, for every threshold at the same time.
//!
//! An alarm goes into ALARM when M of the last N datapoints breach the threshold. For each period, the
//! M-th worst of the last N values decides: the alarm is in ALARM for every threshold that this value
//! breaches, and for no other. The sorted deciding values therefore give, for each threshold, the share
//! of time in ALARM. 65 of them are recorded, more densely where few periods breach.
//!
//! Missing data follows TreatMissingData: `breaching` breaches every threshold and `notBreaching` none.
//! With `missing`, the existing datapoints decide, and the state without any is INSUFFICIENT_DATA. With
//! `ignore`, the state stays. CloudWatch also looks back further than N periods for late datapoints; the
//! number is not documented, so this is left out. Source: "How alarm state is evaluated when data is
//! missing" in the CloudWatch user guide.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::metric_history::short;

/// The settings of an alarm that decide its evaluation.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rule<'a> {
    /// The period in seconds, above 0.
    pub period: i64,
    /// The number of evaluated periods (EvaluationPeriods), at least 1.
    pub of: usize,
    /// The number of periods that must breach (DatapointsToAlarm), at least 1.
    pub datapoints: usize,
    /// Whether high values breach; otherwise low values do.
    pub high: bool,
    /// TreatMissingData.
    pub missing: &'a str,
}

/// The evaluation of the history of a metric by an alarm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// The start of the first period.
    pub since: Timestamp,
    /// The number of evaluated periods.
    pub periods: u32,
    /// The deciding values at the ranks of [`Evaluation::SHARES`], worst first. Null breaches every
    /// threshold (missing data that is treated as breaching). After the end of the list, nothing
    /// breaches.
    pub worst: Vec<Option<f64>>,
}

/// The value that decides for a period.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Decides {
    /// It breaches no threshold.
    Quiet,
    /// It breaches the thresholds that this value breaches.
    Value(f64),
    /// It breaches every threshold.
    Always,
}

impl Evaluation {
    /// The ranks of the recorded values in thousandths of the periods: every thousandth up to 5 %, every
    /// hundredth up to 10 %, every tenth up to 100 %.
    pub const SHARES: [u32; 65] = {
        let mut shares = [0; 65];
        let (mut i, mut share) = (0, 0);
        while i < shares.len() {
            shares[i] = share;
            share += match share {
                0..50 => 1,
                50..100 => 10,
                _ => 100,
            };
            i += 1;
        }
        shares
    };

    /// Evaluates datapoints, by the start of their period in seconds, over the periods from `since`
    /// to `until`.
    #[must_use]
    pub fn of(
        points: &BTreeMap<i64, f64>,
        since: Timestamp,
        until: Timestamp,
        rule: &Rule<'_>,
    ) -> Self {
        let period = rule.period.max(1);
        let begin = since.as_second();
        let seconds = (until.as_second() - begin).max(0);
        let count = usize::try_from(seconds.unsigned_abs().div_ceil(period.unsigned_abs()));
        let mut values: Vec<Option<f64>> = vec![None; count.unwrap_or_default()];
        for (at, value) in points.range(begin..) {
            let index = usize::try_from((at - begin) / period);
            if let Some(slot) = index.ok().and_then(|i| values.get_mut(i)) {
                *slot = Some(*value);
            }
        }
        let mut decided: Vec<Decides> = Vec::with_capacity(values.len());
        for last in 0..values.len() {
            let first = (last + 1).saturating_sub(rule.of.max(1));
            let window = values.get(first..=last).unwrap_or_default();
            let before = decided.last().copied().unwrap_or(Decides::Quiet);
            decided.push(decides(window, before, rule));
        }
        decided.sort_by(|a, b| badness(b, rule.high).total_cmp(&badness(a, rule.high)));
        let worst = Self::SHARES.iter().filter_map(|share| {
            let rank = decided.len() * (*share as usize) / 1000;
            match decided.get(rank.min(decided.len().checked_sub(1)?))? {
                Decides::Quiet => None,
                Decides::Value(value) => Some(Some(short(*value))),
                Decides::Always => Some(None),
            }
        });
        Self {
            since,
            periods: u32::try_from(decided.len()).unwrap_or(u32::MAX),
            worst: worst.collect(),
        }
    }

    /// The deciding value that `thousandths` of the periods exceed. With a threshold that this value does
    /// not breach, the alarm is in ALARM for at most that share.
    #[must_use]
    pub fn worst_but(&self, thousandths: u32) -> Worst {
        let at = Self::SHARES.iter().rposition(|s| *s <= thousandths);
        match at.and_then(|i| self.worst.get(i)) {
            None => Worst::Quiet,
            Some(Some(value)) => Worst::Value(*value),
            Some(None) => Worst::Always,
        }
    }

    /// The share of time in ALARM, in percent: more than the first number, at most the second. `breaches`
    /// returns whether a value breaches the threshold.
    #[must_use]
    pub fn share(&self, breaches: impl Fn(f64) -> bool) -> (f64, f64) {
        let kept = self.worst.iter();
        let breaching = kept.take_while(|value| value.is_none_or(&breaches)).count();
        let percent = |i: usize| {
            let share = Self::SHARES.get(i).copied().unwrap_or(1000);
            f64::from(share) / 10.0
        };
        match breaching.checked_sub(1) {
            None => (0.0, 0.0),
            Some(last) => (percent(last), percent(breaching)),
        }
    }
}

/// The deciding value at a rank.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Worst {
    /// It breaches no threshold.
    Quiet,
    /// This value decides.
    Value(f64),
    /// Missing data breaches every threshold.
    Always,
}

impl Worst {
    /// Whether it breaches a threshold. `breaches` returns whether a value does.
    #[must_use]
    pub fn breaches(self, breaches: impl Fn(f64) -> bool) -> bool {
        match self {
            Self::Quiet => false,
            Self::Value(value) => breaches(value),
            Self::Always => true,
        }
    }
}

fn decides(window: &[Option<f64>], before: Decides, rule: &Rule<'_>) -> Decides {
    let mut there: Vec<f64> = window.iter().flatten().copied().collect();
    there.sort_by(|a, b| worse(*a, *b, rule.high));
    let missing = window.len() - there.len();
    let needed = rule.datapoints.max(1);
    let nth = |n: usize| {
        there
            .get(n.saturating_sub(1))
            .map_or(Decides::Quiet, |v| Decides::Value(*v))
    };
    match rule.missing {
        // a window that begins before the first datapoint is shorter; nothing is missing in it
        "breaching" => match needed.checked_sub(missing) {
            None | Some(0) => Decides::Always,
            Some(rest) => nth(rest),
        },
        "notBreaching" => nth(needed),
        "ignore" if missing > 0 => before,
        _ if missing == 0 => nth(needed),
        _ => nth(needed.min(there.len())),
    }
}

/// Compares values, worst first.
fn worse(a: f64, b: f64, high: bool) -> Ordering {
    if high {
        b.total_cmp(&a)
    } else {
        a.total_cmp(&b)
    }
}

fn badness(decides: &Decides, high: bool) -> f64 {
    match decides {
        Decides::Quiet => f64::NEG_INFINITY,
        Decides::Value(value) if high => *value,
        Decides::Value(value) => -value,
        Decides::Always => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests;
