//! A certificate as one SVG document, A6: the paper and the picture are both made from it.
//!
//! One unit is a quarter of a millimetre. You will not find fonts, PDF or pixels here.
use super::{art, escape, seal};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{Datelike as _, NaiveDate};
use contract::api::{CertificateShown, CertificateState};
use fast_qr::{ECL, QRBuilder};
use std::fmt::Write as _;

/// A6 in units.
pub(super) const SIZE: (f32, f32) = (420.0, 592.0);
/// Above so many characters a code at level Q gets too fine for paper, and M is used.
const LONG_CODE: usize = 470;
const BRAND: &str = "#0f5563";
const INK: &str = "#14252a";
const INK_2: &str = "#48585c";

/// All that a certificate shows.
pub struct Face<'a> {
    /// The facts, their words in the face's language.
    pub shown: &'a CertificateShown,
    /// With hyphens.
    pub number: &'a str,
    /// `HCZ1:…`
    pub credential: &'a str,
    /// JPEG, PNG or WebP.
    pub photo: &'a [u8],
    /// One that does not hold carries a band that says so.
    pub state: CertificateState,
    /// `en`, or else Chinese.
    pub language: &'a str,
}

struct Labels {
    title: &'static str,
    under_title: &'static str,
    number: &'static str,
    person: &'static str,
    id: &'static str,
    category: &'static str,
    outcome: &'static str,
    issued_on: &'static str,
    valid_until: &'static str,
}

const CHINESE: Labels = Labels {
    title: "健康证明",
    under_title: "HEALTH CERTIFICATE",
    number: "编号",
    person: "性别、出生年月",
    id: "证件号码",
    category: "从业类别",
    outcome: "体检结论",
    issued_on: "发证日期",
    valid_until: "有效期至",
};

const ENGLISH: Labels = Labels {
    title: "健康证明",
    under_title: "HEALTH CERTIFICATE",
    number: "No.",
    person: "Sex, month of birth",
    id: "ID number",
    category: "Category of work",
    outcome: "Result",
    issued_on: "Issued on",
    valid_until: "Valid until",
};

/// The document. Nothing if the credential does not fit a QR code.
pub(super) fn svg(face: &Face<'_>) -> Option<String> {
    let english = face.language.starts_with("en");
    let labels = if english { &ENGLISH } else { &CHINESE };
    let shown = face.shown;
    let day = |day: NaiveDate| written_day(day, english);
    let person = [shown.sex.clone(), shown.birth_month.as_deref().map(|month| written_month(month, english))];
    let person: Vec<String> = person.into_iter().flatten().collect();
    let mut text = Text::default();
    text.centred(105.0, 23.0, "700", "serif", &spaced(labels.title));
    text.centred(125.0, 9.5, "400", "sans", labels.under_title);
    text.centred(144.0, 9.5, "400", "sans", &format!("{} {}", labels.number, face.number));
    name(&mut text, &shown.name);
    text.pair(130.0, 199.0, 245.0, labels.person, &person.join(" · "));
    text.pair(130.0, 230.0, 245.0, labels.id, &shown.id_masked);
    text.pair(41.0, 272.0, 335.0, labels.category, &shown.category);
    text.pair(41.0, 306.0, 130.0, labels.outcome, &shown.outcome);
    text.pair(184.0, 306.0, 192.0, labels.issued_on, &day(shown.issued_on));
    text.at(41.0, 338.0, 9.5, "400", INK_2, labels.valid_until);
    text.at(41.0, 360.0, 20.0, "700", INK, &day(shown.valid_until));
    let office_size = fit(&shown.issuer, 150.0, 13.0);
    text.line(290.0, 517.0, office_size, "700", "sans", "middle", INK, &shown.issuer);
    Some(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{w}" height="{h}" viewBox="0 0 {w} {h}">
<defs>{art}<clipPath id="sheet"><rect x="16.5" y="16.5" width="387" height="553.5" rx="4"/></clipPath><clipPath id="portrait"><rect x="41" y="156" width="76" height="101"/></clipPath></defs>
<rect width="{w}" height="{h}" fill="#fcfaf2"/>
<g clip-path="url(#sheet)"><rect x="16.5" y="52" width="387" height="482" fill="url(#field)" opacity=".16"/><use xlink:href="#rosette" transform="translate(210 260) scale(2.42)" opacity=".17"/>
<g transform="translate(16.5 25.7)"><rect width="387" height="22.5" fill="url(#border)" opacity=".7"/></g><g transform="translate(16.5 537.5)"><rect width="387" height="22.5" fill="url(#border)" opacity=".7"/></g></g>
<g fill="none" stroke="{BRAND}"><rect x="16.5" y="16.5" width="387" height="553.5" rx="4" stroke-width="1"/><path d="M16.5 22h387M16.5 52h387M16.5 534h387M16.5 564h387" stroke-width=".8"/><path d="M41 374h337" stroke-width="1.4"/></g>
<g transform="translate(198 58.5)" fill="none" stroke="{BRAND}" stroke-width="1.8"><path d="M9 5l7 7-7 7-7-7zM15 5l7 7-7 7-7-7z"/><path d="M12 8l4 4-4 4-4-4z" fill="{BRAND}" stroke="none"/></g>
<rect x="41" y="156" width="76" height="101" fill="#e1eded"/>{photo}<rect x="41" y="156" width="76" height="101" fill="none" stroke="{BRAND}"/>
{code}
<g transform="translate(234 392) scale(.93)">{seal}</g>
{text}{band}</svg>"##,
        w = SIZE.0,
        h = SIZE.1,
        art = art::definitions(BRAND),
        photo = picture(face.photo),
        code = code(face.credential)?,
        seal = seal::drawing(&shown.issuer),
        text = text.0,
        band = band(face.state, english),
    ))
}

/// The photo, filling its frame from the middle. An unreadable one leaves the frame empty.
fn picture(photo: &[u8]) -> String {
    let kind = match photo {
        [0xff, 0xd8, ..] => "jpeg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'R', b'I', b'F', b'F', ..] => "webp",
        _ => return String::new(),
    };
    format!(
        r#"<g clip-path="url(#portrait)"><image x="41" y="156" width="76" height="101" preserveAspectRatio="xMidYMid slice" xlink:href="data:image/{kind};base64,{}"/></g>"#,
        STANDARD.encode(photo)
    )
}

/// 36 mm with its quiet zone of four modules, black on white.
fn code(credential: &str) -> Option<String> {
    let level = if credential.len() > LONG_CODE { ECL::M } else { ECL::Q };
    let code = QRBuilder::new(credential).ecl(level).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        let row = code.data.get(y * code.size..(y + 1) * code.size)?;
        let mut x = 0;
        while let Some(module) = row.get(x) {
            let run = row.iter().skip(x).take_while(|it| it.value() == module.value()).count();
            if module.value() {
                art::ignore(write!(path, "M{x} {y}h{run}v1h-{run}z"));
            }
            x += run;
        }
    }
    let modules = u32::try_from(code.size + 8).ok()?;
    let scale = 144.0 / f64::from(modules);
    Some(format!(
        r##"<rect x="41" y="380" width="144" height="144" fill="#fff"/><g transform="translate({0:.4} {1:.4}) scale({scale:.5})"><path d="{path}" fill="#000" shape-rendering="crispEdges"/></g>"##,
        41.0 + 4.0 * scale,
        380.0 + 4.0 * scale,
    ))
}

/// In one line if it fits, else smaller and in up to three. Nothing is left out.
fn name(text: &mut Text, name: &str) {
    const WIDTH: f64 = 248.0;
    let ems = width(name);
    let (size, lines) = [(20.0, 1.0), (16.0, 1.0), (13.0, 2.0), (10.5, 3.0)]
        .into_iter()
        .find(|(size, lines)| ems * size <= WIDTH * lines * if *lines > 1.0 { 0.92 } else { 1.0 })
        .unwrap_or((WIDTH * 2.6 / ems.max(1.0), 3.0));
    let top = if lines > 1.0 { 182.0 - (lines - 1.0) * size * 1.15 } else { 184.0 };
    let mut y = top;
    for line in &broken(name, WIDTH / size) {
        text.line(130.0, y, size, "700", "serif", "start", INK, line);
        y += size * 1.15;
    }
}

/// Lines of at most so many em, broken at a space if there is one, else after any character.
fn broken(text: &str, ems: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let whole = lines.last().is_some_and(|line| width(line) + width(word) <= ems) || width(word) > ems;
        if !whole {
            lines.push(String::new());
        }
        for letter in word.chars() {
            if lines.last().is_some_and(|line| !line.is_empty() && width(line) + ems_of(letter) > ems) {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(letter);
            }
        }
    }
    lines
}

fn ems_of(letter: char) -> f64 {
    if letter.is_ascii_uppercase() {
        0.72
    } else if u32::from(letter) < 0x2000 {
        0.58
    } else {
        1.0
    }
}

fn width(text: &str) -> f64 {
    text.chars().map(ems_of).sum()
}

fn fit(text: &str, room: f64, size: f64) -> f64 {
    size.min(room / width(text).max(1.0))
}

fn spaced(title: &str) -> String {
    title.chars().map(String::from).collect::<Vec<_>>().join("\u{2009}")
}

fn band(state: CertificateState, english: bool) -> String {
    let words = match (state, english) {
        (CertificateState::Valid | CertificateState::Unknown, _) => return String::new(),
        (CertificateState::Suspended, false) => "暂停使用",
        (CertificateState::Suspended, true) => "SUSPENDED",
        (CertificateState::Revoked, false) => "已注销",
        (CertificateState::Revoked, true) => "REVOKED",
        (CertificateState::Expired, false) => "已过期",
        (CertificateState::Expired, true) => "EXPIRED",
    };
    format!(
        r##"<g transform="rotate(-14 210 452)"><rect x="10" y="434" width="400" height="36" fill="#a0183a"/><text x="210" y="459" font-size="20" font-weight="700" fill="#fff" text-anchor="middle" font-family="{SANS}">{words}</text></g>"##
    )
}

fn written_day(day: NaiveDate, english: bool) -> String {
    if english {
        day.format("%-d %B %Y").to_string()
    } else {
        format!("{} 年 {} 月 {} 日", day.year(), day.month(), day.day())
    }
}

fn written_month(month: &str, english: bool) -> String {
    match NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d") {
        Ok(day) if english => day.format("%B %Y").to_string(),
        Ok(day) => format!("{} 年 {} 月", day.year(), day.month()),
        Err(_) => month.to_owned(),
    }
}

const SANS: &str = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif";
const SERIF: &str = "Noto Serif CJK SC, Songti SC, SimSun, serif";

#[derive(Default)]
struct Text(String);

impl Text {
    fn centred(&mut self, y: f64, size: f64, weight: &str, family: &str, words: &str) {
        self.line(210.0, y, size, weight, family, "middle", INK, words);
    }

    fn at(&mut self, x: f64, y: f64, size: f64, weight: &str, colour: &str, words: &str) {
        self.line(x, y, size, weight, "sans", "start", colour, words);
    }

    fn pair(&mut self, x: f64, y: f64, room: f64, label: &str, value: &str) {
        self.at(x, y, 9.5, "400", INK_2, label);
        self.at(x, y + 16.5, fit(value, room, 14.0), "400", INK, value);
    }

    #[expect(clippy::too_many_arguments, reason = "the attributes of one SVG element")]
    fn line(&mut self, x: f64, y: f64, size: f64, weight: &str, family: &str, anchor: &str, colour: &str, words: &str) {
        let family = if family == "serif" { SERIF } else { SANS };
        let words = escape(words);
        art::ignore(writeln!(
            self.0,
            r#"<text x="{x}" y="{y:.1}" font-size="{size:.2}" font-weight="{weight}" font-family="{family}" text-anchor="{anchor}" fill="{colour}" xml:space="preserve">{words}</text>"#
        ));
    }
}
