//! Which sentence goes with a refusal, an advice, a failure.
use super::filling::Filling;
use crate::i18n::{Arg, I18n, K};
use crate::offline::{Reason, StoreError, StoreStep};
use contract::api::Document;
use contract::documents::{Advice, Refusal};

/// Why a file is not taken, and what to do. `pdf`: the item takes one.
pub(super) fn refusal(i18n: I18n, why: Refusal, bytes: u64, pdf: bool) -> String {
    let key = match why {
        Refusal::Type if pdf => K::DocEType,
        Refusal::Type => K::DocEPhotos,
        Refusal::Empty => K::DocEEmpty,
        Refusal::Broken => K::DocEBroken,
        Refusal::LockedPdf => K::DocELockedPdf,
        Refusal::ActivePdf => K::DocEActivePdf,
        Refusal::Pages { .. } => K::DocEPages,
        Refusal::Pixels { .. } => K::DocEPixels,
        Refusal::Blank => K::DocEBlank,
        Refusal::SameAsReturned => K::DocESameAsReturned,
        Refusal::Infected => K::DocEInfected,
        Refusal::Heic => return i18n.say(K::DocHeic, &[("kind", "HEIC".into())]),
        Refusal::Avif => return i18n.say(K::DocHeic, &[("kind", "AVIF".into())]),
        Refusal::Changed => K::DocEChanged,
        Refusal::TooLarge { .. } => K::PTooLarge,
    };
    let mut args: Vec<(&'static str, Arg)> = vec![("n", i18n.megabytes(bytes).into())];
    // Pixels are counted by the million, as cameras do; the longest side of a panorama is no number that anybody knows. The office
    // need not tell a limit, and of nothing nothing is said.
    let unit = if matches!(why, Refusal::Pixels { .. }) { 1_000_000 } else { 1 };
    if let Some(limit) = why.limit().map(|limit| limit / unit).filter(|limit| *limit > 0) {
        args.push(match why {
            Refusal::TooLarge { .. } => ("limit", i18n.megabytes(limit).into()),
            _ => ("limit", u32::try_from(limit).unwrap_or(u32::MAX).into()),
        });
    }
    i18n.say(key, &args)
}

/// The same of a file that was just chosen. `kind`: it is a picture, and of a kind that is never taken.
pub(super) fn not_taken(i18n: I18n, why: Refusal, bytes: u64, kind: Option<&'static str>, pdf: bool) -> String {
    match kind {
        Some(kind) => i18n.say(K::DocEKind, &[("kind", kind.into())]),
        None => refusal(i18n, why, bytes, pdf),
    }
}

/// Why a document did not go out. `bytes` is what it weighs.
pub(super) fn reason(i18n: I18n, why: &Reason, bytes: u64, pdf: bool) -> String {
    match why {
        Reason::Refused { code, params } => {
            let limit = params.get("limit").and_then(serde_json::Value::as_u64);
            refusal(i18n, Refusal::from_wire(code, limit).unwrap_or(Refusal::Broken), bytes, pdf)
        }
        Reason::TooLarge(limit) => refusal(i18n, Refusal::TooLarge { limit: limit.unwrap_or_default() }, bytes, pdf),
        Reason::NotWhole => i18n.text(K::PHashMismatch),
        Reason::Broken => i18n.text(K::DocGone),
        Reason::Fix(_)
        | Reason::Moved(_)
        | Reason::Window { .. }
        | Reason::FormChanged(_)
        | Reason::TwoPhones
        | Reason::AlreadyOpen(_)
        | Reason::Elsewhere
        | Reason::DocumentLeftOut(_)
        | Reason::Before(_)
        | Reason::NotFound
        | Reason::Fault { .. } => i18n.text(K::DocSetAside),
    }
}

/// What the office says of a document that it had and gave back.
pub(super) fn returned(i18n: I18n, document: &Document, pdf: bool) -> String {
    match document.code.as_deref().and_then(|code| Refusal::from_wire(code, None)) {
        Some(why) => refusal(i18n, why, document.size, pdf),
        None => i18n.text(K::DocReturned),
    }
}

/// What editing a picture of this item is called.
pub(super) fn edit(filling: Filling) -> K {
    if filling.asks().wanted.portrait { K::DocCrop } else { K::DocStraighten }
}

/// What would make a better picture.
pub(super) fn advice(advice: Advice, portrait: bool) -> K {
    match advice {
        Advice::Blur if portrait => K::DocQBlurFace,
        Advice::Small if portrait => K::DocQSmallFace,
        Advice::Blur => K::DocQBlur,
        Advice::Glare => K::DocQGlare,
        Advice::Dark => K::DocQDark,
        Advice::Cut => K::DocQCut,
        Advice::Small => K::DocQSmall,
        Advice::Turn => K::DocQTurn,
        Advice::Background => K::DocQBackground,
    }
}

/// Why a document could not be stored, and what to do.
pub(super) fn not_kept(why: StoreError) -> K {
    match why.next_step() {
        StoreStep::MakeRoom => K::DocNoRoom,
        StoreStep::OtherWindow => K::SavePrivate,
        StoreStep::SwitchOn => K::StorageMemoryDisabled,
        StoreStep::Export | StoreStep::TakeOver | StoreStep::SignIn | StoreStep::BeginAnew | StoreStep::Wait => {
            K::DocNotKept
        }
    }
}
