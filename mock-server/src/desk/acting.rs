//! Buttons of an application: a form comes in, an act of the office goes out.
use super::{WHO, asked::Question, fields::Fields, sheet, words::Language};
use crate::office::{Answer, By, Fault, Office, OfficeAct, Returning};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use contract::{
    api::{ReturnCode, Route, Slug},
    application::Act,
    questionnaire::Pointer,
};

pub(super) async fn act(
    State(office): State<Office>,
    l: Language,
    Path((id, act)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent(&act, fields);
    match run(&office, &id, &act, &fields).await {
        Ok(None) => sheet::done(&id, &act),
        Ok(Some(question)) => sheet::asked(&office, l, &id, &fields, question).await,
        Err(fault) => sheet::refused(&office, l, &id, &fields, fault).await,
    }
}

/// Does it, unless something has to be asked first.
async fn run(office: &Office, id: &str, act: &str, fields: &Fields) -> Answer<Option<Question>> {
    let act = Act::from_code(act).ok_or_else(|| Fault::new(Slug::NotFound))?;
    let seen = fields.drawn();
    if act == Act::Miss {
        return office.take_as_missed(id, WHO, seen.as_ref()).await.map(|_| None);
    }
    if act == Act::Pass && fields.has_changes() {
        // What is typed and not saved is no part of what would be passed.
        office.is_as_seen(id, seen.as_ref()).await?;
        return Err(Fault::new(Slug::ActRefused));
    }
    let wanted = wanted(act, fields)?;
    let question = Question::before(office, id, act, fields).await?;
    if question.is_some() {
        // What was decided on something else is no question.
        office.is_as_seen(id, seen.as_ref()).await?;
    } else {
        office.act_on(id, By(WHO), seen.as_ref(), wanted).await?;
    }
    Ok(question)
}

/// What the form asks for.
///
/// # Errors
/// `not-found`: not an act of the desk. `invalid`: a day that is none.
fn wanted(act: Act, fields: &Fields) -> Answer<OfficeAct> {
    let words = || fields.words("words");
    Ok(match act {
        Act::Begin => OfficeAct::Begin,
        Act::Return => OfficeAct::Return(returned(fields)),
        Act::ReturnReport => OfficeAct::ReturnReport(returned(fields)),
        Act::ScanReturn => {
            OfficeAct::ScanReturn { document: fields.get("document").to_owned(), code: "infected".to_owned() }
        }
        Act::CallIn => OfficeAct::CallIn { words: words(), sites: fields.all("site"), bring: fields.lines("bring") },
        Act::Receive => OfficeAct::Receive { words: words() },
        Act::Accept => OfficeAct::Accept { category: some(fields.get("category")) },
        Act::Reject => OfficeAct::Reject { words: words(), appeal: some(fields.get("appeal")) },
        Act::CloseSlot => OfficeAct::CloseSlot { words: words() },
        Act::Attend => OfficeAct::Attend { site: some(fields.get("site")) },
        Act::ReExamine => OfficeAct::ReExamine { words: words(), routes: routes(fields), items: fields.all("item") },
        Act::Pass => OfficeAct::Pass,
        Act::Refer => OfficeAct::Refer {
            place: fields.get("place").to_owned(),
            address: fields.get("address").to_owned(),
            bring: fields.lines("bring"),
            words: fields.words_if_any("words"),
            due_on: due_on(fields)?,
        },
        Act::Unfit => OfficeAct::Unfit { words: words(), finding: fields.words_if_any("finding") },
        Act::Issue => OfficeAct::Issue,
        Act::Edit
        | Act::Submit
        | Act::Recall
        | Act::Withdraw
        | Act::Supplement
        | Act::Book
        | Act::Change
        | Act::Cancel
        | Act::Miss
        | Act::Report
        | Act::Collect
        | Act::Lapse
        | Act::Suspend
        | Act::Reinstate
        | Act::Revoke
        | Act::Unknown => return Err(Fault::new(Slug::NotFound)),
    })
}

/// The day that was given, if one was.
fn due_on(fields: &Fields) -> Answer<Option<NaiveDate>> {
    let day = |text: String| NaiveDate::parse_from_str(&text, "%Y-%m-%d");
    let wrong = |_| Fault::invalid(Pointer::member("due_on"), "format");
    some(fields.get("due_on")).map(day).transpose().map_err(wrong)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|it| !it.is_empty())
}

/// The items marked `return`, each with its code and words.
fn returned(fields: &Fields) -> Vec<Returning> {
    let code_of = |pointer: &str| {
        let chosen = fields.get(&format!("c:{pointer}")).to_owned();
        ReturnCode::ALL.into_iter().find(|it| it.code() == chosen).unwrap_or(ReturnCode::Other)
    };
    let marked = fields.below("d:", "return");
    marked
        .map(|pointer| Returning {
            pointer: Pointer::from_text(pointer),
            code: code_of(pointer),
            words: fields.words(&format!("w:{pointer}")),
        })
        .collect()
}

/// The ways of examination that stay open; all if none was chosen.
fn routes(fields: &Fields) -> Option<Vec<Route>> {
    let chosen = fields.all("route");
    let all = [("onsite", Route::Onsite), ("online", Route::Online)];
    let routes: Vec<Route> =
        all.into_iter().filter(|(name, _)| chosen.iter().any(|it| it == name)).map(|(_, it)| it).collect();
    Some(routes).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_items_go_back_with_their_own_words() {
        let fields = Fields::sent(
            "return",
            [
                ("d:#/person.name", "pass"),
                ("w:#/person.name", "left over"),
                ("d:#/work.place/r2/work.place.address", "return"),
                ("c:#/work.place/r2/work.place.address", "incomplete"),
                ("w:#/work.place/r2/work.place.address", "请写门牌号"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        );
        let items = returned(&fields);
        let seen: Vec<_> = items.iter().map(|it| (it.pointer.as_str(), it.code, it.words.text.as_str())).collect();
        assert_eq!(seen, [("#/work.place/r2/work.place.address", ReturnCode::Incomplete, "请写门牌号")]);
    }

    #[test]
    fn the_desk_plays_no_act_of_the_applicant() {
        for act in Act::ALL {
            let row = contract::application::TABLE.iter().find(|it| it.act == act).unwrap();
            let ours =
                !matches!(row.actor, contract::application::Actor::Applicant | contract::application::Actor::Clock);
            assert_eq!(wanted(act, &Fields::default()).is_ok(), ours, "{act:?}");
        }
    }
}
