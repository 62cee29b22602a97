//! Running journeys side by side, each with a limit of time, and saying how they ended.
use crate::{
    engine::Engine,
    fixtures::Files,
    house::House,
    journeys::{JOURNEYS, Journey},
};
use std::{
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

const LIMIT: Duration = Duration::from_secs(240);

/// So many at most that failed beside others are walked once more, alone: where a browser waits for another one's processor
/// longer than a person would wait, that says nothing of the app. What failed first stays printed.
const NOISE: usize = 3;

/// Which journeys, and how.
#[derive(Clone)]
pub struct Plan {
    /// In whose browser.
    pub engine: Engine,
    /// The build of the app.
    pub dist: PathBuf,
    /// Only those whose sentence contains this.
    pub only: Option<String>,
    /// How many at a time.
    pub jobs: usize,
}

/// Runs them and prints a line for each; gives back whether all went well.
///
/// # Errors
/// The files could not be made.
pub async fn run(plan: &Plan) -> anyhow::Result<bool> {
    tokio::task::LocalSet::new().run_until(run_here(plan)).await
}

async fn run_here(plan: &Plan) -> anyhow::Result<bool> {
    let files = Rc::new(Files::make()?);
    let wanted = JOURNEYS.iter().filter(|journey| {
        (plan.engine == Engine::Chromium || journey.everywhere)
            && plan.only.as_ref().is_none_or(|part| journey.sentence.contains(part.as_str()))
    });
    let turns = Arc::new(Semaphore::new(plan.jobs));
    let mut running = tokio::task::JoinSet::new();
    for journey in wanted {
        let (plan, files, turns) = (plan.clone(), Rc::clone(&files), Arc::clone(&turns));
        running.spawn_local(async move {
            let _turn = turns.acquire_owned().await;
            (journey, one(journey, &plan, files).await)
        });
    }
    let (mut passed, mut left) = (0, Vec::new());
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok((_, true)) => passed += 1,
            Ok((journey, false)) => left.push(Some(journey)),
            Err(_) => left.push(None),
        }
    }
    let (mut failed, mut second) = (left.len(), 0);
    if failed <= NOISE {
        for journey in left.into_iter().flatten() {
            println!("again, alone: {}", journey.sentence);
            if one(journey, plan, Rc::clone(&files)).await {
                (passed, failed, second) = (passed + 1, failed - 1, second + 1);
            }
        }
    }
    println!("journeys in {}: {passed} passed ({second} of them only the second time), {failed} failed", plan.engine);
    Ok(failed == 0)
}

async fn one(journey: &'static Journey, plan: &Plan, files: Rc<Files>) -> bool {
    let started = Instant::now();
    // A longer walk was asked for.
    let steps = std::env::var("HC_STEPS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let limit = LIMIT.max(Duration::from_secs(3) * steps);
    let outcome = tokio::time::timeout(limit, walk(journey, plan, files)).await;
    let seconds = started.elapsed().as_secs();
    match outcome {
        Ok(Ok(())) => {
            println!("ok      {} ({seconds} s)", journey.sentence);
            return true;
        }
        Ok(Err(why)) => println!("FAILED  {} ({seconds} s)\n        {why:#}", journey.sentence),
        Err(_) => println!("FAILED  {}: it took more than {} s", journey.sentence, limit.as_secs()),
    }
    false
}

/// Walks with one phone; what the phone shows when it fails is kept.
async fn walk(journey: &Journey, plan: &Plan, files: Rc<Files>) -> anyhow::Result<()> {
    let house = House::open(plan.engine, &plan.dist, files).await?.expecting(journey.expects);
    let phone = house.phone().await?;
    let walked = match (journey.walk)(&house, &phone).await {
        Ok(()) => phone.is_quiet().await,
        Err(why) => Err(why),
    };
    if walked.is_err() {
        let folder = kept(journey);
        match phone.record(&folder, &plan.engine.to_string()).await {
            Ok(()) => println!("        see {}", folder.display()),
            Err(why) => println!("        nothing could be kept: {why}"),
        }
    }
    let walked = phone.close(walked).await;
    house.stop().await;
    walked
}

fn kept(journey: &Journey) -> PathBuf {
    let name = journey.sentence.replace(' ', "-");
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/journeys").join(name)
}
