//! Switching security features of a repository on.

use harden_core::{Known, Remediation, hcl_string};
use serde_json::{Value, json};

use super::Gh;
use crate::GithubPolicy;
use crate::resources::RepositorySecurity;

/// Switches features on; the call leaves every other setting of the repository as it is.
pub(crate) fn enable_security(
    security: &RepositorySecurity,
    policy: &GithubPolicy,
    summary: &'static str,
    features: Value,
    terraform: &str,
) -> Remediation {
    let body = json!({"security_and_analysis": features}).to_string();
    let title = match security.private {
        Known::Yes(false) => "Switch it on",
        _ => "Switch it on; a private repository needs GitHub Secret Protection for it",
    };
    let name = security.repository.split_once('/').unwrap_or_default().1;
    Remediation::new(summary)
        .step(
            Gh::new("PATCH", &security.repository, "")
                .body(body)
                .step(title, &["administration=write"], policy),
        )
        .terraform(format!(
            "resource \"github_repository\" \"this\" {{\n  # … the settings it has\n  name = {}\n\n  \
             security_and_analysis {{\n{terraform}  }}\n}}\n",
            hcl_string(name)
        ))
}
