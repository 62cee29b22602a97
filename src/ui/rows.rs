//! Lists whose rows lead somewhere: tasks, and a summary with a way to change each line.

use super::{Icon, Link, Words, icon, live};
use leptos::prelude::*;
use view::view;

/// One row of a task list.
pub struct Task {
    /// Before the words.
    pub drawing: Icon,
    /// What it is.
    pub title: Words,
    /// A smaller line below.
    pub meta: Option<Words>,
    /// At the end of the row: a tag, or the verb.
    pub end: AnyView,
    /// Where the row leads. Without it, it is not a link.
    pub to: Option<Link>,
}

/// One row. The whole of it is the link.
pub fn task_row(task: Task) -> AnyView {
    let Task { drawing, title, meta, end, to } = task;
    let inside = view! {
        {icon(drawing)}
        <span class="hc-task__line">
            <span>
                <span class="hc-h3">{live(move || title.get())}</span>
                {meta.map(|meta| view! { <br/><span class="hc-meta">{live(move || meta.get())}</span> })}
            </span>
            {end}
        </span>
    };
    match to {
        Some((href, to)) => view! { <li><a class="hc-task" href=href data-to=to>{inside}</a></li> }.into_any(),
        None => view! { <li class="hc-task">{inside}</li> }.into_any(),
    }
}

/// A card of rows.
pub fn task_list(tasks: Vec<Task>) -> AnyView {
    view! { <ul class="hc-card hc-card--flush">{tasks.into_iter().map(task_row).collect_view()}</ul> }.into_any()
}

/// One line of a summary.
pub struct SummaryRow {
    /// What was asked.
    pub label: Words,
    /// What was answered.
    pub value: AnyView,
    /// The way to change it: its link, its word, and the whole of it as one string for those who listen.
    pub change: Option<(Link, Words, String)>,
}

/// Questions and answers.
pub fn summary_list(rows: Vec<SummaryRow>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let label = row.label;
            let change = row.change.map(|((href, to), word, spoken)| {
                view! { <dd class="hc-sum__act"><a class="hc-tap" href=href data-to=to aria-label=spoken>{live(move || word.get())}</a></dd> }
            });
            view! { <div><dt>{live(move || label.get())}</dt><dd>{row.value}</dd>{change}</div> }
        })
        .collect_view();
    view! { <dl class="hc-sum">{rows}</dl> }.into_any()
}
