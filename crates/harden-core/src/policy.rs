//! What the policy file requires of a provider.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

/// A provider's table of the policy file. Its default is what the guide requires.
pub trait Policy: Default + Send + Sync + 'static {
    /// The name of the table.
    const TABLE: &'static str;
}

/// For checks without settings.
impl Policy for () {
    const TABLE: &'static str = "";
}

/// The policy tables of a run, by their type. A table that is not set is the default.
#[derive(Clone, Default)]
pub struct Policies(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Policies").field(&self.0.len()).finish()
    }
}

impl Policies {
    /// Sets a table.
    pub fn insert<P: Policy>(&mut self, policy: P) {
        self.0.insert(TypeId::of::<P>(), Arc::new(policy));
    }

    /// The table, or its default.
    #[must_use]
    pub fn get<P: Policy>(&self) -> Arc<P> {
        self.0
            .get(&TypeId::of::<P>())
            .and_then(|any| Arc::clone(any).downcast().ok())
            .unwrap_or_default()
    }
}
