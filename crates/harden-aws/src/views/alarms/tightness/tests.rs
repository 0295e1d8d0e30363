use super::*;
use crate::views::alarms::metrics::alarm_metrics;

fn judge(measure: Measure, max: f64, edit: impl FnOnce(&mut MetricAlarm)) -> String {
    let mut alarm = MetricAlarm {
        metric: Some(crate::resources::Metric {
            namespace: "N".to_owned(),
            name: "M".to_owned(),
            dimensions: crate::resources::Dimensions::default(),
        }),
        statistic: Some(
            if measure == Measure::Count {
                "Sum"
            } else {
                "Average"
            }
            .to_owned(),
        ),
        period: Some(300),
        evaluation_periods: Some(2),
        threshold: Some(max),
        comparison: Some("GreaterThanThreshold".to_owned()),
        ..MetricAlarm::default()
    };
    edit(&mut alarm);
    let required = AlarmRequirement {
        measure,
        max,
        max_delay: 900.0,
    };
    match judge_tightness(&alarm, &alarm_metrics(&alarm), &required) {
        Tightness::Tight => "tight".to_owned(),
        Tightness::NotJudged(_) => "not judged".to_owned(),
        Tightness::Loose(faults) => {
            let words: Vec<_> = faults.iter().map(|f| format!("{:?}", f.way)).collect();
            words.join(" ")
        }
    }
}

fn percent(edit: impl FnOnce(&mut MetricAlarm)) -> String {
    judge(Measure::Percent, 85.0, edit)
}

fn count(edit: impl FnOnce(&mut MetricAlarm)) -> String {
    judge(Measure::Count, 10.0, edit)
}

fn text(word: &str) -> Option<String> {
    Some(word.to_owned())
}

#[test]
fn comparisons() {
    assert_eq!(percent(|_| {}), "tight");
    assert_eq!(
        percent(|a| a.comparison = text("GreaterThanOrEqualToThreshold")),
        "tight"
    );
    assert_eq!(
        percent(|a| a.comparison = text("LessThanThreshold")),
        "Comparison"
    );
    assert_eq!(percent(|a| a.comparison = None), "Comparison");
}

#[test]
fn statistics() {
    for (statistic, level, counted) in [
        ("Average", "tight", "Statistic"),
        ("Maximum", "tight", "Statistic"),
        ("Minimum", "Statistic", "Statistic"),
        ("Sum", "Statistic", "tight"),
        ("SampleCount", "Statistic", "Statistic"),
        ("p50", "tight", "Statistic"),
        ("p99.9", "tight", "Statistic"),
        ("p49", "Statistic", "Statistic"),
        ("tm99", "not judged", "not judged"),
        ("PR(:5)", "not judged", "not judged"),
    ] {
        let set = |a: &mut MetricAlarm| a.statistic = text(statistic);
        assert_eq!(percent(set), level, "{statistic}");
        assert_eq!(count(set), counted, "{statistic}");
    }
    assert_eq!(percent(|a| a.statistic = None), "Statistic");
    let extended = |a: &mut MetricAlarm| {
        a.statistic = None;
        a.extended_statistic = text("p90");
    };
    assert_eq!(percent(extended), "tight");
}

#[test]
fn thresholds() {
    assert_eq!(percent(|a| a.threshold = Some(85.5)), "Threshold");
    assert_eq!(percent(|a| a.threshold = Some(10.0)), "tight");
    assert_eq!(percent(|a| a.threshold = None), "Threshold");
    let per = |threshold: f64, period: i64| {
        count(|a| {
            a.threshold = Some(threshold);
            a.period = Some(period);
            a.evaluation_periods = Some(1);
        })
    };
    assert_eq!(per(10.0, 300), "tight");
    assert_eq!(per(11.0, 300), "Threshold");
    assert_eq!(per(2.0, 60), "tight");
    assert_eq!(per(10.0, 60), "Threshold");
    assert_eq!(per(30.0, 900), "tight");
}

#[test]
fn delays() {
    let delay = |period, evaluated, to_alarm| {
        percent(|a| {
            a.period = period;
            a.evaluation_periods = evaluated;
            a.datapoints_to_alarm = to_alarm;
        })
    };
    assert_eq!(delay(Some(300), Some(3), None), "tight");
    assert_eq!(delay(Some(300), Some(4), None), "Delay");
    assert_eq!(delay(Some(300), Some(4), Some(3)), "tight");
    assert_eq!(delay(Some(1800), Some(1), None), "Delay");
    assert_eq!(delay(None, Some(1), None), "Delay");
    assert_eq!(delay(Some(300), None, None), "Delay");
}

#[test]
fn a_unit_that_the_metric_lacks_gets_no_data() {
    assert_eq!(percent(|a| a.unit = text("Percent")), "tight");
    assert_eq!(percent(|a| a.unit = text("Bytes")), "Unit");
}

#[test]
fn bands_look_up_or_not() {
    let band = |comparison: &str| {
        percent(|a| {
            a.threshold_metric_id = text("ad1");
            a.comparison = text(comparison);
        })
    };
    assert_eq!(band("GreaterThanUpperThreshold"), "not judged");
    assert_eq!(band("LessThanLowerThreshold"), "Comparison");
}
