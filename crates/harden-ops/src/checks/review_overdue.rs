use harden_core::{
    Arg, AttestationsFile, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step,
    Verdict,
};

use crate::duty::ATTESTATIONS_PAGE;
use crate::views::{Due, DueState, Record};
use crate::{Duty, OpsPolicy};

pub(crate) static CHECK: Rule<Record, OpsPolicy> = Rule::new(
    Meta::new(
        "ops/review-overdue",
        "Recurring reviews are done and recorded within their periods",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation("Do the review, and record it with `harden-cli attest`.")
    .page(include_str!("review_overdue.md"))
    .since("0.1.0"),
    judge,
);

/// The source of the evidence.
const FILE: &str = AttestationsFile::NAME;

fn judge(record: &Record, _: &Judging<OpsPolicy>) -> Judgement {
    match record {
        Record::NoFile { is_required } => Ok(no_file(*is_required)),
        Record::Unreadable(exists) => {
            exists.get()?;
            Ok(no_file(false))
        }
        Record::Duty(due) => Ok(judge_duty(due)),
    }
}

/// A team without attestations gets one finding, not one for each duty.
fn no_file(is_required: bool) -> Verdict {
    if !is_required {
        return Verdict::not_applicable(
            "no attestations are recorded: `harden-cli attest DUTY --by NAME --note NOTE` starts \
             harden.attestations.toml, and `harden-cli duties` lists the duties",
        );
    }
    let evidence = Evidence::of(FILE, "missing", "the files of the estate")
        .expected("an attestation for each recurring duty")
        .note("[ops] of harden.toml sets duties");
    let remediation = Remediation::new(
        "do the first review, and record it; `harden-cli duties` lists the duties",
    )
    .step(attest(Arg::input("DUTY", "the duty that you did")))
    .link(ATTESTATIONS_PAGE);
    Verdict::Fail(evidence, remediation)
}

fn judge_duty(due: &Due) -> Verdict {
    let duty = due.duty;
    let days = due.period_days;
    let unit = if days == 1 { "day" } else { "days" };
    let within = format!("within {days} {unit}");
    let last = due.last.as_ref().map_or_else(
        || "missing".to_owned(),
        |last| format!("{} by {}", last.on, last.by),
    );
    let evidence = Evidence::of("last attestation", last, FILE).expected(within);
    match &due.state {
        DueState::NotApplicable(reason) => Verdict::not_applicable(reason.clone()),
        DueState::DoneUntil(day) => Verdict::Pass(evidence.note(format!("due again by {day}"))),
        DueState::OverdueSince(since) => {
            let evidence = match since {
                Some(day) => evidence.note(format!("overdue since {day}")),
                None => evidence,
            };
            Verdict::Fail(evidence, remediation(duty))
        }
    }
}

fn remediation(duty: &Duty) -> Remediation {
    Remediation::new(format!("do the duty {} and record it", duty.name))
        .step(Step::by_hand(duty.instruction))
        .step(attest(Arg::from(duty.name)))
        .link(ATTESTATIONS_PAGE)
}

fn attest(duty: Arg) -> Step {
    let words = vec![
        Arg::word("harden-cli"),
        Arg::word("attest"),
        duty,
        Arg::word("--by"),
        Arg::input("BY", "who did it"),
        Arg::word("--note"),
        Arg::input("NOTE", "what was seen"),
    ];
    Step::command("Record it in harden.attestations.toml", words, &[])
}
