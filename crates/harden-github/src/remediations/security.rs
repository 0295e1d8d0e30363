//! Enables the security features of a repository.

use harden_core::{Known, Remediation, hcl_string};
use serde_json::{Value, json};

use super::gh::Gh;
use crate::policy::GithubPolicy;
use crate::resources::RepositorySecurity;

/// Enables features. The API call changes no other setting of the repository.
pub(crate) fn enable_security(
    security: &RepositorySecurity,
    policy: &GithubPolicy,
    summary: &'static str,
    title: &'static str,
    features: Value,
    terraform: &str,
) -> Remediation {
    let body = json!({"security_and_analysis": features}).to_string();
    let title = match security.private {
        Known::Yes(false) => title.to_owned(),
        _ => format!("{title}; a private repository needs GitHub Secret Protection for it"),
    };
    let name = security.repository.split_once('/').unwrap_or_default().1;
    Remediation::new(summary)
        .step(
            Gh::new("PATCH", &security.repository, "")
                .body(body)
                .step(title, &["administration=write"], policy),
        )
        .terraform(format!(
            "resource \"github_repository\" \"this\" {{\n  # … the existing settings\n  name = {}\n\n  \
             security_and_analysis {{\n{terraform}  }}\n}}\n",
            hcl_string(name)
        ))
}
