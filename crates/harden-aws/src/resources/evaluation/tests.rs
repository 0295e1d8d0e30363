use super::*;

const RULE: Rule<'_> = Rule {
    period: 60,
    of: 1,
    datapoints: 1,
    high: true,
    missing: "missing",
};

fn of(values: &[Option<f64>], rule: Rule<'_>) -> Evaluation {
    let points = (0..).zip(values);
    let points = points.filter_map(|(i, v)| Some((i * 60, (*v)?))).collect();
    let until = Timestamp::from_second(60 * i64::try_from(values.len()).unwrap()).unwrap();
    Evaluation::of(&points, Timestamp::UNIX_EPOCH, until, &rule)
}

/// In how many of the periods a threshold is exceeded, for few periods.
fn over(evaluation: &Evaluation, threshold: f64) -> Vec<f64> {
    let (from, to) = evaluation.share(|v| v > threshold);
    vec![from, to]
}

#[test]
fn shares_are_dense_where_few_breach() {
    assert_eq!(Evaluation::SHARES[10], 10);
    assert_eq!(Evaluation::SHARES[50..56], [50, 60, 70, 80, 90, 100]);
    assert_eq!(Evaluation::SHARES[64], 1000);
}

#[test]
fn every_threshold_at_once() {
    let values: Vec<Option<f64>> = (0..1000).map(|v| Some(f64::from(v))).collect();
    let evaluation = of(&values, RULE);
    assert_eq!(evaluation.periods, 1000);
    assert_eq!(evaluation.worst.len(), 65);
    // 989 is exceeded by ten of a thousand: 1 %
    assert_eq!(evaluation.worst_but(10), Worst::Value(989.0));
    assert_eq!(over(&evaluation, 989.0), [0.9, 1.0]);
    assert_eq!(over(&evaluation, 988.0), [1.0, 1.1]);
    assert_eq!(over(&evaluation, 999.0), [0.0, 0.0]);
    assert_eq!(over(&evaluation, -1.0), [100.0, 100.0]);
    // low values
    let low = of(
        &values,
        Rule {
            high: false,
            ..RULE
        },
    );
    assert_eq!(low.worst_but(10), Worst::Value(10.0));
}

#[test]
fn m_of_n_datapoints_must_breach() {
    let spikes = [9.0, 1.0, 1.0, 9.0, 9.0, 1.0, 1.0, 1.0].map(Some);
    let count = |of_n, datapoints| {
        let rule = Rule {
            of: of_n,
            datapoints,
            ..RULE
        };
        let evaluation = of(&spikes, rule);
        let breaching = evaluation.share(|v| v > 5.0).0;
        (breaching, evaluation.worst_but(0))
    };
    assert_eq!(count(1, 1), (30.0, Worst::Value(9.0)));
    // of two in a row only the fifth
    assert_eq!(count(2, 2), (10.0, Worst::Value(9.0)));
    // two of three: the fifth and the sixth
    assert_eq!(count(3, 2), (20.0, Worst::Value(9.0)));
    assert_eq!(count(3, 3), (0.0, Worst::Value(1.0)));
}

#[test]
fn missing_data_as_the_alarm_takes_them() {
    let half = [
        Some(9.0),
        None,
        None,
        None,
        Some(1.0),
        Some(1.0),
        None,
        None,
    ];
    let share = |missing: &str| {
        let rule = Rule {
            missing,
            of: 2,
            datapoints: 2,
            ..RULE
        };
        of(&half, rule).share(|v| v > 5.0).0
    };
    // the first window is short, and one datapoint is not enough; none but the third, fourth and
    // eighth lack both
    assert_eq!(share("notBreaching"), 0.0);
    assert_eq!(share("missing"), 10.0);
    // the second to the fourth, and the last
    assert_eq!(share("breaching"), 40.0);
    assert_eq!(share("ignore"), 0.0);
    let held = Rule {
        missing: "ignore",
        ..RULE
    };
    assert_eq!(of(&half, held).share(|v| v > 5.0).0, 40.0);
    let always = Rule {
        missing: "breaching",
        ..RULE
    };
    assert_eq!(of(&half, always).worst_but(0), Worst::Always);
}

#[test]
fn nothing_and_everything_missing() {
    let none = of(&[], RULE);
    assert_eq!((none.periods, none.worst_but(0)), (0, Worst::Quiet));
    let missing = of(&[None; 20], RULE);
    assert_eq!(
        (missing.periods, missing.worst_but(1000)),
        (20, Worst::Quiet)
    );
    assert_eq!(missing.share(|_| true), (0.0, 0.0));
}
