use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::EcrRepository;

pub(crate) static CHECK: Rule<EcrRepository, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecr-tag-mutable",
        "Tags of container images are immutable",
        Severity::Medium,
    )
    .tags(&["guide:6", "beyond-guide"])
    .security()
    .remediation("Make the tags of the repository immutable.")
    .page(include_str!("ecr_tag_mutable.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "ecr:DescribeRepositories";

fn judge(repository: &EcrRepository, j: &Judging<AwsPolicy>) -> Judgement {
    let mutability = repository.tag_mutability.get()?;
    let mut evidence = Evidence::of("imageTagMutability", mutability, SOURCE).expected("IMMUTABLE");
    match &**mutability {
        "IMMUTABLE" => return Ok(Verdict::Pass(evidence)),
        "IMMUTABLE_WITH_EXCLUSION" => {
            let except = repository.mutability_exclusions.get()?;
            // `**` also matches every tag.
            let is_all = |filter: &String| !filter.is_empty() && filter.bytes().all(|b| b == b'*');
            if !except.iter().any(is_all) {
                let except = except.join(", ");
                return Ok(Verdict::Pass(evidence.note(format!(
                    "exclusions, whose tags can still be moved: {except}"
                ))));
            }
            evidence = evidence.note("the exclusion `*` matches every tag");
        }
        _ => {}
    }
    let name = &*j.id.name;
    let remediation = Remediation::new(
        "make the tags immutable; first change a pipeline that pushes the same tag repeatedly \
         (latest), because its push is refused afterwards",
    )
    .step(
        aws("ecr", "put-image-tag-mutability")
            .opt("--repository-name", name)
            .opt("--image-tag-mutability", "IMMUTABLE")
            .region(&j.id.place.region)
            .step("Make the tags immutable", &["ecr:PutImageTagMutability"]),
    )
    .terraform(format!(
        "resource \"aws_ecr_repository\" \"this\" {{\n  # … the settings it has\n  name                 \
         = {}\n  image_tag_mutability = \"IMMUTABLE\"\n}}\n",
        hcl_string(name),
    ))
    .link("https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html");
    Ok(Verdict::Fail(evidence, remediation))
}
