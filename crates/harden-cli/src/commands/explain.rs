//! `explain`: the page of a check.

use std::process::ExitCode;

use harden_runner::Selection;

use harden_runner::Section;

use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::{config, output, page, providers};

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let checks = providers::checks();
    let Some(check) = checks.iter().find(|check| check.meta().id == args.id) else {
        let selection = Selection {
            only: vec![args.id.clone()],
            ..Selection::default()
        };
        let ids = providers::ids(&checks);
        let nearest = selection
            .unmatched(&ids)
            .first()
            .and_then(|(_, near)| *near);
        return Err(config::no_such_check(&args.id, nearest));
    };
    let meta = check.meta();
    let page = page::render(meta.page, output::width());
    let foot = format!(
        "{} · severity {} · guide §{}{}\nneeds {}\n",
        meta.id,
        meta.severity,
        Section::of(meta).number(),
        if meta.has_tag("beyond-guide") {
            " (beyond it)"
        } else {
            ""
        },
        match check.permissions().join(", ") {
            none if none.is_empty() => "no permission".to_owned(),
            permissions => permissions,
        }
    );
    let text = format!("{page}\n{foot}");
    let text = if output::color() {
        text
    } else {
        anstream::adapter::strip_str(&text).to_string()
    };
    output::to_stdout(|out| out.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}
