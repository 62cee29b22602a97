//! When one could come first to each of the places that show. Asked once the times of the chosen one are here, one after the other:
//! whoever chooses does not wait for it, and what does not come is not said.
use super::{booking::Booking, days::DAYS, places::Places};
use crate::reactive::{RwSignal, effect};
use leptos::{prelude::*, task::spawn_local};

/// Who asks. One a page.
#[derive(Clone, Copy)]
pub(super) struct FirstFree {
    booking: Booking,
    places: Places,
    category: StoredValue<String>,
    /// The times of the chosen place are here.
    begun: RwSignal<bool>,
    /// It is being asked.
    asking: StoredValue<bool>,
}

impl FirstFree {
    pub(super) fn new(booking: Booking, places: Places, category: StoredValue<String>) -> Self {
        let this = Self { booking, places, category, begun: RwSignal::new(false), asking: StoredValue::new(false) };
        effect(move || {
            if this.begun.get() {
                places.shown();
                this.ask();
            }
        });
        this
    }

    /// The times of the chosen place are here; they may be those of another one now.
    pub(super) fn begin(self) {
        self.begun.try_set(true);
    }

    fn ask(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        let from = self.booking.offline.today();
        let (id, category) = (self.booking.id.get_value(), self.category.get_value());
        spawn_local(async move {
            let offline = self.booking.offline;
            while let Some(site) = self.places.not_looked_at() {
                let Ok(slots) = offline.heard(offline.api().slots(&id, &site, from, DAYS, &category).await) else {
                    self.places.is_not_told();
                    break;
                };
                self.places.can_be_visited(&site, slots.first_open());
            }
            self.asking.try_set_value(false);
        });
    }
}
