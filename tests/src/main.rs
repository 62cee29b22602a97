//! What is asked for on the command line. `cargo xtask test`, `screens` and `sizes` call it with the release build.
use anyhow::{Context, bail};
use journeys::{
    arriving,
    browser::Browser,
    engine::Engine,
    fixtures::Files,
    house::House,
    photos,
    report::{self, Plan},
    saving, sizes, speed,
    tour::{self, Visitor},
};
use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    rc::Rc,
};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let args: Vec<String> = env::args().skip(1).collect();
    let option = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)).cloned();
    let dist = PathBuf::from(option("--dist").context("--dist is missing: the folder of a build")?);
    let plan = Plan {
        engine: option("--engine").as_deref().unwrap_or("chromium").parse::<Engine>()?,
        dist,
        only: option("--only"),
        jobs: option("--jobs").and_then(|number| number.parse().ok()).unwrap_or_else(jobs),
    };
    let went_well = match args.first().map(String::as_str) {
        Some("run") => report::run(&plan).await?,
        Some("sizes") => alone(&plan.dist, async |house, phone| sizes::print(house, phone, &plan.dist).await).await?,
        Some("photos") => alone(&plan.dist, async |house, phone| photos::print(house, phone).await).await?,
        Some("arriving") => alone(&plan.dist, async |house, _| arriving::print(house).await).await?,
        Some("saving") => alone(&plan.dist, async |house, phone| saving::print(house, phone).await).await?,
        Some("speed") => {
            for pages in speed::PAGES {
                alone(&plan.dist, async |house, phone| speed::print(house, phone, pages).await).await?;
            }
            true
        }
        Some("screens") => screens(&plan.dist, plan.only.as_deref()).await?,
        _ => bail!(
            "journeys run|sizes|arriving|photos|saving|speed|screens --dist DIR [--engine chromium|webkit] [--only WORDS] [--jobs N]"
        ),
    };
    Ok(if went_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Two more than there are processors: people wait a good part of their time.
fn jobs() -> usize {
    std::thread::available_parallelism().map_or(2, |processors| processors.get() + 2)
}

/// Both languages; each part of the walk on a phone of its own.
async fn screens(dist: &Path, only: Option<&str>) -> anyhow::Result<bool> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screens");
    let visitor = Visitor::Camera(folder.clone());
    let mut all = true;
    for (sentence, part) in tour::PARTS.into_iter().filter(|(sentence, _)| only.is_none_or(|it| sentence.contains(it)))
    {
        for language in ["zh-CN", "en"] {
            let walked = alone(dist, async |house, phone| {
                let walked = part(house, phone, language, &visitor).await;
                if walked.is_err() {
                    phone.record(&folder, "where-it-stopped").await.ok();
                }
                walked.map(|()| true)
            });
            match walked.await {
                Ok(_) => println!("ok      {sentence}, {language}"),
                Err(why) => {
                    all = false;
                    println!("FAILED  {sentence}, {language}\n        {why:#}");
                }
            }
        }
    }
    println!("The pictures are in {}", folder.display());
    Ok(all)
}

/// One house, one phone, and both gone afterwards.
async fn alone(dist: &Path, walk: impl AsyncFn(&House, &Browser) -> anyhow::Result<bool>) -> anyhow::Result<bool> {
    // Errors are the business of the journeys: here pages are measured and photographed.
    let house = House::open(Engine::Chromium, dist, Rc::new(Files::make()?)).await?.expecting(&[""]);
    let phone = house.phone().await?;
    let walked = walk(&house, &phone).await;
    let walked = phone.close(walked).await;
    house.stop().await;
    walked
}
