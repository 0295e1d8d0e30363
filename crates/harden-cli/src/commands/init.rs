//! `init`: a first policy file, from what is found.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use harden_aws::resources as aws;
use harden_core::{FactError, Facts, Kind, Resource};
use harden_github::resources::Repository;
use harden_sentry::resources as sentry;
use harden_vercel::resources as vercel;

use crate::args::InitArgs;
use crate::config::Config;
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile, note};
use crate::providers::{self, Wanted};
use crate::source::Source;

pub(crate) async fn run(args: InitArgs) -> Result<ExitCode, Failure> {
    let to_stdout = args.output == Path::new("-");
    if !to_stdout && args.output.exists() && !args.force {
        let shown = args.output.display();
        return Err(Failure::new(format!("{shown} is there already"))
            .help("--force replaces it, --output - prints the new one"));
    }
    let file = (!to_stdout)
        .then(|| PendingFile::open(&args.output))
        .transpose()?;
    let config = Config::read(&args.estate)?;
    let source = Source::open(&args.estate, &config, &wanted(), false).await?;
    let tables = tables(&source).await;
    if let Some(progress) = &source.progress {
        progress.finish();
    }
    let tables = tables.context("could not read the estate")?;
    let text = format!("{HEAD}\n{tables}{FOOT}");
    // what it writes, it must be able to read
    harden_runner::PolicyFile::parse(&text, "harden.toml", &providers::tables(), &[])
        .context("the new policy file would not be valid")?;
    match file {
        None => output::to_stdout(|out| out.write_all(text.as_bytes()))?,
        Some(mut file) => {
            let shown = args.output.display();
            let mut writer = file.writer();
            let written = writer
                .write_all(text.as_bytes())
                .and_then(|()| writer.flush());
            written.context(format!("could not write {shown}"))?;
            drop(writer);
            file.finish()?;
            note(&format!(
                "wrote {shown}: read it through, then run `harden-cli audit`"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a first policy file is made from.
fn wanted() -> Wanted {
    let kinds = [
        aws::Region::KIND,
        Repository::KIND,
        sentry::Project::KIND,
        vercel::Project::KIND,
    ];
    let of_provider = |kind: &Kind| (providers::of(kind), BTreeSet::from([kind.name]));
    kinds.into_iter().map(of_provider).collect()
}

/// The tables of the providers that could be read, each with what was found.
async fn tables(source: &Source) -> Result<String, FactError> {
    let facts = &source.facts;
    let audited = |provider: &str| !source.not_audited.iter().any(|p| p.provider == provider);
    let mut text = String::new();
    if audited("aws") {
        text += &harden_aws::draft(facts).await?;
        text.push('\n');
    }
    let repositories = names(facts, |r: &Repository| &r.repository).await?;
    text += &table("github", "repositories", &repositories);
    let projects = names(facts, |p: &sentry::Project| &p.slug).await?;
    text += &table("sentry", "projects", &projects);
    let projects = names(facts, |p: &vercel::Project| &p.name).await?;
    text += &table("vercel", "projects", &projects);
    for gap in facts.gaps() {
        text += &format!(
            "# Not read: {} in {}: {}\n\n",
            gap.kind, gap.place, gap.unknown
        );
    }
    Ok(text)
}

/// The names of what was found.
async fn names<R: Resource>(
    facts: &Facts,
    name: fn(&R) -> &str,
) -> Result<BTreeSet<String>, FactError> {
    let listing = facts.list::<R>().await?;
    Ok(listing
        .iter()
        .map(|(_, resource)| name(resource).to_owned())
        .collect())
}

/// A table that names what is to be audited; nothing where there is nothing.
fn table(provider: &str, key: &str, names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<_> = names
        .iter()
        .map(|name| toml::Value::from(name.as_str()))
        .collect();
    format!("[{provider}]\n{key} = {}\n\n", toml::Value::from(names))
}

const HEAD: &str = "\
# harden.toml: what `harden-cli audit` asks of this estate. Without this file it asks what the
# guide asks of whatever it finds. Commented keys show their default.

[estate]
# Tells estates apart in code scanning, so that staging does not close production's alerts.
name = \"production\"
# The file of this repository at which findings without a file of their own are shown.
# anchor = \"harden.toml\"
";

const FOOT: &str = "\
[checks]
# Checks that do not matter here.
# off = [\"aws/rds-single-az\"]

# [checks.severity]
# \"aws/alarm-flapping\" = \"medium\"

# A risk that somebody accepted, until a day:
# [[accept]]
# check = \"aws/rds-single-az\"
# resource = \"arn:aws:rds:us-east-2:123456789012:db:reports\"
# reason = \"rebuilt from the warehouse within an hour\"
# owner = \"data team\"
# expires = \"2027-03-31\"
";
