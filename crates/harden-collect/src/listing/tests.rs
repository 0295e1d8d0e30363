use futures::executor::block_on;
use harden_core::{DeniedBy, Kind, ResourceId};
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, Serialize, Deserialize)]
struct Door(String);

impl Resource for Door {
    const KIND: &'static Kind = &Kind::new("house/door");

    fn id(&self) -> ResourceId {
        ResourceId::new("house/door", Place::global("home"), &self.0)
    }
}

fn home() -> Place {
    Place::global("home")
}

fn collect(gaps: &[Unknown]) -> Vec<Unknown> {
    let mut collected = Collected::<Door>::over(Scope::Places(vec![home()]));
    for gap in gaps {
        collected.add(&home(), Portion::gap(gap.clone()));
    }
    let listing = collected.into_listing().unwrap();
    listing.gaps.into_iter().map(|gap| gap.unknown).collect()
}

#[test]
fn a_listing_is_sorted_and_has_each_resource_once() {
    let starts = ["back", "front", "back"].map(|name| (home(), name));
    let collected = Collected::from_each(Scope::Everything, starts, async |name| {
        Portion::one(Door(name.to_owned()))
    });
    let listing = block_on(collected).into_listing().unwrap();
    assert_eq!(listing.resources.get(), r#"["back","front"]"#);
}

#[test]
fn gaps_with_one_reason_are_folded() {
    let denied = |by| Unknown::denied(by, "house:ListDoors");
    let twice = collect(&[denied(DeniedBy::Iam), denied(DeniedBy::Iam)]);
    assert_eq!(twice, [denied(DeniedBy::Iam)]);
    // who denied it is another reason
    let scp = collect(&[denied(DeniedBy::Iam), denied(DeniedBy::Scp)]);
    assert_eq!(scp.len(), 2);
    // a denial of the same permission is one gap, whatever the message is
    let other = Unknown {
        message: "another door".into(),
        ..denied(DeniedBy::Iam)
    };
    assert_eq!(collect(&[denied(DeniedBy::Iam), other]).len(), 1);
}

#[test]
fn failures_with_other_messages_stay_apart() {
    let failed =
        |message: &'static str| Unknown::new(Cause::Failed, message).during("house:ListDoors");
    assert_eq!(collect(&[failed("a"), failed("b"), failed("a")]).len(), 2);
    // causes that are told apart stay so
    let throttled = Unknown::new(Cause::Throttled, "a").during("house:ListDoors");
    assert_eq!(collect(&[failed("a"), throttled]).len(), 2);
}

#[test]
fn details_are_read_in_order_and_a_bounded_number_at_a_time() {
    let running = std::cell::Cell::new((0_usize, 0_usize));
    let read = |n: usize| {
        let running = &running;
        async move {
            let (now, most) = running.get();
            running.set((now + 1, most.max(now + 1)));
            // lets the others begin
            let mut again = true;
            std::future::poll_fn(|cx| {
                cx.waker().wake_by_ref();
                if std::mem::take(&mut again) {
                    std::task::Poll::Pending
                } else {
                    std::task::Poll::Ready(())
                }
            })
            .await;
            let (now, most) = running.get();
            running.set((now - 1, most));
            n
        }
    };
    let found = block_on(read_each(0..1_000, read));
    assert_eq!(found, (0..1_000).collect::<Vec<_>>());
    assert_eq!(running.get(), (0, MAX_WAITING));
}
