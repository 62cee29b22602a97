//! Two people want the same place at the same time.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};

pub(super) async fn one_place(house: &House, phone: &Browser) -> anyhow::Result<()> {
    house.has_places_a_time(1).await?;
    let other = house.phone().await?;
    let walked = between(house, phone, &other).await;
    other.close(walked).await
}

async fn between(house: &House, phone: &Browser, other: &Browser) -> anyhow::Result<()> {
    let first = Applicant::new(house, house.person(phone), "zh-CN")?;
    let mut second = Applicant::new(house, house.person(other), "zh-CN")?;
    (second.name, second.phone, second.number) = ("王芳", "13800000002", "110105199204151235");
    let (one, two) = tokio::join!(comes_to_choose(&first), comes_to_choose(&second));
    let ids = [one?, two?];

    // Both pages show the place as free, and both press at once.
    let time = first.speech.say("exam.time")?;
    let free = first.free(time).await?;
    let nearest = free.get(1).context("only one time is free")?;
    let (one, two) = tokio::join!(first.takes(time, 0), second.takes(time, 0));
    let wanted = one?;
    ensure!(two? == wanted, "they did not want the same place");
    let (one, two) = tokio::join!(first.countdown(), second.countdown());
    let (one, two) = (one?, two?);
    ensure!(one.contains(&wanted) != two.contains(&wanted), "not exactly one of them has {wanted}: {one} / {two}");

    // The winner hears nothing of it; the other is told, and has the next place already.
    let (winner, loser) = if one.contains(&wanted) { (&first, &second) } else { (&second, &first) };
    let told = loser.speech.part("p.slot-taken")?;
    loser.sees(told).await?;
    let (said, held) = (loser.reads_line("p.slot-taken").await?, loser.countdown().await?);
    ensure!(
        said.contains(&wanted) && said.contains(nearest),
        "the nearest to {wanted} is {nearest}, and not as in {said}"
    );
    ensure!(held.contains(nearest), "the nearest to {wanted} is {nearest}, and what is held is {held}");
    ensure!(!winner.reads().await?.contains(told), "the winner is told that the place is gone");
    let codes = [winner.books("exam.go").await?, loser.books("exam.go").await?];
    ensure!(codes[0] != codes[1], "two people have one code");
    let mut slots = vec![];
    for id in &ids {
        let full = house.office()?.full(id, "a test").await.map_err(crate::house::refused)?;
        slots.push(full.record.examination.appointment.context("no appointment")?.slot.id);
    }
    ensure!(slots[0] != slots[1], "two people have one place");
    Ok(())
}

/// From the entrance to the page with the free times of the first free day.
async fn comes_to_choose(applicant: &Applicant<'_>) -> anyhow::Result<String> {
    let id = applicant.has_handed_in().await?;
    applicant.house.accept(&id).await?;
    applicant.follows(&id, "progress.go.accepted", "/examination").await?;
    applicant.takes(applicant.speech.say("exam.day")?, 0).await?;
    Ok(id)
}
