use super::*;

/// An alarm over two metrics, A (m1) and B (m2), that compares an expression.
fn alarm(expression: &str) -> MetricAlarm {
    let queries = serde_json::json!([
        {"id": "e1", "expression": expression, "returns_data": true},
        {"id": "m1", "metric": {"namespace": "N", "name": "A", "dimensions": {}}, "statistic": "Sum", "period": 60,
         "returns_data": false},
        {"id": "m2", "metric": {"namespace": "N", "name": "B", "dimensions": {}}, "statistic": "Sum", "period": 300,
         "returns_data": false},
        {"id": "e2", "expression": "m1 + m2", "returns_data": false},
        {"id": "e3", "expression": "e1", "returns_data": false}
    ]);
    MetricAlarm {
        queries: serde_json::from_value(queries).unwrap(),
        ..MetricAlarm::default()
    }
}

fn names(reading: &AlarmMetrics<'_>) -> String {
    reading.series.iter().map(|s| &*s.metric.name).collect()
}

#[test]
fn sums_keep_the_unit() {
    for (expression, metrics) in [
        ("m1", "A"),
        ("m1+m2", "AB"),
        (" ( m1 ) + (m2)", "AB"),
        ("SUM([m1, m2])", "AB"),
        ("SUM(METRICS())", "AB"),
        ("SUM(METRICS(\"2\"))", "B"),
        ("FILL(m1, 0) + FILL(m2, REPEAT)", "AB"),
        ("e2", "AB"),
        ("SUM([e2])", "AB"),
    ] {
        let alarm = alarm(expression);
        let reading = alarm_metrics(&alarm);
        assert_eq!(reading.form, Form::Sum, "{expression}");
        assert_eq!(names(&reading), metrics, "{expression}");
    }
}

#[test]
fn other_expressions_are_over_their_metrics_too() {
    for (expression, metrics) in [
        ("100 * m1 / m2", "AB"),
        ("m1 - m2", "AB"),
        ("AVG([m1, m2])", "AB"),
        ("AVG(METRICS())", "AB"),
        ("IF(m2 > 10, m1, 0)", "BA"),
        ("m1 * 2", "A"),
        ("m10 + m1", "A"), // m10 is not a query, and not m1
        ("e3", ""),        // a circle
        ("m1 +", "A"),
        ("'m1' + \"m2", ""),
        ("FILL(m1", "A"),
        ("FILL(m1,", "A"),
        ("é€ m1", "A"),
        ("", ""),
    ] {
        let alarm = alarm(expression);
        let reading = alarm_metrics(&alarm);
        assert_eq!(reading.form, Form::Other, "{expression}");
        assert_eq!(names(&reading), metrics, "{expression}");
    }
}

#[test]
fn a_number_in_place_of_missing_data_is_seen() {
    let filled = |expression: &str| {
        let alarm = alarm(expression);
        let reading = alarm_metrics(&alarm);
        reading.series.iter().map(|s| s.filled).collect::<Vec<_>>()
    };
    assert_eq!(filled("FILL(m1, 0) + m2"), [true, false]);
    assert_eq!(filled("FILL(m1 + m2, -1.5)"), [true, true]);
    assert_eq!(filled("FILL(m1, REPEAT)"), [false]);
}

#[test]
fn the_period_is_the_longest() {
    assert_eq!(alarm_metrics(&alarm("m1+m2")).period(), Some(300));
    assert_eq!(alarm_metrics(&alarm("m1")).period(), Some(60));
    assert_eq!(alarm_metrics(&MetricAlarm::default()).period(), None);
}

#[test]
fn a_band_and_a_query_are_told_apart() {
    let mut band = alarm("ANOMALY_DETECTION_BAND(m1, 2)");
    band.threshold_metric_id = Some("e1".to_owned());
    band.queries[1].returns_data = Some(true);
    let reading = alarm_metrics(&band);
    assert_eq!((reading.form, &*names(&reading)), (Form::Band, "A"));

    let insights = alarm("SELECT MAX(CPUUtilization) FROM \"AWS/ECS\"");
    let reading = alarm_metrics(&insights);
    assert_eq!(reading.insights.len(), 1);
    assert!(reading.series.is_empty());
}
