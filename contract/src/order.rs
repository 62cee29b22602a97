//! Putting things in order, with one sort for all of them.
//!
//! The compiler makes a sort anew for each type of thing and each rule of order, four kilobytes of WebAssembly at a time.
//! Here places are sorted, whatever stands in them, and by a few lines: a form and a reply have hundreds of things, not millions.
use std::cmp::Ordering;

/// The places `0..count` in order; those that are equal stay as they are.
// Inline, so that it is compiled as well as the crate that asks: the outbox's simulated runs do little else.
#[inline]
pub fn places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    // Runs that are in order become one of twice the length, until one is all.
    let mut run = 1;
    while run < count {
        let mut longer = Vec::with_capacity(count);
        for two in places.chunks(run * 2) {
            let (left, right) = two.split_at(run.min(two.len()));
            merge(left, right, compare, &mut longer);
        }
        places = longer;
        run *= 2;
    }
    places
}

#[inline]
fn merge(
    mut left: &[usize],
    mut right: &[usize],
    compare: &mut dyn FnMut(usize, usize) -> Ordering,
    merged: &mut Vec<usize>,
) {
    while let (Some((a, after_a)), Some((b, after_b))) = (left.split_first(), right.split_first()) {
        if compare(*b, *a) == Ordering::Less {
            merged.push(*b);
            right = after_b;
        } else {
            merged.push(*a);
            left = after_a;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
}

/// The same things in order; those that are equal stay as they are.
pub fn in_order<T>(things: Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<T> {
    let order = places(things.len(), &mut |a, b| match (things.get(a), things.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut left: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| left.get_mut(at)?.take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_stable_sort_of_the_standard_library(numbers in proptest::collection::vec(0u8..9, 0..40)) {
            let things: Vec<(u8, usize)> = numbers.into_iter().enumerate().map(|(at, n)| (n, at)).collect();
            let mut expected = things.clone();
            expected.sort_by_key(|(n, _)| *n);
            prop_assert_eq!(in_order(things, |a, b| a.0.cmp(&b.0)), expected);
        }
    }
}
