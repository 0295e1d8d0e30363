use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};
use serde_json::{Value, json};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::LifecycleRule;
use crate::text::counted;
use crate::views::BucketWithLifecycle;

pub(crate) static CHECK: Rule<BucketWithLifecycle, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/s3-lifecycle-missing",
        "S3 buckets have a lifecycle rule for incomplete uploads",
        Severity::Low,
    )
    .tags(&["guide:6"])
    .remediation("Add a lifecycle rule that aborts incomplete multipart uploads.")
    .page(include_str!("s3_lifecycle_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "s3:GetBucketLifecycleConfiguration";
const NEW_RULE: &str = "end-incomplete-uploads";

fn judge(bucket: &BucketWithLifecycle, _: &Judging<AwsPolicy>) -> Judgement {
    let rules = bucket.rules.get()?;
    let enabled = rules.iter().filter(|rule| rule.enabled);
    let evidence = |found: String| {
        Evidence::of("lifecycle rules", found, SOURCE)
            .expected("an enabled rule with AbortIncompleteMultipartUpload")
    };
    let aborting = enabled.clone().find_map(|rule| {
        let days = rule.aborts_uploads_after_days?;
        Some((days, rule.prefix.as_deref().filter(|p| !p.is_empty())))
    });
    if let Some((days, prefix)) = aborting {
        let found = evidence(format!(
            "incomplete uploads are aborted after {}",
            counted(days, "day")
        ));
        return Ok(Verdict::Pass(match prefix {
            Some(prefix) => found.note(format!("only for the prefix {prefix}")),
            None => found,
        }));
    }
    let found = match (rules.len(), enabled.count()) {
        (0, _) => "missing".to_owned(),
        (all, 0) => format!("{}, 0 enabled", counted(all, "rule")),
        (_, enabled) => format!("{enabled} enabled, without AbortIncompleteMultipartUpload"),
    };
    Ok(Verdict::Fail(evidence(found), remediation(bucket, rules)))
}

/// Adds a rule. The call replaces the whole lifecycle configuration, so the existing rules are
/// included.
fn remediation(bucket: &BucketWithLifecycle, rules: &[LifecycleRule]) -> Remediation {
    let to = Remediation::new(
        "abort multipart uploads that are incomplete after 7 days: their parts cost as much as \
         objects, and no listing of objects shows them",
    )
    .link("https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html");
    let (Known::Yes(minimum), Known::Yes(region)) = (&bucket.minimum_object_size, &bucket.region)
    else {
        return to.withheld(
            "the call replaces the whole lifecycle configuration, and a part of it or the region \
             of the bucket could not be read",
        );
    };
    let taken = |id: &str| rules.iter().any(|rule| rule.document["ID"] == id);
    let id = std::iter::once(NEW_RULE.to_owned())
        .chain((2..).map(|n| format!("{NEW_RULE}-{n}")))
        .find(|id| !taken(id))
        .unwrap_or_default();
    let new = json!({
        "ID": id,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}
    });
    let all: Vec<&Value> = rules.iter().map(|r| &r.document).chain([&new]).collect();
    let mut input = json!({
        "Bucket": &*bucket.name,
        "ExpectedBucketOwner": &*bucket.account,
        "LifecycleConfiguration": {"Rules": all}
    });
    if let Some(minimum) = minimum {
        input["TransitionDefaultMinimumObjectSize"] = json!(minimum);
    }
    to.step(
        aws("s3api", "put-bucket-lifecycle-configuration")
            .json(&input)
            .region(region)
            .step(
                "Add a rule that aborts incomplete uploads; the existing rules do not change",
                &["s3:PutLifecycleConfiguration"],
            )
            // An aborted upload cannot be recovered.
            .destructive(),
    )
    .terraform(format!(
        "resource \"aws_s3_bucket_lifecycle_configuration\" \"this\" {{\n  # … the rules it has\n  bucket \
         = {}\n\n  rule {{\n    id     = {}\n    status = \"Enabled\"\n\n    filter {{}}\n\n    \
         abort_incomplete_multipart_upload {{\n      days_after_initiation = 7\n    }}\n  }}\n}}\n",
        hcl_string(&bucket.name),
        hcl_string(&id),
    ))
}
