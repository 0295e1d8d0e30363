//! The report as JSON. The format has a version and a JSON schema, [`SCHEMA`].

use std::io::Write;

use harden_core::{Gap, Outcome, Remediation, ResourceId, Step, is_unseen};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::report::{CheckReport, Report, Reported, State};

/// The version of the format. It increases when a field is renamed, removed or gets another
/// meaning. It stays the same when a field is added.
pub const VERSION: u32 = 1;

/// The JSON schema of the format.
pub const SCHEMA: &str = include_str!("../schema/report-1.schema.json");

const BUFFER: usize = 256 * 1024;

/// Writes the report.
///
/// # Errors
/// When writing fails.
pub fn write(report: &Report, out: impl Write) -> std::io::Result<()> {
    // The report of a large estate has hundreds of megabytes: it is streamed, never built in memory.
    let mut out = std::io::BufWriter::with_capacity(BUFFER, out);
    let formatter = Lines { depth: 0 };
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    Document(report)
        .serialize(&mut serializer)
        .map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The report as a string.
///
/// # Errors
/// When writing fails.
pub fn to_string(report: &Report) -> std::io::Result<String> {
    let mut out = Vec::new();
    write(report, &mut out)?;
    String::from_utf8(out).map_err(std::io::Error::other)
}

/// Breaks lines on the first two levels only, so that each finding is on one line for grep and
/// diff.
struct Lines {
    depth: usize,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> std::io::Result<()> {
        self.depth += 1;
        out.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&self, out: &mut W, first: bool) -> std::io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        match self.depth {
            1 => out.write_all(b"\n  "),
            2 => out.write_all(b"\n    "),
            _ if first => Ok(()),
            _ => out.write_all(b" "),
        }
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> std::io::Result<()> {
        self.depth -= 1;
        match self.depth {
            0 => out.write_all(b"\n")?,
            1 => out.write_all(b"\n  ")?,
            _ => {}
        }
        out.write_all(bracket)
    }
}

impl serde_json::ser::Formatter for Lines {
    /// Escapes control and invisible characters: people look at the raw report on a terminal, and a
    /// resource's name must not change what they see.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> std::io::Result<()> {
        let plain = |b: u8| (0x20..0x7f).contains(&b);
        if fragment.bytes().all(plain) {
            return out.write_all(fragment.as_bytes());
        }
        let mut buffer = [0; 4];
        for c in fragment.chars() {
            if is_unseen(c) {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}")?;
                }
            } else {
                out.write_all(c.encode_utf8(&mut buffer).as_bytes())?;
            }
        }
        Ok(())
    }
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.open(out, b"[")
    }
    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.close(out, b"]")
    }
    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        self.item(out, first)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.open(out, b"{")
    }
    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.close(out, b"}")
    }
    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        self.item(out, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        out.write_all(b": ")
    }
}

struct Document<'a>(&'a Report);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("harden_report", &VERSION)?;
        map.serialize_entry("tool", &report.tool)?;
        map.serialize_entry("as_of", &report.as_of)?;
        map.serialize_entry("estate", &report.estate)?;
        map.serialize_entry("policy", &report.policy)?;
        map.serialize_entry("facts", &report.facts)?;
        map.serialize_entry("summary", &report.summary())?;
        map.serialize_entry("checks", &List(&report.checks, CheckJson))?;
        map.serialize_entry("findings", &List(&report.findings, FindingJson))?;
        map.serialize_entry("gaps", &List(&report.gaps, GapJson))?;
        map.serialize_entry("not_audited", &report.not_audited)?;
        map.serialize_entry("notices", &report.notices)?;
        map.serialize_entry("run", &report.run)?;
        map.end()
    }
}

/// A slice whose items are serialized through a wrapper.
struct List<'a, T, F>(&'a [T], F);

impl<'a, T, J: Serialize, F: Fn(&'a T) -> J> Serialize for List<'a, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            seq.serialize_element(&(self.1)(item))?;
        }
        seq.end()
    }
}

struct CheckJson<'a>(&'a CheckReport);

impl Serialize for CheckJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let check = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", check.id)?;
        map.serialize_entry("title", check.title)?;
        map.serialize_entry("severity", &check.severity)?;
        map.serialize_entry("section", &check.section)?;
        map.serialize_entry("guide_section", &check.section.number())?;
        map.serialize_entry("beyond_guide", &check.beyond_guide)?;
        map.serialize_entry("permissions", &check.permissions)?;
        match &check.state {
            State::Ran => map.serialize_entry("state", "ran")?,
            State::Off(reason) => {
                map.serialize_entry("state", "off")?;
                map.serialize_entry("reason", reason)?;
            }
        }
        map.end()
    }
}

struct FindingJson<'a>(&'a Reported);

impl Serialize for FindingJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Reported {
            finding,
            severity,
            section,
            accepted,
        } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("check", finding.check)?;
        map.serialize_entry("verdict", finding.outcome.as_str())?;
        map.serialize_entry("severity", severity)?;
        map.serialize_entry("section", section)?;
        map.serialize_entry("resource", finding.resource.shown())?;
        map.serialize_entry("resource_id", &IdJson(&finding.resource))?;
        match &finding.outcome {
            Outcome::Pass(evidence) => map.serialize_entry("evidence", &**evidence)?,
            Outcome::Fail(evidence, remediation) => {
                map.serialize_entry("evidence", &**evidence)?;
                map.serialize_entry("remediation", &RemediationJson(remediation))?;
            }
            Outcome::NotApplicable(reason) => map.serialize_entry("reason", reason)?,
            Outcome::Unknown(unknown) => map.serialize_entry("unknown", unknown)?,
        }
        if let Some(location) = &finding.location {
            map.serialize_entry("location", location)?;
        }
        if let Some(accepted) = accepted {
            map.serialize_entry("accepted", accepted)?;
        }
        map.end()
    }
}

struct IdJson<'a>(&'a ResourceId);

impl Serialize for IdJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let id = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", id.kind)?;
        map.serialize_entry("account", &id.place.account)?;
        map.serialize_entry("region", &id.place.region)?;
        map.serialize_entry("name", &id.name)?;
        map.end()
    }
}

struct GapJson<'a>(&'a Gap);

impl Serialize for GapJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let gap = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", gap.kind)?;
        map.serialize_entry("account", &gap.place.account)?;
        map.serialize_entry("region", &gap.place.region)?;
        map.serialize_entry("unknown", &gap.unknown)?;
        map.end()
    }
}

struct RemediationJson<'a>(&'a Remediation);

impl Serialize for RemediationJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let remediation = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("summary", &remediation.summary)?;
        map.serialize_entry("steps", &List(&remediation.steps, StepJson))?;
        if let Some(terraform) = &remediation.terraform {
            map.serialize_entry("terraform", terraform)?;
        }
        map.serialize_entry("links", &remediation.links)?;
        if let Some(withheld) = &remediation.withheld {
            map.serialize_entry("withheld", withheld)?;
        }
        map.end()
    }
}

struct StepJson<'a>(&'a Step);

impl Serialize for StepJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let step = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("title", &step.title)?;
        if let Some(command) = step.to_shell() {
            map.serialize_entry("command", &command)?;
            map.serialize_entry("argv", &step.argv)?;
            if !step.guards.is_empty() {
                let guards: Vec<StepJson<'_>> = step.guards.iter().map(StepJson).collect();
                map.serialize_entry("guards", &guards)?;
            }
        }
        if let Some(text) = &step.text {
            map.serialize_entry("text", text)?;
        }
        map.serialize_entry("permissions", &step.all_permissions())?;
        map.serialize_entry("destructive", &step.destructive)?;
        map.end()
    }
}
