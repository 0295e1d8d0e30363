use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::text::counted;
use crate::views::RepositoryWithLifecycle;

pub(crate) static CHECK: Rule<RepositoryWithLifecycle, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecr-lifecycle-missing",
        "ECR repositories have a lifecycle policy",
        Severity::Low,
    )
    .tags(&["guide:6", "beyond-guide"])
    .remediation("Add a lifecycle policy to the repository.")
    .page(include_str!("ecr_lifecycle_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "ecr:GetLifecyclePolicy";

fn judge(repository: &RepositoryWithLifecycle, _: &Judging<AwsPolicy>) -> Judgement {
    let rules = *repository.rules.get()?;
    let found = match rules {
        Some(count) => counted(count, "rule"),
        None => "missing".to_owned(),
    };
    let evidence = Evidence::of("lifecycle policy", found, SOURCE).expected("at least 1 rule");
    if rules.is_some_and(|count| count > 0) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(repository)))
}

/// Adds a rule that deletes untagged images: a deployment that refers to images by tag cannot use
/// them.
fn remediation(repository: &RepositoryWithLifecycle) -> Remediation {
    let rule = json!({"rules": [{
        "rulePriority": 1,
        "description": "Expire untagged images after 14 days",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": 14
        },
        "action": {"type": "expire"}
    }]});
    Remediation::new(
        "delete untagged images 14 days after they were pushed; if every image has a unique tag, \
         add a rule that keeps a number of images",
    )
    .step(
        aws("ecr", "put-lifecycle-policy")
            .opt("--repository-name", &*repository.name)
            .opt("--lifecycle-policy-text", rule.to_string())
            .region(&repository.place.region)
            .step(
                "Delete untagged images after 14 days",
                &["ecr:PutLifecyclePolicy"],
            )
            .destructive(),
    )
    .terraform(format!(
        "resource \"aws_ecr_lifecycle_policy\" \"this\" {{\n  repository = {}\n  policy     = {}\n}}\n",
        hcl_string(&repository.name),
        hcl_string(&rule.to_string()),
    ))
    .link("https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html")
}
