//! What a run read: the digest and the scope of each listing, which stay after the facts were released.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::text::hex;
use crate::{Place, RawListing, Scope};

/// The listings that a run read, by kind.
#[derive(Default)]
pub(crate) struct ReadKinds(Mutex<BTreeMap<&'static str, ReadKind>>);

struct ReadKind {
    scope: Scope,
    /// The SHA-256 of the scope, the gaps and the resources.
    digest: [u8; 32],
}

impl ReadKinds {
    /// Adds a listing.
    pub(crate) fn add(&self, kind: &'static str, raw: &RawListing) {
        let read = ReadKind {
            scope: raw.scope.clone(),
            digest: digest_of(raw),
        };
        self.lock().insert(kind, read);
    }

    pub(crate) fn digest(&self, kinds: &BTreeSet<&str>) -> String {
        let mut hash = Sha256::new();
        for (kind, read) in self.lock().iter().filter(|(kind, _)| kinds.contains(*kind)) {
            hash.update((kind.len() as u64).to_be_bytes());
            hash.update(kind);
            hash.update(read.digest);
        }
        hex(&hash.finalize())
    }

    pub(crate) fn places(&self, kinds: &BTreeSet<&str>) -> BTreeMap<&'static str, BTreeSet<Place>> {
        let mut all: BTreeMap<&'static str, BTreeSet<Place>> = BTreeMap::new();
        for (kind, read) in self.lock().iter() {
            if let Scope::Places(places) = &read.scope
                && kinds.contains(kind)
            {
                let of_provider = all.entry(crate::provider_of(kind)).or_default();
                of_provider.extend(places.iter().cloned());
            }
        }
        all
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, ReadKind>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest_of(raw: &RawListing) -> [u8; 32] {
    let mut hash = Sha256::new();
    // these types always serialize; a part that did not would only be missing from the digest
    for part in [
        serde_json::to_vec(&raw.scope).unwrap_or_default(),
        serde_json::to_vec(&raw.gaps).unwrap_or_default(),
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(raw.resources.get());
    hash.finalize().into()
}
