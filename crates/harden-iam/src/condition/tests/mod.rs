use super::*;
use crate::request::{Context, Principal};

/// The truth of `operator: {k: wanted}` where the request has these values of `k`.
fn judge(operator: &str, wanted: &[&str], actual: Option<&[&str]>) -> Truth {
    let context = Context::absent_otherwise();
    let context = match actual {
        Some(values) => context.with_values("K", values.iter().copied()),
        None => context,
    };
    judge_in(operator, wanted, &context)
}

fn judge_in(operator: &str, wanted: &[&str], context: &Context) -> Truth {
    let view = RequestKeys::new(context, &Principal::Anonymous);
    let values = wanted.iter().map(|&v| v.to_owned()).collect();
    let condition = Condition {
        operator: operator.into(),
        key: "k".into(),
        values,
        places: Default::default(),
    };
    holds(&condition, Version::V2012, &view)
}

#[track_caller]
fn check(operator: &str, wanted: &[&str], matching: &[&str], others: &[&str]) {
    let expected = [(matching, true), (others, false)];
    for (values, expected) in expected {
        for value in values {
            let truth = judge(operator, wanted, Some(&[value]));
            assert_eq!(truth, expected.into(), "{operator} {wanted:?} {value}");
        }
    }
}

/// An operator and its negation.
#[track_caller]
fn pair(positive: &str, negated: &str, wanted: &[&str], matching: &[&str], others: &[&str]) {
    check(positive, wanted, matching, others);
    check(negated, wanted, others, matching);
    assert_eq!(judge(positive, wanted, None), Truth::False);
    assert_eq!(judge(negated, wanted, None), Truth::True);
}

#[test]
fn strings_are_compared() {
    pair(
        "StringEquals",
        "StringNotEquals",
        &["a", "b*"],
        &["a", "b*"],
        &["A", "bc", "ab"],
    );
    let insensitive = ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"];
    pair(
        insensitive[0],
        insensitive[1],
        &["Ab", "É"],
        &["aB", "é"],
        &["a"],
    );
    pair(
        "StringLike",
        "StringNotLike",
        &["a?c*", "z"],
        &["abc", "abcd:e", "z"],
        &["ac", "Abc"],
    );
}

#[test]
fn numbers_are_compared() {
    pair(
        "NumericEquals",
        "NumericNotEquals",
        &["10", "2.5"],
        &["10", "10.0", "2.50"],
        &["11", "x"],
    );
    check(
        "NumericLessThan",
        &["10"],
        &["9.9", "-1"],
        &["10", "11", "ten", "NaN"],
    );
    check("NumericLessThanEquals", &["10"], &["10", "1e1"], &["10.1"]);
    check("NumericGreaterThan", &["10"], &["11"], &["10", "inf"]);
    check("NumericGreaterThanEquals", &["10"], &["10"], &["9"]);
    check(
        "NumericEquals",
        &["9007199254740993"],
        &["9007199254740993"],
        &["9007199254740992"],
    );
    assert_eq!(
        judge("NumericEquals", &["ten"], Some(&["10"])),
        Truth::unknown("k")
    );
}

#[test]
fn dates_are_compared() {
    let noon = "2026-03-01T12:00:00Z";
    let same = [
        noon,
        "2026-03-01T13:00:00+01:00",
        "1772366400",
        "2026-03-01T12:00Z",
    ];
    pair(
        "DateEquals",
        "DateNotEquals",
        &[noon],
        &same,
        &["2026-03-01", "2026", "noon", "2026-03-01T12:00:00"],
    );
    check(
        "DateLessThan",
        &["2026-03"],
        &["2026-02-28T23:59:59.999Z"],
        &["2026-03-01T00:00:00Z"],
    );
    check(
        "DateLessThanEquals",
        &["2026"],
        &["2026-01-01T00:00:00Z"],
        &["2026-01-02"],
    );
    check(
        "DateGreaterThan",
        &["2026-03-01"],
        &["2026-03-01T00:00:01Z"],
        &["2026-03-01T00:00:00Z"],
    );
    check(
        "DateGreaterThanEquals",
        &["0"],
        &["1970-01-01T00:00:00Z"],
        &["1969-12-31"],
    );
    for wrong in ["2026-13", "2026-1-1", "2026-01-01-01", "", "-5"] {
        assert_eq!(
            judge("DateEquals", &[wrong], Some(&[noon])),
            Truth::unknown("k"),
            "{wrong}"
        );
    }
}

#[test]
fn booleans_and_bytes_are_compared() {
    check("Bool", &["true"], &["true", "True"], &["false", "1"]);
    check("Bool", &["true", "false"], &["true", "false"], &["no"]);
    assert_eq!(
        judge("Bool", &["yes"], Some(&["true"])),
        Truth::unknown("k")
    );
    assert_eq!(judge("Bool", &["false"], None), Truth::False);
    check(
        "BinaryEquals",
        &["QmluYXJ5IQ=="],
        &["QmluYXJ5IQ==", "QmluYXJ5IQ"],
        &["QmluYXJ5", "!"],
    );
    assert_eq!(
        judge("BinaryEquals", &["*"], Some(&["QQ=="])),
        Truth::unknown("k")
    );
}

#[test]
fn addresses_are_compared() {
    let ranges = ["203.0.113.0/24", "2001:db8::/33", "192.0.2.1"];
    let inside = ["203.0.113.255", "2001:db8::1", "192.0.2.1"];
    let outside = [
        "203.0.112.255",
        "2001:db8:8000::1",
        "192.0.2.2",
        "::ffff:203.0.113.1",
        "x",
    ];
    pair("IpAddress", "NotIpAddress", &ranges, &inside, &outside);
    check("IpAddress", &["0.0.0.0/0"], &["8.8.8.8"], &["::1"]);
    check("IpAddress", &["::/0"], &["::1"], &["8.8.8.8"]);
    for wrong in ["10.0.0.0/33", "10.0.0", "10.0.0.0/x", "::/129"] {
        assert_eq!(
            judge("IpAddress", &[wrong], Some(&["10.0.0.1"])),
            Truth::unknown("k"),
            "{wrong}"
        );
    }
}

#[test]
fn arns_are_compared_part_by_part() {
    let alarm = "arn:aws:cloudwatch:us-east-2:123456789012:alarm:cpu";
    let wanted = ["arn:aws:cloudwatch:*:123456789012:alarm:*"];
    let others = [
        "arn:aws:cloudwatch:us-east-2:999999999999:alarm:cpu",
        "alarm:cpu",
        "*",
    ];
    pair("ArnLike", "ArnNotLike", &wanted, &[alarm], &others);
    pair("ArnEquals", "ArnNotEquals", &wanted, &[alarm], &others);
    check("ArnLike", &["*"], &[alarm], &["x"]);
    check(
        "ArnLike",
        &["arn:aws:s3:*:*:b"],
        &["arn:aws:s3:::b"],
        &["arn:aws:s3:::bb"],
    );
    // A star stays in its part, where a string's goes anywhere.
    let crossing = "arn:aws:cloudwatch:*:alarm:cpu:x";
    check(
        "ArnLike",
        &[crossing],
        &[],
        &["arn:aws:cloudwatch:r:1:2:alarm:cpu:x"],
    );
    check(
        "StringLike",
        &[crossing],
        &["arn:aws:cloudwatch:r:1:2:alarm:cpu:x"],
        &[],
    );
    // Fewer parts than six: documented for `*` alone.
    assert_eq!(
        judge("ArnLike", &["arn:aws:cloudwatch:*"], Some(&[alarm])),
        Truth::unknown("k")
    );
    assert_eq!(
        judge("ArnLike", &["arn:aws:sns:*"], Some(&[alarm])),
        Truth::False
    );
}

mod presence;
