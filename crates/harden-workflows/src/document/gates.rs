//! Which results of the jobs that a job waits for keep it from running.

use yaml_serde::Value;

use super::value::{entries, text, texts};
use crate::Job;
use crate::expressions::{self, Given, Value as Worth};

/// The events that may start a deployment without a person's decision on it.
const EVENTS: [&str; 6] = [
    "push",
    "release",
    "repository_dispatch",
    "schedule",
    "workflow_call",
    "workflow_run",
];

/// A result of a job, and what `failure()` returns then.
const RESULTS: [(&str, &str, bool); 3] = [
    ("failure", "failure", true),
    ("skipped", "skipped", false),
    // a job is skipped too if one that it waits for failed
    ("skipped-after-failure", "skipped", true),
];

/// Adds to the condition of each job the results with which it does not hold. `jobs` are in the order of
/// the file.
pub(super) fn mark(document: &Value, jobs: &mut [Job]) {
    let raw: Vec<&Value> = entries(document.get("jobs")).map(|(_, job)| job).collect();
    if raw.len() != jobs.len() {
        return;
    }
    for (value, job) in raw.into_iter().zip(jobs) {
        let Some(condition) = job.condition.as_mut().filter(|c| c.after_skip) else {
            continue;
        };
        let named = texts(value.get("needs"));
        if let Some(whole) = text(value.get("if")) {
            let recorded = job.needs.iter().cloned();
            let each = named
                .iter()
                .zip(recorded)
                .map(|(need, recorded)| (recorded, stopping(&whole, need, named.len())));
            condition.stopped_by = each.filter(|(_, results)| !results.is_empty()).collect();
        }
    }
}

/// The results of one job with which a condition does not hold, whatever the others are: `failure`, or
/// `failure on push` if that depends on the event.
fn stopping(condition: &str, need: &str, needs: usize) -> Vec<String> {
    let braced = expressions::split(condition).unwrap_or_default();
    let trimmed = condition.trim();
    let whole = match braced.as_slice() {
        [] => trimmed,
        [one] if trimmed.starts_with("${{") && trimmed.ends_with("}}") => one,
        _ => return Vec::new(),
    };
    let Ok(parsed) = expressions::parse(whole) else {
        return Vec::new();
    };
    let stops = |result: &str, failed: bool, event: Option<&str>| {
        let prefix = format!("needs.{}.", need.to_ascii_lowercase());
        let own = Worth::Text(result.to_owned());
        let context = |path: &str| match path {
            "github.event_name" => event.map_or(Worth::Open, |event| Worth::Text(event.to_owned())),
            "needs.*.result" => {
                let mut all = vec![Worth::Open; needs];
                if let Some(first) = all.first_mut() {
                    *first = own.clone();
                }
                Worth::List(all)
            }
            "needs" => Worth::Parts(vec![own.clone(), Worth::Open]),
            path => match path.strip_prefix(&prefix) {
                Some("result") => own.clone(),
                // a job that did not run has no outputs
                Some(rest) if rest.starts_with("outputs.") && result == "skipped" => Worth::Null,
                _ => Worth::Open,
            },
        };
        let given = Given {
            context: &context,
            success: Some(false),
            failure: Some(failed),
        };
        given.value(&parsed).holds() == Some(false)
    };
    let mut found = Vec::new();
    for (name, result, failed) in RESULTS {
        if stops(result, failed, None) {
            found.push(name.to_owned());
            continue;
        }
        let on = EVENTS
            .iter()
            .filter(|event| stops(result, failed, Some(event)));
        found.extend(on.map(|event| format!("{name} on {event}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::stopping;

    #[test]
    fn results_that_stop_a_job() {
        let list = |text: &str, needs| stopping(text, "test", needs).join(", ");
        let all = "failure, skipped, skipped-after-failure";
        for (text, needs, expected) in [
            ("always()", 1, ""),
            ("always() && needs.test.result == 'success'", 2, all),
            (
                "${{ always() && needs['test'].result == 'success' }}",
                2,
                all,
            ),
            (
                "always() && (needs.test.result == 'success' || needs.test.result == 'skipped')",
                1,
                "failure",
            ),
            (
                "!cancelled() && needs.test.result != 'failure'",
                1,
                "failure",
            ),
            (
                "!failure() && !cancelled()",
                1,
                "failure, skipped-after-failure",
            ),
            (
                "always() && !contains(needs.*.result, 'failure')",
                3,
                "failure",
            ),
            (
                "always() && !contains(join(needs.*.result, ','), 'failure')",
                3,
                "failure",
            ),
            ("always() && join(needs.*.result, '') == 'success'", 1, all),
            (
                "always() && !contains(toJSON(needs), 'failure')",
                2,
                "failure",
            ),
            (
                "always() && !contains(toJSON(needs.*.result), 'failure')",
                2,
                "failure",
            ),
            (
                "always() && !contains(fromJSON('[\"failure\",\"cancelled\"]'), needs.test.result)",
                1,
                "failure",
            ),
            (
                "always() && contains(fromJSON('[\"success\",\"skipped\"]'), needs.test.result)",
                1,
                "failure",
            ),
            (
                "always() && contains('success skipped', needs.test.result)",
                1,
                "failure",
            ),
            ("always() && contains(needs.*.result, 'success')", 1, all),
            ("always() && contains(needs.*.result, 'success')", 2, ""),
            ("always() && needs.other.result == 'success'", 2, ""),
            (
                "always() && case(needs.test.result == 'failure', false, true)",
                1,
                "failure",
            ),
            (
                "always() && needs.test.outputs.ok == 'true'",
                1,
                "skipped, skipped-after-failure",
            ),
            (
                "always() && (github.event_name == 'workflow_dispatch' || needs.test.result != 'failure')",
                1,
                "failure on push, failure on release, failure on repository_dispatch, failure on schedule, failure on workflow_call, failure on workflow_run",
            ),
        ] {
            assert_eq!(list(text, needs), expected, "{text}");
        }
    }
}
