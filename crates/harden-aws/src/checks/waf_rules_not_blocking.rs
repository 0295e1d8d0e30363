use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};

use super::waf_sqli_missing::looks_for_it;
use crate::AwsPolicy;
use crate::views::{
    BAD_INPUTS, CORE, GuardingAcl, Holds, Managed, SQLI, Stages, blocks_attack, managed, stands,
};
use crate::web_acl::{SOURCE, repair};

pub(crate) static CHECK: Rule<GuardingAcl, AwsPolicy> = Rule::new(Meta::new("aws/waf-rules-not-blocking", "The rule groups that web ACLs must have block what they find", Severity::High,)
.tags(&["guide:5"])
.security()
.remediation("Take away what makes the rule group count, exclude rules, or see only a part of the requests.")
.page(include_str!("waf_rules_not_blocking.md"))
.since("0.1.0"), judge,);

fn judge(guarding: &GuardingAcl, _: &Judging<AwsPolicy>) -> Judgement {
    let stages = Stages::of(guarding)?;
    let (mut evidence, mut faulty) = (Evidence::default(), Vec::new());
    let mut unknown: Option<Unknown> = None;
    let mut there = false;
    for wanted in required(&stages) {
        let found = managed(&stages, wanted);
        let Some((first, _)) = found.first() else {
            continue;
        };
        there = true;
        let each = found
            .iter()
            .map(|(at, group)| stands(&stages, *at, wanted, group));
        let stage = stages.all.get(*first);
        let setting = format!("rule {}", stage.map_or("", |stage| &stage.shown));
        let found = match Holds::any(each, "") {
            Holds::Yes => format!("{} blocks", wanted.shown),
            Holds::No(reason) => {
                faulty.push(wanted);
                format!("{} does not block all it finds: {reason}", wanted.shown)
            }
            Holds::Unclear(reason) => {
                unknown.get_or_insert(reason);
                continue;
            }
        };
        evidence = evidence.and(setting, found, SOURCE).expected("Block");
    }
    if !faulty.is_empty() {
        let blocks = |stages: &Stages<'_>| {
            let all = faulty.iter().map(|wanted| blocking(stages, wanted));
            all.fold(Holds::Yes, |a, b| a.and(|| b)) == Holds::Yes
        };
        return Ok(Verdict::Fail(evidence, repair(guarding, &faulty, blocks)));
    }
    match (unknown, stages.unread()) {
        (Some(unknown), _) => Err(unknown),
        (None, Some(unknown)) if !there => Err(unknown.clone()),
        (None, _) if there => Ok(Verdict::Pass(evidence)),
        _ => Ok(Verdict::not_applicable(
            "it has none of the groups: see aws/waf-core-rules-missing and its neighbours",
        )),
    }
}

/// The groups that must block: that against SQL injection only where no rule of one's own does.
fn required(stages: &Stages<'_>) -> impl Iterator<Item = &'static Managed> {
    let own = blocks_attack(stages, &looks_for_it).0 == Holds::Yes;
    [&CORE, &BAD_INPUTS, &SQLI]
        .into_iter()
        .take(if own { 2 } else { 3 })
}

fn blocking(stages: &Stages<'_>, wanted: &Managed) -> Holds {
    let found = managed(stages, wanted).into_iter();
    Holds::any(
        found.map(|(at, group)| stands(stages, at, wanted, group)),
        "it is gone",
    )
}
