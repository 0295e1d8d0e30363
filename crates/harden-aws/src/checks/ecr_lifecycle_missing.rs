use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::KeptRepository;

pub(crate) static CHECK: Rule<KeptRepository, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecr-lifecycle-missing",
        "Old container images are deleted",
        Severity::Low,
    )
    .tags(&["guide:6", "beyond-guide"])
    .remediation("Give the repository a lifecycle policy.")
    .page(include_str!("ecr_lifecycle_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "ecr:GetLifecyclePolicy";

fn judge(repository: &KeptRepository, _: &Judging<AwsPolicy>) -> Judgement {
    let rules = *repository.rules.get()?;
    let found = match rules {
        Some(count) => format!("{count} rules"),
        None => "none".to_owned(),
    };
    let evidence = Evidence::of("lifecycle policy", found, SOURCE).expected("a policy with a rule");
    if rules.is_some_and(|count| count > 0) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(repository)))
}

/// A rule that deletes what no tag names any more, which no deployment can name either.
fn remediation(repository: &KeptRepository) -> Remediation {
    let rule = json!({"rules": [{
        "rulePriority": 1,
        "description": "Untagged images go after 14 days",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": 14
        },
        "action": {"type": "expire"}
    }]});
    Remediation::new(
        "delete images that no tag names 14 days after they were pushed; where every image has a \
         tag of its own, add a rule that keeps a number of them",
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
