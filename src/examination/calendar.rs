//! The visit as a calendar file (RFC 5545). It names the place and nothing about the person.
use chrono::Utc;
use contract::api::{Appointment, Instant};

/// What a calendar shows of the visit, in the person's language.
pub(super) struct Entry<'a> {
    pub(super) title: String,
    pub(super) appointment: &'a Appointment,
    /// When the file is made.
    pub(super) now: Instant,
}

/// The file.
pub(super) fn file(entry: &Entry<'_>) -> String {
    let visit = entry.appointment;
    let stamp = |at: Instant| at.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ").to_string();
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//health-certificate//visit//EN".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@health-certificate", escape(&visit.slot.id)),
        format!("DTSTAMP:{}", stamp(entry.now)),
        format!("DTSTART:{}", stamp(visit.slot.start)),
        format!("DTEND:{}", stamp(visit.slot.end)),
        format!("SUMMARY:{}", escape(&entry.title)),
        format!("LOCATION:{}", escape(&visit.place)),
        format!("DESCRIPTION:{}", escape(&visit.prepare.join("\n"))),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{}", escape(&entry.title)),
        "TRIGGER:-P1D".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => safe.extend(['\\', letter]),
            '\n' => safe.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

/// Lines of at most 75 octets, broken between characters, each with its end.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 2);
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(letter);
        octets += letter.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appointment() -> Appointment {
        serde_json::from_str(
            r#"{"slot": {"id": "site-1.20261126T0930", "site": "site-1", "start": "2026-11-26T09:30:00+08:00", "end": "2026-11-26T10:00:00+08:00", "left": 5, "fasting": true},
                "arrive_by": "2026-11-26T09:20:00+08:00", "change_until": "2026-11-25T17:00:00+08:00",
                "check_in": {"code": "K7M2QX", "text": "HCV1:K7M2QX"}, "place": "示例区疾病预防控制中心, 示例路 8 号; 1 层",
                "prepare": ["带上申请时用的证件原件。", "要抽血。前一晚 22 点以后不吃东西，可以喝少量白开水，不喝酒。"]}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_calendar_reads_time_and_place() {
        let appointment = appointment();
        let now = appointment.change_until;
        let file = file(&Entry { title: "健康证体检".into(), appointment: &appointment, now });
        for line in [
            "DTSTART:20261126T013000Z\r\n",
            "DTEND:20261126T020000Z\r\n",
            "DTSTAMP:20261125T090000Z\r\n",
            "LOCATION:示例区疾病预防控制中心\\, 示例路 8 号\\; 1 层\r\n",
        ] {
            assert!(file.contains(line), "{line} in {file}");
        }
        assert!(!file.contains("K7M2QX"));
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_character_is_cut() {
        let appointment = appointment();
        let file = file(&Entry { title: "健".repeat(60), appointment: &appointment, now: appointment.change_until });
        assert!(file.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(file.replace("\r\n ", "").matches(&"健".repeat(60)).count(), 2);
    }
}
