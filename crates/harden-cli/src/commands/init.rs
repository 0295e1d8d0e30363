//! `init`: a first policy file, from what is found.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::args::InitArgs;
use crate::config::Config;
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile, note};
use crate::providers;
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
    let wanted = BTreeSet::from(["aws"]);
    let source = Source::open(&args.estate, &config, &wanted, false).await?;
    let aws = harden_aws::draft(&source.facts).await;
    if let Some(progress) = &source.progress {
        progress.finish();
    }
    let text = format!(
        "{HEAD}\n{}\n{FOOT}",
        aws.context("could not read the estate")?
    );
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
