use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::resources::Statement;
use crate::views::{CORE, GuardingAcl, Holds, Stages, blocks_attack, blocks_scripting, managed};
use crate::web_acl::{SOURCE, add_group, repair};

pub(crate) static CHECK: Rule<GuardingAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-xss-missing",
        "Web ACLs on load balancers block cross-site scripting",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Put the core rule set's rules against cross-site scripting in force.")
    .page(include_str!("waf_xss_missing.md"))
    .since("0.1.0"),
    judge,
);

fn looks_for_it(statement: &Statement) -> bool {
    statement.xss_match_statement.is_some()
}

fn judge(guarding: &GuardingAcl, _: &Judging<AwsPolicy>) -> Judgement {
    let stages = Stages::of(guarding)?;
    let evidence = |found: String| {
        let wanted = format!(
            "the rules CrossSiteScripting_* of {} in force, or one that blocks it",
            CORE.name
        );
        Evidence::of("Rules", found, SOURCE).expected(wanted)
    };
    let core = blocks_scripting(&stages);
    if core == Holds::Yes {
        let found = format!("{} blocks it", CORE.shown);
        return Ok(Verdict::Pass(evidence(found)));
    }
    let (own, rule) = blocks_attack(&stages, &looks_for_it);
    if own == Holds::Yes {
        let found = format!("the rule {} blocks it", rule.unwrap_or_default());
        return Ok(Verdict::Pass(evidence(found)));
    }
    match (core, own, stages.unclear()) {
        (Holds::Unclear(unknown), ..) | (_, Holds::Unclear(unknown), _) => Err(unknown),
        (_, _, Some(unknown)) => Err(unknown.clone()),
        (Holds::No(core), Holds::No(own), None) => {
            let has_core = !managed(&stages, &CORE).is_empty();
            let blocks = |stages: &Stages<'_>| blocks_scripting(stages) == Holds::Yes;
            let remediation = if has_core {
                repair(guarding, &[&CORE], blocks)
            } else {
                add_group(guarding, &CORE)
            };
            let found = if has_core {
                format!("{} does not block it: {core}", CORE.shown)
            } else {
                format!("{core}, and {own}")
            };
            Ok(Verdict::Fail(evidence(found), remediation))
        }
        (Holds::Yes, ..) | (_, Holds::Yes, _) => Ok(Verdict::Pass(evidence(String::new()))),
    }
}
