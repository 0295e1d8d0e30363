//! Commands in the remediations of secrets.

use harden_core::{Arg, Step, hcl_string};
use serde_json::json;

use crate::remediations::cli::aws;

/// A file with the new value. A value on the command line would stay in the history of the shell.
pub(crate) fn value_file() -> Arg {
    Arg::from("file://@").with_input("@", "VALUE_FILE", "a file that contains the new value")
}

/// Sets a new value of a secret.
pub(crate) fn put_value(arn: &str, region: &str) -> Step {
    aws("secretsmanager", "put-secret-value")
        .opt("--secret-id", arn)
        .opt("--secret-string", value_file())
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
        .opt("--secret-string", value_file())
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
