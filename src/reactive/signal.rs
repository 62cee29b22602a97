//! Signals, memos, and what is read like them. To the framework each kind is one type, whatever it holds.

use super::held::Held;
use leptos::prelude::{
    Get, GetUntracked, IsDisposed, Memo as AnyMemo, Notify, RwSignal as AnyRwSignal, Set, Signal as AnySignal,
};
use leptos::text_prop::TextProp;
use send_wrapper::SendWrapper;
use std::fmt;
use std::marker::PhantomData;

/// A value that is written here and there; who reads it follows.
pub struct RwSignal<T> {
    slot: AnyRwSignal<Held>,
    kind: PhantomData<fn() -> T>,
}

/// A value that is reckoned once for all who read it; they are told only when it has become another.
pub struct Memo<T> {
    slot: AnyMemo<Held>,
    kind: PhantomData<fn() -> T>,
}

/// Whatever can be read and followed.
pub struct Signal<T> {
    slot: AnySignal<Held>,
    kind: PhantomData<fn() -> T>,
}

macro_rules! read {
    ($name:ident) => {
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl<T: 'static> $name<T> {
            /// The value; who asks follows it.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn get(&self) -> T
            where
                T: Clone,
            {
                self.slot.get().copy()
            }

            /// The value.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn get_untracked(&self) -> T
            where
                T: Clone,
            {
                self.slot.get_untracked().copy()
            }

            /// The value, where the page that it belonged to is still there; who asks follows it.
            pub fn try_get(&self) -> Option<T>
            where
                T: Clone,
            {
                self.slot.try_get().map(|held| held.copy())
            }

            /// The value, where the page that it belonged to is still there.
            pub fn try_get_untracked(&self) -> Option<T>
            where
                T: Clone,
            {
                self.slot.try_get_untracked().map(|held| held.copy())
            }

            /// Looks at the value; who asks follows it.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn with<U>(&self, see: impl FnOnce(&T) -> U) -> U {
                self.slot.get().look(see)
            }

            /// Looks at the value.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn with_untracked<U>(&self, see: impl FnOnce(&T) -> U) -> U {
                self.slot.get_untracked().look(see)
            }

            /// Looks at the value, where the page that it belonged to is still there; who asks follows it.
            pub fn try_with<U>(&self, see: impl FnOnce(&T) -> U) -> Option<U> {
                self.slot.try_get().map(|held| held.look(see))
            }

            /// Looks at the value, where the page that it belonged to is still there.
            pub fn try_with_untracked<U>(&self, see: impl FnOnce(&T) -> U) -> Option<U> {
                self.slot.try_get_untracked().map(|held| held.look(see))
            }

            /// Follows it without looking.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn track(&self) {
                // Read all the same: a memo that nobody has reckoned follows nothing, and has nothing to tell.
                drop(self.slot.try_get());
            }
        }
    };
}

read!(RwSignal);
read!(Memo);
read!(Signal);

impl<T: 'static> RwSignal<T> {
    /// One that holds this.
    pub fn new(value: T) -> Self {
        Self { slot: AnyRwSignal::new(Held::new(value)), kind: PhantomData }
    }

    /// Writes it, and tells who follows.
    pub fn set(&self, value: T) {
        self.slot.set(Held::new(value));
    }

    /// Writes it, and tells who follows; gives it back where the page that it belonged to is gone.
    pub fn try_set(&self, value: T) -> Option<T> {
        if self.slot.is_disposed() {
            return Some(value);
        }
        self.set(value);
        None
    }

    /// Changes it in its place, and tells who follows.
    pub fn update(&self, act: impl FnOnce(&mut T)) {
        self.try_update(act);
    }

    /// Changes it in its place, and tells who follows, where the page that it belonged to is still there.
    pub fn try_update<U>(&self, act: impl FnOnce(&mut T) -> U) -> Option<U> {
        let out = self.slot.try_get_untracked()?.change(act);
        self.slot.notify();
        Some(out)
    }

    /// Changes it in its place, and tells nobody, where the page that it belonged to is still there.
    pub fn try_update_untracked<U>(&self, act: impl FnOnce(&mut T) -> U) -> Option<U> {
        Some(self.slot.try_get_untracked()?.change(act))
    }

    /// Whether both are the same one.
    pub fn is(&self, other: Self) -> bool {
        self.slot == other.slot
    }

    /// The page that it belonged to is gone.
    pub fn is_disposed(&self) -> bool {
        self.slot.is_disposed()
    }
}

impl<T: Default + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: 'static> Memo<T> {
    /// Reckons it from what it reads, and from what it was before.
    pub fn new(value: impl Fn(Option<&T>) -> T + 'static) -> Self
    where
        T: PartialEq,
    {
        let slot = kept(Box::new(move |before: Option<&Held>| {
            let now = match before {
                Some(before) => before.look(|before| value(Some(before))),
                None => value(None),
            };
            let same = before.is_some_and(|before| before.look(|before: &T| *before == now));
            (!same).then(|| Held::new(now))
        }));
        Self { slot, kind: PhantomData }
    }
}

/// Reckons a value; none where what was before still holds. A box of a closure would hold three ways to call it, one of which is
/// used.
trait Reckon {
    fn reckon(&self, before: Option<&Held>) -> Option<Held>;
}

impl<F: Fn(Option<&Held>) -> Option<Held>> Reckon for F {
    fn reckon(&self, before: Option<&Held>) -> Option<Held> {
        self(before)
    }
}

fn kept(value: Box<dyn Reckon>) -> AnyMemo<Held> {
    let value = SendWrapper::new(value);
    AnyMemo::new_owning(move |before: Option<Held>| match (value.reckon(before.as_ref()), before) {
        (Some(now), _) => (now, true),
        (None, Some(before)) => (before, false),
        (None, None) => (Held::new(()), true),
    })
}

impl<T: 'static> Signal<T> {
    /// Reckons it whenever it is read.
    pub fn derive(value: impl Fn() -> T + 'static) -> Self {
        let now = move |_: Option<&Held>| Some(Held::new(value()));
        Self { slot: followed(Box::new(now)), kind: PhantomData }
    }
}

fn followed(value: Box<dyn Reckon>) -> AnySignal<Held> {
    let value = SendWrapper::new(value);
    AnySignal::derive(move || value.reckon(None).unwrap_or_else(|| Held::new(())))
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self { slot: signal.slot.into(), kind: PhantomData }
    }
}

impl<T> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self { slot: memo.slot.into(), kind: PhantomData }
    }
}

impl<T: 'static> From<T> for Signal<T> {
    fn from(value: T) -> Self {
        Self { slot: AnySignal::stored(Held::new(value)), kind: PhantomData }
    }
}

impl From<Signal<String>> for TextProp {
    fn from(words: Signal<String>) -> Self {
        (move || words.get()).into()
    }
}

impl From<Memo<String>> for TextProp {
    fn from(words: Memo<String>) -> Self {
        (move || words.get()).into()
    }
}
