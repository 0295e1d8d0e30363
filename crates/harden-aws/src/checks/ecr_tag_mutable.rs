use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, glob_matches,
    hcl_string,
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

/// Tags as releases and deployments have them. An exclusion that matches one lets the image of a
/// deployment be replaced.
const RELEASES: &[&str] = &[
    "1.2.3",
    "v1.2.3",
    "v1",
    "12",
    "release",
    "release-1.2.3",
    "rel-12",
    "prod",
    "production",
    "prod-12",
    "stable",
    "live",
    "build-12",
    "20260115",
    "2026-01-15",
    "sha-0a1b2c3",
    "0a1b2c3",
    "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    "main-0a1b2c3",
];

/// Whether a filter matches every tag: `*`, `**`.
fn is_everything(filter: &str) -> bool {
    !filter.is_empty() && filter.bytes().all(|b| b == b'*')
}

fn judge(repository: &EcrRepository, j: &Judging<AwsPolicy>) -> Judgement {
    let mutability = repository.tag_mutability.get()?;
    let mut evidence = Evidence::of("imageTagMutability", mutability, SOURCE).expected("IMMUTABLE");
    match &**mutability {
        "IMMUTABLE" => return Ok(Verdict::Pass(evidence)),
        "IMMUTABLE_WITH_EXCLUSION" => {
            let except = repository.mutability_exclusions.get()?;
            let releases = except.iter().find_map(|filter| {
                let tag = RELEASES.iter().find(|tag| glob_matches(filter, tag))?;
                Some((filter, tag))
            });
            match releases {
                None => {
                    let except = except.join(", ");
                    return Ok(Verdict::Pass(evidence.note(format!(
                        "exclusions, whose tags can still be moved: {except}"
                    ))));
                }
                Some((filter, tag)) => {
                    let filter = harden_core::one_line(filter, 60);
                    evidence = evidence.note(if is_everything(&filter) {
                        format!("the exclusion `{filter}` matches every tag")
                    } else {
                        format!("the exclusion `{filter}` matches tags of releases, such as {tag}")
                    });
                }
            }
        }
        // every tag is excluded from being mutable
        "MUTABLE_WITH_EXCLUSION" => {
            let except = repository.mutability_exclusions.get()?;
            if except.iter().any(|filter| is_everything(filter)) {
                return Ok(Verdict::Pass(
                    evidence.note("the exclusion `*` makes every tag immutable"),
                ));
            }
            evidence = evidence.note(format!(
                "only these tags are immutable: {}",
                except.join(", ")
            ));
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
