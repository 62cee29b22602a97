//! What happened, what is, what comes: one line with solid lozenges. The words say which is which; the shapes repeat it.

use super::{Icon, Words, heading_level, icon, live};
use leptos::prelude::*;
use view::view;

/// Where a moment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadState {
    /// It happened.
    Done,
    /// It happened, and less is there than before: no tick.
    Past,
    /// It is now.
    Now,
    /// It may come.
    Later,
    /// A stage of which this is not asked.
    Plain,
}

/// One moment on the line.
pub struct Moment {
    /// Where it lies.
    pub state: ThreadState,
    /// What it is.
    pub title: Words,
    /// When, or how long.
    pub meta: Option<Words>,
    /// More of it: somebody's words, something that unfolds.
    pub body: Option<AnyView>,
}

/// The line.
pub fn thread(moments: Vec<Moment>) -> AnyView {
    let rows = moments
        .into_iter()
        .map(|moment| {
            let Moment { state, title, meta, body } = moment;
            let (class, drawing) = match state {
                ThreadState::Done => (None, Icon::Done),
                ThreadState::Past => (None, Icon::Past),
                ThreadState::Now => (Some("is-now"), Icon::Now),
                ThreadState::Later => (Some("is-later"), Icon::Later),
                ThreadState::Plain => (None, Icon::Later),
            };
            view! {
                <li class=class aria-current=(state == ThreadState::Now).then_some("step")>
                    {icon(drawing)}
                    <div>
                        <h3 class="hc-h3" aria-level=heading_level(3)>{live(move || title.get())}</h3>
                        {meta.map(|meta| view! { <p class="hc-meta">{live(move || meta.get())}</p> })}
                        {body}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="hc-thread">{rows}</ol> }.into_any()
}
