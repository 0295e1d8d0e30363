//! Parses the values of arguments.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use harden_core::Severity;
use harden_runner::sarif::Partial;
use jiff::{SignedDuration, Timestamp};

use super::Format;

/// Parses a severity. Unlike a plain `FromStr`, this parser lists the values in the help text.
pub(super) fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::as_str))
        .try_map(|word| Severity::from_str(&word))
}

/// Parses the full SHA of a commit.
pub(super) fn sha(text: &str) -> Result<String, String> {
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex && matches!(text.len(), 40 | 64) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("write the full SHA of the commit, as `git rev-parse HEAD` prints it".to_owned())
}

/// Parses the name of a repository on GitHub.
pub(super) fn repository(text: &str) -> Result<String, String> {
    let is_name = |name: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !name.is_empty() && name.chars().all(plain) && ![".", ".."].contains(&name)
    };
    match text.split_once('/') {
        Some((owner, name)) if is_name(owner) && is_name(name) => Ok(text.to_owned()),
        _ => Err("it is not a repository: write owner/repo".to_owned()),
    }
}

/// Parses a time, or a date, which means midnight UTC.
pub(super) fn timestamp(text: &str) -> Result<Timestamp, String> {
    let midnight = || {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
    };
    text.parse::<Timestamp>()
        .ok()
        .or_else(midnight)
        .ok_or_else(|| "write it as 2026-01-15T12:00:00Z, or 2026-01-15".to_owned())
}

/// Parses a positive duration.
pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    match text.parse::<SignedDuration>() {
        Ok(duration) if duration.is_positive() => Ok(duration),
        _ => Err("write it as 90s, 5m or 1h".to_owned()),
    }
}

/// Parses a mode of `--sarif-partial`.
pub(super) fn partial() -> impl TypedValueParser<Value = Partial> {
    PossibleValuesParser::new(["never", "denied", "always"])
        .try_map(|word| Partial::from_str(&word))
}

/// A format and the file to write it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output<F = Format> {
    pub(crate) format: F,
    pub(crate) path: PathBuf,
}

impl<F: ValueEnum> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, path) = text
            .split_once('=')
            .ok_or("write it as FORMAT=PATH, for example sarif=harden.sarif")?;
        let format = F::from_str(format, false).map_err(|_| {
            let all = F::value_variants().iter().filter_map(F::to_possible_value);
            let all: Vec<String> = all.map(|one| one.get_name().to_owned()).collect();
            format!("`{format}` is not a format: use one of {}", all.join(", "))
        })?;
        if path.is_empty() {
            return Err("the path is empty".to_owned());
        }
        Ok(Self {
            format,
            path: path.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_an_owner() {
        assert_eq!(repository("acme/shop.web").as_deref(), Ok("acme/shop.web"));
        for bad in [
            "foo",
            "acme/",
            "/shop",
            "a/b/c",
            "https://github.com/a/b",
            "a/..",
            "a b/c",
            "",
        ] {
            assert!(repository(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_and_durations_are_parsed() {
        assert!(timestamp("2026-01-15T12:00:00Z").is_ok());
        assert_eq!(
            timestamp("2026-01-15").unwrap(),
            timestamp("2026-01-15T00:00:00Z").unwrap()
        );
        assert!(timestamp("yesterday").is_err());
        assert_eq!(duration("90s").unwrap().as_secs(), 90);
        assert_eq!(duration("5m").unwrap().as_secs(), 300);
        assert!(duration("-5m").is_err() && duration("5").is_err() && duration("0s").is_err());
    }
}
