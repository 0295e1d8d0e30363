//! `init`: writes a first policy file for the resources of an estate.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use harden_core::FactError;

use crate::args::InitArgs;
use crate::config::Config;
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile, note};
use crate::providers::{self, KindsByProvider, PROVIDERS};
use crate::source::Source;

pub(crate) async fn run(args: InitArgs) -> Result<ExitCode, Failure> {
    let to_stdout = args.output == Path::new("-");
    if !to_stdout && args.output.exists() && !args.force {
        let shown = args.output.display();
        return Err(Failure::new(format!("{shown} already exists"))
            .help("`--force` replaces it, `--output -` prints the new one"));
    }
    let file = (!to_stdout)
        .then(|| PendingFile::open(&args.output))
        .transpose()?;
    let config = Config::read(&args.estate)?;
    let source = Source::open(&args.estate, &config, &kinds_to_read(), false, false).await?;
    let tables = tables(&source).await;
    if let Some(progress) = &source.progress {
        progress.finish();
    }
    let tables = tables.context("could not read the estate")?;
    let text = format!("{HEAD}\n{tables}{FOOT}");
    // The new file must be valid. An error here is a bug of this program.
    harden_runner::PolicyFile::parse(
        &text,
        "harden.toml",
        &providers::tables(),
        &providers::catalog(),
    )
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
                "wrote {shown}: review it, then run `harden-cli audit`"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The kinds of resources that a first policy file is written from.
fn kinds_to_read() -> KindsByProvider {
    let drafts = PROVIDERS.iter().filter_map(|one| one.draft.as_ref());
    providers::by_provider(drafts.map(|draft| draft.kind))
}

/// The tables of the providers that could be read, with the resources that were found.
async fn tables(source: &Source) -> Result<String, FactError> {
    let facts = &source.facts;
    let is_audited = |name: &str| !source.not_audited.iter().any(|p| p.provider == name);
    let mut text = String::new();
    for provider in PROVIDERS.iter().filter(|one| is_audited(one.about.name)) {
        if let Some(draft) = &provider.draft {
            text += &(draft.write)(facts).await?;
        }
    }
    for gap in facts.gaps() {
        text += &format!(
            "# Could not be read: {} in {}: {}\n\n",
            gap.kind, gap.place, gap.unknown
        );
    }
    Ok(text)
}

const HEAD: &str = "\
# harden.toml: the policy of `harden-cli audit` for this estate. Without this file, the audit uses the
# default values of the guide for all resources that it finds. Keys in comments show their defaults.

[estate]
# Code scanning keeps the alerts of each estate apart by this name, so that an audit of staging does
# not close the alerts of production.
name = \"production\"
# The file of this repository at which code scanning shows findings that are not about a file.
# anchor = \"harden.toml\"
";

const FOOT: &str = "\
[checks]
# Checks that do not apply to this estate.
# off = [\"aws/rds-single-az\"]

# [checks.severity]
# \"aws/alarm-flapping\" = \"medium\"

# An accepted risk, with the last day on which it is accepted:
# [[accept]]
# check = \"aws/rds-single-az\"
# resource = \"arn:aws:rds:us-east-2:123456789012:db:reports\"
# reason = \"rebuilt from the warehouse within an hour\"
# owner = \"data team\"
# expires = \"2027-03-31\"
";
