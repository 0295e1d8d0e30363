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
        "No database has a public address",
        Severity::Critical,
    )
    .tags(&["guide:4", "beyond-guide"])
    .security()
    .remediation("Take the public address away.")
    .page(include_str!("rds_publicly_accessible.md"))
    .since("0.1.0"),
    judge,
);

fn judge(instance: &DbInstance, j: &Judging<AwsPolicy>) -> Judgement {
    if !is_judged(&instance.engine, j.policy) {
        return Ok(Verdict::not_applicable(
            "an engine of another service that the policy does not include",
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
        "take the public address away; clients outside its network (an office, a CI job) lose the \
         database at once, so give them a way in first: a VPN, a bastion, Session Manager",
    )
    .step(
        aws("rds", "modify-db-instance")
            .opt("--db-instance-identifier", &*j.id.name)
            .flag("--no-publicly-accessible")
            .flag("--apply-immediately")
            .region(&j.id.place.region)
            .step("Take the public address away", &["rds:ModifyDBInstance"]),
    )
    .terraform(format!(
        "resource {} {} {{\n  # … the settings it has\n  publicly_accessible = false\n}}\n",
        hcl_string(resource),
        hcl_string("this"),
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Hiding")
}
