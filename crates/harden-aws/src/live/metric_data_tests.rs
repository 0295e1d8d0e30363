use aws_smithy_types::DateTime;

use super::*;

fn asked(period: i64) -> Query {
    Query {
        metric: Metric {
            namespace: "AWS/ECS".to_owned(),
            name: "CPUUtilization".to_owned(),
            dimensions: crate::resources::Dimensions::default(),
        },
        statistic: "Average".to_owned(),
        period,
        unit: None,
        account: None,
    }
}

fn sizes(periods: &[i64]) -> Vec<(usize, usize)> {
    let queries: Vec<Query> = periods.iter().map(|p| asked(*p)).collect();
    let until = Timestamp::from_second(14 * 86_400).unwrap();
    let window = Window {
        from: Timestamp::UNIX_EPOCH,
        until,
    };
    let batches = batches(&queries, window);
    batches
        .into_iter()
        .map(|(start, batch)| (start, batch.len()))
        .collect()
}

#[test]
fn an_answer_is_one_page() {
    assert_eq!(sizes(&[]), []);
    // 20,161 datapoints each: four fit
    assert_eq!(sizes(&[60; 6]), [(0, 4), (4, 2)]);
    assert_eq!(sizes(&[86_400; 501]), [(0, 500), (500, 1)]);
}

fn result(id: &str, status: StatusCode, times: &[i64], values: &[f64]) -> MetricDataResult {
    MetricDataResult::builder()
        .id(id)
        .status_code(status)
        .set_timestamps(Some(
            times.iter().map(|t| DateTime::from_secs(*t)).collect(),
        ))
        .set_values(Some(values.to_vec()))
        .build()
}

#[test]
fn pages_are_put_together() {
    let all = by_id(vec![
        result("q0", StatusCode::PartialData, &[0, 60], &[1.0, 2.0]),
        result("q1", StatusCode::Forbidden, &[], &[]),
        result("q2", StatusCode::PartialData, &[0], &[1.0]),
        result("q3", StatusCode::Complete, &[0, 60], &[1.0]),
        result("q0", StatusCode::Complete, &[120], &[3.0]),
    ]);
    let whole = all["q0"].as_ref().unwrap();
    assert_eq!(whole.values().copied().collect::<Vec<_>>(), [1.0, 2.0, 3.0]);
    assert_eq!(all["q1"].as_ref().unwrap_err().cause, Cause::Denied);
    assert_eq!(all["q2"].as_ref().unwrap_err().cause, Cause::Failed);
    assert!(all["q3"].is_err());
}
