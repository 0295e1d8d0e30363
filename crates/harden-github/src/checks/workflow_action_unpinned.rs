use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::views::Flow;

pub(crate) static CHECK: Rule<Flow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-action-unpinned",
        "Third-party actions are pinned to a full commit SHA",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation(
        "Reference each third-party action by its full commit SHA, with the version in a \
                      comment.",
    )
    .page(include_str!("workflow_action_unpinned.md"))
    .since("0.1.0"),
    judge,
);

/// How many actions the evidence lists.
const SHOWN: usize = 5;

fn judge(flow: &Flow, j: &Judging<GithubPolicy>) -> Judgement {
    let mut unpinned: Vec<(String, Location)> = Vec::new();
    let mut pinned = 0_usize;
    let mut unread: Option<Unknown> = None;
    let jobs = flow.workflow.jobs.get()?;
    let locked = &flow.workflow.locked;
    let mut see = |uses: &str, at: Location, action: bool| {
        let target = match pinning(uses, flow, j.policy) {
            Pinning::Pinned => {
                pinned += 1;
                return;
            }
            Pinning::NotNeeded => return,
            Pinning::Unpinned => locked_by(uses),
        };
        match locked {
            Known::Yes(locked) if action && locked.contains(&target) => pinned += 1,
            Known::No(unknown) if action => {
                unread.get_or_insert((**unknown).clone());
            }
            _ => unpinned.push((uses.to_owned(), at)),
        }
    };
    let mut unclear: Option<Unknown> = None;
    for job in jobs {
        if let Some(call) = &job.call {
            // a lock file does not hold called workflows
            see(&call.uses, flow.workflow.at(call.at), false);
        }
        for image in &job.images {
            if image.name.starts_with("${{") {
                unclear.get_or_insert_with(|| {
                    Unknown::undetermined(format!(
                        "the image at {} line {} is known only when the job runs",
                        flow.workflow.path, image.at.line
                    ))
                });
            } else {
                let name = image.name.strip_prefix("docker://").unwrap_or(&image.name);
                let at = flow.workflow.at(image.at);
                see(&format!("docker://{name}"), at, false);
            }
        }
    }
    for action in flow.actions() {
        if let Some(image) = &action.image {
            see(
                &format!("docker://{}", image.name),
                action.at(image.at),
                false,
            );
        }
    }
    for step in flow.all_steps()? {
        match step {
            Known::Yes(placed) => {
                if let Some(uses) = &placed.step.uses {
                    see(uses, placed.location(), true);
                }
            }
            Known::No(unknown) => {
                unclear.get_or_insert(unknown.into());
            }
        }
    }
    let Some((_, first)) = unpinned.first() else {
        if let Some(unknown) = unread.or(unclear) {
            return Err(unknown);
        }
        let evidence = Evidence::of(
            "third-party actions that are not pinned",
            format_args!("0 of {pinned}"),
            CONTENTS.name,
        );
        return Ok(Verdict::Pass(evidence));
    };
    let first = first.clone();
    let mut evidence = Evidence::default();
    for (uses, at) in unpinned.iter().take(SHOWN) {
        let setting = format!("uses in {} line {}", at.path, at.line);
        evidence =
            evidence
                .and(setting, uses, CONTENTS.name)
                .expected(if uses.starts_with("docker://") {
                    "a digest after @"
                } else {
                    "a full commit SHA after @"
                });
    }
    if unpinned.len() > SHOWN {
        evidence = evidence.note(format!("and {} more", unpinned.len() - SHOWN));
    }
    let names: Vec<&str> = unpinned.iter().map(|(uses, _)| &**uses).collect();
    Ok(Verdict::Fail(evidence.at(first), remediation(&names, flow)))
}

/// The name of an action in a lock file: its repository and its ref.
fn locked_by(uses: &str) -> String {
    let (target, at) = uses.rsplit_once('@').unwrap_or((uses, ""));
    let repository: Vec<&str> = target.splitn(3, '/').take(2).collect();
    format!("{}@{at}", repository.join("/")).to_ascii_lowercase()
}

/// Whether a reference must name a commit, and whether it does.
enum Pinning {
    /// The action is of the repository, of its owner, or of an owner that the policy trusts.
    NotNeeded,
    Pinned,
    Unpinned,
}

fn pinning(uses: &str, flow: &Flow, policy: &GithubPolicy) -> Pinning {
    if uses.starts_with("./") || uses.starts_with("$/") {
        return Pinning::NotNeeded;
    }
    let (target, at) = uses.rsplit_once('@').unwrap_or((uses, ""));
    // only in GitHub's registry is the owner of an image an owner on GitHub: on Docker Hub, anyone
    // can have the name of the repository's owner
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
        return Pinning::NotNeeded;
    }
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    // a commit SHA has 40 hexadecimal digits (SHA-1) or 64 (SHA-256); a shorter one can be a branch name
    let pinned = match (image, at.strip_prefix("sha256:")) {
        (true, digest) => digest.is_some_and(|digest| digest.len() == 64 && hex(digest)),
        (false, _) => matches!(at.len(), 40 | 64) && hex(at),
    };
    if pinned {
        Pinning::Pinned
    } else {
        Pinning::Unpinned
    }
}

fn remediation(names: &[&str], flow: &Flow) -> Remediation {
    let mut to = Remediation::new("pin each third-party action to a commit that you trust");
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
                "Look up the digest of {image}: docker buildx imagetools inspect '{image}'"
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
            format!("Look up the commit of {uses}"),
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
        format!("Write the commit or digest in {}, with the version in a comment", flow.workflow.path),
        lines.collect::<String>(),
    ))
    .step(Step::by_hand(
        "Let Dependabot update the pinned commits: `package-ecosystem: github-actions` in \
         .github/dependabot.yml",
    ))
    .link("https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions")
}
