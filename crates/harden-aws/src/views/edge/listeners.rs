//! Listeners of application load balancers with their rules, attributes and security policies.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Gap, Kind, Known, Listing, Resource, Subject};

use super::balancers::Balancer;
use crate::arn::id_of;
use crate::resources::{
    Listener, ListenerAttributes, ListenerRule, ListenerRules, LoadBalancer, LoadBalancerListeners,
    SslPolicy,
};
use crate::views::details::details_of;

/// A load balancer with its listeners, and the rules of the HTTP listeners.
pub(crate) struct BalancerWithListeners {
    pub(crate) balancer: Balancer,
    pub(crate) listeners: Known<Vec<ListenerWithRules>>,
}

/// A listener with its rules.
pub(crate) struct ListenerWithRules {
    pub(crate) listener: Listener,
    /// The rules of an HTTP listener. The rules of other listeners are not read.
    pub(crate) rules: Known<Vec<ListenerRule>>,
}

#[async_trait]
impl Subject for BalancerWithListeners {
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
            let found = details_of(&rules, ListenerRules::KIND, &id.place, &id.name);
            ListenerWithRules {
                listener: listener.clone(),
                rules: found.and_then(|found| found.rules.clone()),
            }
        };
        let items = balancers.iter().map(|(id, balancer)| {
            let kind = LoadBalancerListeners::KIND;
            let of = details_of(&listeners, kind, &id.place, &id.name);
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

/// An HTTPS listener, or a listener of unknown protocol, with its attributes.
pub(crate) struct ListenerWithAttributes {
    pub(crate) balancer: Balancer,
    pub(crate) listener: Listener,
    pub(crate) attributes: Known<ListenerAttributes>,
}

#[async_trait]
impl Subject for ListenerWithAttributes {
    const KINDS: &'static [&'static Kind] = &[
        LoadBalancer::KIND,
        LoadBalancerListeners::KIND,
        ListenerAttributes::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let listeners = cx.list::<LoadBalancerListeners>().await?;
        let attributes = cx.list::<ListenerAttributes>().await?;
        Ok(Arc::new(https_listeners(
            &balancers,
            &listeners,
            |balancer, listener| {
                let id = id_of(ListenerAttributes::KIND.name, &listener.arn);
                let found = details_of(&attributes, ListenerAttributes::KIND, &id.place, &id.name);
                Self {
                    attributes: found.map(Clone::clone),
                    listener: listener.clone(),
                    balancer,
                }
            },
        )))
    }
}

/// An HTTPS listener, or a listener of unknown protocol, with its security policy.
pub(crate) struct ListenerWithPolicy {
    pub(crate) balancer: Balancer,
    pub(crate) listener: Listener,
    /// The name and the TLS protocols of its security policy.
    pub(crate) policy: Known<(String, Vec<String>)>,
}

#[async_trait]
impl Subject for ListenerWithPolicy {
    const KINDS: &'static [&'static Kind] = &[
        LoadBalancer::KIND,
        LoadBalancerListeners::KIND,
        SslPolicy::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let listeners = cx.list::<LoadBalancerListeners>().await?;
        let policies = cx.list::<SslPolicy>().await?;
        Ok(Arc::new(https_listeners(
            &balancers,
            &listeners,
            |balancer, listener| {
                let name = listener.ssl_policy.clone().and_then(|name| {
                    Known::present(name, "elasticloadbalancing:DescribeListeners", "SslPolicy")
                });
                let policy = name.and_then(|name| {
                    let found = details_of(&policies, SslPolicy::KIND, &balancer.place, &name);
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

/// The HTTPS listeners of application load balancers as subjects. A load balancer with unknown
/// listeners can have HTTPS listeners, so it becomes a gap.
fn https_listeners<S>(
    balancers: &Listing<LoadBalancer>,
    listeners: &Listing<LoadBalancerListeners>,
    subject: impl Fn(Balancer, &Listener) -> S,
) -> Listing<S> {
    let mut items = Vec::new();
    let mut gaps = balancers.gaps.clone();
    for (id, balancer) in balancers.iter() {
        if Balancer::of(&id.place, balancer).is_not_application() {
            continue;
        }
        let kind = LoadBalancerListeners::KIND;
        let of = details_of(listeners, kind, &id.place, &id.name);
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
