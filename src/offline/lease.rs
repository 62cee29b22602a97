//! A lock by hand, for browsers without Web Locks: a mark in localStorage that counts for a while and is renewed while it is
//! held. A page that was frozen or killed loses it by itself. Between two pages that reach for it at the same moment the one
//! that wrote last has it; should both believe so for a moment, the outbox bears that (docs/reliability.md).
use super::choices::storage;
use super::outgoing::now;
use crate::api::sleep;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// So long a mark counts, milliseconds.
const LIFE: u64 = 10_000;
/// So often it is renewed, or looked at by who waits for it.
const BEAT: Duration = Duration::from_secs(2);
/// So long another page has to write over it.
const SETTLES: Duration = Duration::from_millis(80);

/// Held until it is dropped.
pub(super) struct Lease {
    name: String,
    mark: String,
    over: Rc<Cell<bool>>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.over.set(true);
        if let Some(storage) = storage().filter(|_| is_ours(&self.name, &self.mark)) {
            // Else it ends by itself.
            drop(storage.remove_item(&self.name));
        }
    }
}

/// Whose it is, and until when.
fn holder(name: &str) -> Option<(String, u64)> {
    let text = storage()?.get_item(name).ok().flatten()?;
    let (mark, until) = text.split_once(' ')?;
    Some((mark.to_owned(), until.parse().ok()?))
}

fn is_ours(name: &str, mark: &str) -> bool {
    holder(name).is_some_and(|(holder, _)| holder == mark)
}

fn is_free(name: &str) -> bool {
    // One that counts for longer than any was made before the clock was set back.
    holder(name).is_none_or(|(_, until)| until < now() || until > now() + LIFE)
}

/// False where nothing can be written: then no other page can hold it either.
fn mark_it(name: &str, mark: &str) -> bool {
    let value = format!("{mark} {}", now() + LIFE);
    storage().is_some_and(|storage| storage.set_item(name, &value).is_ok())
}

/// Takes it: at once or not at all, when it is free, or from whoever has it. `on_lost` is told once if another page has it.
pub(super) async fn take(lock: &str, wait: bool, steal: bool, on_lost: Box<dyn FnOnce()>) -> Option<Lease> {
    let lease = Lease { name: format!("hc-lease/{lock}"), mark: super::new_key(), over: Rc::default() };
    loop {
        if steal || is_free(&lease.name) {
            if !mark_it(&lease.name, &lease.mark) {
                return Some(lease);
            }
            sleep(SETTLES).await;
            if is_ours(&lease.name, &lease.mark) {
                break;
            }
        }
        if !wait {
            return None;
        }
        sleep(BEAT).await;
    }
    let (name, mark, over) = (lease.name.clone(), lease.mark.clone(), lease.over.clone());
    spawn_local(async move {
        loop {
            sleep(BEAT).await;
            if over.get() {
                return;
            }
            if !is_ours(&name, &mark) {
                return on_lost();
            }
            // A mark that cannot be renewed runs out, and another page takes over.
            mark_it(&name, &mark);
        }
    });
    Some(lease)
}
