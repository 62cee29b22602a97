//! What this backend is: the service document, forms, sites, keys. All public.
use super::{
    Front,
    extract::Lang,
    reply::{Keep, etag_of, json, tagged},
};
use crate::office::{Answer, Catalogue, ContentCoding, DRAFT_DAYS, Fault, MAX_SIZE, Office, TYPES, UPLOAD_LIFE};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::api::{
    API_ROOT, APPLICATION_FORM, Contact, Issuer, Items, Limits, REPORT_FORM, Retention, Route, Service,
    ServiceCategory, SignInWay, Site, Uploads,
};
use serde::Deserialize;
use utoipa::IntoParams;

fn say(lang: &str, zh: &str, en: &str) -> String {
    if lang == "en" { en.into() } else { zh.into() }
}

fn categories(catalogue: &Catalogue, lang: &str) -> Vec<ServiceCategory> {
    let questionnaire = catalogue.current_name(APPLICATION_FORM);
    let report = catalogue.current_name(REPORT_FORM);
    let category = |(code, title): (String, &contract::questionnaire::Text)| ServiceCategory {
        code,
        title: title.get(lang).text.to_owned(),
        questionnaire: questionnaire.clone(),
        report_questionnaire: Some(report.clone()),
        routes: vec![Route::Onsite, Route::Online],
        min_age: catalogue.min_age(),
    };
    catalogue.categories().into_iter().map(category).collect()
}

/// The rows of [`Service::retention`].
fn retention(lang: &str) -> Vec<Retention> {
    let (days, hours) = (DRAFT_DAYS, UPLOAD_LIFE / 3600);
    let row = |what: &str, zh: &str, en: &str| Retention { what: what.into(), text: say(lang, zh, en) };
    vec![
        row(
            "drafts",
            &format!("草稿保存 {days} 天，从最后一次保存算起。"),
            &format!("Drafts are kept for {days} days after the last save."),
        ),
        row(
            "documents",
            "交来的材料和申请保存得一样久；撤回或逾期的，24 小时内删除。",
            "What you send in is kept as long as the application; after a withdrawal or lapse it is erased within 24 hours.",
        ),
        row(
            "uploads",
            &format!("没有用上的文件 {hours} 小时后删除。"),
            &format!("Files that were not used are erased after {hours} hours."),
        ),
        row(
            "results",
            "体检结果由体检机构按规定保存。",
            "Results are kept by the examining institution as the law says.",
        ),
        row("receipts", "回执和申请保存得一样久。", "Receipts are kept as long as the application."),
    ]
}

fn service_of(office: &Office, lang: &str) -> Service {
    let catalogue = &office.catalogue;
    let name = say(lang, "示例市卫生健康委员会", "Example City Health Commission");
    Service {
        name: name.clone(),
        api: "1.0".into(),
        levels: ["core", "uploads", "offline-safe", "certificate"].map(str::to_owned).to_vec(),
        test: true,
        time_zone: catalogue.sites.time_zone.clone(),
        languages: vec!["zh-CN".into(), "en".into()],
        features: ["drafts", "lookup", "slot-watch"].map(str::to_owned).to_vec(),
        draft_days: DRAFT_DAYS,
        sign_in: vec![SignInWay { way: "code".into(), issuer: None, client_id: None }],
        categories: categories(catalogue, lang),
        accepted_questionnaires: [APPLICATION_FORM, REPORT_FORM]
            .into_iter()
            .flat_map(|id| catalogue.accepted_of(id))
            .map(|file| file.form.canonical())
            .collect(),
        limits: Limits::default(),
        uploads: Some(Uploads {
            endpoint: format!("{API_ROOT}/uploads"),
            max_size: MAX_SIZE,
            checksum: vec!["sha256".into(), "sha1".into()],
            expires_after: UPLOAD_LIFE,
            types: TYPES.map(str::to_owned).to_vec(),
        }),
        issuers: vec![Issuer { iss: office.origin.clone(), name, own: true }],
        retention: retention(lang),
        contact: Contact {
            phone: "000-00000".into(),
            hours: say(lang, "周一至周五 8:30–17:00", "Mon to Fri 8:30–17:00"),
            sites: catalogue.sites.counters(),
        },
        maintenance: office.maintenance(),
    }
}

/// What this backend is and can do.
#[utoipa::path(get, path = "/service", tag = "service", security(()), responses((status = 200, body = Service)))]
pub(super) async fn service(State(front): State<Front>, Lang(lang): Lang, headers: HeaderMap) -> Response {
    let service = service_of(&front.office, lang);
    let etag = etag_of(&serde_json::to_vec(&service).unwrap_or_default());
    tagged(&headers, &etag, Keep::Ask, json(StatusCode::OK, lang, &service))
}

/// Which version of a form.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Version {
    /// The newest, if none is named.
    version: Option<String>,
}

/// A form: a FHIR R4 Questionnaire.
#[utoipa::path(get, path = "/questionnaires/{id}", tag = "service", security(()),
    params(("id" = String, Path, description = "Such as health-certificate."), Version),
    responses((status = 200, description = "A FHIR R4 Questionnaire.", body = Object)))]
pub(super) async fn questionnaire(
    State(front): State<Front>,
    Path(id): Path<String>,
    Query(asked): Query<Version>,
    headers: HeaderMap,
) -> Answer<Response> {
    let catalogue = &front.office.catalogue;
    let dated = asked.version.is_some();
    let file = match &asked.version {
        Some(version) => catalogue.version(&format!("{id}|{version}")),
        None => catalogue.current(&id),
    };
    let file = file.ok_or_else(Fault::not_found)?;
    let hash = file.hash.get(..32).unwrap_or(&file.hash);
    let (office, name, codings) = (front.office.clone(), file.form.canonical(), taken(&headers));
    // To pack it the first time takes longer than others may wait for this thread.
    let packing = tokio::task::spawn_blocking(move || {
        let file = office.catalogue.version(&name)?;
        codings.into_iter().find_map(|coding| Some((coding.name(), file.packed(coding)?)))
    });
    let coded = packing.await.map_err(|why| Fault::ours(&why))?;
    // Another coding is another representation, with a tag of its own (RFC 9110 §8.8.3.3).
    let (etag, mut answer) = match coded {
        Some((coding, bytes)) => {
            let mut answer = Body::from(bytes).into_response();
            answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            (format!("\"{hash}-{coding}\""), answer)
        }
        None => (format!("\"{hash}\""), Body::from(file.json.clone()).into_response()),
    };
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/fhir+json"));
    out.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    Ok(tagged(&headers, &etag, if dated { Keep::Ever } else { Keep::Ask }, answer))
}

/// The codings that `Accept-Encoding` names, and not with a weight of nothing; the smaller first.
fn taken(request: &HeaderMap) -> Vec<ContentCoding> {
    let lists = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = lists.flat_map(|list| list.split(',')).filter_map(wanted).collect();
    ContentCoding::ALL
        .into_iter()
        .filter(|coding| named.iter().any(|name| name.eq_ignore_ascii_case(coding.name())))
        .collect()
}

/// The name in an entry like `gzip;q=0.5`.
fn wanted(entry: &str) -> Option<&str> {
    let (name, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
    let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
    (weight > 0.0).then(|| name.trim())
}

/// For which work.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ForCategory {
    /// Code of a category; all sites, if none is named.
    category: Option<String>,
}

/// Where people are examined.
#[utoipa::path(get, path = "/sites", tag = "service", security(()), params(ForCategory),
    responses((status = 200, body = Items<Site>)))]
pub(super) async fn sites(
    State(front): State<Front>,
    Lang(lang): Lang,
    Query(asked): Query<ForCategory>,
    headers: HeaderMap,
) -> Response {
    let catalogue = &front.office.catalogue;
    let items = Items { items: catalogue.sites.wire(catalogue, asked.category.as_deref(), lang) };
    let etag = etag_of(&serde_json::to_vec(&items).unwrap_or_default());
    tagged(&headers, &etag, Keep::Public(3600), json(StatusCode::OK, lang, &items))
}

/// The keys that certificates are signed with.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "certificate", security(()),
    responses((status = 200, description = "A JSON Web Key Set, RFC 7517.", body = Object)))]
pub(super) async fn jwks(State(front): State<Front>, headers: HeaderMap) -> Answer<Response> {
    let body = serde_json::to_vec(&front.office.issuer.keys().jwks(front.office.now().timestamp()))?;
    let etag = etag_of(&body);
    let mut answer = Body::from(body).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
    Ok(tagged(&headers, &etag, Keep::Public(3600), answer))
}

/// Which certificates do not hold any more.
#[utoipa::path(get, path = "/status-lists/{n}", tag = "certificate", security(()),
    params(("n" = String, Path, description = "Number of the list.")),
    responses((status = 200, description = "A Token Status List, signed.", content_type = "application/statuslist+cwt", body = Vec<u8>)))]
pub(super) async fn status_list(
    State(front): State<Front>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let bytes = front.office.status_list(&number).await?;
    let etag = etag_of(&bytes);
    let mut answer = Body::from(bytes).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/statuslist+cwt"));
    let ttl = u32::try_from(crate::issue::STATUS_TTL).unwrap_or(900);
    Ok(tagged(&headers, &etag, Keep::Public(ttl), answer))
}

#[cfg(test)]
mod tests {
    use super::{ContentCoding, taken};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn codings_that_a_request_takes() {
        let (br, gzip) = (ContentCoding::Brotli, ContentCoding::Gzip);
        for (accepts, codings) in [
            ("gzip, deflate, br, zstd", &[br, gzip][..]),
            ("gzip, deflate", &[gzip]),
            ("br;q=0, gzip;q=0.5", &[gzip]),
            ("BR ; q=0.1", &[br]),
            ("br;q=much", &[]),
            ("identity", &[]),
            ("", &[]),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepts))]);
            assert_eq!(taken(&headers), codings, "{accepts}");
        }
        assert!(taken(&HeaderMap::new()).is_empty());
    }
}
