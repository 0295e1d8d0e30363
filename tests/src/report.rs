//! A JSON report, as a program reads it.

use std::collections::BTreeMap;

use serde_json::Value;

/// A JSON report.
#[derive(Debug, Clone)]
pub struct Report {
    /// As it was printed.
    pub text: String,
    /// Parsed.
    pub json: Value,
}

/// A finding of a report.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'a>(pub &'a Value);

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self {
            text: text.to_owned(),
            json: serde_json::from_str(text)?,
        })
    }

    /// The text but for the `run` object, which is the last.
    #[must_use]
    pub fn without_run(&self) -> &str {
        let (before, _) = self
            .text
            .rsplit_once("\n  \"run\": ")
            .expect("a run object");
        before
    }

    /// The findings.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        let findings = self.json["findings"].as_array().expect("findings");
        findings.iter().map(Finding)
    }

    /// The findings with a verdict.
    #[must_use]
    pub fn with(&self, verdict: &str) -> Vec<Finding<'_>> {
        self.findings().filter(|f| f.verdict() == verdict).collect()
    }

    /// The verdict on each check and resource.
    #[must_use]
    pub fn verdicts(&self) -> BTreeMap<(String, String), String> {
        self.findings()
            .map(|f| (f.key(), f.verdict().to_owned()))
            .collect()
    }

    /// The verdict of a check on a resource.
    #[must_use]
    pub fn verdict(&self, check: &str, resource: &str) -> Option<&str> {
        self.findings()
            .find(|f| f.check() == check && f.resource() == resource)
            .map(|f| f.verdict())
    }

    /// The checks that ran, with the actions that each needs.
    #[must_use]
    pub fn permissions(&self) -> BTreeMap<String, Vec<String>> {
        let checks = self.json["checks"].as_array().expect("checks");
        checks
            .iter()
            .map(|check| {
                let id = check["id"].as_str().unwrap_or_default().to_owned();
                let actions = check["permissions"].as_array().cloned().unwrap_or_default();
                let actions = actions
                    .iter()
                    .filter_map(|a| Some(a.as_str()?.to_owned()))
                    .collect();
                (id, actions)
            })
            .collect()
    }

    /// The gaps: kind, region, and the unknown.
    #[must_use]
    pub fn gaps(&self) -> Vec<&Value> {
        self.json["gaps"].as_array().expect("gaps").iter().collect()
    }
}

impl<'a> Finding<'a> {
    fn text(self, key: &str) -> &'a str {
        self.0[key].as_str().unwrap_or_default()
    }

    /// The check's id.
    #[must_use]
    pub fn check(self) -> &'a str {
        self.text("check")
    }

    /// The verdict.
    #[must_use]
    pub fn verdict(self) -> &'a str {
        self.text("verdict")
    }

    /// The resource as it is shown.
    #[must_use]
    pub fn resource(self) -> &'a str {
        self.text("resource")
    }

    /// Check and resource, which tell findings apart: the place too, for what has none in its name.
    #[must_use]
    pub fn key(self) -> (String, String) {
        let id = &self.0["resource_id"];
        let part = |name: &str| id[name].as_str().unwrap_or_default().to_owned();
        let resource = format!(
            "{} {}/{} {}",
            self.resource(),
            part("account"),
            part("region"),
            part("kind")
        );
        (self.check().to_owned(), resource)
    }

    /// The action that was denied, for an unknown.
    #[must_use]
    pub fn denied_action(self) -> Option<&'a str> {
        let unknown = &self.0["unknown"];
        (unknown["cause"] == "denied")
            .then(|| unknown["action"].as_str())
            .flatten()
    }

    /// The steps of the remediation that have a command.
    #[must_use]
    pub fn commands(self) -> Vec<&'a Value> {
        let steps = self.0["remediation"]["steps"].as_array();
        let steps = steps.map(Vec::as_slice).unwrap_or_default();
        steps.iter().filter(|s| s["command"].is_string()).collect()
    }
}
