//! Whether a series rises: the Theil–Sen slope with the Mann–Kendall test.
//!
//! Both are robust: they use the order of the values, so that one deployment or one bad day does not
//! decide. No maintained crate has them (`statrs` has only distributions). Together they are thirty
//! lines, and the only quantile of the normal distribution that is needed is a constant.

/// The quantile of the standard normal distribution for a two-sided test at 5 %.
pub(crate) const SIGNIFICANT: f64 = 1.96;

/// The median of the slopes between all pairs of points `(x, y)`, or `None` for fewer than two points.
pub(crate) fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let mut slopes: Vec<f64> = pairs(points)
        .filter(|((x0, _), (x1, _))| x0 != x1)
        .map(|((x0, y0), (x1, y1))| (y1 - y0) / (x1 - x0))
        .collect();
    slopes.sort_by(f64::total_cmp);
    let upper = slopes.len() / 2;
    let lower = slopes.len().checked_sub(1)? / 2;
    Some(f64::midpoint(*slopes.get(lower)?, *slopes.get(upper)?))
}

/// The Mann–Kendall statistic as a standard normal deviate, corrected for continuity and for ties. It
/// is above [`SIGNIFICANT`] for a significant rise. The points are in the order of time. `None` where
/// all values are equal, or for fewer than two points.
pub(crate) fn deviate(points: &[(f64, f64)]) -> Option<f64> {
    let sign = |difference: f64| {
        if difference == 0.0 {
            0.0
        } else {
            difference.signum()
        }
    };
    let s: f64 = pairs(points).map(|((_, y0), (_, y1))| sign(y1 - y0)).sum();
    let weight = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let mut values: Vec<f64> = points.iter().map(|(_, y)| *y).collect();
    values.sort_by(f64::total_cmp);
    let ties: f64 = values
        .chunk_by(|a, b| a == b)
        .map(|same| weight(count(same.len())))
        .sum();
    let variance = (weight(count(values.len())) - ties) / 18.0;
    (variance > 0.0).then(|| (s - sign(s)) / variance.sqrt())
}

fn pairs(points: &[(f64, f64)]) -> impl Iterator<Item = ((f64, f64), (f64, f64))> {
    let from = points.iter().enumerate();
    from.flat_map(move |(i, a)| points.iter().skip(i + 1).map(move |b| (*a, *b)))
}

#[allow(clippy::cast_precision_loss, reason = "a few days")]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Vec<(f64, f64)> {
        values
            .iter()
            .enumerate()
            .map(|(x, y)| (count(x), *y))
            .collect()
    }

    #[test]
    fn a_straight_line() {
        let line = series(&[50.0, 52.0, 54.0, 56.0, 58.0, 60.0, 62.0]);
        assert_eq!(slope(&line), Some(2.0));
        // S = 21, variance 7·6·19/18
        let expected = 20.0 / (7.0_f64 * 6.0 * 19.0 / 18.0).sqrt();
        assert!((deviate(&line).unwrap() - expected).abs() < 1e-9);
    }

    #[test]
    fn one_bad_day_does_not_decide() {
        let flat = series(&[50.0, 50.0, 95.0, 50.0, 50.0, 50.0, 50.0, 50.0]);
        assert_eq!(slope(&flat), Some(0.0));
        assert!(deviate(&flat).unwrap() < SIGNIFICANT);
        let rising = series(&[50.0, 52.0, 54.0, 20.0, 58.0, 60.0, 62.0, 64.0, 66.0]);
        assert!((slope(&rising).unwrap() - 2.0).abs() < 0.3);
        assert!(deviate(&rising).unwrap() > SIGNIFICANT);
        let falling = series(&[66.0, 64.0, 62.0, 60.0, 58.0, 56.0, 54.0]);
        assert!(deviate(&falling).unwrap() < -SIGNIFICANT);
    }

    #[test]
    fn ties_and_too_few() {
        // a published example's shape: S = 1+1+1+1+1+0 over 4 values with one tie
        let tied = series(&[1.0, 2.0, 2.0, 3.0]);
        let variance = (4.0 * 3.0 * 13.0 - 2.0 * 9.0) / 18.0_f64;
        assert!((deviate(&tied).unwrap() - 4.0 / variance.sqrt()).abs() < 1e-9);
        assert_eq!(deviate(&series(&[1.0, 1.0, 1.0])), None);
        assert_eq!(deviate(&[]), None);
        assert_eq!(slope(&series(&[1.0])), None);
        assert_eq!(slope(&[]), None);
    }
}
