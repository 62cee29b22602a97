//! In which order items can be decided: a parent before its children, a question before what depends on it.
use litemap::LiteMap;

use super::form::{Item, RuleCode};

/// Finds the order once, so that an evaluation is one pass without recursion.
///
/// Where conditions wait for each other, those of one item in the circle are dropped; its linkId is given back.
pub(super) fn settle_order(items: &mut [Item], by_link_id: &LiteMap<String, usize>) -> (Vec<usize>, Vec<String>) {
    let mut order = Vec::with_capacity(items.len());
    let mut settled = vec![false; items.len()];
    let mut dropped = Vec::new();
    // Who waits for an item, so that it is asked again only when that one is settled.
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for at in 0..items.len() {
        for before in waits_for(items, by_link_id, at) {
            if let Some(list) = waiting.get_mut(before) {
                list.push(at);
            }
        }
    }
    loop {
        let open: Vec<usize> = settled.iter().enumerate().filter(|(_, settled)| !**settled).map(|(at, _)| at).collect();
        if open.is_empty() {
            return (order, dropped);
        }
        let before = order.len();
        for first in &open {
            let mut next = vec![*first];
            while let Some(at) = next.pop() {
                let is_free = waits_for(items, by_link_id, at).all(|b| settled.get(b).copied().unwrap_or(true));
                let Some(done) = settled.get_mut(at).filter(|done| is_free && !**done) else { continue };
                *done = true;
                order.push(at);
                next.extend(waiting.get(at).into_iter().flatten());
            }
        }
        if order.len() == before {
            let freed = break_circle(items, by_link_id, &settled, &open);
            if freed.is_none() {
                // Nothing waits for itself, and yet nothing is free: what is left stands in the form's order.
                order.extend(open);
                return (order, dropped);
            }
            dropped.extend(freed);
        }
    }
}

/// What must be decided before this item.
fn waits_for<'a>(
    items: &'a [Item],
    by_link_id: &'a LiteMap<String, usize>,
    at: usize,
) -> impl Iterator<Item = usize> + 'a {
    let item = items.get(at);
    let parent = item.and_then(|item| item.parent);
    let questions = item.into_iter().flat_map(|item| item.conditions.iter().map(|c| c.question));
    let source = item.and_then(|item| item.derived.as_ref()).and_then(|d| by_link_id.get(&d.from).copied());
    let kind = source
        .and_then(|source| items.get(source)?.rule(RuleCode::CnIdentityNumber)?.item.as_ref())
        .and_then(|link_id| by_link_id.get(link_id).copied());
    parent.into_iter().chain(questions).chain(source).chain(kind)
}

/// Walks back along what is waited for until an item comes again, and frees one item of that circle.
fn break_circle(
    items: &mut [Item],
    by_link_id: &LiteMap<String, usize>,
    settled: &[bool],
    open: &[usize],
) -> Option<String> {
    let is_open = |at: &usize| !settled.get(*at).copied().unwrap_or(true);
    let mut path: Vec<usize> = Vec::new();
    let mut at = *open.first()?;
    while !path.contains(&at) {
        path.push(at);
        at = waits_for(items, by_link_id, at).find(is_open)?;
    }
    let circle = path.into_iter().skip_while(|step| *step != at);
    let freed = circle.filter(|at| {
        items
            .get(*at)
            .is_some_and(|item| item.derived.is_some() || item.conditions.iter().any(|c| is_open(&c.question)))
    });
    let item = items.get_mut(freed.min()?)?;
    item.conditions.retain(|condition| !is_open(&condition.question));
    item.derived = None;
    Some(item.link_id.clone())
}
