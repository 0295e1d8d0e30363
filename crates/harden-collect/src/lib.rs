//! How kinds of resources are collected: the engine that the providers of harden stand on.
//!
//! A provider says for each kind how it is listed ([`Collect`]), and [`provide_kinds!`] makes a
//! [`harden_core::Provider`] of that. The rest of this crate is what listings have in common:
//!
//! - [`Collected`]: the resources, the places that were to be read, and the gaps. A place that cannot
//!   be read is a gap, and the listing goes on.
//! - [`read_pages`]: listings that come page by page, with one bound for all APIs. A bound that is
//!   reached is a gap, so what lies behind it is unknown and never absent.
//! - [`CallLimit`]: calls in flight are limited, counted and dropped when the run is cancelled.
//!   [`RetryPolicy`] repeats what may pass.
//! - `rest` (a feature, on by default): a client for JSON over HTTPS that can only read, and keeps its
//!   token to one host.
//!
//! # A provider with one kind
//!
//! ```
//! use harden_collect::{CallLimit, Collect, Collected, Collector, Operation, Portion, provide_kinds};
//! use harden_core::{FactError, Facts, Kind, Known, Place, Resource, ResourceId, Scope, Unknown};
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Door {
//!     name: String,
//!     #[serde(default)]
//!     locked: Known<bool>,
//! }
//!
//! impl Resource for Door {
//!     const KIND: &'static Kind = &Kind::new("house/door").permissions(&["house:ListDoors"]);
//!     fn id(&self) -> ResourceId {
//!         ResourceId::new("house/door", Place::global("home"), &self.name)
//!     }
//! }
//!
//! struct House {
//!     floors: Vec<&'static str>,
//!     limit: CallLimit,
//! }
//!
//! const LIST_DOORS: Operation = Operation::new("GET /doors", "house:ListDoors");
//!
//! impl Collector for House {}
//!
//! impl Collect<House> for Door {
//!     async fn collect(house: &House, facts: &Facts) -> Result<Collected<Self>, FactError> {
//!         let floors = house.floors.iter().map(|floor| (Place::new("home", *floor), floor));
//!         let scope = Scope::Places(vec![Place::global("home")]);
//!         // all floors are read at the same time
//!         Ok(Collected::from_each(scope, floors, |floor| async move {
//!             // a real provider would make a request here
//!             let request = async { Ok::<_, Unknown>(Door { name: format!("{floor} door"), locked: Known::Yes(true) }) };
//!             match house.limit.call(facts, LIST_DOORS, request).await {
//!                 Ok(answer) => Portion::from(answer),
//!                 Err(cancelled) => Portion::gap(cancelled),
//!             }
//!         })
//!         .await)
//!     }
//! }
//!
//! provide_kinds!(House: [Door]);
//!
//! # futures::executor::block_on(async {
//! let house = House { floors: vec!["ground floor", "first floor"], limit: CallLimit::new(8) };
//! let facts = Facts::new(vec![std::sync::Arc::new(house)]);
//! let doors = facts.list::<Door>().await?;
//! assert_eq!(doors.len(), 2);
//! assert_eq!(facts.calls()["GET /doors"], 2);
//! # Ok::<_, FactError>(())
//! # }).unwrap();
//! ```
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod call;
mod listing;
mod operation;
mod paging;
mod registry;
#[cfg(feature = "rest")]
pub mod rest;

pub use call::{CallLimit, CallLimits, EarlyCalls, FailedAttempt, Retry, RetryPolicy};
pub use listing::{Collected, Portion, read_each};
pub use operation::Operation;
pub use paging::{MAX_PAGES, Page, Pages, PagingError, read_pages, read_pages_until};
pub use registry::{Collect, Collector};
#[doc(hidden)]
pub use registry::{Lister, Registry};

/// What [`provide_kinds!`] expands to names these.
#[doc(hidden)]
pub mod __private {
    pub use async_trait::async_trait;
    pub use harden_core::{FactError, Facts, Kind, Provider, RawListing};
}
