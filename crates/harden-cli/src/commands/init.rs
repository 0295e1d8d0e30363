//! `init`: a first policy file, from what is found.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use harden_core::FactError;

use crate::args::InitArgs;
use crate::config::Config;
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile, note};
use crate::providers::{self, PROVIDERS, Wanted};
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
                "wrote {shown}: read it through, then run `harden-cli audit`"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The kinds that a first policy file is written from.
fn wanted() -> Wanted {
    let drafts = PROVIDERS.iter().filter_map(|one| one.draft.as_ref());
    providers::by_provider(drafts.map(|draft| draft.kind))
}

/// The tables of the providers that could be read, each with what was found.
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
            "# Not read: {} in {}: {}\n\n",
            gap.kind, gap.place, gap.unknown
        );
    }
    Ok(text)
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
