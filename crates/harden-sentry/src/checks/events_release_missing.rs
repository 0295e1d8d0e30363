use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::SentryPolicy;
use crate::resources::ErrorEvents;

pub(crate) static CHECK: Rule<ErrorEvents, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/events-release-missing",
        "Error events have a release",
        Severity::Medium,
    )
    .tags(&["guide:1"])
    .remediation("Set the release of the SDK to the SHA of the commit that is built.")
    .page(include_str!("events_release_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "GET /projects/{organization}/{project}/events/";

fn judge(events: &ErrorEvents, j: &Judging<SentryPolicy>) -> Judgement {
    let newest = events.newest.get()?;
    let production = &j.policy.environment;
    let (mut without, mut all, mut unknown) = (0_usize, 0_usize, None);
    for event in newest {
        // an event without an environment can be production's, so it counts
        match event.environment.get() {
            Ok(Some(other)) if other != production => continue,
            Ok(_) => {}
            Err(reason) => {
                unknown.get_or_insert(reason);
                continue;
            }
        }
        match event.release.get() {
            Ok(release) => {
                all += 1;
                without += usize::from(release.is_none());
            }
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    let evidence = Evidence::of(
        "events without a release",
        format_args!("{without} of {all}"),
        SOURCE,
    )
    .expected("0");
    if without > 0 {
        return Ok(Verdict::Fail(evidence, remediation()));
    }
    if let Some(reason) = unknown {
        return Err(reason.into());
    }
    if all == 0 {
        if *events.more.get()? {
            return Err(Unknown::undetermined(format!(
                "the newest {} error events are all from other environments than {production}, and \
                 older events were not read: let other environments send to a separate project",
                newest.len()
            )));
        }
        return Ok(Verdict::not_applicable(
            "no recent error events from production",
        ));
    }
    Ok(Verdict::Pass(evidence))
}

/// The release is set where the application is built and started, which no API call can do.
fn remediation() -> Remediation {
    Remediation::new("give the SDK the release")
        .step(Step::by_hand(
            "Set SENTRY_RELEASE to the commit's full SHA where the application is built and \
             started, or pass it as `release` to Sentry.init",
        ))
        .step(Step::by_hand(
            "Deploy. Earlier events stay without a release",
        ))
        .link("https://docs.sentry.io/product/releases/setup/")
}
