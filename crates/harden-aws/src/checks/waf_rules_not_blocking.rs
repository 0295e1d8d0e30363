use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};

use super::waf_sqli_missing::matches_sql_injection;
use crate::AwsPolicy;
use crate::views::{
    BAD_INPUTS, CORE, GuardingAcl, Holds, Managed, SQLI, Stages, blocks_attack, managed, stands,
};
use crate::web_acl::{SOURCE, repair};

pub(crate) static CHECK: Rule<GuardingAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-rules-not-blocking",
        "Required rule groups of web ACLs block requests",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Remove the overrides, exclusions and scope-down statements that keep the rule group from \
     blocking.",
    )
    .page(include_str!("waf_rules_not_blocking.md"))
    .since("0.1.0"),
    judge,
);

fn judge(guarding: &GuardingAcl, _: &Judging<AwsPolicy>) -> Judgement {
    let stages = Stages::of(guarding)?;
    let (mut evidence, mut faulty) = (Evidence::default(), Vec::new());
    let mut unknown: Option<Unknown> = None;
    let mut has_group = false;
    for group in required(&stages) {
        let found = managed(&stages, group);
        let Some((first, _)) = found.first() else {
            continue;
        };
        has_group = true;
        let each = found
            .iter()
            .map(|(at, statement)| stands(&stages, *at, group, statement));
        let stage = stages.all.get(*first);
        let setting = format!("rule {}", stage.map_or("", |stage| &stage.shown));
        let found = match Holds::any(each, "") {
            Holds::Yes => format!("{} blocks", group.shown),
            Holds::No(reason) => {
                faulty.push(group);
                format!(
                    "{} does not block every matching request: {reason}",
                    group.shown
                )
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
            let all = faulty.iter().map(|group| blocking(stages, group));
            all.fold(Holds::Yes, |a, b| a.and(|| b)) == Holds::Yes
        };
        return Ok(Verdict::Fail(evidence, repair(guarding, &faulty, blocks)));
    }
    match (unknown, stages.unread()) {
        (Some(unknown), _) => Err(unknown),
        (None, Some(unknown)) if !has_group => Err(unknown.clone()),
        (None, _) if has_group => Ok(Verdict::Pass(evidence)),
        _ => Ok(Verdict::not_applicable(
            "the web ACL has none of the required groups: see aws/waf-core-rules-missing",
        )),
    }
}

/// The groups that must block. The SQL database rule set is required only if no custom rule blocks
/// SQL injection.
fn required(stages: &Stages<'_>) -> impl Iterator<Item = &'static Managed> {
    let custom_rule_blocks = blocks_attack(stages, &matches_sql_injection).0 == Holds::Yes;
    [&CORE, &BAD_INPUTS, &SQLI]
        .into_iter()
        .take(if custom_rule_blocks { 2 } else { 3 })
}

fn blocking(stages: &Stages<'_>, group: &Managed) -> Holds {
    let found = managed(stages, group).into_iter();
    Holds::any(
        found.map(|(at, statement)| stands(stages, at, group, statement)),
        "the group is missing",
    )
}
