//! Which listeners are read.

use harden_core::{Listing, Place};

use crate::resources::{LoadBalancer, LoadBalancerListeners};

/// The listeners of a protocol, of the load balancers in a place that may face the internet.
pub(super) fn facing(
    balancers: &Listing<LoadBalancer>,
    listeners: &Listing<LoadBalancerListeners>,
    place: &Place,
    protocol: &str,
) -> Vec<String> {
    let here = balancers.at(place).map(|(_, balancer)| balancer);
    let facing = here.filter(|b| b.may_be_application() && b.may_face_the_internet());
    let of_each =
        facing.filter_map(|b| listeners.get(place, b.dimension()).ok().copied().flatten());
    let all = of_each.filter_map(|of| of.listeners.ok()).flatten();
    all.filter(|listener| listener.protocol.ok().is_some_and(|p| p == protocol))
        .map(|listener| listener.arn.clone())
        .collect()
}
