use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use serde_json::json;

use crate::operation::{BRANCH_PROTECTION, RULESET};
use crate::path::segment;
use crate::policy::GithubPolicy;
use crate::remediations::Gh;
use crate::resources::{BypassActor, ClassicRules, People, Ruleset};
use crate::views::{BypassableBranch, Part};

pub(crate) static CHECK: Rule<BypassableBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-admins-exempt",
        "No administrator or other actor can bypass the branch protection",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .security()
    .remediation(
        "Apply the protection to administrators, and remove the actors that may bypass it.",
    )
    .page(include_str!("branch_admins_exempt.md"))
    .since("0.1.0"),
    judge,
);

const WRITE: &[&str] = &["administration=write"];
const WRITE_ORG: &[&str] = &["organization_administration=write"];

/// An exemption from a part of the protection.
enum Exempt<'a> {
    /// Administrators, from classic protection.
    Admins,
    /// These people, from the pull requests of classic protection.
    PullRequests(&'a People),
    /// These actors, from a ruleset.
    Ruleset(&'a Ruleset, &'a [BypassActor]),
}

fn judge(subject: &BypassableBranch, j: &Judging<GithubPolicy>) -> Judgement {
    let branch = &subject.branch;
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let (parts, mut unknown) = branch.parts();
    if parts.is_empty() && unknown.is_none() {
        return Ok(Verdict::not_applicable(
            "the branch has no protection: see github/branch-unprotected",
        ));
    }
    let mut exempt = Vec::new();
    for part in &parts {
        match part {
            Part::Classic(rules) => classic(rules, &mut exempt, &mut unknown),
            // without its ruleset's number, the bypass actors of a rule are not known
            Part::Rule(rule) => keep_unknown(&rule.ruleset, &mut unknown),
        }
    }
    for in_force in &subject.rulesets {
        match &in_force.ruleset {
            Known::Yes(ruleset) => match &ruleset.bypass_actors {
                Known::Yes(actors) if actors.is_empty() => {}
                Known::Yes(actors) => exempt.push(Exempt::Ruleset(ruleset, actors)),
                Known::No(reason) => {
                    unknown.get_or_insert((**reason).clone());
                }
            },
            Known::No(reason) => {
                unknown.get_or_insert((**reason).clone());
            }
        }
    }
    // one certain exemption fails, even if other parts could not be read
    if !exempt.is_empty() {
        let evidence = exempt.iter().fold(Evidence::default(), add_evidence);
        let to = Remediation::new("remove the exemptions from the protection").link(
            "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#granting-bypass-permissions-for-your-branch-or-tag-ruleset",
        );
        let to = exempt.iter().fold(to, |to, exempt| {
            add_remediation(to, exempt, subject, j.policy)
        });
        return Ok(Verdict::Fail(evidence, to));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    let mut evidence = Evidence::default();
    if parts.iter().any(|part| matches!(part, Part::Classic(_))) {
        evidence = evidence
            .and("enforce_admins.enabled", "true", BRANCH_PROTECTION.name)
            .expected("true");
    }
    for in_force in &subject.rulesets {
        let setting = format!("bypass_actors of ruleset {}", in_force.number);
        evidence = evidence
            .and(setting, "empty", RULESET.name)
            .expected("empty");
    }
    Ok(Verdict::Pass(evidence))
}

fn classic<'a>(
    rules: &'a ClassicRules,
    exempt: &mut Vec<Exempt<'a>>,
    unknown: &mut Option<Unknown>,
) {
    match &rules.enforce_admins {
        Known::Yes(false) => exempt.push(Exempt::Admins),
        other => keep_unknown(other, unknown),
    }
    match &rules.reviews {
        Known::Yes(Some(reviews)) => match &reviews.bypass {
            Known::Yes(people) if !people.is_empty() => exempt.push(Exempt::PullRequests(people)),
            other => keep_unknown(other, unknown),
        },
        other => keep_unknown(other, unknown),
    }
}

fn keep_unknown<T>(fact: &Known<T>, unknown: &mut Option<Unknown>) {
    if let Known::No(reason) = fact {
        unknown.get_or_insert((**reason).clone());
    }
}

fn add_evidence(evidence: Evidence, exempt: &Exempt<'_>) -> Evidence {
    match exempt {
        Exempt::Admins => evidence
            .and("enforce_admins.enabled", "false", BRANCH_PROTECTION.name)
            .expected("true"),
        Exempt::PullRequests(people) => {
            let all = people.users.iter().chain(&people.teams).chain(&people.apps);
            let names: Vec<&str> = all.map(String::as_str).collect();
            evidence
                .and(
                    "bypass_pull_request_allowances",
                    names.join(", "),
                    BRANCH_PROTECTION.name,
                )
                .expected("empty")
        }
        Exempt::Ruleset(ruleset, actors) => {
            let named = actors.iter().map(|actor| {
                let kind = actor.kind.ok().map_or("unknown actor", String::as_str);
                let id = actor.id.ok().copied().flatten();
                let id = id.map_or_else(String::new, |id| format!(" {id}"));
                let mode = actor.mode.ok().map_or("unknown mode", String::as_str);
                format!("{kind}{id} ({mode})")
            });
            let setting = format!("bypass_actors of ruleset {}", ruleset.number);
            let found = named.collect::<Vec<_>>().join(", ");
            evidence.and(setting, found, RULESET.name).expected("empty")
        }
    }
}

fn add_remediation(
    to: Remediation,
    exempt: &Exempt<'_>,
    subject: &BypassableBranch,
    policy: &GithubPolicy,
) -> Remediation {
    let repository = &subject.branch.repository;
    let protection = format!("branches/{}/protection", segment(&subject.branch.branch));
    match exempt {
        Exempt::Admins => to.step(
            Gh::new("POST", repository, &format!("{protection}/enforce_admins")).step(
                "Apply classic protection to administrators",
                WRITE,
                policy,
            ),
        ),
        Exempt::PullRequests(_) => {
            let body = json!({"bypass_pull_request_allowances":
                {"users": [], "teams": [], "apps": []}});
            let path = format!("{protection}/required_pull_request_reviews");
            to.step(
                Gh::new("PATCH", repository, &path)
                    .body(body.to_string())
                    .step("Remove all who may bypass pull requests", WRITE, policy),
            )
        }
        Exempt::Ruleset(ruleset, _) => {
            let number = ruleset.number;
            if ruleset
                .source_type
                .ok()
                .is_some_and(|kind| kind == "Enterprise")
            {
                let name = ruleset.source.ok().map_or("", String::as_str);
                return to.step(Step::by_hand(format!(
                    "Ask an owner of the enterprise {name} to empty the bypass list of its ruleset \
                     {number}: the repository and its organization cannot edit it"
                )));
            }
            // a ruleset is edited where it is defined
            let organization = match (ruleset.source_type.ok(), ruleset.source.ok()) {
                (Some(kind), Some(name)) if kind == "Organization" => Some(name),
                _ => None,
            };
            let (call, permissions) = match organization {
                Some(name) => {
                    let path = format!("orgs/{}/rulesets/{number}", segment(name));
                    (Gh::at("PUT", path), WRITE_ORG)
                }
                None => {
                    let path = format!("rulesets/{number}");
                    (Gh::new("PUT", repository, &path), WRITE)
                }
            };
            let title =
                format!("Empty the bypass list of ruleset {number}; its other settings stay");
            let body = json!({"bypass_actors": []}).to_string();
            to.step(call.body(body).step(title, permissions, policy))
        }
    }
}
