//! Checks the entries of principal elements.

use super::{DocumentLinter, Finding, PolicyType, Rule, principal_set};
use crate::arn::ArnParts;
use crate::document::{Effect, Part, PrincipalSet, Selector, Statement};

/// Identity providers that a principal names without an ARN (IAM User Guide, "AWS JSON policy elements:
/// Principal").
const WEB_PROVIDERS: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

/// Prefixes of unique ids of users, roles and groups (IAM User Guide, "IAM identifiers").
const UNIQUE_IDS: [&str; 5] = ["AGPA", "AIDA", "ANPA", "APKA", "AROA"];

impl DocumentLinter<'_> {
    pub(super) fn check_principals(&mut self) {
        let policy = self.policy;
        for (index, statement) in policy.statements().iter().enumerate() {
            let Some(Selector::Only(set) | Selector::Except(set)) = statement.principal() else {
                continue;
            };
            self.check_aws(index, set);
            for (at, name) in set.services.iter().enumerate() {
                if !is_service(name) {
                    let message = format!("`{name}` is not a service principal.");
                    let instead = "Write the service principal, such as ecs-tasks.amazonaws.com.";
                    self.refuse_principal(index, message, instead, Part::Service(at));
                }
            }
            for (at, name) in set.federated.iter().enumerate() {
                if !is_provider(name) {
                    let message = format!("The federated principal `{name}` is not a provider.");
                    let instead = "Write the ARN of the identity provider: \
                                   arn:aws:iam::ACCOUNT:oidc-provider/HOST, or ...:saml-provider/NAME.";
                    self.refuse_principal(index, message, instead, Part::Federated(at));
                }
            }
            if self.kind == PolicyType::Trust && statement.effect() == Effect::Allow {
                self.check_session_actions(index, statement);
            }
        }
    }

    fn check_aws(&mut self, index: usize, set: &PrincipalSet) {
        for (at, entry) in set.aws.iter().enumerate() {
            if entry == "*" || entry.contains("${") {
                continue;
            }
            if is_unique_id(entry) {
                let message = format!(
                    "The principal `{entry}` is a unique id: IAM shows it when the user or role was deleted."
                );
                let finding = Finding::new(Rule::PrincipalUniqueId, message)
                    .instead("Remove it, or write the ARN of the user or role.");
                self.report(finding, index, Part::Aws(at));
                continue;
            }
            if let Some(why) = why_no_principal(entry) {
                let message = format!("The principal `{entry}` is not valid: {why}.");
                let instead = "Write an account id, the ARN of a user, role or session, or `*`.";
                self.refuse_principal(index, message, instead, Part::Aws(at));
            }
        }
    }

    fn refuse_principal(&mut self, index: usize, message: String, instead: &str, part: Part) {
        let finding = Finding::new(Rule::PrincipalInvalid, message).instead(instead);
        self.report(finding, index, part);
    }

    /// Each action that assumes a role takes one type of principal (AWS STS API Reference).
    fn check_session_actions(&mut self, index: usize, statement: &Statement) {
        let Some(set) = principal_set(statement) else {
            return;
        };
        let Selector::Only(actions) = statement.actions() else {
            return;
        };
        if set.admits_everyone() || set.federated.iter().any(|one| one == "*") {
            return;
        }
        let saml = |one: &String| one.contains(":saml-provider/");
        let accounts = !set.aws.is_empty() || !set.services.is_empty();
        for (at, action) in actions.iter().enumerate() {
            let (takes, needed) = match action.to_ascii_lowercase().as_str() {
                "sts:assumerole" => (accounts, "AWS or Service"),
                "sts:assumerolewithwebidentity" => {
                    (!set.federated.iter().all(saml), "a Federated OIDC provider")
                }
                "sts:assumerolewithsaml" => {
                    (set.federated.iter().any(saml), "a Federated SAML provider")
                }
                _ => continue,
            };
            if !takes {
                let message = format!(
                    "`{action}` is never allowed for this principal: the action takes {needed}."
                );
                let finding = Finding::new(Rule::PrincipalInvalid, message)
                    .of_action(action)
                    .instead("Use the action of the principal, or the principal of the action.");
                self.report(finding, index, Part::Action(at));
            }
        }
    }
}

fn is_unique_id(entry: &str) -> bool {
    let rest = UNIQUE_IDS.iter().find_map(|one| entry.strip_prefix(one));
    rest.is_some_and(|rest| {
        rest.len() >= 8
            && rest
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Why an entry under `AWS` is not a principal.
fn why_no_principal(entry: &str) -> Option<&'static str> {
    // An account id of the form that AWS shows to people.
    if is_account(entry) {
        return None;
    }
    let Some(arn) = ArnParts::parse(entry) else {
        return Some("it is neither an account id nor an ARN");
    };
    if entry.contains(['*', '?']) {
        return Some("a wildcard can only be the whole principal");
    }
    let named = |prefix: &str| {
        arn.resource
            .strip_prefix(prefix)
            .is_some_and(|name| !name.is_empty())
    };
    let known = match arn.service {
        "iam" => arn.resource == "root" || named("user/") || named("role/"),
        "sts" => named("assumed-role/") || named("federated-user/") || arn.resource == "self",
        _ => false,
    };
    if !known {
        return Some("the ARN is not that of an account, user, role or session");
    }
    let digits = arn.account.bytes().any(|b| b.is_ascii_digit());
    (digits && !is_account(arn.account)).then_some("an account id has 12 digits")
}

fn is_service(name: &str) -> bool {
    name == "*"
        || name.contains("${")
        || [
            ".amazonaws.",
            ".aws.internal",
            ".api.aws",
            ".c2s.ic.gov",
            ".sc2s.sgov.gov",
        ]
        .iter()
        .any(|part| name.contains(part))
}

fn is_provider(name: &str) -> bool {
    let arn = |arn: ArnParts<'_>| {
        let resource = arn.resource;
        arn.service == "iam"
            && (resource.starts_with("oidc-provider/") || resource.starts_with("saml-provider/"))
    };
    name == "*"
        || name.contains("${")
        || WEB_PROVIDERS.contains(&name)
        || ArnParts::parse(name).is_some_and(arn)
}
