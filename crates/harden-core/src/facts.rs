//! Facts, each kind asked for once and recorded.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::panics::{catch_panic, catch_panic_of};
use crate::{
    CancellationToken, Event, Gap, Kind, Listing, Observer, Place, Provider, RawListing, Replay,
    Resource, Snapshot, Unknown, read_kinds::ReadKinds,
};

/// Why facts of a kind are unavailable.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FactError {
    /// No provider of this run lists the kind.
    #[error("no provider lists {0}")]
    NoProvider(&'static str),
    /// The listing cannot be read as the kind's type.
    #[error("could not read the listing of {kind}")]
    Decode {
        /// The kind.
        kind: String,
        /// What was wrong.
        source: Arc<serde_json::Error>,
    },
    /// Two types claim the same kind.
    #[error("{0} was asked for as another type")]
    TypeMismatch(&'static str),
    /// The run released the kind, or never wanted it: no check that is still to run declares it.
    #[error("{0} is declared by no check that is still to run")]
    Released(&'static str),
    /// This program has a bug that shows with these facts.
    #[error("{}", .0.message)]
    Internal(Unknown),
    /// The provider could not list the kind.
    #[error(transparent)]
    Provider(Arc<dyn Error + Send + Sync>),
}

impl FactError {
    /// The provider could not list a kind, because of an error or a message.
    pub fn provider(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Provider(Arc::from(error.into()))
    }
}

type Slot = Arc<OnceCell<Result<Arc<dyn Any + Send + Sync>, FactError>>>;
/// An answer as it came, until it is decoded.
type Answer = Arc<OnceCell<Result<Mutex<Option<RawListing>>, FactError>>>;

/// The facts of one run. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Facts {
    inner: Arc<Inner>,
    /// The kind whose listing asks; `None` where a check asks.
    listed: Option<&'static Kind>,
}

struct Inner {
    providers: Vec<Arc<dyn Provider>>,
    observer: Option<Arc<dyn Observer>>,
    cancellation: CancellationToken,
    record: bool,
    answers: Mutex<HashMap<&'static str, Answer>>,
    slots: Mutex<HashMap<&'static str, Slot>>,
    // the kinds that are still answered; `None` where none were released
    kept: Mutex<Option<HashSet<&'static str>>>,
    // the kinds that listings started from and do not declare: another may start from them later
    bases: Mutex<HashSet<&'static str>>,
    recorded: Mutex<BTreeMap<String, RawListing>>,
    gaps: Mutex<Vec<Gap>>,
    read: ReadKinds,
    calls: Mutex<BTreeMap<String, u64>>,
    billed: Mutex<BTreeMap<&'static str, u64>>,
}

/// Options of [`Facts`].
#[must_use]
#[derive(Default)]
pub struct FactsBuilder {
    providers: Vec<Arc<dyn Provider>>,
    observer: Option<Arc<dyn Observer>>,
    cancellation: Option<CancellationToken>,
    record: bool,
}

impl FactsBuilder {
    /// Adds a provider. For each kind the first provider that lists it is asked.
    pub fn provider(mut self, provider: Arc<dyn Provider>) -> Self {
        self.providers.push(provider);
        self
    }

    /// Adds providers.
    pub fn providers(mut self, providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Self {
        self.providers.extend(providers);
        self
    }

    /// Reports the progress to an observer.
    pub fn observer(mut self, observer: Option<Arc<dyn Observer>>) -> Self {
        self.observer = observer;
        self
    }

    /// Lets a run end early.
    pub fn cancellation(mut self, token: CancellationToken) -> Self {
        self.cancellation = Some(token);
        self
    }

    /// Keeps the answers for [`Facts::snapshot`].
    pub fn record(mut self, record: bool) -> Self {
        self.record = record;
        self
    }

    /// The facts.
    #[must_use]
    pub fn build(self) -> Facts {
        let inner = Arc::new(Inner {
            providers: self.providers,
            observer: self.observer,
            cancellation: self.cancellation.unwrap_or_else(CancellationToken::never),
            record: self.record,
            answers: Mutex::default(),
            slots: Mutex::default(),
            kept: Mutex::default(),
            bases: Mutex::default(),
            recorded: Mutex::default(),
            gaps: Mutex::default(),
            read: ReadKinds::default(),
            calls: Mutex::default(),
            billed: Mutex::default(),
        });
        Facts {
            inner,
            listed: None,
        }
    }
}

impl Facts {
    /// Facts from providers. For each kind the first provider that lists it is asked. A
    /// [`Snapshot`] is a provider. [`Facts::builder`] has more options.
    #[must_use]
    pub fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self::builder().providers(providers).build()
    }

    /// The facts of a recorded snapshot.
    #[must_use]
    pub fn recorded(snapshot: Snapshot) -> Self {
        Self::new(vec![Arc::new(Replay::from(snapshot))])
    }

    /// Facts with an observer, a cancellation token, or a recording.
    pub fn builder() -> FactsBuilder {
        FactsBuilder::default()
    }

    /// The resources of a kind. The provider is asked at most once, even if several checks ask for
    /// the kind at the same time.
    ///
    /// # Errors
    /// When the kind is unavailable. Every later call returns the same error.
    pub async fn list<R: Resource>(&self) -> Result<Arc<Listing<R>>, FactError> {
        let kind = R::KIND;
        if let Some(listed) = self.listed {
            if !listed.with_bases().contains(&kind) {
                lock(&self.inner.bases).insert(kind.name);
            }
        } else if let Some(kept) = &*lock(&self.inner.kept)
            && !kept.contains(kind.name)
        {
            return Err(FactError::Released(kind.name));
        }
        let slot = Arc::clone(lock(&self.inner.slots).entry(kind.name).or_default());
        let listing = slot
            .get_or_init(|| async {
                let listing: Listing<R> = self.ask(kind).await?;
                Ok(Arc::new(listing) as Arc<dyn Any + Send + Sync>)
            })
            .await
            .clone()?;
        listing
            .downcast()
            .map_err(|_| FactError::TypeMismatch(kind.name))
    }

    /// Asks for a kind before the checks that read it do. A check that reads two kinds asks for them
    /// one after the other. A run that knows which kinds it will read asks for all at the same time.
    pub async fn prefetch(&self, kind: &'static Kind) {
        self.answer(kind).await;
    }

    /// The answer for a kind, asked for once.
    async fn answer(&self, kind: &'static Kind) -> Answer {
        let answer = Arc::clone(lock(&self.inner.answers).entry(kind.name).or_default());
        answer
            .get_or_init(|| async {
                let mut providers = self.inner.providers.iter();
                let provider = providers
                    .find(|p| p.provides(kind.name))
                    .ok_or(FactError::NoProvider(kind.name))?;
                self.tell(Event::Asked { kind: kind.name });
                let facts = self.for_listing(kind);
                let what = format!("the listing of {}", kind.name);
                let listed = catch_panic_of(&what, provider.list(kind, &facts)).await;
                let raw = listed.unwrap_or_else(|bug| Ok(RawListing::unread(bug)))?;
                Ok(Mutex::new(Some(raw)))
            })
            .await;
        answer
    }

    async fn ask<R: Resource>(&self, kind: &'static Kind) -> Result<Listing<R>, FactError> {
        let answer = self.answer(kind).await;
        let raw = match answer.get() {
            Some(Ok(raw)) => lock(raw).take(),
            Some(Err(error)) => return Err(error.clone()),
            None => None,
        };
        // each kind is decoded once, into its one type
        let raw = raw.ok_or(FactError::TypeMismatch(kind.name))?;
        let what = format!("the reading of {}", kind.name);
        let listing =
            catch_panic(&what, || decode::<R>(kind, &raw)).map_err(FactError::Internal)??;
        lock(&self.inner.gaps).extend(listing.gaps.iter().cloned());
        self.inner.read.add(kind.name, &raw);
        self.tell(Event::Listed {
            kind: kind.name,
            resources: listing.len(),
            gaps: listing.gaps.len(),
        });
        if self.inner.record {
            lock(&self.inner.recorded).insert(kind.name.to_owned(), raw);
        }
        Ok(listing)
    }

    /// The same facts, for the listing of a kind. What a listing starts from is answered, whichever
    /// kinds the checks declare: workflows start from a repository over the API, and from no other
    /// kind in a checkout.
    pub(crate) fn for_listing(&self, kind: &'static Kind) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            listed: Some(kind),
        }
    }

    /// Releases all kinds except these and those that listings started from without a declaration.
    /// To a check, any other kind is [`FactError::Released`] from now on. The recording and the gaps
    /// stay.
    pub(crate) fn keep(&self, kinds: HashSet<&'static str>) {
        let bases = lock(&self.inner.bases).clone();
        lock(&self.inner.slots).retain(|kind, _| kinds.contains(kind) || bases.contains(kind));
        *lock(&self.inner.kept) = Some(kinds);
    }

    /// What was recorded so far, as of `taken_at`.
    #[must_use]
    pub fn snapshot(&self, tool: &str, taken_at: Timestamp) -> Snapshot {
        let mut recorded = lock(&self.inner.recorded).clone();
        if self.inner.record {
            // what was listed, and no check has read
            self.each_unread(|kind, raw| {
                recorded.insert(kind.to_owned(), raw.clone());
            });
        }
        Snapshot::new(tool, taken_at, recorded)
    }

    /// All gaps of the kinds that were read so far, ordered by kind and place.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps = lock(&self.inner.gaps).clone();
        gaps.sort_by(|a, b| (a.kind, &a.place).cmp(&(b.kind, &b.place)));
        gaps
    }

    /// All gaps of the kinds that were listed so far, whether or not a check has read them.
    #[must_use]
    pub fn gaps_of_all_listed(&self) -> Vec<Gap> {
        let mut gaps = lock(&self.inner.gaps).clone();
        self.each_unread(|kind, raw| gaps.extend(gaps_of(kind, raw)));
        gaps.sort_by(|a, b| (a.kind, &a.place).cmp(&(b.kind, &b.place)));
        gaps
    }

    /// Visits the listings that no check has read.
    fn each_unread(&self, mut visit: impl FnMut(&'static str, &RawListing)) {
        for (kind, answer) in lock(&self.inner.answers).iter() {
            if let Some(Ok(raw)) = answer.get()
                && let Some(raw) = &*lock(raw)
            {
                visit(kind, raw);
            }
        }
    }

    /// The SHA-256, in hexadecimal, of the listings of these kinds as they came, in the order of the
    /// kinds' names. A live run and the replay of its snapshot have the same digest. Kinds that nobody
    /// asked for are left out.
    #[must_use]
    pub fn digest(&self, kinds: &BTreeSet<&str>) -> String {
        self.inner.read.digest(kinds)
    }

    /// The accounts and regions that the listings of these kinds were read over, by provider.
    #[must_use]
    pub fn places(&self, kinds: &BTreeSet<&str>) -> BTreeMap<&'static str, BTreeSet<Place>> {
        self.inner.read.places(kinds)
    }

    /// The cancellation token that listings must respect.
    #[must_use]
    pub fn cancellation(&self) -> &CancellationToken {
        &self.inner.cancellation
    }

    /// Counts a call: for providers.
    pub fn called(&self, operation: &str) {
        let mut calls = lock(&self.inner.calls);
        let count = calls.entry(operation.to_owned()).or_default();
        *count = count.saturating_add(1);
        drop(calls);
        self.tell(Event::Called { operation });
    }

    /// The calls made so far, by operation.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u64> {
        lock(&self.inner.calls).clone()
    }

    /// Counts what a service bills by amount instead of by call: for providers.
    pub fn billed(&self, what: &'static str, amount: u64) {
        let mut billed = lock(&self.inner.billed);
        let sum = billed.entry(what).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// What services bill by amount, so far: `metrics of cloudwatch:GetMetricData`, `requests of Cost
    /// Explorer at 0.01 USD`.
    #[must_use]
    pub fn billed_so_far(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.inner.billed).clone()
    }

    fn tell(&self, event: Event<'_>) {
        if let Some(observer) = &self.inner.observer {
            observer.event(event);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn decode<R: Resource>(kind: &Kind, raw: &RawListing) -> Result<Listing<R>, FactError> {
    // null where nothing of the kind could be listed
    let resources: Option<Vec<R>> =
        serde_json::from_str(raw.resources.get()).map_err(|source| FactError::Decode {
            kind: kind.name.to_owned(),
            source: Arc::new(source),
        })?;
    let mut place: Option<Place> = None;
    let items = resources
        .unwrap_or_default()
        .into_iter()
        .map(|resource| {
            let mut id = resource.id();
            // neighbors are mostly in the same place: its name is stored once
            match &place {
                Some(last) if *last == id.place => id.place = last.clone(),
                _ => place = Some(id.place.clone()),
            }
            (Arc::new(id), resource)
        })
        .collect();
    let gaps = gaps_of(R::KIND.name, raw);
    Ok(Listing::new(items, raw.scope.clone(), gaps))
}

/// The places that a listing could not read.
fn gaps_of(kind: &'static str, raw: &RawListing) -> Vec<Gap> {
    // no list and no reason why: whether anything exists is not known
    let is_null = raw.resources.get() == "null";
    let untold = is_null && raw.gaps.is_empty() && raw.scope.is_of_anything();
    let untold = untold.then(|| Gap {
        kind,
        place: Place::anywhere(),
        unknown: Arc::new(Unknown::not_recorded()),
    });
    let told = raw.gaps.iter().map(|gap| Gap {
        kind,
        place: gap.place.clone(),
        unknown: Arc::new(gap.unknown.clone()),
    });
    told.chain(untold).collect()
}
