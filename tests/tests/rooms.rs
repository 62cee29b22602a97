//! The arrows of the house: which room of the app may use which. docs/architecture.md draws this table.
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const FEATURES: &[&str] = &["session", "apply", "progress", "examination", "certificate", "verify"];
const BELOW_FEATURES: &[&str] = &["api", "offline", "i18n", "route", "ui", "camera", "form", "documents"];

/// Room, and the rooms of the app it may use. `contract` and `outbox` are crates of their own and hold by Cargo.
const ARROWS: &[(&str, &[&str])] = &[
    ("reactive", &[]),
    ("api", &[]),
    ("offline", &["api"]),
    ("i18n", &[]),
    ("route", &[]),
    ("ui", &["i18n"]),
    ("camera", &[]),
    ("form", &["ui", "i18n"]),
    ("documents", &["ui", "i18n", "offline", "camera", "form"]),
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// The rooms named after `crate::`, also inside `use crate::{…}`.
fn used(text: &str) -> BTreeSet<String> {
    let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut rooms = BTreeSet::new();
    for after in text.split("crate::").skip(1) {
        let Some(group) = after.strip_prefix('{') else {
            rooms.insert(word(after));
            continue;
        };
        let mut depth = 1;
        let mut start = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => break,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                c if start && c.is_alphabetic() => {
                    rooms.insert(word(&group[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    rooms
}

#[test]
fn arrows_between_rooms_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let rooms: BTreeSet<String> = fs::read_dir(&src)
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "lib" && name != "main")
        .collect();
    let mut files = vec![];
    sources(&src, &mut files);
    let mut wrong = vec![];
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if ["lib", "main", "shell", "embed"].contains(&room.as_str()) {
            continue;
        }
        let allowed = match ARROWS.iter().find(|(name, _)| *name == room) {
            Some((_, allowed)) => *allowed,
            None if FEATURES.contains(&room.as_str()) => BELOW_FEATURES,
            None => panic!("{room} is not in the table of rooms: decide what it may use"),
        };
        for target in used(&fs::read_to_string(&file).unwrap()) {
            // Thin shells over the framework, for everybody.
            if target == "reactive" {
                continue;
            }
            if target != room && rooms.contains(&target) && !allowed.contains(&target.as_str()) {
                wrong.push(format!("{} uses {target}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point the wrong way:\n{}", wrong.join("\n"));
}

/// What only one room may name: `api` fetches, `offline` stores.
const TOOLS: &[(&str, &[&str])] = &[
    ("api", &["gloo_net", "fetch_with", "EventSource", "XmlHttpRequest", "WebSocket", "send_beacon"]),
    (
        "offline",
        &[
            "local_storage(",
            "session_storage(",
            "localStorage",
            "sessionStorage",
            "gloo_storage",
            "Idb",
            "indexed_db",
            "indexedDB",
            "set_cookie",
        ],
    ),
];

#[test]
fn only_one_room_fetches_and_only_one_stores() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let mut files = vec![];
    sources(&src, &mut files);
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        for (room, words) in TOOLS {
            let used = words.iter().find(|word| text.contains(**word) && !inside.starts_with(room));
            assert!(used.is_none(), "{} names {used:?}, which is for {room} alone", inside.display());
        }
    }
}

#[test]
fn rules_and_machine_know_no_browser_clock_or_network() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for krate in ["contract", "outbox"] {
        let mut files = vec![];
        sources(&root.join(krate).join("src"), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for word in
                ["web_sys", "js_sys", "wasm_bindgen", "leptos", "SystemTime", "Utc::now", "async fn", "std::net"]
            {
                assert!(!text.contains(word), "{} names {word}", file.display());
            }
        }
    }
}

#[test]
fn uses_are_found_in_every_way_of_writing_them() {
    let found = used("use crate::ui::button; use crate::{i18n::{t, K}, offline}; fn f() { crate::api::x() }");
    assert_eq!(found, ["api", "i18n", "offline", "ui"].map(String::from).into());
}
