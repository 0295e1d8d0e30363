//! Builds tokens that GitHub could issue and that meet the constraints.

use super::claims::Claims;
use super::constraints::ClaimConstraints;
use super::language::Chars;
use super::language::{Shape, TooHard, exactly, find_member, form, many, once};

/// The forms of the repository in a subject: plain names, and names with the ids that make the subject
/// immutable (the default of repositories created or renamed since
/// 2026-07-15).
pub(super) const REPOSITORY: [(&str, &str); 2] =
    [("{name}", "{name}"), ("{name}@{digits}", "{name}@{digits}")];

/// The forms of the rest of a subject with GitHub's default template (GitHub Docs, "OpenID Connect
/// reference").
const CONTEXTS: [&str; 4] = [
    ":environment:{word}",
    ":ref:refs/heads/{word}",
    ":ref:refs/tags/{word}",
    ":pull_request",
];

/// The claims that a customized template can contain, as they are written in a subject: the claim, a colon
/// and its value, in which a colon is `%3A` (GitHub Docs, "OpenID Connect reference", customizing the
/// subject claims). `context` is the environment, the ref or `pull_request`.
pub(super) const CLAIM_KEYS: [&str; 32] = [
    "actor",
    "actor_id",
    "base_ref",
    "check_run_id",
    "context",
    "enterprise",
    "enterprise_id",
    "environment",
    "environment_node_id",
    "event_name",
    "head_ref",
    "job_workflow_ref",
    "job_workflow_sha",
    "ref",
    "ref_protected",
    "ref_type",
    "repo",
    // A custom property of an organization: any other organization can define the same one.
    "repo_property_{word}",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "repository_visibility",
    "run_attempt",
    "run_id",
    "run_number",
    "runner_environment",
    "sha",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "aud",
];

/// A set of subjects.
#[derive(Clone, Debug)]
pub(super) struct SubjectForms {
    pub(super) forms: Vec<Shape>,
    /// Subjects that match a form, but that GitHub never issues.
    pub(super) never: Vec<Shape>,
}

/// The subjects of a repository: those of the default template, and those of customized templates that
/// begin with the repository.
pub(super) fn subject_forms(owner: &str, name: &str) -> [SubjectForms; 2] {
    let default = CONTEXTS.iter();
    let default = default.map(|context| form(&format!("repo:{owner}/{name}{context}")));
    let repository = format!("repo:{owner}/{name}");
    let more = CLAIM_KEYS.iter().map(|key| format!(":{key}:{{text}}"));
    let rests = ["", ":pull_request", ":pull_request:{text}"].map(str::to_owned);
    let custom = rests.into_iter().chain(more);
    let custom = custom.map(|rest| form(&format!("{repository}{rest}")));
    [
        SubjectForms {
            forms: default.collect(),
            never: Vec::new(),
        },
        SubjectForms {
            forms: custom.collect(),
            // GitHub always writes a ref in full (`refs/heads/...`).
            never: vec![form("repo:{word}:ref:{word}")],
        },
    ]
}

/// The parts of a subject that begins with the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject<'a> {
    /// `acme` or `acme@123`.
    pub(super) owner: &'a str,
    pub(super) name: &'a str,
    /// The part after the repository, with its colon.
    pub(super) context: &'a str,
}

impl<'a> Subject<'a> {
    pub(super) fn parse(sub: &'a str) -> Option<Self> {
        let rest = sub.strip_prefix("repo:")?;
        let (repository, context) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
        let (owner, name) = repository.split_once('/')?;
        Some(Self {
            owner,
            name,
            context,
        })
    }

    /// The environment, if the context is one.
    pub(super) fn environment(self) -> Option<&'a str> {
        self.context.strip_prefix(":environment:")
    }

    pub(super) fn reference(self) -> Option<&'a str> {
        self.context.strip_prefix(":ref:")
    }

    /// The value after a key. Values contain no colons.
    fn claim(self, key: &str) -> Option<&'a str> {
        let (_, rest) = self.context.split_once(key)?;
        rest.split(':').next()
    }

    pub(super) fn is_pull_request(self) -> bool {
        self.context == ":pull_request"
    }
}

/// Splits a name and its id: `acme@123` is `acme`, `123`.
pub(super) fn split_id(text: &str) -> (&str, Option<&str>) {
    match text.split_once('@') {
        Some((name, number)) => (name, Some(number)),
        None => (text, None),
    }
}

/// The constraints on the subject that follow from constraints on other claims. In the default template
/// the subject contains the repository and the context, so they must agree with the claims.
pub(super) fn implied_by_claims(constraints: &ClaimConstraints) -> Vec<Vec<Shape>> {
    let mut groups = Vec::new();
    let text = || many(Chars::Text);
    let join = |before: &str, shape: &Shape, after: Option<&str>| {
        let mut joined = form(before);
        joined.extend(shape.iter().copied());
        joined.extend(after.map(exactly).unwrap_or_default());
        joined
    };
    let of = |claim: &str| {
        constraints
            .constraint(claim)
            .into_iter()
            .flat_map(|one| &one.within)
    };
    for shape in of("environment") {
        groups.push(vec![join("{text}:environment:", shape, None)]);
    }
    for shape in of("ref") {
        groups.push(vec![
            join("{text}:ref:", shape, None),
            form("{text}:environment:{word}"),
            form("{text}:pull_request"),
        ]);
    }
    for shape in of("repository") {
        let mut plain = join("repo:", shape, Some(":"));
        plain.push(text());
        let mut group = vec![plain, join("repo:", shape, None)];
        // The claim `repository` does not contain the ids of an immutable subject.
        let slash = shape
            .iter()
            .position(|place| *place == once(Chars::One('/')));
        match slash.map(|at| shape.split_at(at)) {
            Some((owner, name)) => {
                let mut numbered = join("repo:", &owner.to_vec(), Some("@"));
                numbered.extend(form("{digits}"));
                numbered.extend(name);
                numbered.extend(form("@{digits}"));
                group.push(numbered.clone());
                numbered.extend(form(":{text}"));
                group.push(numbered);
            }
            None => group.push(form("repo:{name}@{digits}/{text}")),
        }
        groups.push(group);
    }
    // Plain subjects contain no ids, so they agree with any id.
    let plain = || form("repo:{name}/{text}");
    for shape in of("repository_owner_id") {
        let mut owned = join("repo:{name}@", shape, Some("/"));
        owned.push(text());
        groups.push(vec![plain(), owned]);
    }
    for shape in of("repository_id") {
        let alone = join("repo:{name}@{digits}/{name}@", shape, None);
        let mut followed = alone.clone();
        followed.extend(form(":{text}"));
        groups.push(vec![plain(), alone, followed]);
    }
    groups
}

/// The forms of subjects with the default template. Only for these do other claims imply anything; a
/// customized subject need not contain the repository or the context.
pub(super) fn default_forms() -> Vec<Shape> {
    let contexts = CONTEXTS.iter();
    contexts
        .map(|context| form(&format!("repo:{{word}}{context}")))
        .collect()
}

/// Builds a token with this subject that meets the constraints; `None` if GitHub could not issue one.
pub(super) fn token(sub: &str, constraints: &ClaimConstraints) -> Result<Option<Claims>, TooHard> {
    let subject = Subject::parse(sub);
    let part = |get: fn(Subject<'_>) -> &str| subject.map(get);
    let (owner, owner_id) = split_id(part(|one| one.owner).unwrap_or("octo-org"));
    let (name, name_id) = split_id(part(|one| one.name).unwrap_or("octo-repo"));
    // In a customized subject they can follow other claims.
    let environment = subject.and_then(|one| one.claim(":environment:"));
    let reference = subject.and_then(|one| one.claim(":ref:"));
    let pull = subject
        .is_some_and(Subject::is_pull_request)
        .then_some("refs/pull/1/merge");
    let branch = "refs/heads/main";
    let repository = format!("{owner}/{name}");
    let workflow = format!("{repository}/.github/workflows/ci.yml@{branch}");
    // Each claim with the value that the subject implies, and with a default value.
    let claims = [
        ("aud", None, "sts.amazonaws.com"),
        (
            "repository",
            subject.map(|_| repository.as_str()),
            repository.as_str(),
        ),
        ("repository_id", name_id, "900000001"),
        ("repository_owner_id", owner_id, "900000002"),
        ("environment", environment, ""),
        ("ref", reference.or(pull), branch),
        ("job_workflow_ref", None, workflow.as_str()),
        ("workflow", None, "ci"),
        ("actor", None, "octocat"),
        ("actor_id", None, "900000003"),
        ("enterprise_id", None, ""),
    ];
    let mut token = Claims::new();
    if !constraints.is_absent("sub") {
        token = token.with("sub", sub);
    }
    for (claim, certain, otherwise) in claims {
        let constraint = constraints.constraint(claim);
        if constraint.is_some_and(|constraint| constraint.absent) {
            continue;
        }
        let (within, outside) = match constraint {
            Some(constraint) => (constraint.within.as_slice(), constraint.outside.as_slice()),
            None => (&[][..], &[][..]),
        };
        let mut groups: Vec<Vec<Shape>> = within.iter().map(|one| vec![one.clone()]).collect();
        let value = match certain {
            Some(value) => {
                groups.push(vec![exactly(value)]);
                find_member(&groups, outside, constraints.effort())?
            }
            // A job without an environment has no claim `environment`.
            None if within.is_empty() && otherwise.is_empty() => continue,
            None => {
                groups.push(vec![claim_form(claim)]);
                let usual = [groups.clone(), vec![vec![exactly(otherwise)]]].concat();
                match find_member(&usual, outside, constraints.effort())? {
                    Some(value) => Some(value),
                    None => find_member(&groups, outside, constraints.effort())?,
                }
            }
        };
        match value {
            Some(value) => token = token.with(claim, value),
            None => return Ok(None),
        }
    }
    Ok(Some(token))
}

/// The form of a claim's values.
pub(super) fn claim_form(claim: &str) -> Shape {
    form(match claim {
        "repository" => "{name}/{name}",
        "repository_id" | "repository_owner_id" | "actor_id" | "enterprise_id" => "{digits}",
        "ref" => "refs/{word}",
        "job_workflow_ref" => "{name}/{name}/.github/workflows/{word}@{word}",
        "aud" => "{text}",
        _ => "{word}",
    })
}
