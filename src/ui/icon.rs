//! The icons: one line drawing a meaning, never without a word beside it.

use leptos::prelude::*;
use view::view;

/// What a drawing shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// An arrow to where one came from.
    Back,
    /// A bin: erase.
    Bin,
    /// A sheet of a calendar.
    Calendar,
    /// A camera.
    Camera,
    /// A tick.
    Check,
    /// A clock.
    Clock,
    /// A square code.
    Code,
    /// A sheet of paper.
    Document,
    /// A lozenge with a tick: done.
    Done,
    /// An arrow into a tray: save.
    Down,
    /// A pencil.
    Edit,
    /// An eye: show.
    Eye,
    /// An i in a circle.
    Info,
    /// Letters large and small.
    LargeText,
    /// A small lozenge: to come.
    Later,
    /// A closed lock.
    Lock,
    /// Our mark, two interlocked lozenges.
    Mark,
    /// An arrow onward.
    Next,
    /// A large lozenge: here.
    Now,
    /// A broken signal.
    Offline,
    /// A tick in a circle.
    Ok,
    /// A lozenge without a tick: over.
    Past,
    /// A person.
    Person,
    /// A telephone.
    Phone,
    /// A picture.
    Picture,
    /// A pin on a map.
    Place,
    /// A plus.
    Plus,
    /// A printer.
    Printer,
    /// A cross in an octagon.
    Refused,
    /// An arrow out of a box.
    Share,
    /// Two turning arrows.
    Sync,
    /// An arrow turning back.
    Turn,
    /// A question in a dashed circle: not checked.
    Unsure,
    /// An arrow out of a tray: send.
    Up,
    /// A triangle with an exclamation mark.
    Warning,
    /// A bubble of speech.
    Words,
}

impl Icon {
    /// Every drawing, for the gallery.
    pub const ALL: [Self; 36] = [
        Self::Back,
        Self::Bin,
        Self::Calendar,
        Self::Camera,
        Self::Check,
        Self::Clock,
        Self::Code,
        Self::Document,
        Self::Done,
        Self::Down,
        Self::Edit,
        Self::Eye,
        Self::Info,
        Self::LargeText,
        Self::Later,
        Self::Lock,
        Self::Mark,
        Self::Next,
        Self::Now,
        Self::Offline,
        Self::Ok,
        Self::Past,
        Self::Person,
        Self::Phone,
        Self::Picture,
        Self::Place,
        Self::Plus,
        Self::Printer,
        Self::Refused,
        Self::Share,
        Self::Sync,
        Self::Turn,
        Self::Unsure,
        Self::Up,
        Self::Warning,
        Self::Words,
    ];

    /// The lines, on a field of 24 by 24.
    fn lines(self) -> &'static str {
        match self {
            Self::Back => "<path d='M15 5l-7 7 7 7'/>",
            Self::Bin => "<path d='M4 6.5h16M9 6.5V4h6v2.5M6 6.5l1 14h10l1-14'/>",
            Self::Calendar => {
                "<rect x='3.5' y='5' width='17' height='15.5' rx='1.5'/><path d='M3.5 10h17M8 2.5V6M16 2.5V6'/>"
            }
            Self::Camera => {
                "<path d='M4 8h3.5L9 5.5h6L16.5 8H20a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 20 19.5H4A1.5 1.5 0 0 1 2.5 18V9.5A1.5 1.5 0 0 1 4 8z'/><circle cx='12' cy='13.5' r='3.5'/>"
            }
            Self::Check => "<path d='M5 12.5l4.5 4.5L19 7.5'/>",
            Self::Clock => "<circle cx='12' cy='12' r='9.25'/><path d='M12 7v5.5l3.5 2'/>",
            Self::Code => {
                "<path d='M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM20 14v3M17.5 20H20M14 20h.2'/>"
            }
            Self::Document => "<path d='M6 3h8l5 5v13H6z'/><path d='M14 3v5h5M9 13h7M9 17h5'/>",
            Self::Done => {
                "<path d='M12 1l11 11-11 11L1 12z'/><path d='M7.5 12.3l3 3 6-6.5' fill='none' stroke='var(--hc-surface)' stroke-width='2.2'/>"
            }
            Self::Down => "<path d='M12 4v11M7.5 11L12 15.5 16.5 11M4.5 17v3h15v-3'/>",
            Self::Edit => "<path d='M4 20l1-4.5L16 4.5l3.5 3.5-11 11zM13.5 7l3.5 3.5'/>",
            Self::Eye => {
                "<path d='M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z'/><circle cx='12' cy='12' r='3'/>"
            }
            Self::Info => "<circle cx='12' cy='12' r='9.25'/><path d='M12 11v6M12 7.4v.2'/>",
            Self::LargeText => "<path d='M2.5 19L8 5l5.5 14M4.3 14.5h7.4M15 19l3.2-8.5L21.5 19M16 16.3h4.5'/>",
            Self::Later => "<path d='M12 7l5 5-5 5-5-5z'/>",
            Self::Lock => {
                "<rect x='5' y='10.5' width='14' height='10' rx='1.5'/><path d='M8 10.5V7.5a4 4 0 0 1 8 0v3'/>"
            }
            Self::Mark => {
                "<path d='M9 5l7 7-7 7-7-7zM15 5l7 7-7 7-7-7z'/><path d='M12 8l4 4-4 4-4-4z' fill='currentColor' stroke='none'/>"
            }
            Self::Next => "<path d='M9 5l7 7-7 7'/>",
            Self::Now => "<path d='M12 0l12 12-12 12L0 12z' opacity='.28'/><path d='M12 4.5l7.5 7.5-7.5 7.5L4.5 12z'/>",
            Self::Offline => {
                "<path d='M3 3l18 18M2 9.5a15 15 0 0 1 5.6-3.4M22 9.5A15 15 0 0 0 11.6 5.6M5.6 13.2a10 10 0 0 1 4-2.3M18.4 13.2a10 10 0 0 0-2.4-1.6M9 16.7a4.5 4.5 0 0 1 5.5-.3M12 20v.2'/>"
            }
            Self::Ok => "<circle cx='12' cy='12' r='9.25'/><path d='M7.5 12.5l3 3 6-6.5'/>",
            Self::Past => "<path d='M12 1l11 11-11 11L1 12z'/>",
            Self::Person => "<circle cx='12' cy='8' r='4'/><path d='M4 20.5c.8-4.2 3.8-6 8-6s7.2 1.8 8 6'/>",
            Self::Phone => {
                "<path d='M9 2.5h6a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2zM11 18.5h2'/>"
            }
            Self::Picture => {
                "<rect x='3' y='4.5' width='18' height='15' rx='1.5'/><path d='M3.5 17l5-5.5 4 4.5 3-3 5 5'/><circle cx='15.5' cy='9' r='1.5'/>"
            }
            Self::Place => {
                "<path d='M12 21.5c4.5-5 6.8-8.7 6.8-12A6.8 6.8 0 0 0 5.2 9.5c0 3.3 2.3 7 6.8 12z'/><circle cx='12' cy='9.5' r='2.5'/>"
            }
            Self::Plus => "<path d='M12 5v14M5 12h14'/>",
            Self::Printer => "<path d='M7 9V3.5h10V9M7 17H3.5V9.5h17V17H17M7 14h10v6.5H7z'/>",
            Self::Refused => "<path d='M8 3h8l5 5v8l-5 5H8l-5-5V8z'/><path d='M9 9l6 6M15 9l-6 6'/>",
            Self::Share => "<path d='M13 5l6.5 6-6.5 6v-3.5c-4 0-6.5 1.5-8.5 4.5.5-5.5 3.5-8.8 8.5-9.3z'/>",
            Self::Sync => "<path d='M20 12a8 8 0 0 1-14.2 5M4 12a8 8 0 0 1 14.2-5M18.5 3v4.2h-4.2M5.5 21v-4.2h4.2'/>",
            Self::Turn => "<path d='M5 12a7 7 0 1 0 2.2-5.1M7 3v4h4'/>",
            Self::Unsure => {
                "<circle cx='12' cy='12' r='9.25' stroke-dasharray='3.2 2.6'/><path d='M9.5 9.5c.2-1.6 1.2-2.4 2.6-2.4 1.5 0 2.5.9 2.5 2.2 0 2-2.6 2-2.6 4.2M12 16.8v.2'/>"
            }
            Self::Up => "<path d='M12 16V5M7.5 9.5L12 5l4.5 4.5M4.5 17v3h15v-3'/>",
            Self::Warning => "<path d='M12 3.5L22 20.5H2zM12 10v5M12 17.6v.2'/>",
            Self::Words => "<path d='M4 5h16v11h-8l-5 4v-4H4z'/><path d='M8 9h8M8 12.5h5'/>",
        }
    }

    /// The way of the pen, of a drawing that is one path.
    fn path(self) -> &'static str {
        self.lines().strip_prefix("<path d='").and_then(|path| path.strip_suffix("'/>")).unwrap_or_default()
    }

    /// Whether it points onward, and so turns round in right-to-left text.
    fn flips(self) -> bool {
        matches!(self, Self::Back | Self::Next)
    }
}

/// A small drawing that changes while it stands there: only its path is set anew. For drawings that are one path.
pub fn turning_icon(drawing: impl Fn() -> Icon + 'static) -> AnyView {
    let path = move || drawing().path();
    view! { <svg class="hc-i hc-i--s" viewBox="0 0 24 24" aria-hidden="true"><path d=path></path></svg> }.into_any()
}

/// A drawing beside a word, in the colour of the text.
pub fn icon(icon: Icon) -> AnyView {
    drawn(icon, "hc-i")
}

/// The same, in a line of small text.
pub fn small_icon(icon: Icon) -> AnyView {
    drawn(icon, "hc-i hc-i--s")
}

/// A drawing with classes of its own, such as `hc-i hc-ok`.
pub fn drawn(icon: Icon, class: &'static str) -> AnyView {
    let class = if icon.flips() { format!("{class} hc-flip") } else { class.to_owned() };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" inner_html=icon.lines()></svg> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::Icon;

    #[test]
    fn drawings_that_turn_into_each_other_are_one_path() {
        for icon in [Icon::Check, Icon::Offline, Icon::Phone, Icon::Warning] {
            let path = icon.path();
            assert!(path.starts_with('M') && !path.contains('<'), "{icon:?}: {path}");
        }
    }
}
