//! The run of an audit.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::{join, join_all};
use futures::stream::{FuturesUnordered, StreamExt as _};
use harden_core::{
    Cause, Check, Cx, FactError, Facts, Finding, Kind, Place, Policies, ResourceId, Severity,
    Snapshot, Unknown, catch_panic_of, error_chain, with_bases,
};
use jiff::Timestamp;

use crate::guide::{BEYOND_GUIDE, Section};
use crate::report::{CheckReport, JudgedFacts, Report, Reported, RunInfo, State, Tool};
use crate::{Anchors, NotAudited, Notice, PolicyFile, Selection};

/// An audit before it runs: the checks, the policy, and the time as of which facts are judged.
pub struct Audit {
    checks: Vec<Arc<dyn Check>>,
    now: Timestamp,
    policy: PolicyFile,
    policies: Policies,
    selection: Selection,
    anchors: Anchors,
    not_audited: Vec<NotAudited>,
    tool: Tool,
    releases: bool,
    collects_only: bool,
}

impl Audit {
    /// An audit with the default values of the guide. `now` is the time as of which ages and expiry
    /// dates are judged. An embedder adds its own checks to `checks`.
    #[must_use]
    pub fn new(checks: Vec<Arc<dyn Check>>, now: Timestamp) -> Self {
        Self {
            checks,
            now,
            policy: PolicyFile::default(),
            policies: Policies::default(),
            selection: Selection::default(),
            anchors: Anchors::default(),
            not_audited: Vec::new(),
            tool: Tool {
                name: "harden".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            releases: false,
            collects_only: false,
        }
    }

    /// Sets the policy file, and the providers' tables that were read from it.
    #[must_use]
    pub fn policy(mut self, file: PolicyFile, policies: Policies) -> Self {
        self.policy = file;
        self.policies = policies;
        self
    }

    /// Runs only some of the checks.
    #[must_use]
    pub fn selection(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Sets where code scanning shows findings that are not about a file.
    #[must_use]
    pub fn anchors(mut self, anchors: Anchors) -> Self {
        self.anchors = anchors;
        self
    }

    /// Changes the time as of which facts are judged, for example to the time of a snapshot.
    #[must_use]
    pub fn as_of(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Leaves out a provider and its checks. The report names it, with the reason.
    #[must_use]
    pub fn not_audited(mut self, provider: NotAudited) -> Self {
        self.checks
            .retain(|check| check.meta().provider() != provider.provider);
        self.not_audited.push(provider);
        self
    }

    /// Leaves out the providers that a snapshot does not contain, with the reason that the snapshot
    /// gives. Without this call, their checks are unknown.
    #[must_use]
    pub fn only_recorded(self, snapshot: &Snapshot) -> Self {
        // The checks of an embedder can have their own provider name and read our kinds. They are not
        // left out, since the snapshot has no entry for that name.
        let lists_kinds = |check: &&Arc<dyn Check>| {
            let provider = check.meta().provider();
            check.kinds().iter().any(|kind| kind.provider() == provider)
        };
        let checks = self.checks.iter().filter(lists_kinds);
        let providers: BTreeSet<_> = checks.map(|check| check.meta().provider()).collect();
        providers.into_iter().fold(self, |audit, provider| {
            match snapshot.not_audited(provider) {
                Some(reason) => audit.not_audited(NotAudited::new(provider, reason)),
                None => audit,
            }
        })
    }

    /// Sets the name and the version of the program that runs the audit.
    #[must_use]
    pub fn tool(mut self, name: &str, version: &str) -> Self {
        self.tool = Tool {
            name: name.to_owned(),
            version: version.to_owned(),
        };
        self
    }

    /// Only collects what the selected checks read, for a snapshot: the report has no findings.
    #[must_use]
    pub fn collect_only(mut self, only: bool) -> Self {
        self.collects_only = only;
        self
    }

    /// Releases the facts of a kind as soon as the last check that reads it is done, so that a large
    /// estate takes less memory. The facts can then be used for one run only.
    #[must_use]
    pub fn release_facts(mut self) -> Self {
        self.releases = true;
        self
    }

    /// The selected checks with their severities, in the order of their ids.
    #[must_use]
    pub fn chosen(&self) -> Vec<(Arc<dyn Check>, Severity)> {
        let mut chosen: Vec<_> = self
            .checks
            .iter()
            .map(|check| (Arc::clone(check), self.severity(&**check)))
            .filter(|(check, severity)| self.selection.selects(&**check, *severity))
            .collect();
        chosen.sort_by_key(|(check, _)| check.meta().id);
        chosen
    }

    fn severity(&self, check: &dyn Check) -> Severity {
        let meta = check.meta();
        self.policy.severity_of(meta.id).unwrap_or(meta.severity)
    }

    fn state(&self, check: &dyn Check) -> State {
        if self.policy.is_off(check.meta().id) {
            return State::Off("the policy file turns it off".to_owned());
        }
        match check.off(&self.policies) {
            Some(reason) => State::Off(reason.to_owned()),
            None => State::Ran,
        }
    }

    /// Runs the selected checks concurrently and returns the report. A check that cannot run becomes
    /// an unknown finding; the other checks still run. If the facts are cancelled, the report has the
    /// findings up to that time, and everything else is unknown.
    pub async fn run(&self, facts: &Facts) -> Report {
        let cx = Cx::new(facts.clone(), self.policies.clone(), self.now);
        let checks: Vec<(Arc<dyn Check>, CheckReport)> = self
            .chosen()
            .into_iter()
            .map(|(check, severity)| {
                let report = describe(&*check, severity, self.state(&*check));
                (check, report)
            })
            .collect();
        let kinds = checks
            .iter()
            .filter(|(_, report)| report.state == State::Ran)
            .flat_map(|(check, _)| check.kinds());
        // Listings start before the checks that wait for them, so that they run concurrently.
        let kinds: BTreeMap<&str, &'static Kind> = kinds.map(|kind| (kind.name, *kind)).collect();
        let prefetches = kinds.into_values().map(|kind| facts.prefetch(kind));
        let mut findings = if self.collects_only {
            join_all(prefetches).await;
            Vec::new()
        } else {
            join(join_all(prefetches), self.judge_all(&checks, &cx))
                .await
                .1
        };
        let mut notices = self.policy.notices.clone();
        self.accept(&mut findings, &mut notices);
        let read = checks
            .iter()
            .filter(|(_, report)| report.state == State::Ran)
            .flat_map(|(check, _)| check.kinds());
        let read: BTreeSet<&str> = read.map(|kind| kind.name).collect();
        let mut report = Report {
            tool: self.tool.clone(),
            as_of: self.now,
            estate: self.policy.estate_name().to_owned(),
            policy: self.policy.info.clone(),
            facts: JudgedFacts {
                sha256: facts.digest(&read),
                places: facts.places(&read),
            },
            anchors: self.anchors.clone(),
            checks: checks.into_iter().map(|(_, report)| report).collect(),
            findings,
            gaps: if self.collects_only {
                facts.gaps_of_all_listed()
            } else {
                facts.gaps()
            },
            not_audited: self.not_audited.clone(),
            notices,
            run: RunInfo {
                calls: facts.calls(),
                billed: facts.billed_so_far(),
                ..RunInfo::default()
            },
        };
        let unjudged = report.unjudged().into_iter().map(|provider| Notice {
            message: format!(
                "the checks of {provider} found no resource: nothing of {provider} was judged"
            ),
        });
        let unjudged: Vec<Notice> = unjudged.collect();
        report.notices.extend(unjudged);
        report
    }

    /// Runs the checks and returns their findings in the order of the report.
    async fn judge_all(&self, checks: &[(Arc<dyn Check>, CheckReport)], cx: &Cx) -> Vec<Reported> {
        let mut running: Vec<_> = checks
            .iter()
            .filter(|(_, report)| report.state == State::Ran)
            .collect();
        running.sort_by_key(|(_, report)| (Reverse(report.severity), report.id));
        // Checks that read the same kind run one after the other, so that the kind can be released
        // early.
        let mut order: Vec<_> = running.iter().enumerate().collect();
        order.sort_by_key(|(_, (check, _))| check.kinds().first().map(|kind| kind.name));
        let mut left: BTreeMap<usize, &dyn Check> = BTreeMap::new();
        let mut judging = FuturesUnordered::new();
        for (place, (check, report)) in order {
            left.insert(place, &**check);
            judging.push(async move { (place, judge(&**check, report, cx).await) });
        }
        let mut findings: Vec<Vec<Reported>> = running.iter().map(|_| Vec::new()).collect();
        if self.releases {
            cx.keep_for(left.values().copied());
        }
        while let Some((place, mut of_check)) = judging.next().await {
            of_check.sort_by(|a, b| a.finding.resource.cmp(&b.finding.resource));
            if let Some(slot) = findings.get_mut(place) {
                *slot = of_check;
            }
            left.remove(&place);
            if self.releases {
                cx.keep_for(left.values().copied());
            }
        }
        let mut findings: Vec<_> = findings.into_iter().flatten().collect();
        // A finding can be less severe than its check.
        findings.sort_by_key(|reported| Reverse(reported.severity));
        findings
    }

    /// Marks the findings that the policy accepts, and adds a notice for each entry that expired or
    /// covers nothing.
    fn accept(&self, findings: &mut [Reported], notices: &mut Vec<Notice>) {
        let today = jiff::tz::Offset::UTC.to_datetime(self.now).date();
        // Valid entries come first: an expired entry matters only for findings that no valid entry
        // covers.
        let mut entries: Vec<_> = self.policy.accept.iter().collect();
        entries.sort_by_key(|accept| accept.expires < today);
        for accept in entries {
            let accepted = Arc::new(accept.into());
            let covered = findings
                .iter_mut()
                .filter(|reported| accept.covers(&reported.finding));
            let mut count = 0;
            let expired = accept.expires < today;
            for reported in covered.filter(|one| !expired || one.accepted.is_none()) {
                count += 1;
                if !expired && reported.accepted.is_none() {
                    reported.accepted = Some(Arc::clone(&accepted));
                }
            }
            let message = match (expired, count) {
                (true, 0) => format!("expired on {}, and no finding needs it", accept.expires),
                (true, _) => format!("expired on {}: it no longer applies", accept.expires),
                (false, 0) => "covers no failure and no unknown in this run".to_owned(),
                (false, _) => continue,
            };
            notices.push(Notice {
                message: format!(
                    "the accepted risk for {} on {} (owner {}) {message}",
                    accept.check, accept.resource, accept.owner
                ),
            });
        }
    }
}

fn describe(check: &dyn Check, severity: Severity, state: State) -> CheckReport {
    let meta = check.meta();
    let kinds = with_bases(check.kinds().iter().copied());
    CheckReport {
        id: meta.id,
        title: meta.title,
        severity,
        section: Section::from_meta(meta),
        beyond_guide: meta.has_tag(BEYOND_GUIDE),
        security: meta.security,
        remediation: meta.remediation,
        page: meta.page,
        summary: meta.summary(),
        permissions: check.permissions(),
        kinds: kinds.into_iter().map(|kind| kind.name).collect(),
        state,
    }
}

async fn judge(check: &dyn Check, report: &CheckReport, cx: &Cx) -> Vec<Reported> {
    let could_not_run = |unknown: Unknown| {
        let id = ResourceId::new(report.id, Place::anywhere(), "*").shown_as("the whole check");
        let id = id.collective();
        vec![Finding::new(report.id, Arc::new(id), Err(unknown))]
    };
    let findings = match cx.facts().cancellation().end_of_judging() {
        Some(reason) => Err(reason),
        None => catch_panic_of("the check", check.run(cx)).await,
    };
    let findings = match findings {
        Ok(Ok(findings)) => findings,
        Ok(Err(FactError::Internal(bug))) | Err(bug) => could_not_run(bug),
        Ok(Err(error)) => could_not_run(Unknown::new(Cause::Failed, error_chain(&error))),
    };
    findings
        .into_iter()
        .map(|finding| Reported {
            severity: finding
                .severity
                .unwrap_or(report.severity)
                .min(report.severity),
            finding,
            section: report.section,
            accepted: None,
        })
        .collect()
}
