//! The OpenAPI document, generated from the handlers that answer.
//!
//! What is the same for many calls (problems, the header that forces a preflight, keys) is added here once.
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::api::{IDEMPOTENCY_HEADER, PROBLEM_TYPE, Problem, REQUEST_HEADER};
use serde_json::{Value as Json, json};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// The document before the handlers are added.
pub(super) fn start() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Electronic health certificate")
        .version("1.0.0")
        .description(Some(
            "What an applicant's app and any backend say to each other. Errors are RFC 9457 problems, read by the last part of `type`.",
        ))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    let components = document.components.get_or_insert_with(Default::default);
    let (name, schema) = (<Problem as utoipa::ToSchema>::name(), <Problem as utoipa::PartialSchema>::schema());
    components.schemas.insert(name.into_owned(), schema);
    let mut inner = Vec::new();
    <Problem as utoipa::ToSchema>::schemas(&mut inner);
    components.schemas.extend(inner);
    document
}

/// Calls that are repeatable by themselves although they are POST: tus has offsets.
fn has_key(method: &str, path: &str) -> bool {
    method == "post" && !path.contains("/uploads")
}

fn header(name: &str, description: &str, schema: &Json) -> Json {
    json!({ "name": name, "in": "header", "required": true, "description": description, "schema": schema })
}

fn complete(method: &str, path: &str, operation: &mut Json) {
    let public = operation.get("security").is_some();
    let reads = matches!(method, "get" | "head" | "options");
    let mut parameters = operation.get("parameters").and_then(Json::as_array).cloned().unwrap_or_default();
    if !reads {
        parameters.push(header(REQUEST_HEADER, "Forces a preflight.", &json!({ "type": "string", "const": "1" })));
    }
    if has_key(method, path) {
        let uuid = json!({ "type": "string", "format": "uuid" });
        parameters.push(header(IDEMPOTENCY_HEADER, "Makes the call repeatable.", &uuid));
    }
    let problem = |description: &str| {
        json!({ "description": description,
                "content": { (PROBLEM_TYPE): { "schema": { "$ref": "#/components/schemas/Problem" } } } })
    };
    if let Some(operation) = operation.as_object_mut() {
        if !parameters.is_empty() {
            operation.insert("parameters".into(), Json::Array(parameters));
        }
        if !public {
            operation.insert("security".into(), json!([{ "session": [] }, { "bearer": [] }]));
        }
    }
    if let Some(responses) = operation.get_mut("responses").and_then(Json::as_object_mut) {
        for answer in responses.values_mut().filter_map(Json::as_object_mut) {
            answer.entry("description").or_insert("As asked.".into());
        }
        responses.insert("4XX".into(), problem("A problem that the person or the app can solve."));
        responses.insert("5XX".into(), problem("A problem of the backend: ask again."));
    }
}

/// A page of a list names what is in it; the generator would copy it.
fn name_items(shapes: &mut serde_json::Map<String, Json>) {
    let known: Vec<String> = shapes.keys().cloned().collect();
    for (name, shape) in shapes {
        let Some(inner) = name.strip_prefix("Items_").filter(|inner| known.iter().any(|name| name == inner)) else {
            continue;
        };
        if let Some(items) = shape.pointer_mut("/properties/items/items") {
            *items = json!({ "$ref": format!("#/components/schemas/{inner}") });
        }
    }
}

/// The whole document as JSON.
pub(super) fn finished(document: OpenApi) -> String {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let schemes = json!({
        "session": { "type": "apiKey", "in": "cookie", "name": "__Host-hc", "description": "On a loopback address over plain http: hc." },
        "bearer": { "type": "http", "scheme": "bearer" },
    });
    if let Some(document) = document.as_object_mut() {
        document.insert("servers".into(), json!([{ "url": "/", "description": "This backend" }]));
    }
    if let Some(components) = document.get_mut("components").and_then(Json::as_object_mut) {
        components.insert("securitySchemes".into(), schemes);
        if let Some(shapes) = components.get_mut("schemas").and_then(Json::as_object_mut) {
            name_items(shapes);
        }
    }
    if let Some(paths) = document.get_mut("paths").and_then(Json::as_object_mut) {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete(method, path, operation);
            }
        }
    }
    serde_json::to_string(&document).unwrap_or_default()
}

/// `GET /openapi.json`.
pub(super) fn serve(document: &str) -> Response {
    let mut answer = Body::from(document.to_owned()).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}
