//! Load balancers with their attributes, and with their web ACL.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Verdict};

use crate::resources::{LoadBalancer, LoadBalancerAttributes, WebAcl};
use crate::views::details::details_of;

/// A load balancer.
pub(crate) struct Balancer {
    pub(crate) arn: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    kind: Known<String>,
    scheme: Known<String>,
}

impl Balancer {
    pub(crate) fn of(place: &Place, balancer: &LoadBalancer) -> Self {
        let dimension = balancer.dimension();
        Self {
            arn: balancer.arn.as_str().into(),
            name: dimension.split('/').nth(1).unwrap_or(dimension).into(),
            place: place.clone(),
            kind: balancer.kind.clone(),
            scheme: balancer.scheme.clone(),
        }
    }

    /// The verdict on a load balancer that is not an application load balancer.
    ///
    /// # Errors
    /// The type is unknown.
    pub(crate) fn not_an_alb(&self) -> Result<Option<Verdict>, harden_core::Unknown> {
        let kind = self.kind.get()?;
        Ok((kind != "application")
            .then(|| Verdict::not_applicable(format!("a {kind} load balancer"))))
    }

    /// The verdict on a load balancer that is not an application load balancer, or is internal.
    ///
    /// # Errors
    /// The type or the scheme is unknown.
    pub(crate) fn not_internet_facing(&self) -> Result<Option<Verdict>, harden_core::Unknown> {
        if let Some(verdict) = self.not_an_alb()? {
            return Ok(Some(verdict));
        }
        let scheme = self.scheme.get()?;
        Ok((scheme == "internal").then(|| Verdict::not_applicable("an internal load balancer")))
    }

    /// Whether it is certainly not an application load balancer.
    pub(crate) fn is_not_application(&self) -> bool {
        self.kind.ok().is_some_and(|kind| kind != "application")
    }
}

/// A load balancer with its attributes.
pub(crate) struct BalancerWithAttributes {
    pub(crate) balancer: Balancer,
    pub(crate) attributes: Known<LoadBalancerAttributes>,
}

#[async_trait]
impl Subject for BalancerWithAttributes {
    const KINDS: &'static [&'static Kind] = &[LoadBalancer::KIND, LoadBalancerAttributes::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let attributes = cx.list::<LoadBalancerAttributes>().await?;
        let items = balancers.iter().map(|(id, balancer)| {
            let kind = LoadBalancerAttributes::KIND;
            let found = details_of(&attributes, kind, &id.place, &id.name);
            let subject = Self {
                balancer: Balancer::of(&id.place, balancer),
                attributes: found.map(Clone::clone),
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (balancers.scope.clone(), balancers.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// A load balancer with its web ACL.
pub(crate) struct BalancerWithWebAcl {
    pub(crate) balancer: Balancer,
    /// The ARN of its web ACL, or `None`.
    pub(crate) web_acl: Known<Option<Box<str>>>,
}

#[async_trait]
impl Subject for BalancerWithWebAcl {
    const KINDS: &'static [&'static Kind] = &[LoadBalancer::KIND, WebAcl::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let acls = cx.list::<WebAcl>().await?;
        let items = balancers.iter().map(|(id, balancer)| {
            let subject = Self {
                balancer: Balancer::of(&id.place, balancer),
                web_acl: web_acl_of(&acls, &id.place, &balancer.arn),
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (balancers.scope.clone(), balancers.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// The web ACL of a load balancer. `None` is certain only where every web ACL of the place is known:
/// WAF lists the resources of a web ACL rather than the web ACL of a resource.
fn web_acl_of(acls: &Listing<WebAcl>, place: &Place, balancer: &str) -> Known<Option<Box<str>>> {
    let mut known = acls.readable(place);
    for (_, acl) in acls.at(place).filter(|(_, acl)| is_regional(&acl.arn)) {
        match &acl.load_balancers {
            Known::Yes(on) if on.iter().any(|arn| arn == balancer) => {
                return Known::Yes(Some(acl.arn.as_str().into()));
            }
            Known::Yes(_) => {}
            Known::No(unknown) => known = Known::No(unknown.clone()),
        }
    }
    known.map(|()| None)
}

/// Whether a web ACL has the scope REGIONAL. One with the scope CLOUDFRONT is never associated with a
/// load balancer.
pub(crate) fn is_regional(arn: &str) -> bool {
    !arn.contains(":global/webacl/")
}
