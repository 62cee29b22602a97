//! What the office is set up with: forms, examination profiles and sites, read from the `forms` folder at start.
//!
//! A committee changes those files, not this code. The newest version of a questionnaire is the current one; the version that
//! it `replaces`, and so on backwards, is still taken.
use super::{
    packing::{ContentCoding, Packed},
    sha256_hex,
    sites::Sites,
};
use anyhow::{Context as _, anyhow};
use contract::{
    api::{APPLICATION_FORM, Coding, ProfileItem, REPORT_FORM},
    questionnaire::{Anchor, Form, Item, Role, RuleCode, Severity},
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Forms, profiles and sites.
pub struct Catalogue {
    files: Vec<QuestionnaireFile>,
    /// What was served once and is in the folder no more: nothing new is taken under it, what was sent is still read.
    served_before: Vec<QuestionnaireFile>,
    /// What is examined, and what a result means.
    pub examination: contract::examination::Profiles,
    /// Where people are examined, and when.
    pub sites: Sites,
}

/// One version of one questionnaire.
pub struct QuestionnaireFile {
    /// Compiled.
    pub form: Form,
    /// As it is served.
    pub json: String,
    /// SHA-256 of what is served.
    pub hash: String,
    /// The version it follows.
    replaces: Option<String>,
    packed: Packed,
}

/// `{"zh-CN": …, "en": …}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct InLanguages(BTreeMap<String, String>);

impl InLanguages {
    /// In this language, else in Chinese.
    pub(super) fn get(&self, lang: &str) -> &str {
        self.0.get(lang).or_else(|| self.0.get("zh-CN")).map_or("", String::as_str)
    }
}

impl Catalogue {
    /// Reads the folder.
    ///
    /// # Errors
    /// A file is missing or cannot be understood; the error names it.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let text = |name: &str| {
            std::fs::read_to_string(folder.join(name))
                .with_context(|| format!("{} cannot be read", folder.join(name).display()))
        };
        let mut files = Vec::new();
        for path in questionnaires(folder)? {
            let json = std::fs::read_to_string(&path)?;
            files.push(
                QuestionnaireFile::read(json).with_context(|| format!("{} is no questionnaire", path.display()))?,
            );
        }
        files.sort_by(|a, b| (&a.form.id, &b.form.version).cmp(&(&b.form.id, &a.form.version)));
        let examination = contract::examination::Profiles::read(&text("examination-profiles.json")?)
            .map_err(|why| anyhow!("examination-profiles.json cannot be understood: {why:?}"))?;
        let sites = Sites::read(&text("sites.json")?).context("sites.json cannot be understood")?;
        let catalogue = Self { files, served_before: Vec::new(), examination, sites };
        for id in [APPLICATION_FORM, REPORT_FORM] {
            catalogue.current(id).ok_or_else(|| anyhow!("there is no questionnaire {id} in {}", folder.display()))?;
        }
        Ok(catalogue)
    }

    /// Reads the folder, and every form that was ever served from this data folder, which keeps them: an application is read
    /// under the form that it was sent with, whichever is served today.
    ///
    /// # Errors
    /// As [`Self::read`]; the data folder cannot be written.
    pub fn open(folder: &Path, served: &Path) -> anyhow::Result<Self> {
        let mut catalogue = Self::read(folder)?;
        std::fs::create_dir_all(served).with_context(|| format!("The folder {} cannot be made", served.display()))?;
        for file in &catalogue.files {
            let name = sha256_hex(file.form.canonical().as_bytes());
            let place = served.join(format!("{name}.questionnaire.json"));
            if std::fs::read(&place).ok().as_deref() != Some(file.json.as_bytes()) {
                std::fs::write(&place, &file.json).with_context(|| format!("{} cannot be written", place.display()))?;
            }
        }
        for path in questionnaires(served)? {
            match QuestionnaireFile::read(std::fs::read_to_string(&path)?) {
                Ok(file) if catalogue.version(&file.form.canonical()).is_none() => catalogue.served_before.push(file),
                Ok(_) => {}
                Err(why) => eprintln!("{} was served before and cannot be read any more: {why:#}", path.display()),
            }
        }
        Ok(catalogue)
    }

    /// The newest version of a questionnaire.
    pub fn current(&self, id: &str) -> Option<&QuestionnaireFile> {
        self.files.iter().find(|file| file.form.id == id)
    }

    /// One version of a questionnaire, `id|version`, also one that is taken no more.
    pub fn version(&self, canonical: &str) -> Option<&QuestionnaireFile> {
        self.files.iter().chain(&self.served_before).find(|file| file.form.canonical() == canonical)
    }

    /// A form that is still taken for this id: the current version or one that it follows.
    pub fn accepted(&self, id: &str, canonical: &str) -> Option<&QuestionnaireFile> {
        self.accepted_of(id).into_iter().find(|file| file.form.canonical() == canonical)
    }

    /// All versions still taken, the current one first.
    pub fn accepted_of(&self, id: &str) -> Vec<&QuestionnaireFile> {
        let mut taken: Vec<&QuestionnaireFile> = Vec::new();
        let mut next = self.current(id);
        while let Some(file) = next.filter(|file| taken.iter().all(|t| t.form.version != file.form.version)) {
            taken.push(file);
            let before = file.replaces.as_ref().map(|version| format!("{id}|{version}"));
            next = before.and_then(|before| self.files.iter().find(|file| file.form.canonical() == before));
        }
        taken
    }

    /// `id|version` of the current form, or the bare id if there is none.
    pub fn current_name(&self, id: &str) -> String {
        self.current(id).map_or_else(|| id.to_owned(), |file| file.form.canonical())
    }

    /// The kinds of work of the application form.
    pub fn categories(&self) -> Vec<(String, &contract::questionnaire::Text)> {
        let item = self.current(APPLICATION_FORM).and_then(|file| file.form.role(Role::Category));
        item.into_iter()
            .flat_map(|item| &item.options)
            .filter_map(|option| Some((option.value.as_coding()?.code.clone(), &option.display)))
            .collect()
    }

    /// What a kind of work is called.
    pub fn category_title(&self, code: &str, lang: &str) -> Option<String> {
        let categories = self.categories();
        categories.iter().find(|(found, _)| found == code).map(|(_, title)| title.get(lang).text.to_owned())
    }

    /// The youngest age that the form's rules let through, in years, whatever the kind of work.
    pub fn min_age(&self) -> Option<u32> {
        let form = &self.current(APPLICATION_FORM)?.form;
        let rules = form.items.iter().filter(|item| is_birth_date(item)).flat_map(|item| &item.rules);
        rules
            .filter(|rule| rule.severity == Severity::Error && rule.when.is_empty())
            .filter(|rule| rule.code == RuleCode::DateNotAfter && matches!(rule.anchor, Some(Anchor::Today)))
            .filter_map(|rule| u32::try_from(-rule.offset.months / 12).ok())
            .filter(|age| *age > 0)
            .max()
    }

    /// Id of the profile that examines a kind of work.
    pub fn profile_id(&self, category: &str) -> &str {
        self.examination.for_category(category).map_or("", |profile| &profile.id)
    }

    /// The kinds of work that some profiles examine.
    pub fn categories_of(&self, profiles: &[String]) -> Vec<String> {
        let examined = self.examination.profiles.iter().filter(|profile| profiles.contains(&profile.id));
        examined.flat_map(|profile| profile.applies_to.clone()).collect()
    }

    /// What is examined for a kind of work and by the profiles that the office added.
    pub fn profile_items(&self, category: &str, added: &[String], lang: &str) -> Vec<ProfileItem> {
        let items = self.examination.items_for(category, added);
        items
            .into_iter()
            .map(|(_, item)| ProfileItem {
                code: Coding { system: item.code.system.clone(), code: item.code.code.clone() },
                title: item.name.get(lang).to_owned(),
                // What is computed from others is never recorded by itself.
                required: !item.is_computed(),
            })
            .collect()
    }

    /// Whether nothing is eaten before a visit: for a kind of work, with the profiles that the office added, or for the items of
    /// some codes alone that are examined again.
    pub fn is_fasting(&self, category: &str, added: &[String], again: &[String]) -> bool {
        self.examination.preparations(category, added, again).iter().any(|(_, it)| it.fasting)
    }

    /// How long a certificate for a kind of work holds.
    pub fn validity(&self, category: &str) -> contract::examination::Months {
        self.examination.for_category(category).map(|profile| profile.validity).unwrap_or_default()
    }
}

/// The questionnaires of a folder.
fn questionnaires(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let paths: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    Ok(paths.into_iter().filter(|path| path.to_string_lossy().ends_with(".questionnaire.json")).collect())
}

fn is_birth_date(item: &Item) -> bool {
    item.derived.as_ref().is_some_and(|derived| derived.by == contract::questionnaire::DerivedBy::BirthDate)
        || item.autocomplete.as_deref() == Some("bday")
}

impl QuestionnaireFile {
    fn read(json: String) -> anyhow::Result<Self> {
        let root: serde_json::Value = serde_json::from_str(&json)?;
        let form = Form::from_json(&root).map_err(|why| anyhow!("{why:?}"))?;
        let extensions = root.get("extension").and_then(serde_json::Value::as_array);
        let replaces = extensions.into_iter().flatten().find_map(|extension| {
            let is_ours = extension.get("url")?.as_str()? == "http://hl7.org/fhir/StructureDefinition/replaces";
            let (_, version) = extension.get("valueCanonical")?.as_str()?.rsplit_once('|')?;
            is_ours.then(|| version.to_owned())
        });
        // Served without the white space of the file.
        let json = serde_json::to_string(&root)?;
        Ok(Self { form, hash: sha256_hex(json.as_bytes()), json, replaces, packed: Packed::default() })
    }

    /// What is served, in this coding.
    pub(crate) fn packed(&self, coding: ContentCoding) -> Option<bytes::Bytes> {
        self.packed.get(coding, &self.json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn catalogue() -> Catalogue {
        Catalogue::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms")).unwrap()
    }

    #[test]
    fn the_form_before_is_still_taken() {
        let catalogue = catalogue();
        let taken: Vec<String> =
            catalogue.accepted_of(APPLICATION_FORM).iter().map(|file| file.form.canonical()).collect();
        assert_eq!(taken, ["health-certificate|2026.11.1", "health-certificate|2025.06.1"]);
    }

    #[test]
    fn what_the_service_says_comes_from_the_files() {
        let catalogue = catalogue();
        assert_eq!(catalogue.min_age(), Some(16));
        assert_eq!(catalogue.categories().len(), 8);
        assert_eq!(catalogue.profile_id("food-catering"), "food-and-public-place");
        assert_eq!(catalogue.profile_id("something else"), "general");
        assert!(catalogue.is_fasting("food-catering", &[], &[]));
        assert!(!catalogue.is_fasting("food-catering", &[], &["11348-0".to_owned()]), "a history needs no blood");
        let general = ["general".to_owned()];
        let (usual, more) = (
            catalogue.examination.preparations("food-catering", &[], &[]),
            catalogue.examination.preparations("food-catering", &general, &[]),
        );
        assert!(more.starts_with(&usual) && more.len() == usual.len() + 2, "rest and glasses come with it: {more:?}");
        assert_eq!(catalogue.category_title("food-catering", "zh-CN").as_deref(), Some("餐饮服务"));
    }
}
