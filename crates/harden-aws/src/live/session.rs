//! An account of a run: its configuration, and which of its regions are read.

use aws_config::{Region, SdkConfig};
use harden_core::{Place, RawGap, Unknown};

use crate::partition::Partition;

/// An account.
pub(super) struct Session {
    /// Its number.
    pub(super) account: Box<str>,
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`.
    pub(super) partition: Box<str>,
    /// The regions to read, in order.
    pub(super) regions: Vec<Box<str>>,
    /// The configuration with its credentials, or why there are no credentials.
    pub(super) config: Result<SdkConfig, Unknown>,
    /// Why its list of regions could not be read, where all of them are to be read.
    pub(super) regions_unknown: Option<Unknown>,
}

impl Session {
    /// The regions that can be called.
    pub(super) fn regional(&self) -> Vec<(Place, SdkConfig)> {
        let Ok(config) = &self.config else {
            return Vec::new();
        };
        self.regions
            .iter()
            .map(|region| {
                (
                    Place::new(&*self.account, &**region),
                    in_region(config, region),
                )
            })
            .collect()
    }

    /// The account as a whole: its global services have their endpoint in one region of the
    /// partition.
    pub(super) fn global(&self) -> Option<(Place, SdkConfig)> {
        let config = self.config.as_ref().ok()?;
        let region = home_region(&self.partition);
        Some((Place::global(&*self.account), in_region(config, region)))
    }

    /// The regions that are to be read.
    pub(super) fn regions_as_places(&self) -> impl Iterator<Item = Place> {
        self.regions
            .iter()
            .map(|region| Place::new(&*self.account, &**region))
    }

    /// The gap over the whole account that could not be entered.
    pub(super) fn refusal(&self) -> Option<RawGap> {
        self.config.as_ref().err().map(|why| self.gap("*", why))
    }

    /// The gap over the regions that are not known. It stands for itself, so that what was read in
    /// the regions that are known stays known.
    pub(super) fn other_regions(&self) -> Option<RawGap> {
        let why = self.regions_unknown.as_ref()?;
        Some(self.gap("other regions", why))
    }

    fn gap(&self, region: &str, unknown: &Unknown) -> RawGap {
        RawGap {
            place: Place::new(&*self.account, region),
            unknown: unknown.clone(),
        }
    }
}

/// The region that has the endpoints of a partition's global services.
pub(super) fn home_region(partition: &str) -> &'static str {
    Partition::by_id(partition).map_or("us-east-1", |partition| partition.home)
}

fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config
        .to_builder()
        .region(Region::new(region.to_owned()))
        .build()
}
