//! The name of one item, as errors, returned items and documents use it (contract §1).
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of one item: `#/` linkId; inside a repeating group `#/` group `/` row `/` linkId.
///
/// A row is named by the id that the app gave it, so inserting a row moves no answer. `~` and `/` in a part are escaped as in RFC 6901.
/// A member of a request that is no item is `#/@member`. Any string is accepted: a pointer that names nothing simply finds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Pointer(String);

fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

impl Pointer {
    /// The item with this linkId, outside repeating groups.
    pub fn item(link_id: &str) -> Self {
        Self(format!("#/{}", escape(link_id)))
    }

    /// A member of a request that is no item.
    pub fn member(name: &str) -> Self {
        Self(format!("#/@{}", escape(name)))
    }

    /// The pointer written like this.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// An item in the row `row` of the repeating group that this pointer names.
    #[must_use]
    pub fn in_row(&self, row: &str, link_id: &str) -> Self {
        Self(format!("{}/{}/{}", self.0, escape(row), escape(link_id)))
    }

    /// As on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts, unescaped: linkId, or group, row, linkId, …
    pub fn parts(&self) -> Vec<String> {
        self.0.strip_prefix("#/").unwrap_or_default().split('/').map(unescape).collect()
    }

    /// The linkId of the item itself: the last part.
    pub fn link_id(&self) -> String {
        self.parts().pop().unwrap_or_default()
    }

    /// The repeating group and row around the item, innermost.
    pub fn row(&self) -> Option<(Self, String)> {
        let mut parts = self.parts();
        parts.pop()?;
        let row = parts.pop()?;
        let mut group = String::from("#");
        for part in &parts {
            group.push('/');
            group.push_str(&escape(part));
        }
        (!parts.is_empty()).then_some((Self(group), row))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn names_of_items_in_and_out_of_rows() {
        let place = Pointer::item("work.place");
        let address = place.in_row("r2", "work.place.address");
        assert_eq!(address.as_str(), "#/work.place/r2/work.place.address");
        assert_eq!(address.link_id(), "work.place.address");
        assert_eq!(address.row(), Some((place, "r2".into())));
        assert_eq!(Pointer::item("a/b~c").as_str(), "#/a~1b~0c");
        assert_eq!(Pointer::item("a/b~c").link_id(), "a/b~c");
        assert_eq!(Pointer::item("x").row(), None);
    }
}
