//! What an item asks of a document, put together from the questionnaire and the service.
use contract::api::{Limits, Service, Uploads};
use contract::documents::{Advice, FileRule, Wanted};
use contract::questionnaire::Item;
use image_worker::Job;
use web_sys::Blob;

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A file that was just chosen.
    Chosen,
    /// A copy that was kept.
    Kept {
        /// The words across it are in it already.
        marked: bool,
    },
}

/// What may be chosen, how much of it, and what is good.
#[derive(Clone)]
pub(super) struct Asks {
    pub(super) rule: FileRule,
    pub(super) wanted: Wanted,
    /// Value of `capture`: which camera opens.
    pub(super) camera: &'static str,
    /// Drawn into the copy that is sent.
    pub(super) watermark: Option<String>,
    /// Most documents.
    pub(super) most: usize,
}

impl Asks {
    pub(super) fn of(item: &Item, service: Option<&Service>) -> Self {
        let spec = item.document.clone().unwrap_or_default();
        let Limits { pdf_pages, pages_per_item, .. } = Service::limits_of(service);
        let uploads = service.and_then(|it| it.uploads.as_ref());
        let max_size = uploads.map_or(Uploads::USUAL_SIZE, |it| it.max_size);
        let most = match (item.repeats, item.limits.max_occurs) {
            (false, _) => 1,
            (true, Some(most)) => usize::try_from(most).unwrap_or(1).max(1),
            (true, None) => usize::try_from(pages_per_item).unwrap_or(usize::MAX),
        };
        Self {
            rule: FileRule::to_choose(&item.limits.mime_types, item.limits.max_size_mb.map(bytes), max_size, pdf_pages),
            wanted: Wanted {
                checks: spec.checks.iter().filter_map(|code| Advice::from_code(code)).collect(),
                aspect: spec.aspect.map(ratio),
                portrait: spec.kind == "portrait",
            },
            camera: if spec.capture.as_deref() == Some("user") { "user" } else { "environment" },
            watermark: spec.watermark.as_ref().map(|it| it.base().to_owned()),
            most,
        }
    }

    /// A look at a file of this item, turned as it seems right.
    pub(super) fn job(&self, id: u32, file: Blob, source: Source) -> Job {
        Job {
            id,
            file,
            // On the phone what draws a PDF counts its pages.
            rule: self.rule.clone().without_page_limit(),
            wanted: self.wanted.clone(),
            turns: None,
            corners: None,
            watermark: self.watermark.clone(),
            marked: source == Source::Kept { marked: true },
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few megabytes; a cast saturates")]
fn bytes(megabytes: f64) -> u64 {
    (megabytes * 1024.0 * 1024.0) as u64
}

#[expect(clippy::cast_possible_truncation, reason = "a ratio needs no 53 bits")]
fn ratio(aspect: f64) -> f32 {
    aspect as f32
}
