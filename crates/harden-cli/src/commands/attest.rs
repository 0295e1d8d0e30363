//! `attest`: records what a person did and saw.

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use harden_core::{Attestation, AttestationsFile};
use harden_ops::Duty;
use harden_runner::Attestations;
use jiff::Timestamp;
use jiff::tz::Offset;
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use crate::args::ops::AttestArgs;
use crate::failure::{Context as _, Failure};
use crate::input::{MAX_CONFIG, read_text};
use crate::output::{PendingFile, note};

pub(crate) fn run(args: AttestArgs) -> Result<ExitCode, Failure> {
    let now = Timestamp::now();
    let default = Path::new(AttestationsFile::NAME);
    let path = args.attestations.as_deref().unwrap_or(default);
    let shown = path.display().to_string();
    let before = match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        _ => read_text(path, MAX_CONFIG)?,
    };
    let duties: Vec<_> = Duty::names().collect();
    // A file that an audit could not read is not changed.
    Attestations::parse(&before, &duties, now).map_err(|error| {
        Failure::new(format!(
            "the attestations file has an error\n{}",
            error.render(&before, &shown)
        ))
    })?;
    let attestation = Attestation {
        duty: args.duty,
        resource: args.resource,
        on: args
            .on
            .unwrap_or_else(|| Offset::UTC.to_datetime(now).date()),
        by: args.by,
        note: args.note,
        link: args.link,
    };
    let after = append(&before, &attestation).context(format!("could not read {shown}"))?;
    Attestations::parse(&after, &duties, now).map_err(|error| {
        let failure = Failure::new(format!("the attestation is not valid: {error}"));
        match error.help {
            Some(help) => failure.help(help),
            None => failure,
        }
    })?;
    let mut file = PendingFile::open(path)?;
    file.writer()
        .write_all(after.as_bytes())
        .context(format!("could not write {shown}"))?;
    file.finish()?;
    note(&format!(
        "recorded {} on {} in {shown}: commit the file",
        attestation.duty, attestation.on
    ));
    Ok(ExitCode::SUCCESS)
}

/// The text of the file with one more attestation at its end. Everything else stays as it is, with
/// comments and spaces.
fn append(before: &str, attestation: &Attestation) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = before.parse()?;
    let fields = [
        ("duty", Some(attestation.duty.as_str())),
        ("resource", attestation.resource.as_deref()),
        ("on", Some(&*attestation.on.to_string())),
        ("by", Some(&attestation.by)),
        ("note", Some(&attestation.note)),
        ("link", attestation.link.as_deref()),
    ]
    .map(|(key, value)| value.map(|value| (key, Value::from(value))));
    let fields = fields.into_iter().flatten();
    // What stands after the last table stays where it is, before the new one.
    let end = document.trailing().as_str().unwrap_or_default().to_owned();
    let list = document
        .entry("attestation")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    if let Some(tables) = list.as_array_of_tables_mut() {
        let mut table: Table = fields
            .map(|(key, value)| (key, Item::Value(value)))
            .collect();
        if !before.trim().is_empty() {
            table.decor_mut().set_prefix(match end.as_str() {
                "" => "\n".to_owned(),
                end => format!("{}\n\n", end.trim_end()),
            });
        }
        tables.push(table);
        document.set_trailing("");
    } else if let Some(array) = list.as_array_mut() {
        array.push(fields.collect::<InlineTable>());
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attestation() -> Attestation {
        Attestation {
            duty: "cost-review".to_owned(),
            resource: None,
            on: "2026-01-15".parse().unwrap(),
            by: "ops".to_owned(),
            note: "EC2 \"rose\"\nby 4 %".to_owned(),
            link: Some("https://example.com/1".to_owned()),
        }
    }

    fn read(text: &str) -> Vec<Attestation> {
        let now = "2026-01-15T12:00:00Z".parse().unwrap();
        let read = Attestations::parse(text, &["cost-review"], now).unwrap();
        read.iter().cloned().collect()
    }

    #[test]
    fn the_rest_of_the_file_stays() {
        let entry = "# of January\n[[attestation]] # ours\nduty =   'cost-review'\non='2026-01-02'\n\
                     by = 'a'\nnote = '''x\ny'''\n";
        for before in [
            "",
            "# only a comment\n",
            entry,
            &format!("{entry}\n\n# the end\n"),
            &format!("{entry}# no newline at the end"),
        ] {
            let after = append(before, &attestation()).unwrap();
            let kept = before.trim_end();
            assert!(after.contains(kept), "{before:?}\nbecame\n{after}");
            assert_eq!(read(&after).last(), Some(&attestation()), "{after}");
            assert_eq!(read(&after).len(), read(before).len() + 1);
        }
    }

    #[test]
    fn an_inline_list_grows() {
        let before =
            "attestation = [{ duty = 'cost-review', on = '2026-01-02', by = 'a', note = 'x' }]\n";
        let after = append(before, &attestation()).unwrap();
        assert_eq!(read(&after).len(), 2, "{after}");
    }
}
