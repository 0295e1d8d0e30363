//! What holds for every text that [`documents`] reads: the tests and a fuzz target share it.

use harden_iam::Policy;

use super::documents;

/// Checks a text, as a file and as a part of an answer of the AWS CLI.
pub(crate) fn check(text: &str) {
    positions_are_in_the_text(text);
    if let Ok(policy) = Policy::parse(text) {
        an_answer_holds_the_same_policy(text, &policy);
    }
}

/// The lines of findings are lines of the text.
fn positions_are_in_the_text(text: &str) {
    for document in documents(text).unwrap_or_default() {
        let place = match document.policy() {
            Ok(policy) => policy.statements().first().and_then(|one| one.position()),
            Err(error) => error.position(),
        };
        if let Some(place) = place {
            let line = usize::try_from(document.position_in_text(place).line).unwrap_or(usize::MAX);
            assert!(line <= text.split('\n').count(), "{place} of {text}");
        }
    }
}

/// A document in an answer of the AWS CLI is parsed to the same policy, with the same relative
/// positions.
fn an_answer_holds_the_same_policy(text: &str, policy: &Policy) {
    if !text.trim_start().starts_with('{') {
        return;
    }
    let before = "{\"Role\": {\n\"AssumeRolePolicyDocument\":\n";
    let answer = format!("{before}{text}}}}}");
    let found = documents(&answer).unwrap_or_default();
    assert_eq!(found.len(), 1, "{answer}");
    let read = found.first().and_then(|one| one.policy().ok());
    assert_eq!(read.as_ref(), Some(policy), "{answer}");
    let line = |policy: &Policy| {
        let first = policy.statements().first().and_then(|one| one.position());
        first.map(|place| place.line)
    };
    assert_eq!(
        read.as_ref().and_then(line),
        line(policy).map(|line| line + 2),
        "{answer}"
    );
}
