//! The calls that `/openapi.json` names, and what is sent to them: a new one is covered by itself.
use crate::support::{Phone, Server, key};
use reqwest::Method;
use serde_json::{Map, Value as Json, json};

/// One call of the document.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) about: Json,
}

impl Call {
    pub(crate) fn is_public(&self) -> bool {
        self.about["security"].as_array().unwrap().iter().any(|way| way.as_object().unwrap().is_empty())
    }

    pub(crate) fn reads(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    /// The shape of its JSON body.
    pub(crate) fn shape(&self) -> Option<&Json> {
        self.about.pointer("/requestBody/content/application~1json/schema")
    }

    pub(crate) fn takes(&self, header: &str) -> bool {
        let parameters = self.about["parameters"].as_array();
        parameters.into_iter().flatten().any(|it| it["in"] == "header" && it["name"] == header)
    }

    /// What may stand behind `?`.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &Json> {
        self.about["parameters"].as_array().into_iter().flatten().filter(|it| it["in"] == "query")
    }

    /// Whether its path names something that belongs to one login.
    pub(crate) fn names_somebody(&self) -> bool {
        ["/applications/{id}", "/uploads/{u}", "/certificates/{c}", "/receipts/{key}"]
            .iter()
            .any(|owned| self.path.contains(owned))
    }

    /// Its path with the names filled in; what has no name of its own gets the last one.
    pub(crate) fn with(&self, named: &[(&str, &str)], other: &str) -> String {
        let filled = named.iter().fold(self.path.clone(), |path, (name, value)| path.replace(name, value));
        let mut parts = filled.split('/').map(|part| if part.starts_with('{') { other } else { part });
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |path, part| format!("{path}/{part}"))
    }

    /// A request as it should be, but for what a test spoils.
    pub(crate) fn request(&self, phone: &Phone, path: &str) -> reqwest::RequestBuilder {
        let request = phone.request(self.method.clone(), path).header("Idempotency-Key", key());
        let request = if path.contains("/uploads") { request.header("Tus-Resumable", "1.0.0") } else { request };
        let instead = "X-HTTP-Method-Override";
        if self.takes(instead) { request.header(instead, "DELETE") } else { request }
    }

    pub(crate) fn said(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

pub(crate) struct Document {
    pub(crate) whole: Json,
    pub(crate) calls: Vec<Call>,
}

impl Document {
    pub(crate) async fn of(server: &Server) -> Self {
        let whole = server.phone().get("/openapi.json").await.expect(200).json();
        let mut calls = Vec::new();
        for (path, item) in whole["paths"].as_object().unwrap() {
            for (method, about) in item.as_object().unwrap() {
                let method = method.to_uppercase().parse().unwrap();
                calls.push(Call { method, path: path.clone(), about: about.clone() });
            }
        }
        assert!(calls.len() > 40, "the document has its calls");
        Self { whole, calls }
    }

    /// A value of this shape: `named` decides what members of some name hold.
    pub(crate) fn sample(&self, shape: &Json, named: &dyn Fn(&str) -> Option<Json>) -> Json {
        if let Some(reference) = shape["$ref"].as_str() {
            return self.sample(self.whole.pointer(&reference[1..]).unwrap(), named);
        }
        if let Some(first) = ["oneOf", "anyOf"].iter().find_map(|word| shape[word].as_array()) {
            let first = first.iter().find(|it| it["type"] != "null").unwrap_or(&Json::Null);
            return self.sample(first, named);
        }
        if let Some(all) = shape["allOf"].as_array() {
            let mut joined = Map::new();
            for part in all {
                joined.extend(self.sample(part, named).as_object().cloned().unwrap_or_default());
            }
            return joined.into();
        }
        if let Some(first) = shape["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        let kind = shape["type"].as_str().or_else(|| shape["type"].as_array()?.first()?.as_str());
        match kind {
            Some("object") => {
                let members = shape["properties"].as_object().cloned().unwrap_or_default();
                let value = |name: &str, inner: &Json| named(name).unwrap_or_else(|| self.sample(inner, named));
                members.iter().map(|(name, inner)| (name.clone(), value(name, inner))).collect::<Map<_, _>>().into()
            }
            Some("array") => json!([self.sample(&shape["items"], named)]),
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(true),
            Some("string") if shape["format"] == "date" => json!("2026-12-01"),
            Some("string") if shape["format"] == "date-time" => json!("2026-12-01T08:00:00+08:00"),
            _ => json!("x"),
        }
    }
}
