//! A check that judges each subject by itself.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::finding::Shared;
use crate::panics::catch_panic;
use crate::{
    Check, Cx, FactError, Finding, Kind, Listing, Location, Meta, Policies, Policy, Resource,
    ResourceId, Severity, Unknown, Verdict,
};

/// What a judge returns: a verdict, or why the verdict is unknown. `?` on a missing fact returns
/// the latter.
pub type Judgement = Result<Verdict, Unknown>;

/// What a judge sees besides its subject.
#[derive(Debug)]
#[non_exhaustive]
pub struct Judging<'a, P> {
    /// The identity of the subject.
    pub id: &'a ResourceId,
    /// The provider's policy table.
    pub policy: &'a P,
    /// The moment of the judgement.
    pub now: Timestamp,
}

/// What a rule judges: a resource by itself, or a view joined from several kinds (an alarm with
/// its topic and its subscriptions).
#[async_trait]
pub trait Subject: Send + Sync + Sized + 'static {
    /// The kinds that it is made from.
    const KINDS: &'static [&'static Kind];

    /// Collects all subjects. Joins use [`Listing::get`], so that what was not read is unknown.
    ///
    /// # Errors
    /// When a kind is unavailable.
    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError>;

    /// Where it is in the checkout, for subjects that are read from files. Evidence can name a
    /// location that is closer to the fault.
    fn location(&self) -> Option<Location> {
        None
    }

    /// The severity of a finding about it, where it is less severe than the check.
    fn severity(&self) -> Option<Severity> {
        None
    }
}

#[async_trait]
impl<R: Resource> Subject for R {
    const KINDS: &'static [&'static Kind] = &[R::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        cx.list().await
    }

    fn location(&self) -> Option<Location> {
        Resource::location(self)
    }
}

/// A check that judges each subject by itself. `judge` is a plain function: it can hold no client
/// and await nothing.
///
/// Each subject gives a finding. Each gap in the subjects gives one more, which is unknown.
#[derive(Debug)]
pub struct Rule<S, P> {
    meta: Meta,
    judge: fn(&S, &Judging<P>) -> Judgement,
    off: Option<fn(&P) -> Option<&'static str>>,
}

impl<S, P> Rule<S, P> {
    /// A rule that always runs.
    #[must_use]
    pub const fn new(meta: Meta, judge: fn(&S, &Judging<P>) -> Judgement) -> Self {
        Self {
            meta,
            judge,
            off: None,
        }
    }

    /// Makes it run only when the policy asks for it. `off` returns the reason why a policy leaves
    /// it off.
    #[must_use]
    pub const fn off(mut self, off: fn(&P) -> Option<&'static str>) -> Self {
        self.off = Some(off);
        self
    }
}

#[async_trait]
impl<S: Subject, P: Policy> Check for Rule<S, P> {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn kinds(&self) -> &'static [&'static Kind] {
        S::KINDS
    }

    fn off(&self, policies: &Policies) -> Option<&'static str> {
        self.off.and_then(|off| off(&policies.get::<P>()))
    }

    async fn run(&self, cx: &Cx) -> Result<Vec<Finding>, FactError> {
        let policy = cx.policy::<P>();
        let cancellation = cx.facts().cancellation();
        let subjects = cx.subjects::<S>().await?;
        let mut shared = Shared::default();
        let judged = subjects.iter().map(|(id, subject)| {
            let judging = Judging {
                id,
                policy: &*policy,
                now: cx.now(),
            };
            let judgement = match cancellation.end_of_judging() {
                Some(reason) => Err(reason),
                None => {
                    catch_panic("the check", || (self.judge)(subject, &judging)).unwrap_or_else(Err)
                }
            };
            let mut finding = Finding::new(self.meta.id, Arc::clone(id), judgement)
                .about(Subject::location(subject))
                .with_severity(subject.severity());
            shared.take(&mut finding.outcome);
            finding
        });
        let gaps = subjects.gaps.iter().map(|gap| {
            let id = ResourceId::new(gap.kind, gap.place.clone(), "*")
                .shown_as(&format!("{} in {}", gap.kind, gap.place))
                .collective();
            Finding::new(self.meta.id, Arc::new(id), Err(gap.unknown.clone().into()))
        });
        Ok(judged.chain(gaps).collect())
    }
}
