//! Styles that come with a later part of the app: which, and how they are made small. No dependencies, no I/O.
//!
//! The build script lays them into the part, the developer tool leaves them out of the one sheet of the first visit.

/// Below `src`; each comes with the part that is named as its folder.
pub(crate) const WITH_PARTS: [&str; 1] = ["documents/documents.css"];

/// Without comments and with one rule a line, so that each can be put into a sheet by itself.
pub(crate) fn small(source: &str) -> String {
    let mut rules = String::with_capacity(source.len());
    let (mut depth, mut rest) = (0_u32, source);
    while let Some(next) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
        let open = rules.ends_with([' ', '{', '}', ';', '\n']) || rules.is_empty();
        match next {
            '{' | '}' | ';' => {
                let kept = rules.trim_end_matches([' ', ';']).len();
                rules.truncate(if next == '}' { kept } else { rules.trim_end_matches(' ').len() });
                rules.push(next);
                depth = match next {
                    '{' => depth + 1,
                    '}' => depth.saturating_sub(1),
                    _ => depth,
                };
                if next == '}' && depth == 0 {
                    rules.push('\n');
                }
            }
            _ if next.is_whitespace() && open => {}
            _ if next.is_whitespace() => rules.push(' '),
            _ => rules.push(next),
        }
    }
    rules
}
