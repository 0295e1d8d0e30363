use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::DbInstance;
use crate::views::is_judged;

pub(crate) static CHECK: Rule<DbInstance, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-publicly-accessible",
        "DB instances are not publicly accessible",
        Severity::Critical,
    )
    .tags(&["guide:4", "beyond-guide"])
    .security()
    .remediation("Remove the public address.")
    .page(include_str!("rds_publicly_accessible.md"))
    .since("0.1.0"),
    judge,
);

fn judge(instance: &DbInstance, j: &Judging<AwsPolicy>) -> Judgement {
    if !is_judged(&instance.engine, j.policy) {
        return Ok(Verdict::not_applicable(
            "the engine belongs to another service, and the policy does not include it",
        ));
    }
    let public = *instance.publicly_accessible.get()?;
    let evidence =
        Evidence::of("PubliclyAccessible", public, "rds:DescribeDBInstances").expected("false");
    if !public {
        return Ok(Verdict::Pass(evidence));
    }
    let member = matches!(instance.cluster.ok(), Some(Some(_)));
    Ok(Verdict::Fail(evidence, remediation(j, member)))
}

fn remediation(j: &Judging<AwsPolicy>, member: bool) -> Remediation {
    let resource = if member {
        "aws_rds_cluster_instance"
    } else {
        "aws_db_instance"
    };
    Remediation::new(
        "remove the public address; clients outside the VPC (an office, a CI job) lose their \
         connection immediately, so first give them a VPN, a bastion host or Session Manager",
    )
    .step(
        aws("rds", "modify-db-instance")
            .opt("--db-instance-identifier", &*j.id.name)
            .flag("--no-publicly-accessible")
            .flag("--apply-immediately")
            .region(&j.id.place.region)
            .step("Remove the public address", &["rds:ModifyDBInstance"]),
    )
    .terraform(format!(
        "resource {} {} {{\n  # … the settings it has\n  publicly_accessible = false\n}}\n",
        hcl_string(resource),
        hcl_string("this"),
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Hiding")
}
