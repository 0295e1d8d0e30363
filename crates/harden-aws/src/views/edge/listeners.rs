//! Listeners of application load balancers, with what is asked about each.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Gap, Kind, Known, Listing, Resource, Subject};

use super::balancers::Balancer;
use crate::arn::id_of;
use crate::resources::{
    Listener, ListenerAttributes, ListenerRule, ListenerRules, LoadBalancer, LoadBalancerListeners,
    SslPolicy,
};
use crate::views::details::joined;

/// A load balancer with its listeners, and the rules of those that speak HTTP.
pub(crate) struct ListeningBalancer {
    pub(crate) balancer: Balancer,
    pub(crate) listeners: Known<Vec<RuledListener>>,
}

/// A listener with its rules.
pub(crate) struct RuledListener {
    pub(crate) listener: Listener,
    /// The rules of a listener that speaks HTTP; those of others are not read.
    pub(crate) rules: Known<Vec<ListenerRule>>,
}

#[async_trait]
impl Subject for ListeningBalancer {
    const KINDS: &'static [&'static Kind] = &[
        LoadBalancer::KIND,
        LoadBalancerListeners::KIND,
        ListenerRules::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let listeners = cx.list::<LoadBalancerListeners>().await?;
        let rules = cx.list::<ListenerRules>().await?;
        let ruled = |listener: &Listener| {
            let id = id_of(ListenerRules::KIND.name, &listener.arn);
            let found = joined(&rules, ListenerRules::KIND, &id.place, &id.name);
            RuledListener {
                listener: listener.clone(),
                rules: found.and_then(|found| found.rules.clone()),
            }
        };
        let items = balancers.iter().map(|(id, balancer)| {
            let kind = LoadBalancerListeners::KIND;
            let of = joined(&listeners, kind, &id.place, &id.name);
            let of = of.and_then(|of| of.listeners.as_ref());
            let subject = Self {
                balancer: Balancer::of(&id.place, balancer),
                listeners: of.map(|all| all.iter().map(ruled).collect()),
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (balancers.scope.clone(), balancers.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// An HTTPS listener, or one that may be, with the header that it adds.
pub(crate) struct HeaderListener {
    pub(crate) balancer: Balancer,
    pub(crate) listener: Listener,
    pub(crate) attributes: Known<ListenerAttributes>,
}

#[async_trait]
impl Subject for HeaderListener {
    const KINDS: &'static [&'static Kind] = &[
        LoadBalancer::KIND,
        LoadBalancerListeners::KIND,
        ListenerAttributes::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let listeners = cx.list::<LoadBalancerListeners>().await?;
        let attributes = cx.list::<ListenerAttributes>().await?;
        Ok(Arc::new(encrypted(
            &balancers,
            &listeners,
            |balancer, listener| {
                let id = id_of(ListenerAttributes::KIND.name, &listener.arn);
                let found = joined(&attributes, ListenerAttributes::KIND, &id.place, &id.name);
                Self {
                    attributes: found.map(Clone::clone),
                    listener: listener.clone(),
                    balancer,
                }
            },
        )))
    }
}

/// An HTTPS listener, or one that may be, with what its security policy admits.
pub(crate) struct TlsListener {
    pub(crate) balancer: Balancer,
    pub(crate) listener: Listener,
    /// Its security policy: the name, and the protocols.
    pub(crate) policy: Known<(String, Vec<String>)>,
}

#[async_trait]
impl Subject for TlsListener {
    const KINDS: &'static [&'static Kind] = &[
        LoadBalancer::KIND,
        LoadBalancerListeners::KIND,
        SslPolicy::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let listeners = cx.list::<LoadBalancerListeners>().await?;
        let policies = cx.list::<SslPolicy>().await?;
        Ok(Arc::new(encrypted(
            &balancers,
            &listeners,
            |balancer, listener| {
                let name = listener.ssl_policy.clone().and_then(|name| {
                    Known::present(name, "elasticloadbalancing:DescribeListeners", "SslPolicy")
                });
                let policy = name.and_then(|name| {
                    let found = joined(&policies, SslPolicy::KIND, &balancer.place, &name);
                    let protocols = found.and_then(|policy| policy.protocols.clone());
                    protocols.map(|protocols| (name, protocols))
                });
                Self {
                    policy,
                    listener: listener.clone(),
                    balancer,
                }
            },
        )))
    }
}

/// The HTTPS listeners of application load balancers as subjects. Where the listeners of a load
/// balancer are not known, there may be some: that is a gap.
fn encrypted<S>(
    balancers: &Listing<LoadBalancer>,
    listeners: &Listing<LoadBalancerListeners>,
    subject: impl Fn(Balancer, &Listener) -> S,
) -> Listing<S> {
    let mut items = Vec::new();
    let mut gaps = balancers.gaps.clone();
    for (id, balancer) in balancers.iter() {
        if Balancer::of(&id.place, balancer).is_another() {
            continue;
        }
        let kind = LoadBalancerListeners::KIND;
        let of = joined(listeners, kind, &id.place, &id.name);
        let all = match of.and_then(|of| of.listeners.as_ref()) {
            Known::Yes(all) => all,
            Known::No(unknown) => {
                let gap = Gap {
                    kind: kind.name,
                    place: id.place.clone(),
                    unknown,
                };
                if !gaps.contains(&gap) {
                    gaps.push(gap);
                }
                continue;
            }
        };
        for listener in all {
            if listener.protocol.ok().is_none_or(|p| p == "HTTPS") {
                let id = id_of(LoadBalancerListeners::LISTENER, &listener.arn);
                let balancer = Balancer::of(&id.place, balancer);
                items.push((Arc::new(id), subject(balancer, listener)));
            }
        }
    }
    Listing::new(items, balancers.scope.clone(), gaps)
}
