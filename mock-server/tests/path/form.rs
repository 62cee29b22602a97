//! A form as a browser would send it: what stands in each of its fields, and what somebody puts there instead.

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// The fields of the form with this action, as they stand on the page.
pub(crate) fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let form = page.split(&format!("action=\"/desk{action}\"")).nth(1).unwrap_or_else(|| panic!("{action}: {page}"));
    let form = form.split("</form>").next().unwrap();
    let mut fields = Vec::new();
    for part in form.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let Some(name) = attribute(tag, "name") else {
            // What is chosen in a list comes after the list, and its first entry stands until then.
            if tag.starts_with("option") && tag.contains(" selected") {
                let last: &mut (String, String) = fields.last_mut().unwrap();
                last.1 = attribute(tag, "value").unwrap();
            }
            continue;
        };
        let is_choice = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        if tag.starts_with("textarea") {
            fields.push((name, text.to_owned()));
        } else if tag.starts_with("select") || tag.starts_with("input") && (!is_choice || tag.contains(" checked")) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    fields
}

/// The same, with something else in some of them.
pub(crate) fn with(mut fields: Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changes {
        match fields.iter_mut().find(|(it, _)| it == name) {
            Some(field) => (*value).clone_into(&mut field.1),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields
}

/// As a test presses it.
pub(crate) fn plain(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
