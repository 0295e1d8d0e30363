//! Assesses statements for other identity providers than GitHub: OIDC providers, web identity providers
//! and SAML.
//!
//! IAM User Guide, "Create a role for OpenID Connect federation", "Available keys for AWS web identity
//! federation" and "Create a role for SAML 2.0 federation"; and the pages of the providers about the
//! subjects of their tokens.

use super::admission::ACTION;
use super::issuer::{Issuer, claim_of};
use crate::arn::ArnParts;
use crate::condition::{Comparison, Operator};
use crate::document::{Effect, Part, Policy, Selector, Statement};
use crate::lint::{Finding, Rule};

/// A provider whose subjects are documented.
struct Provider {
    name: &'static str,
    /// How its URL begins or ends, without `https://`.
    url: Url,
    /// Whether everyone can get tokens of the issuer. Otherwise it belongs to one tenant.
    shared: bool,
    /// The texts that follow each other in a subject. A pattern restricts the part before a text if it
    /// has no wildcard before it.
    levels: &'static [Level],
    /// Claims besides the subject of which one value belongs to one tenant.
    tenant_claims: &'static [&'static str],
}

enum Url {
    /// A host, with any path.
    Host(&'static str),
    /// The end of a host.
    HostEnd(&'static str),
    /// The beginning of a host and path.
    Begins(&'static str),
}

/// A part of a subject: the text that it begins with, and who has tokens if only the parts before it are
/// restricted.
struct Level {
    begins: &'static str,
    open_to: &'static str,
}

const fn level(begins: &'static str, open_to: &'static str) -> Level {
    Level { begins, open_to }
}

const PROVIDERS: &[Provider] = &[
    Provider {
        name: "GitLab",
        url: Url::Host("gitlab.com"),
        shared: true,
        levels: &[
            level("project_path:", "every project on gitlab.com"),
            level("/", "every project of the group"),
            level(":", "every branch and tag of the project"),
        ],
        tenant_claims: &[],
    },
    Provider {
        name: "Amazon EKS",
        url: Url::Begins("oidc.eks."),
        shared: false,
        levels: &[
            level(
                "system:serviceaccount:",
                "every service account and pod of the cluster",
            ),
            level(":", "every service account of the namespace"),
        ],
        tenant_claims: &[],
    },
    Provider {
        name: "HCP Terraform",
        url: Url::Host("app.terraform.io"),
        shared: true,
        levels: &[
            level("organization:", "every organization of HCP Terraform"),
            level(":project:", "every project of the organization"),
            level(":workspace:", "every workspace of the project"),
            level(":run_phase:", "every run phase"),
        ],
        tenant_claims: &[],
    },
    Provider {
        name: "Buildkite",
        url: Url::Host("agent.buildkite.com"),
        shared: true,
        levels: &[
            level("organization:", "every organization of Buildkite"),
            level(":pipeline:", "every pipeline of the organization"),
            level(":ref:", "every branch and tag of the pipeline"),
        ],
        tenant_claims: &[],
    },
    Provider {
        name: "Vercel",
        url: Url::Host("oidc.vercel.com"),
        shared: true,
        levels: &[
            level("owner:", "every team of Vercel"),
            level(":project:", "every project of the team"),
            level(":environment:", "every environment of the project"),
        ],
        tenant_claims: &["aud"],
    },
    Provider {
        name: "Pulumi Cloud",
        url: Url::Begins("api.pulumi.com/oidc"),
        shared: true,
        levels: &[level("pulumi:", "every organization of Pulumi Cloud")],
        tenant_claims: &["aud"],
    },
    Provider {
        name: "CircleCI",
        url: Url::Host("oidc.circleci.com"),
        shared: false,
        levels: &[
            level("org/", "every project of the organization"),
            level("/project/", "every project of the organization"),
            level("/user/", "every user of the project"),
        ],
        tenant_claims: &[],
    },
    Provider {
        name: "Bitbucket Pipelines",
        url: Url::Begins("api.bitbucket.org/2.0/workspaces/"),
        shared: false,
        levels: &[
            level("{", "every repository of the workspace"),
            level("}", "every repository of the workspace"),
        ],
        tenant_claims: &[],
    },
    Provider {
        name: "Google",
        url: Url::Host("accounts.google.com"),
        shared: true,
        levels: &[level("", "everyone with a Google account")],
        tenant_claims: &["aud", "azp", "oaud"],
    },
    Provider {
        name: "Login with Amazon",
        url: Url::Host("www.amazon.com"),
        shared: true,
        levels: &[level("", "everyone with an Amazon account")],
        tenant_claims: &["app_id", "user_id", "aud"],
    },
    Provider {
        name: "Facebook",
        url: Url::Host("graph.facebook.com"),
        shared: true,
        levels: &[level("", "everyone with a Facebook account")],
        tenant_claims: &["app_id", "id", "aud"],
    },
    Provider {
        name: "Microsoft Entra ID",
        url: Url::Host("login.microsoftonline.com"),
        shared: false,
        levels: &[level("", "every application and user of the tenant")],
        tenant_claims: &["aud"],
    },
    Provider {
        name: "Microsoft Entra ID",
        url: Url::Host("sts.windows.net"),
        shared: false,
        levels: &[level("", "every application and user of the tenant")],
        tenant_claims: &["aud"],
    },
    Provider {
        name: "Auth0",
        url: Url::HostEnd(".auth0.com"),
        shared: false,
        levels: &[level("", "every user of the tenant")],
        tenant_claims: &["aud"],
    },
    Provider {
        name: "Okta",
        url: Url::HostEnd(".okta.com"),
        shared: false,
        levels: &[level("", "every user of the organization")],
        tenant_claims: &["aud"],
    },
];

const COGNITO: &str = "cognito-identity.amazonaws.com";

impl Url {
    fn matches(&self, issuer: &str) -> bool {
        let host = issuer.split('/').next().unwrap_or(issuer);
        match self {
            Self::Host(name) => host == *name,
            Self::HostEnd(end) => host.ends_with(end),
            Self::Begins(begin) => issuer.starts_with(begin),
        }
    }
}

/// The findings about statements for other identity providers than GitHub.
pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, statement) in policy.statements().iter().enumerate() {
        let Some(Selector::Only(set)) = statement.principal() else {
            continue;
        };
        if statement.effect() != Effect::Allow {
            continue;
        }
        for (at, entry) in set.federated.iter().enumerate() {
            let found = if entry.contains(":saml-provider/") {
                saml(statement)
            } else if statement.matches_action(ACTION) {
                issuer_of(entry).and_then(|issuer| web_identity(statement, &issuer))
            } else {
                None
            };
            findings.extend(found.map(|one| one.at(policy, index, Part::Federated(at))));
        }
    }
    findings
}

/// The issuer of a federated principal, in lower case; `None` for GitHub's.
fn issuer_of(entry: &str) -> Option<String> {
    if Issuer::of_provider(entry).is_some() {
        return None;
    }
    let url = match ArnParts::parse(entry) {
        Some(arn) => arn.resource.strip_prefix("oidc-provider/")?,
        None => entry,
    };
    Some(url.trim_end_matches('/').to_ascii_lowercase())
}

fn web_identity(statement: &Statement, issuer: &str) -> Option<Finding> {
    let claims = Claims { statement, issuer };
    if issuer == COGNITO {
        return cognito(&claims);
    }
    let known = PROVIDERS.iter().find(|one| one.url.matches(issuer));
    let name = known.map_or_else(
        || format!("the provider {issuer}"),
        |one| format!("{} ({issuer})", one.name),
    );
    // Vercel has issuers for a team: `oidc.vercel.com/TEAM`.
    let tenant = known.is_some_and(|one| one.name == "Vercel") && issuer.contains('/');
    let shared = known.is_some_and(|one| one.shared) && !tenant;
    let instead = format!("Add StringEquals `{issuer}:sub` with the subject that is meant.");
    let levels = known.map_or(&[][..], |one| one.levels);
    let tenants = known.map_or(&[][..], |one| one.tenant_claims);
    if tenants.iter().any(|claim| claims.is_exact(claim)) {
        return None;
    }
    let subjects = claims.values("sub");
    if subjects.is_empty() {
        let who = levels
            .first()
            .map_or("every subject of the provider", |one| one.open_to);
        let open = shared || (known.is_none() && claims.values("aud").is_empty());
        let rule = if open {
            Rule::FederatedOpen
        } else {
            Rule::FederatedBroad
        };
        let message = format!(
            "Any token of {name} for the right audience can assume the role: no condition restricts \
             `{issuer}:sub`, so that is {who}."
        );
        return Some(Finding::new(rule, message).instead(instead));
    }
    let widest = subjects
        .iter()
        .filter_map(|value| open_level(value, levels).map(|level| (level, value)))
        .min_by_key(|(level, _)| *level)?;
    let (at, value) = widest;
    let who = levels
        .get(at)
        .map_or("more than one subject", |one| one.open_to);
    let everything = value.chars().all(|c| c == '*');
    let open = at == 0 && (shared || (known.is_none() && everything));
    let rule = if open {
        Rule::FederatedOpen
    } else {
        Rule::FederatedBroad
    };
    let message =
        format!("`{value}`: any token of {name} with such a subject can assume the role: {who}.");
    Some(Finding::new(rule, message).instead(instead))
}

/// The first part of the subject that a pattern leaves open; `None` if it has no wildcard.
fn open_level(value: &str, levels: &[Level]) -> Option<usize> {
    let fixed = value.split(['*', '?']).next().unwrap_or_default();
    if fixed.len() == value.len() {
        return None;
    }
    let mut rest = fixed;
    for (at, level) in levels.iter().enumerate() {
        match rest.find(level.begins) {
            // The text begins the subject, or ends a part that is not empty.
            Some(found) if (at == 0) == (found == 0) => rest = &rest[found + level.begins.len()..],
            _ => return Some(at.saturating_sub(1)),
        }
    }
    Some(levels.len().saturating_sub(1))
}

/// Amazon Cognito Developer Guide, "Role trust and permissions": the audience is the identity pool, and
/// `amr` tells authenticated identities from guests.
fn cognito(claims: &Claims<'_>) -> Option<Finding> {
    if !claims.is_exact("aud") {
        let message = "Any identity pool of Amazon Cognito, of any AWS account, can assume the role: no \
                       condition restricts `cognito-identity.amazonaws.com:aud` to one pool.";
        let instead =
            "Add StringEquals `cognito-identity.amazonaws.com:aud` with the id of the pool.";
        return Some(Finding::new(Rule::FederatedOpen, message).instead(instead));
    }
    let guests = |value: &String| value.starts_with("unauth") || value.starts_with(['*', '?']);
    let values = claims.values("amr");
    if values.is_empty() || values.iter().any(|one| guests(one)) {
        let message = "Guests of the Amazon Cognito identity pool can assume the role: no condition \
                       requires that `cognito-identity.amazonaws.com:amr` is `authenticated`.";
        let instead =
            "Add ForAnyValue:StringLike `cognito-identity.amazonaws.com:amr` `authenticated`.";
        return Some(Finding::new(Rule::FederatedBroad, message).instead(instead));
    }
    None
}

fn saml(statement: &Statement) -> Option<Finding> {
    if !statement.matches_action("sts:AssumeRoleWithSAML") {
        return None;
    }
    let restricts = statement.conditions().iter().any(|one| {
        let key = one.key().to_ascii_lowercase();
        let positive =
            Operator::parse(one.operator()).is_some_and(|one| !one.negated && !one.if_exists);
        positive && ["saml:aud", "saml:sub", "saml:namequalifier"].contains(&key.as_str())
    });
    if restricts {
        return None;
    }
    let message = "No condition restricts `SAML:aud`: assertions of the SAML provider for another service \
                   can assume the role.";
    let instead = "Add StringEquals `SAML:aud` `https://signin.aws.amazon.com/saml`.";
    Some(Finding::new(Rule::SamlAudienceUnchecked, message).instead(instead))
}

/// The conditions of a statement on the claims of an issuer.
struct Claims<'a> {
    statement: &'a Statement,
    issuer: &'a str,
}

impl Claims<'_> {
    /// The values that the conditions accept for a claim. STS requires `sub` and `aud` in every token, so
    /// `ForAllValues` and `IfExists` restrict them too.
    fn values(&self, claim: &str) -> Vec<&String> {
        let conditions = self.statement.conditions().iter();
        let own = conditions.filter(|one| {
            let of_claim = claim_of(one.key()).is_some_and(|(issuer, name)| {
                let issuer = issuer.trim_end_matches('/');
                issuer.eq_ignore_ascii_case(self.issuer) && name.eq_ignore_ascii_case(claim)
            });
            let always = matches!(claim, "sub" | "aud");
            let positive = Operator::parse(one.operator()).is_some_and(|one| {
                let text = matches!(one.comparison, Comparison::Text { .. } | Comparison::Like);
                text && !one.negated && (always || !one.if_exists)
            });
            of_claim && positive
        });
        own.flat_map(|one| one.values()).collect()
    }

    /// Whether only certain values of a claim are accepted.
    fn is_exact(&self, claim: &str) -> bool {
        let values = self.values(claim);
        !values.is_empty() && !values.iter().any(|one| one.contains(['*', '?']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(provider: &str, action: &str, condition: &str) -> Vec<&'static str> {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
                "Principal": {{"Federated": "{provider}"}}, "Action": "{action}",
                "Condition": {{{condition}}}}}]}}"#
        );
        let policy = Policy::parse(&text).unwrap();
        findings(&policy).iter().map(|one| one.rule.id()).collect()
    }

    fn of(host: &str, subject: &str) -> Vec<&'static str> {
        let provider = format!("arn:aws:iam::123456789012:oidc-provider/{host}");
        let condition = match subject {
            "" => format!(r#""StringEquals": {{"{host}:aud": "sts.amazonaws.com"}}"#),
            _ => format!(r#""StringLike": {{"{host}:sub": "{subject}"}}"#),
        };
        rules(&provider, ACTION, &condition)
    }

    #[test]
    fn documented_providers_are_assessed_by_their_subjects() {
        let (open, broad, fine) = (vec!["federated-open"], vec!["federated-broad"], vec![]);
        let eks = "oidc.eks.us-east-1.amazonaws.com/id/ABC";
        for (host, subject, expected) in [
            ("gitlab.com", "", &open),
            ("gitlab.com", "project_path:*", &open),
            ("gitlab.com", "project_path:acme*", &open),
            ("gitlab.com", "project_path:acme/*", &broad),
            ("gitlab.com", "project_path:acme/shop:*", &broad),
            (
                "gitlab.com",
                "project_path:acme/shop:ref_type:branch:ref:main",
                &fine,
            ),
            (eks, "", &broad),
            (eks, "system:serviceaccount:shop:*", &broad),
            (eks, "system:serviceaccount:*:web", &broad),
            (eks, "system:serviceaccount:shop:web", &fine),
            ("app.terraform.io", "organization:*", &open),
            ("app.terraform.io", "organization:acme:project:*", &broad),
            (
                "app.terraform.io",
                "organization:acme:project:a:workspace:w:run_phase:apply",
                &fine,
            ),
            ("agent.buildkite.com", "", &open),
            ("agent.buildkite.com", "organization:acme:*", &open),
            (
                "agent.buildkite.com",
                "organization:acme:pipeline:*",
                &broad,
            ),
            ("oidc.vercel.com/acme", "owner:acme:project:*", &broad),
            ("oidc.circleci.com/org/1", "", &broad),
            ("oidc.circleci.com/org/1", "org/1/project/2/user/*", &broad),
            ("accounts.google.com", "", &fine),
            ("ci.example.com", "", &broad),
            ("ci.example.com", "*", &open),
            ("ci.example.com", "job:*", &broad),
            ("ci.example.com", "job:1", &fine),
            ("token.actions.githubusercontent.com", "", &fine),
        ] {
            assert_eq!(&of(host, subject), expected, "{host} {subject}");
        }
    }

    #[test]
    fn web_identities_and_saml_are_assessed() {
        let aud = r#""StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:1"}"#;
        let amr =
            r#""ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}"#;
        assert_eq!(rules(COGNITO, ACTION, ""), ["federated-open"]);
        assert_eq!(rules(COGNITO, ACTION, aud), ["federated-broad"]);
        let both = format!("{aud}, {amr}");
        assert_eq!(rules(COGNITO, ACTION, &both), [""; 0]);
        assert_eq!(rules("accounts.google.com", ACTION, ""), ["federated-open"]);
        let saml = "arn:aws:iam::123456789012:saml-provider/okta";
        let with_saml = "sts:AssumeRoleWithSAML";
        assert_eq!(rules(saml, with_saml, ""), ["saml-audience-unchecked"]);
        let aud = r#""StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}"#;
        assert_eq!(rules(saml, with_saml, aud), [""; 0]);
    }
}
