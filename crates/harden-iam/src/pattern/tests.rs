use proptest::prelude::*;

use super::*;

fn resource(pattern: &str, text: &str) -> bool {
    Pattern::resource(pattern).matches(text)
}

#[test]
fn actions_match_in_any_case() {
    assert!(action_matches("sns:Publish", "SNS:publish"));
    assert!(action_matches("*", "sns:Publish"));
    assert!(action_matches("sns:*ubl?sh", "sns:Publish"));
    assert!(!action_matches("sns:Publish?", "sns:Publish"));
    assert!(!action_matches("sns:", "sns:Publish"));
    assert!(!action_matches("sns:Publish ", "sns:Publish"));
    assert!(action_matches(
        "kms:GenerateDataKey*",
        "kms:GenerateDataKeyWithoutPlaintext"
    ));
    assert!(Pattern::action("s3:Get*").contains(&Pattern::action("S3:getObject*")));
}

#[test]
fn wildcards_stay_within_segments() {
    let topic = "arn:aws:sns:us-east-2:123456789012:alerts";
    assert!(resource("*", topic));
    assert!(resource("arn:*", topic));
    assert!(resource("arn:aws:sns:*:123456789012:alerts", topic));
    assert!(resource("arn:aws:sns:us-*:alerts", topic));
    assert!(!resource("arn:aws:sns:us-*s", topic));
    assert!(!resource(
        "arn:aws:sns:us-east-2?123456789012:alerts",
        topic
    ));
    assert!(!resource(
        "arn:aws:sns:us-east-2:123456789012:Alerts",
        topic
    ));
    let logs = "arn:aws:logs:us-east-2:123456789012:log-group:web:log-stream:1";
    assert!(resource(
        "arn:aws:logs:us-east-2:123456789012:log-*am:?",
        logs
    ));
}

#[test]
fn backtracks_over_a_star_that_stops_at_a_colon() {
    assert!(resource("a*:b*c:x", "a:zz:bc:x"));
    assert!(!resource("ab*c:x", "ab:c:x"));
}

#[test]
fn a_group_and_its_streams_overlap() {
    // AWS authorizes logs:CreateLogGroup on `…:log-group:NAME:log-stream:`.
    let written = Pattern::resource("arn:aws:logs:us-east-2:1:log-group:/ecs/web:*");
    let authorized = Pattern::resource("arn:*:logs:*:*:log-group:*:log-stream:*");
    assert!(written.overlaps(&authorized));
    assert!(!Pattern::resource("arn:aws:s3:::b").overlaps(&Pattern::resource("arn:*:s3:::*/*")));
}

#[test]
fn containment_is_exact() {
    let covers = |a, b| Pattern::text(a).contains(&Pattern::text(b));
    assert!(covers("*", "arn:*"));
    assert!(covers("a*", "a?b*"));
    assert!(!covers("a?", "a*"));
    assert!(!covers("a*", "*"));
    assert!(covers("a?", "a?"));
    assert!(
        covers("a*?", "a*b"),
        "the star takes nothing, or all but the b"
    );
    assert!(covers("*?", "?*") && covers("?*", "*?"));
    assert!(covers("a*b*", "a*b") && !covers("a*b", "a*b*"));
    assert!(!covers("*ab*", "*a*b*"));
}

#[test]
fn too_expensive_comparisons_are_not_contained() {
    let hard = "*a????????????????????".repeat(40);
    let (outer, inner) = (Pattern::text(&hard), Pattern::text(&"*ab*?".repeat(200)));
    assert!(!outer.contains(&inner));
    let long = Pattern::text(&"a*".repeat(20_000));
    assert!(!long.contains(&long), "too long to tell in time");
    assert!(long.overlaps(&Pattern::text("*")));
}

/// All texts of up to `longest` characters of a small alphabet: `z` is in no pattern.
fn texts(longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last
            .iter()
            .flat_map(|text| ['a', 'b', ':', 'z'].map(|c| format!("{text}{c}")))
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// What the words of the documentation say, without an automaton.
fn brute(pattern: &[Token], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some((Token::Many { colon }, rest)), _) => (0..=text.len())
            .take_while(|&n| *colon || !text[..n].contains(&':'))
            .any(|n| brute(rest, &text[n..])),
        (Some((Token::One { colon }, rest)), Some((c, after))) => {
            (*colon || *c != ':') && brute(rest, after)
        }
        (Some((Token::Literal(wanted), rest)), Some((c, after))) => {
            wanted == c && brute(rest, after)
        }
        (Some(_), None) => false,
    }
}

fn token() -> impl Strategy<Value = Token> {
    prop_oneof![
        Just(Token::Literal('a')),
        Just(Token::Literal('b')),
        Just(Token::Literal(':')),
        any::<bool>().prop_map(|colon| Token::One { colon }),
        any::<bool>().prop_map(|colon| Token::Many { colon }),
    ]
}

fn pattern() -> impl Strategy<Value = Vec<Token>> {
    prop::collection::vec(token(), 0..5)
}

proptest! {
    // Texts of six characters tell patterns of up to four tokens apart: a counterexample needs
    // at most a few characters under each star.
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 150 } else { 2000 }))]

    #[test]
    fn results_equal_those_of_brute_force(a in pattern(), b in pattern()) {
        let (mut both, mut only_b) = (false, None);
        for text in texts(6) {
            let chars: Vec<char> = text.chars().collect();
            let (in_a, in_b) = (brute(&a, &chars), brute(&b, &chars));
            prop_assert_eq!(matches(&a, text.chars()), in_a, "{} {:?}", text, a);
            both |= in_a && in_b;
            if in_b && !in_a {
                only_b.get_or_insert(text);
            }
        }
        prop_assert_eq!(overlaps(&a, &b), both, "{:?} {:?}", a, b);
        prop_assert_eq!(overlaps(&b, &a), both, "{:?} {:?}", a, b);
        prop_assert_eq!(contains(&a, &b), only_b.is_none(), "{:?} {:?} {:?}", a, b, only_b);
    }

    #[test]
    fn the_fast_match_equals_the_automaton(pattern in "[aB?*]{0,8}", text in "[Ab]{0,8}") {
        prop_assert_eq!(matches_ignoring_case(&pattern, &text), Pattern::action(&pattern).matches(&text));
    }

    #[test]
    fn patterns_without_wildcards_are_compared_as_text(a in "[a-c:]{0,6}", b in "[a-c:]{0,6}") {
        prop_assert_eq!(resource(&a, &b), a == b);
        prop_assert!(resource(&a, &a));
    }

    #[test]
    fn long_patterns_are_compared_in_time(a in "[ab?*:]{0,200}", b in "[ab?*:]{0,200}") {
        let (a, b) = (Pattern::resource(&a), Pattern::resource(&b));
        prop_assert!(a.overlaps(&a) && a.matches(&b.to_string()) <= a.overlaps(&b));
        if a.contains(&b) {
            prop_assert!(a.overlaps(&b));
        }
    }
}
