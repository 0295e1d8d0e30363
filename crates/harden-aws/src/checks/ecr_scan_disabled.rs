use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};
use serde_json::{Value, json};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::ScanningRule;
use crate::views::ScannedRepository;

pub(crate) static CHECK: Rule<ScannedRepository, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecr-scan-disabled",
        "Container images are scanned for vulnerabilities",
        Severity::Medium,
    )
    .tags(&["guide:6", "beyond-guide"])
    .security()
    .remediation("Enable scan on push.")
    .page(include_str!("ecr_scan_disabled.md"))
    .since("0.1.0"),
    judge,
);

const REGISTRY: &str = "ecr:GetRegistryScanningConfiguration";
const REPOSITORY: &str = "ecr:DescribeRepositories";

fn judge(repository: &ScannedRepository, _: &Judging<AwsPolicy>) -> Judgement {
    let rule = repository.rule();
    let scan_type = repository.scan_type.get()?;
    if let Some(rule) = rule.get()? {
        let found = format!("{} ({scan_type})", rule.frequency);
        return Ok(Verdict::Pass(
            Evidence::of("scanFrequency of the registry", found, REGISTRY)
                .expected("SCAN_ON_PUSH or CONTINUOUS_SCAN"),
        ));
    }
    // With enhanced scanning only the rules of the registry count:
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
    let enhanced = scan_type == "ENHANCED";
    if !enhanced && *repository.scan_on_push.get()? {
        return Ok(Verdict::Pass(
            Evidence::of("scanOnPush", true, REPOSITORY).expected("true"),
        ));
    }
    let evidence = Evidence::of(
        "scanFrequency of the registry",
        format!("no rule covers this repository ({scan_type})"),
        REGISTRY,
    )
    .expected("SCAN_ON_PUSH or CONTINUOUS_SCAN");
    let evidence = match (enhanced, &repository.scan_on_push) {
        (true, _) => {
            evidence.note("with enhanced scanning, scanOnPush of the repository has no effect")
        }
        (false, Known::Yes(_)) => evidence
            .and("scanOnPush", false, REPOSITORY)
            .expected("true"),
        (false, Known::No(_)) => evidence,
    };
    Ok(Verdict::Fail(evidence, remediation(repository, enhanced)))
}

fn remediation(repository: &ScannedRepository, enhanced: bool) -> Remediation {
    const LINK: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html";
    let (name, region) = (&*repository.name, &*repository.place.region);
    if !enhanced {
        return Remediation::new("scan each image when it is pushed")
            .step(
                aws("ecr", "put-image-scanning-configuration")
                    .opt("--repository-name", name)
                    .opt("--image-scanning-configuration", "scanOnPush=true")
                    .region(region)
                    .step(
                        "Scan images on push",
                        &["ecr:PutImageScanningConfiguration"],
                    ),
            )
            .terraform(format!(
                "resource \"aws_ecr_repository\" \"this\" {{\n  # … the settings it has\n  name = {}\n\n  \
                 image_scanning_configuration {{\n    scan_on_push = true\n  }}\n}}\n",
                hcl_string(name),
            ))
            .link(LINK);
    }
    // The call replaces all rules of the registry, so the existing ones are included.
    let known = repository.rules.ok().into_iter().flatten();
    let mut rules: Vec<Value> = known.map(document).collect();
    match rules
        .iter_mut()
        .find(|r| r["scanFrequency"] == "SCAN_ON_PUSH")
    {
        Some(rule) => {
            if let Some(filters) = rule["repositoryFilters"].as_array_mut() {
                filters.push(filter(name));
            }
        }
        None => rules.push(json!({
            "scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [filter(name)]
        })),
    }
    Remediation::new(
        "add the repository to the rules of the registry; the existing rules do not change",
    )
    .step(
        aws("ecr", "put-registry-scanning-configuration")
            .json(&json!({"scanType": "ENHANCED", "rules": rules}))
            .region(region)
            .step(
                "Scan images on push",
                &["ecr:PutRegistryScanningConfiguration"],
            ),
    )
    .link(LINK)
}

fn filter(name: &str) -> Value {
    json!({"filter": name, "filterType": "WILDCARD"})
}

fn document(rule: &ScanningRule) -> Value {
    let filters: Vec<Value> = rule.filters.iter().map(|f| filter(f)).collect();
    json!({"scanFrequency": rule.frequency, "repositoryFilters": filters})
}
