//! Which notification of a budget is the one of each alert step.

use harden_core::{Known, Unknown};

use super::budget::{AccountBudget, AlertThreshold};
use crate::resources::Notification;

/// The notifications of the three steps: three different ones, each at or below the percentage of its
/// step.
#[derive(Debug)]
pub(crate) struct Steps {
    /// The index of the notification of each step.
    pub(crate) of: [Option<usize>; 3],
    /// Why a step without a notification may have one.
    pub(crate) unclear: Option<Unknown>,
}

impl Steps {
    /// Assigns the notifications on actual spend to the steps.
    pub(crate) fn of(
        budget: &AccountBudget,
        notifications: &[Notification],
        steps: &[AlertThreshold; 3],
    ) -> Self {
        let (mut found, mut unclear) = (Vec::new(), Vec::new());
        for (i, notification) in notifications.iter().enumerate() {
            match budget.percent_of_actual(notification) {
                Known::Yes(Some(percent)) => found.push((i, percent)),
                Known::Yes(None) => {}
                Known::No(reason) => unclear.push(reason),
            }
        }
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        // two notifications at the same percentage report the same moment
        found.dedup_by(|b, a| (a.1 - b.1).abs() < 1e-9);
        let of = assign(&found, steps);
        let missing = of.iter().filter(|step| step.is_none()).count();
        let first = unclear.first().filter(|_| missing <= unclear.len());
        Self {
            of,
            unclear: first.map(|reason| (**reason).clone()),
        }
    }
}

/// Assigns as many steps as possible. Where all are assigned, a higher step has the higher percentage.
fn assign(found: &[(usize, f64)], steps: &[AlertThreshold; 3]) -> [Option<usize>; 3] {
    let take = |free: &mut Vec<(usize, f64)>, step: &AlertThreshold| {
        let at = free
            .iter()
            .rposition(|(_, percent)| step.reaches(*percent))?;
        Some(free.remove(at).0)
    };
    let mut free = found.to_vec();
    let mut of = [None; 3];
    for (step, slot) in steps.iter().zip(&mut of).rev() {
        *slot = take(&mut free, step);
    }
    if of.iter().all(Option::is_some) {
        return of;
    }
    // The first step has the fewest candidates, so it chooses first.
    let mut free = found.to_vec();
    for (step, slot) in steps.iter().zip(&mut of) {
        *slot = take(&mut free, step);
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BudgetPolicy;

    #[test]
    fn each_step_has_its_own_notification() {
        let steps = AlertThreshold::all(&BudgetPolicy::default());
        let of = |percents: &[f64]| {
            let found: Vec<(usize, f64)> = percents.iter().copied().enumerate().collect();
            assign(&found, &steps).map(|i| i.map(|i| percents[i]))
        };
        assert_eq!(
            of(&[80.0, 100.0, 120.0]),
            [Some(80.0), Some(100.0), Some(120.0)]
        );
        assert_eq!(
            of(&[50.0, 75.0, 100.0]),
            [Some(50.0), Some(75.0), Some(100.0)]
        );
        assert_eq!(of(&[80.0, 100.0]), [Some(80.0), Some(100.0), None]);
        assert_eq!(of(&[100.0, 120.0]), [None, Some(100.0), Some(120.0)]);
        assert_eq!(of(&[80.0, 120.0]), [Some(80.0), None, Some(120.0)]);
        assert_eq!(of(&[50.0]), [Some(50.0), None, None]);
        assert_eq!(of(&[150.0]), [None, None, None]);
    }
}
