//! `harden.attestations.toml`: what people did and observed.

use async_trait::async_trait;
use harden_core::{
    Attestation, AttestationsFile, FactError, Facts, Kind, Provider, RawListing, Resource as _,
    Scope, is_unseen,
};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use toml::Spanned;

use crate::catalog::nearest;
use crate::config_error::ConfigError;

/// The attestations of an estate, as a provider of the kinds `ops/attestation` and
/// `ops/attestations-file`.
#[derive(Debug, Clone, Default)]
pub struct Attestations {
    all: Vec<Attestation>,
    file_exists: bool,
}

impl Attestations {
    /// Whether there are no attestations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The attestations, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Attestation> {
        self.all.iter()
    }

    /// Whether there is a file. An empty file is a file.
    #[must_use]
    pub fn file_exists(&self) -> bool {
        self.file_exists
    }

    /// Reads the file: `[[attestation]]` tables with `duty`, `on`, `by`, `note`, and optionally
    /// `resource` and `link`. `duties` are the names of the known duties.
    ///
    /// # Errors
    /// When the file is not valid, names an unknown duty, or has a date that is in the future
    /// everywhere on earth at the time `now`. The error has the position in the text.
    pub fn parse(text: &str, duties: &[&str], now: Timestamp) -> Result<Self, ConfigError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            attestation: Vec<Spanned<Attestation>>,
        }
        let file: File = toml::from_str(text).map_err(|e| ConfigError::from_toml(&e))?;
        let today = latest_day(now);
        for one in &file.attestation {
            check(one.get_ref(), duties, today).map_err(|(message, help)| ConfigError {
                message,
                span: one.span(),
                help: Some(help),
            })?;
        }
        let all = file.attestation.into_iter().map(Spanned::into_inner);
        Ok(Self {
            all: all.collect(),
            file_exists: true,
        })
    }
}

/// The latest day that it is anywhere on earth: clocks are up to 14 hours ahead of UTC.
fn latest_day(now: Timestamp) -> Date {
    let ahead = now.saturating_add(SignedDuration::from_hours(14));
    Offset::UTC.to_datetime(ahead.unwrap_or(now)).date()
}

/// What is wrong with an attestation, and what to write instead.
fn check(one: &Attestation, duties: &[&str], today: Date) -> Result<(), (String, String)> {
    for (field, value) in [("duty", &one.duty), ("by", &one.by), ("note", &one.note)] {
        if value.chars().all(|c| c.is_whitespace() || is_unseen(c)) {
            let help = "an attestation states what was done, by whom, and what was seen";
            return Err((format!("`{field}` is empty"), help.to_owned()));
        }
    }
    if !duties.contains(&one.duty.as_str()) {
        let near = nearest(&one.duty, duties.iter().copied());
        let help = near.map_or_else(
            || format!("the duties are {}", duties.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err((format!("`{}` is not a duty", one.duty), help));
    }
    if one.on > today {
        let help = "write the day on which it was done, as 2026-01-15";
        return Err((format!("{} is in the future", one.on), help.to_owned()));
    }
    if let Some(link) = &one.link {
        check_link(link)?;
    }
    Ok(())
}

/// A link is shown in reports, so it must be an address without credentials.
fn check_link(link: &str) -> Result<(), (String, String)> {
    let help = || "write an address such as https://example.com/minutes/42".to_owned();
    let rest = link
        .strip_prefix("https://")
        .or(link.strip_prefix("http://"));
    let Some(rest) = rest.filter(|rest| !rest.is_empty()) else {
        return Err(("`link` is not an http or https address".to_owned(), help()));
    };
    if rest.chars().any(|c| c.is_whitespace() || is_unseen(c)) {
        return Err((
            "`link` has a space or an invisible character".to_owned(),
            help(),
        ));
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Err(("`link` has a user name or a password".to_owned(), help()));
    }
    Ok(())
}

#[async_trait]
impl Provider for Attestations {
    fn provides(&self, kind: &str) -> bool {
        kind == Attestation::KIND.name || kind == AttestationsFile::KIND.name
    }

    async fn list(&self, kind: &'static Kind, _facts: &Facts) -> Result<RawListing, FactError> {
        if kind.name == AttestationsFile::KIND.name {
            let file = AttestationsFile::new(self.file_exists);
            return RawListing::new(&[file], Scope::Everything, Vec::new());
        }
        RawListing::new(&self.all, Scope::Everything, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUTIES: &[&str] = &["cost-review", "restore-drill"];

    fn read(text: &str) -> Result<Attestations, ConfigError> {
        Attestations::parse(text, DUTIES, "2026-01-15T12:00:00Z".parse().unwrap())
    }

    fn entry(changed: &str) -> String {
        let mut text = String::from("[[attestation]]\n");
        let key = changed.split_once(' ').unwrap().0;
        for line in [
            "duty = 'cost-review'",
            "on = '2026-01-10'",
            "by = 'ops'",
            "note = 'no change'",
        ] {
            if !line.starts_with(key) {
                text += &format!("{line}\n");
            }
        }
        text + changed + "\n"
    }

    #[test]
    fn an_invalid_attestation_is_rejected_at_its_own_position() {
        let valid = entry("link = 'https://example.com/1'");
        for (changed, expected) in [
            ("duty = 'cost-reviews'", "`cost-reviews` is not a duty"),
            ("by = ' '", "`by` is empty"),
            ("note = '\u{200b}'", "`note` is empty"),
            ("on = '2026-01-17'", "2026-01-17 is in the future"),
            (
                "link = 'file:///etc/passwd'",
                "not an http or https address",
            ),
            (
                "link = 'https://me:pw@example.com/'",
                "user name or a password",
            ),
            ("link = 'https://example.com/a b'", "a space"),
            ("on = '2026-02-30'", ""),
            ("who = 'me'", "unknown field"),
        ] {
            let text = format!("{valid}\n{}", entry(changed));
            let error = read(&text).unwrap_err();
            assert!(error.message.contains(expected), "{changed}: {error}");
            assert!(error.span.start >= valid.len(), "{changed}: {error:?}");
        }
    }

    #[test]
    fn the_day_of_any_time_zone_is_accepted() {
        let late = "2026-01-15T12:00:00Z".parse().unwrap();
        let text = entry("on = '2026-01-16'");
        assert!(Attestations::parse(&text, DUTIES, late).is_ok());
        let early = "2026-01-15T09:59:59Z".parse().unwrap();
        assert!(Attestations::parse(&text, DUTIES, early).is_err());
    }

    #[test]
    fn the_former_name_of_the_note_is_read() {
        let text = entry("seen = 'x'").replace("note = 'no change'\n", "");
        assert_eq!(read(&text).unwrap().iter().next().unwrap().note, "x");
    }

    #[test]
    fn an_empty_file_is_a_file() {
        assert!(read("").unwrap().file_exists());
        assert!(!Attestations::default().file_exists());
    }
}
