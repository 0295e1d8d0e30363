//! Tokens that GitHub could issue, made to follow a way.

use super::claims::Claims;
use super::language::Chars;
use super::language::{Shape, TooHard, exactly, form, many, member, once};
use super::way::Way;

/// The forms of the part of a subject that names the repository: as it always was, and with the
/// numbers that make it immutable (the default of repositories created or renamed since
/// 2026-07-15).
pub(super) const REPOSITORY: [(&str, &str); 2] =
    [("{name}", "{name}"), ("{name}@{digits}", "{name}@{digits}")];

/// The forms of the rest of a subject by GitHub's default template.
const CONTEXTS: [&str; 4] = [
    ":environment:{word}",
    ":ref:refs/heads/{word}",
    ":ref:refs/tags/{word}",
    ":pull_request",
];

/// A family of subjects.
#[derive(Clone, Debug)]
pub(super) struct Family {
    pub(super) forms: Vec<Shape>,
    /// What looks like one, and is never issued.
    pub(super) never: Vec<Shape>,
}

/// The subjects of an owner's repository: by the default template, then by customised ones that
/// begin with the repository.
pub(super) fn families(owner: &str, name: &str) -> [Family; 2] {
    let default = CONTEXTS.iter();
    let default = default.map(|context| form(&format!("repo:{owner}/{name}{context}")));
    let custom = ["", ":{text}"].map(|rest| form(&format!("repo:{owner}/{name}{rest}")));
    [
        Family {
            forms: default.collect(),
            never: Vec::new(),
        },
        Family {
            forms: custom.into(),
            // A ref is spelled out in full, wherever it stands.
            never: vec![form("repo:{word}:ref:{word}")],
        },
    ]
}

/// A subject that begins with the repository, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject<'a> {
    /// `acme` or `acme@123`.
    pub(super) owner: &'a str,
    pub(super) name: &'a str,
    /// What follows the repository, with its colon.
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

    /// The branch, tag or environment that the context ends in.
    pub(super) fn environment(self) -> Option<&'a str> {
        self.context.strip_prefix(":environment:")
    }

    pub(super) fn reference(self) -> Option<&'a str> {
        self.context.strip_prefix(":ref:")
    }

    /// The value that follows a key; values have no colons.
    fn claim(self, key: &str) -> Option<&'a str> {
        let (_, rest) = self.context.split_once(key)?;
        rest.split(':').next()
    }

    pub(super) fn is_pull_request(self) -> bool {
        self.context == ":pull_request"
    }
}

/// A name and its number: `acme@123` is `acme`, `123`.
pub(super) fn numbered(text: &str) -> (&str, Option<&str>) {
    match text.split_once('@') {
        Some((name, number)) => (name, Some(number)),
        None => (text, None),
    }
}

/// What a way's demands on other claims mean for the subject: the repository and the context stand
/// in both.
pub(super) fn implied(way: &Way) -> Vec<Vec<Shape>> {
    let mut groups = Vec::new();
    let text = || many(Chars::Text);
    let join = |before: &str, shape: &Shape, after: Option<&str>| {
        let mut joined = form(before);
        joined.extend(shape.iter().copied());
        joined.extend(after.map(exactly).unwrap_or_default());
        joined
    };
    let of = |claim: &str| way.demand(claim).into_iter().flat_map(|one| &one.within);
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
        // The numbers of an immutable subject are not in the claim.
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
    // Plain subjects have no numbers, and go with any.
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

/// The forms of subjects by GitHub's default template: what they say of the repository and of the
/// context, other claims say too. A customised subject may say neither.
pub(super) fn by_default() -> Vec<Shape> {
    let contexts = CONTEXTS.iter();
    contexts
        .map(|context| form(&format!("repo:{{word}}{context}")))
        .collect()
}

/// A token with this subject that follows a way; nothing if GitHub issues none such.
pub(super) fn token(sub: &str, way: &Way) -> Result<Option<Claims>, TooHard> {
    let subject = Subject::parse(sub);
    let part = |get: fn(Subject<'_>) -> &str| subject.map(get);
    let (owner, owner_id) = numbered(part(|one| one.owner).unwrap_or("octo-org"));
    let (name, name_id) = numbered(part(|one| one.name).unwrap_or("octo-repo"));
    // A customised subject may name them after other claims.
    let environment = subject.and_then(|one| one.claim(":environment:"));
    let reference = subject.and_then(|one| one.claim(":ref:"));
    let pull = subject
        .is_some_and(Subject::is_pull_request)
        .then_some("refs/pull/1/merge");
    let branch = "refs/heads/main";
    let repository = format!("{owner}/{name}");
    let workflow = format!("{repository}/.github/workflows/ci.yml@{branch}");
    // A claim, what the subject says it is, and what it is otherwise if nothing is demanded.
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
    if !way.is_absent("sub") {
        token = token.with("sub", sub);
    }
    for (claim, certain, otherwise) in claims {
        let demand = way.demand(claim);
        if demand.is_some_and(|demand| demand.absent) {
            continue;
        }
        let (within, outside) = match demand {
            Some(demand) => (demand.within.as_slice(), demand.outside.as_slice()),
            None => (&[][..], &[][..]),
        };
        let mut groups: Vec<Vec<Shape>> = within.iter().map(|one| vec![one.clone()]).collect();
        let value = match certain {
            Some(value) => {
                groups.push(vec![exactly(value)]);
                member(&groups, outside)?
            }
            // A job without an environment has no such claim, whatever is ruled out.
            None if within.is_empty() && otherwise.is_empty() => continue,
            None => {
                groups.push(vec![natural(claim)]);
                let usual = [groups.clone(), vec![vec![exactly(otherwise)]]].concat();
                match member(&usual, outside)? {
                    Some(value) => Some(value),
                    None => member(&groups, outside)?,
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

/// What GitHub puts into a claim.
pub(super) fn natural(claim: &str) -> Shape {
    form(match claim {
        "repository" => "{name}/{name}",
        "repository_id" | "repository_owner_id" | "actor_id" | "enterprise_id" => "{digits}",
        "ref" => "refs/{word}",
        "job_workflow_ref" => "{name}/{name}/.github/workflows/{word}@{word}",
        "aud" => "{text}",
        _ => "{word}",
    })
}
