//! Amazon Resource Names. A string that is not an ARN is used as the name of the resource.

use harden_core::{Place, ResourceId};

/// The parts of an ARN, `arn:partition:service:region:account:resource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    pub(crate) fn place(&self) -> Place {
        Place::new(self.account, self.region)
    }

    /// The resource without its type: `saaspe-production-postgres` of
    /// `db:saaspe-production-postgres`, `app/alb/1` of `loadbalancer/app/alb/1`.
    pub(crate) fn name(&self) -> &'a str {
        self.resource
            .split_once([':', '/'])
            .map_or(self.resource, |(_, name)| name)
    }
}

/// The id of a resource, from its ARN.
pub(crate) fn id_of(kind: &'static str, arn: &str) -> ResourceId {
    match Arn::parse(arn) {
        Some(parts) => ResourceId::new(kind, parts.place(), parts.name()).shown_as(arn),
        None => ResourceId::new(kind, Place::global("unknown"), arn),
    }
}

/// The place and the name of a topic. The name is the whole resource part of its ARN.
pub(crate) fn topic_place_and_name(arn: &str) -> Option<(Place, &str)> {
    let parts = Arn::parse(arn).filter(|a| a.service == "sns")?;
    Some((parts.place(), parts.resource))
}
