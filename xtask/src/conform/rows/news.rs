//! Level offline-safe: the stream of news, and going on where it broke.
use crate::conform::{
    Backend,
    papers::begun,
    stream::{Stream, Told},
};
use anyhow::ensure;
use serde_json::Value as Json;

fn is_about(told: &Told, application: &str) -> anyhow::Result<()> {
    let id = application.trim_start_matches("/applications/");
    ensure!(told.content["application"] == id, "it is told of {}, not of {id}", told.content);
    let members: Vec<&String> = told.content.as_object().into_iter().flat_map(serde_json::Map::keys).collect();
    let known = members.iter().all(|name| ["application", "version", "state"].contains(&name.as_str()));
    ensure!(
        known && told.content["version"].is_u64(),
        "news are id, version and state, never content: {}",
        told.content
    );
    Ok(())
}

pub(super) async fn stream(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let mut news = Stream::open(&one, None).await?;
    let hello = news.tells("hello").await?;
    ensure!(hello.content["at"].is_string(), "hello has no time");
    begun(&backend.other()).await?;
    let application = begun(&one).await?;
    is_about(&news.tells("changed").await?, &application)
}

pub(super) async fn resumed(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let mut news = Stream::open(&one, None).await?;
    let last = news.tells("hello").await?.id;
    ensure!(!last.is_empty(), "hello has no id: a stream that breaks before any news could not go on");
    drop(news);
    let missed = begun(&one).await?;
    let mut news = Stream::open(&one, Some(&last)).await?;
    let hello = news.tells("hello").await?.id;
    drop(news);
    // Cut again, right after its first word: what was missed is still to come.
    let mut news = Stream::open(&one, Some(if hello.is_empty() { &last } else { &hello })).await?;
    news.tells("hello").await?;
    let told = news.tells("changed").await?;
    is_about(&told, &missed)?;
    drop(news);
    let mut news = Stream::open(&one, Some(&told.id)).await?;
    news.tells("hello").await?;
    let next = begun(&one).await?;
    is_about(&news.tells("changed").await?, &next)
}

pub(super) async fn reset(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let mut news = Stream::open(&one, Some("no-such-place")).await?;
    news.tells("hello").await?;
    let told = news.tells("reset").await?;
    ensure!(told.content == Json::Object(serde_json::Map::new()), "reset says {}", told.content);
    Ok(())
}
