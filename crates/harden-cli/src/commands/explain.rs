//! `explain`: shows the page of a check.

use std::process::ExitCode;

use harden_runner::Section;

use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::{output, page, providers};

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let catalog = providers::catalog();
    let id = catalog.current(&args.id);
    let checks = providers::checks();
    let Some(check) = checks.iter().find(|check| check.meta().id == id) else {
        let failure = Failure::new(format!("no check is called `{}`", args.id));
        let advice = catalog.advice(&id);
        return Err(failure
            .help(advice.unwrap_or_else(|| {
                "`explain` takes the id of one check, not a pattern".to_owned()
            })));
    };
    let meta = check.meta();
    let page = page::render(meta.page, output::width());
    let footer = format!(
        "{} · severity {} · guide §{}{}\npermissions: {}\n",
        meta.id,
        meta.severity,
        Section::from_meta(meta).number(),
        if meta.has_tag("beyond-guide") {
            " (not in the guide)"
        } else {
            ""
        },
        match check.permissions().join(", ") {
            empty if empty.is_empty() => "none needed".to_owned(),
            permissions => permissions,
        }
    );
    let text = format!("{page}\n{footer}");
    let text = if output::color() {
        text
    } else {
        anstream::adapter::strip_str(&text).to_string()
    };
    output::to_stdout(|out| out.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}
