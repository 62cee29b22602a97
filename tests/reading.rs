//! What a page says, read as a person reads it.
use web_sys::Node;

pub(crate) trait Reads {
    /// Its words. Blanks that keep things in one line are blanks, and what joins letters is nothing.
    fn words(&self) -> String;
}

impl Reads for Node {
    fn words(&self) -> String {
        self.text_content().unwrap_or_default().replace('\u{a0}', " ").replace('\u{2060}', "")
    }
}
