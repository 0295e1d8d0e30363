//! Commands in the remediations of secrets.

use harden_core::{Arg, Step, hcl_string};
use serde_json::json;

use crate::remediations::cli::aws;

/// A file with the new value of a secret. A value on the command line would stay in the history of the
/// shell. Each secret has an input of its own, so that one variable never sets the values of several.
fn value_file(secret: &str) -> Arg {
    const HINT: &str = "a file that contains the new value of this secret";
    Arg::from("file://@").with_input("@", file_variable(secret), HINT)
}

/// The shell variable with the file for a secret: `SAASPE_API_JWT_SECRET_VALUE_FILE`.
fn file_variable(secret: &str) -> String {
    let fit = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let name: String = secret.chars().map(fit).collect();
    // `a.b` and `a-b` are two secrets
    let exact = |c: char| c.is_ascii_alphanumeric() || "_/-".contains(c);
    let suffix = match secret.chars().all(exact) {
        true => String::new(),
        false => harden_core::fingerprint(&[secret])
            .chars()
            .take(4)
            .map(|c| c.to_ascii_uppercase())
            .fold("_".to_owned(), |mut text, c| {
                text.push(c);
                text
            }),
    };
    // a shell variable does not begin with a digit
    let digit = name.starts_with(|c: char| c.is_ascii_digit());
    let lead = if digit { "_" } else { "" };
    format!("{lead}{name}{suffix}_VALUE_FILE")
}

/// Sets a new value of a secret.
pub(crate) fn put_value(name: &str, arn: &str, region: &str) -> Step {
    aws("secretsmanager", "put-secret-value")
        .opt("--secret-id", arn)
        .opt("--secret-string", value_file(name))
        .region(region)
        .step("Set the new value", &["secretsmanager:PutSecretValue"])
}

/// Starts a rotation by Secrets Manager.
pub(crate) fn rotate(arn: &str, region: &str) -> Step {
    aws("secretsmanager", "rotate-secret")
        .opt("--secret-id", arn)
        .region(region)
        .step("Rotate it now", &["secretsmanager:RotateSecret"])
}

/// Configures a rotation by a function every number of days.
pub(crate) fn schedule(arn: &str, region: &str, days: u32) -> Step {
    let function = Arg::input("ROTATION_LAMBDA_ARN", "the ARN of the rotation function");
    aws("secretsmanager", "rotate-secret")
        .opt("--secret-id", arn)
        .opt("--rotation-lambda-arn", function)
        .opt(
            "--rotation-rules",
            json!({"AutomaticallyAfterDays": days}).to_string(),
        )
        .region(region)
        .step(
            "Enable rotation; this also rotates the secret immediately",
            &["lambda:InvokeFunction", "secretsmanager:RotateSecret"],
        )
}

/// The rotation as Terraform.
pub(crate) fn rotation_terraform(arn: &str, days: u32) -> String {
    format!(
        "resource \"aws_secretsmanager_secret_rotation\" \"this\" {{\n  secret_id           = {}\n  \
         rotation_lambda_arn = var.rotation_lambda_arn\n\n  rotation_rules {{\n    \
         automatically_after_days = {days}\n  }}\n}}\n",
        hcl_string(arn),
    )
}

/// Creates a secret from a file with its value.
pub(crate) fn create(name: &str, region: &str) -> Step {
    aws("secretsmanager", "create-secret")
        // one word, since a name can begin with a hyphen
        .flag_of(format!("--name={name}"))
        .opt("--secret-string", value_file(name))
        .region(region)
        .step(
            format!("Create the secret {name}"),
            &["secretsmanager:CreateSecret"],
        )
}

/// Cancels the deletion of a secret.
pub(crate) fn restore(name: &str, region: &str) -> Step {
    aws("secretsmanager", "restore-secret")
        .flag_of(format!("--secret-id={name}"))
        .region(region)
        .step(
            format!("Cancel the deletion of {name}"),
            &["secretsmanager:RestoreSecret"],
        )
}

#[cfg(test)]
mod tests {
    use super::file_variable;

    #[test]
    fn each_secret_has_a_variable_of_its_own() {
        assert_eq!(
            file_variable("saaspe-api/JWT_SECRET"),
            "SAASPE_API_JWT_SECRET_VALUE_FILE"
        );
        assert_ne!(file_variable("db.password"), file_variable("db/password"));
        assert!(file_variable("2fa").starts_with("_2FA"));
    }
}
