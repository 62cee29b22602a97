//! The name of one item's answer, wherever an answer is spoken of.
use std::fmt;
use std::sync::Arc;

use crate::json::FromJson;
use serde::{Serialize, Serializer};

/// A URI fragment that names one item: `#/` linkId; in a repeating group `#/` group `/` row `/` linkId.
///
/// The row is the `id` the app gave it, so inserting a row moves no answer. `~` and `/` in a linkId are escaped as in
/// RFC 6901. A member of a request that is no item is `#/@phone`. Any string is accepted from the wire: a pointer that
/// names nothing simply finds nothing.
///
/// A copy is the same text: an evaluation names each item, at each key.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(transparent)]
pub struct Pointer(Arc<str>);

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Pointer {
    /// An item outside any repeating group, or such a group itself.
    pub fn item(link_id: &str) -> Self {
        Self(format!("#/{}", escape(link_id)).into())
    }

    /// A member of a request that is no item.
    pub fn member(name: &str) -> Self {
        Self(format!("#/@{}", escape(name)).into())
    }

    /// The pointer written like this.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// An item in the row `row` of the repeating group that this pointer names.
    #[must_use]
    pub fn in_row(&self, row: &str, link_id: &str) -> Self {
        self.at_row(row).child(link_id)
    }

    /// One row of this repeating group.
    #[must_use]
    pub fn at_row(&self, row: &str) -> Self {
        self.child(row)
    }

    /// An item in this row.
    #[must_use]
    pub fn child(&self, link_id: &str) -> Self {
        Self(format!("{}/{}", self.0, escape(link_id)).into())
    }

    /// Reads a pointer as it comes over the wire; `None` if it does not begin with `#/` and name something.
    pub fn parse(text: &str) -> Option<Self> {
        let named =
            text.strip_prefix("#/").is_some_and(|rest| !rest.is_empty() && rest.split('/').all(|s| !s.is_empty()));
        named.then(|| Self(text.into()))
    }

    /// As one word, for names that may hold no white space: each pointer has another.
    pub fn as_word(&self) -> String {
        let mut word = String::with_capacity(self.0.len());
        for character in self.0.trim_start_matches("#/").chars() {
            match character {
                '%' => word.push_str("%25"),
                space if space.is_whitespace() => {
                    word.push('%');
                    word.extend(space.escape_unicode().filter(char::is_ascii_hexdigit));
                    word.push('%');
                }
                other => word.push(other),
            }
        }
        word
    }

    /// As it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its segments, unescaped: groups and rows in turn, the item last.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = String> + '_ {
        self.0.strip_prefix("#/").unwrap_or_default().split('/').map(unescape)
    }

    /// The linkId of the item; of a row, its group's.
    pub fn link_id(&self) -> String {
        let path = self.0.strip_prefix("#/").unwrap_or_default();
        unescape(match path.rsplit_once('/') {
            // Groups and rows in turn: this is a row.
            Some((before, _)) if before.split('/').count() % 2 == 1 => before.rsplit('/').next().unwrap_or_default(),
            Some((_, last)) => last,
            None => path,
        })
    }

    /// The row this pointer lies in (or is), as the pointer of its group and the row's id.
    pub fn enclosing_row(&self) -> Option<(Self, String)> {
        let segments: Vec<&str> = self.0.strip_prefix("#/")?.split('/').collect();
        let row_at =
            if segments.len().is_multiple_of(2) { segments.len() - 1 } else { segments.len().checked_sub(2)? };
        let group = segments.get(..row_at).filter(|group| !group.is_empty())?.join("/");
        Some((Self(format!("#/{group}").into()), unescape(segments.get(row_at)?)))
    }

    /// True for `self` and for everything in its rows.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.strip_prefix(&*self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

fn unescape(segment: &str) -> String {
    if segment.contains('~') { segment.replace("~1", "/").replace("~0", "~") } else { segment.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_a_word_each_is_another_and_none_has_white_space() {
        let names = ["a b", "a_b", "a%20%b", "a%b", "a\u{3000}b", "a\tb", "ab", "q-1", "q", "q.-1", "a%25b"];
        let words: std::collections::BTreeSet<String> =
            names.iter().map(|name| Pointer::item(name).as_word()).collect();
        assert_eq!(words.len(), names.len(), "{words:?}");
        assert!(words.iter().all(|word| !word.contains(char::is_whitespace)));
        // The controls of an item are called by its word, a dot, and a part that holds none: the last dot ends the word.
        let parts = ["", "-1", "-hint", "-other-label", "-list-3"];
        let ids: std::collections::BTreeSet<String> =
            words.iter().flat_map(|word| parts.map(|part| format!("{word}.{part}"))).collect();
        assert_eq!(ids.len(), names.len() * parts.len());
    }

    #[test]
    fn pointers_name_items_rows_and_groups() {
        let place = Pointer::item("work.place");
        let address = place.at_row("r2").child("work.place.address");
        assert_eq!(address.as_str(), "#/work.place/r2/work.place.address");
        assert_eq!(address.link_id(), "work.place.address");
        assert_eq!(place.at_row("r2").link_id(), "work.place");
        assert_eq!(address.enclosing_row(), Some((place.clone(), "r2".to_owned())));
        assert_eq!(place.at_row("r2").enclosing_row(), Some((place.clone(), "r2".to_owned())));
        assert_eq!(place.enclosing_row(), None);
        assert!(place.contains(&address) && !Pointer::item("work").contains(&address));
    }

    #[test]
    fn slashes_and_tildes_are_escaped() {
        let weight = Pointer::item("/29463-7~a");
        assert_eq!(weight.as_str(), "#/~129463-7~0a");
        assert_eq!(weight.link_id(), "/29463-7~a");
        assert_eq!(Pointer::parse(weight.as_str()), Some(weight));
        for bad in ["", "#", "#/", "name", "/name", "#/a//b"] {
            assert_eq!(Pointer::parse(bad), None, "{bad}");
        }
    }
}
