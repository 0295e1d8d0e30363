//! Keys that are absent, empty, unknown or have several values; and variables.

use super::*;
use crate::variable::{Piece, split_variables};

#[test]
fn null_checks_the_presence_of_the_key() {
    assert_eq!(judge("Null", &["true"], None), Truth::True);
    assert_eq!(judge("Null", &["true"], Some(&["x"])), Truth::False);
    assert_eq!(judge("Null", &["false"], Some(&["x"])), Truth::True);
    assert_eq!(judge("Null", &["false"], None), Truth::False);
    assert_eq!(
        judge("Null", &["false"], Some(&[])),
        Truth::False,
        "no values is no key"
    );
    assert_eq!(judge("Null", &["x"], None), Truth::unknown("k"));
}

#[test]
fn if_exists_matches_an_absent_key() {
    for operator in [
        "StringEqualsIfExists",
        "ForAnyValue:StringLikeIfExists",
        "BoolIfExists",
    ] {
        assert_eq!(judge(operator, &["true"], None), Truth::True, "{operator}");
        assert_eq!(
            judge(operator, &["true"], Some(&["no"])),
            Truth::False,
            "{operator}"
        );
    }
}

#[test]
fn set_operators_compare_all_values() {
    let (all, any) = ("ForAllValues:StringLike", "ForAnyValue:StringLike");
    let wanted = ["a*", "b"];
    let cases: [(&[&str], bool, bool); 5] = [
        (&["a1", "b"], true, true),
        (&["a1", "c"], false, true),
        (&["c"], false, false),
        (&[], true, false),
        (&[""], true, false),
    ];
    for (actual, for_all, for_any) in cases {
        assert_eq!(
            judge(all, &wanted, Some(actual)),
            for_all.into(),
            "{actual:?}"
        );
        assert_eq!(
            judge(any, &wanted, Some(actual)),
            for_any.into(),
            "{actual:?}"
        );
    }
    let (all, any) = (
        "ForAllValues:StringNotEquals",
        "ForAnyValue:StringNotEquals",
    );
    assert_eq!(judge(all, &["a"], Some(&["b", "a"])), Truth::False);
    assert_eq!(judge(any, &["a"], Some(&["b", "a"])), Truth::True);
    assert_eq!(
        (judge(all, &["a"], None), judge(any, &["a"], None)),
        (Truth::True, Truth::False)
    );
}

#[test]
fn several_values_without_a_set_operator_can_be_unknown() {
    assert_eq!(
        judge("StringEquals", &["a", "b"], Some(&["a", "b"])),
        Truth::True
    );
    assert_eq!(
        judge("StringEquals", &["a"], Some(&["b", "c"])),
        Truth::False
    );
    assert_eq!(
        judge("StringEquals", &["a"], Some(&["a", "c"])),
        Truth::unknown("k")
    );
}

#[test]
fn unknown_keys_give_unknown_results() {
    let unknown = Context::unknown_otherwise();
    assert_eq!(
        judge_in("StringEqualsIfExists", &["a"], &unknown),
        Truth::unknown("k")
    );
    assert_eq!(
        judge_in(
            "Null",
            &["true"],
            &Context::absent_otherwise().with_unknown("k")
        ),
        Truth::unknown("k")
    );
    for operator in [
        "StringMatches",
        "NullIfExists",
        "ForAnyValue:Null",
        "ForSome:Bool",
        "Equals",
        "",
    ] {
        assert_eq!(
            judge(operator, &["a"], Some(&["a"])),
            Truth::unknown(operator)
        );
    }
    assert_eq!(
        judge("StringEquals", &[], Some(&["a"])),
        Truth::unknown("k")
    );
    assert_eq!(judge("sTRINGeQUALS", &["a"], Some(&["a"])), Truth::True);
}

#[test]
fn variables_are_replaced() {
    let context = Context::absent_otherwise()
        .with("k", "home/ann/x")
        .with("aws:username", "ann")
        .with("x:star", "*")
        .with_values("x:two", ["a", "b"])
        .with_unknown("x:unknown");
    let like = |wanted: &str| judge_in("StringLike", &[wanted], &context);
    assert_eq!(like("home/${aws:UserName}/*"), Truth::True);
    assert_eq!(
        like("home/${x:star}/x"),
        Truth::False,
        "a star of a value is no wildcard"
    );
    assert_eq!(like("home/${aws:none, 'ann'}/x"), Truth::True);
    assert_eq!(like("home/${aws:username, 'bob'}/x"), Truth::True);
    assert_eq!(like("home/${aws:none}*"), Truth::False);
    assert_eq!(like("home/${x:two}/x"), Truth::unknown("x:two"));
    assert_eq!(like("home/${x:unknown}/x"), Truth::unknown("x:unknown"));
    assert_eq!(like("work/${x:unknown}/x"), Truth::False);
    assert_eq!(
        judge_in("StringNotLike", &["home/${aws:none}*"], &context),
        Truth::unknown("aws:none")
    );
    assert_eq!(
        judge_in("StringNotLike", &["work/${aws:none}"], &context),
        Truth::True
    );
    let arn = Context::absent_otherwise()
        .with("k", "arn:aws:iam::1:role/a")
        .with("x:arn", "arn:aws:iam::1");
    assert_eq!(judge_in("ArnLike", &["${x:arn}:role/*"], &arn), Truth::True);
    assert_eq!(
        judge_in("ArnLike", &["${x:none}:role/*"], &arn),
        Truth::False
    );
}

#[test]
fn escapes_are_literals_and_broken_variables_are_text() {
    check("StringLike", &["a${*}b${?}${$}"], &["a*b?$"], &["axb?$"]);
    check("StringEquals", &["${*}"], &["*"], &["${*}"]);
    for text in ["${", "${a", "${a, b}", "${a, 'b}", "$a}", "${a, 'b' c}"] {
        assert_eq!(split_variables(text, Version::V2012), [Piece::Text(text)]);
    }
    assert_eq!(
        split_variables("x${a}", Version::V2008),
        [Piece::Text("x${a}")]
    );
}
