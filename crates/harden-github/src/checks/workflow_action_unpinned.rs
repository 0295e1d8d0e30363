use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::views::Flow;

pub(crate) static CHECK: Rule<Flow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-action-unpinned",
        "Actions of others are pinned to a commit",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation(
        "Name the full commit of each action of another owner, with its version as a \
                      comment.",
    )
    .page(include_str!("workflow_action_unpinned.md"))
    .since("0.1.0"),
    judge,
);

/// How many are named in the evidence.
const SHOWN: usize = 5;

fn judge(flow: &Flow, j: &Judging<GithubPolicy>) -> Judgement {
    let mut loose: Vec<(String, Location)> = Vec::new();
    let mut pinned = 0_usize;
    let mut unread: Option<Unknown> = None;
    let mut see = |uses: &str, at: Location| match kind(uses, flow, j.policy) {
        Kind::Loose => loose.push((uses.to_owned(), at)),
        Kind::Pinned => pinned += 1,
        Kind::Ours => {}
    };
    for job in flow.workflow.jobs.get()? {
        if let Some(call) = &job.call {
            see(&call.uses, flow.workflow.at(call.at));
        }
    }
    for step in flow.all_steps()? {
        match step {
            Known::Yes(placed) => {
                if let Some(uses) = &placed.step.uses {
                    see(uses, placed.location());
                }
            }
            Known::No(unknown) => {
                unread.get_or_insert(unknown.into());
            }
        }
    }
    let Some((_, first)) = loose.first() else {
        if let Some(unknown) = unread {
            return Err(unknown);
        }
        let evidence = Evidence::of(
            "actions of others",
            format_args!("{pinned}, all pinned to a commit"),
            CONTENTS.name,
        );
        return Ok(Verdict::Pass(evidence));
    };
    let first = first.clone();
    let mut evidence = Evidence::default();
    for (uses, at) in loose.iter().take(SHOWN) {
        let setting = format!("uses in {} line {}", at.path, at.line);
        evidence =
            evidence
                .and(setting, uses, CONTENTS.name)
                .expected(if uses.starts_with("docker://") {
                    "a digest after the @"
                } else {
                    "a full commit after the @"
                });
    }
    if loose.len() > SHOWN {
        evidence = evidence.note(format!("and {} more", loose.len() - SHOWN));
    }
    let names: Vec<&str> = loose.iter().map(|(uses, _)| &**uses).collect();
    Ok(Verdict::Fail(evidence.at(first), remediation(&names, flow)))
}

enum Kind {
    /// Of the repository itself, its owner, or an owner that the policy trusts.
    Ours,
    Pinned,
    Loose,
}

fn kind(uses: &str, flow: &Flow, policy: &GithubPolicy) -> Kind {
    if uses.starts_with("./") || uses.starts_with("$/") {
        return Kind::Ours;
    }
    let (target, at) = uses.rsplit_once('@').unwrap_or((uses, ""));
    // of images, those of GitHub's registry have an owner that is one of GitHub's
    let image = uses.starts_with("docker://");
    let target = match target.strip_prefix("docker://") {
        Some(image) => image.strip_prefix("ghcr.io/").unwrap_or_default(),
        None => target,
    };
    let owner = target.split('/').next().unwrap_or(target);
    let own = flow
        .workflow
        .repository
        .split('/')
        .next()
        .unwrap_or_default();
    let mut trusted = policy
        .workflows
        .trusted_owners
        .iter()
        .map(String::as_str)
        .chain([own]);
    if trusted.any(|trusted| trusted.eq_ignore_ascii_case(owner)) {
        return Kind::Ours;
    }
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let pinned = match (image, at.strip_prefix("sha256:")) {
        (true, digest) => digest.is_some_and(|digest| digest.len() == 64 && hex(digest)),
        (false, _) => matches!(at.len(), 40 | 64) && hex(at),
    };
    if pinned { Kind::Pinned } else { Kind::Loose }
}

fn remediation(names: &[&str], flow: &Flow) -> Remediation {
    let mut to = Remediation::new("pin each action of another owner to the commit that you trust");
    let mut seen: Vec<&str> = Vec::new();
    let mut images = false;
    let mut actions = false;
    for uses in names {
        let image = uses.strip_prefix("docker://");
        images |= image.is_some();
        actions |= image.is_none();
        if uses.contains('…') || seen.contains(uses) || seen.len() >= SHOWN {
            continue;
        }
        if let Some(image) = image {
            seen.push(uses);
            to = to.step(Step::by_hand(format!(
                "See which digest {image} has now: docker buildx imagetools inspect '{image}'"
            )));
            continue;
        }
        let (target, at) = uses.rsplit_once('@').unwrap_or((uses, "HEAD"));
        let mut parts = target.split('/');
        let (Some(owner), Some(name)) = (parts.next(), parts.next()) else {
            continue;
        };
        seen.push(uses);
        let path = format!("repos/{owner}/{name}/commits/{at}");
        let argv = ["gh", "api"].map(harden_core::Arg::word);
        let rest = [path.into(), "--jq".into(), ".sha".into()];
        to = to.step(Step::command(
            format!("The commit that {uses} is now"),
            argv.into_iter().chain(rest),
            &["contents=read"],
        ));
    }
    let lines = [
        (actions, "      - uses: OWNER/NAME@COMMIT # v1.2.3\n"),
        (
            images,
            "      - uses: docker://IMAGE@sha256:DIGEST # 1.2.3\n",
        ),
    ];
    let lines = lines
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, line)| line);
    to.step(Step::edit(
        format!("Write it in {}, with the version beside it", flow.workflow.path),
        lines.collect::<String>(),
    ))
    .step(Step::by_hand(
        "Let Dependabot keep it up to date: `package-ecosystem: github-actions` in \
         .github/dependabot.yml",
    ))
    .link("https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions")
}
