//! How long a photo takes from choosing to its preview, how long the page is deaf meanwhile, and how much memory it takes:
//! ours, and a plain page that does the same with a canvas. A table and no verdict: it depends on the machine.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use thirtyfour::prelude::*;

/// Megapixels, across, down.
const SIZES: [(u32, u32, u32); 3] = [(12, 4000, 3000), (24, 5656, 4242), (48, 8000, 6000)];
/// How many times slower the main thread is made.
const SLOWER: [u32; 2] = [1, 4];
const ITEM: &str = "documents.identity.front";
const PATIENCE: Duration = Duration::from_mins(2);

/// So many rounds; the one in the middle counts.
const ROUNDS: usize = 3;

/// A look may take so many MB a megapixel, the decoded picture and one copy of it, ...
const MEMORY_EACH: u64 = 8;
/// ... and so many besides.
const MEMORY_BESIDES: u64 = 64;

/// What one photo took.
struct Took {
    milliseconds: f64,
    deaf: f64,
    /// The longest piece of script in a frame that came late.
    script: f64,
    before: u64,
    peak: u64,
}

/// Prints the table.
///
/// # Errors
/// The app cannot be reached, a photo does not come, or a look takes more memory than it may.
pub async fn print(house: &House, phone: &Browser) -> anyhow::Result<bool> {
    println!(
        "| page | photo | file, MB | main thread | choosing to preview, s | longest task, ms | longest script, ms | memory before, MB | at most, MB |"
    );
    println!("|--|--|--|--|--|--|--|--|--|");
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let mut photos = vec![];
    for (name, width, height) in SIZES {
        photos.push((name, house.files.photo(width, height)?));
    }
    applicant.begins().await?;
    applicant.fills_in().await?;
    let step = phone.driver.current_url().await?;
    for (name, photo) in &photos {
        for slower in SLOWER {
            let mut rounds = vec![];
            for _ in 0..ROUNDS {
                phone.driver.goto(step.as_str()).await?;
                let label = applicant.speech.short(ITEM)?;
                applicant.finds("file", &label).await?;
                removed(&applicant, phone).await?;
                let control = applicant.finds("file", &label).await?;
                rounds.push(measured(phone, &control, photo, slower, OURS).await?);
            }
            row("ours", *name, photo, slower, rounds)?;
        }
    }
    for (name, photo) in &photos {
        for slower in SLOWER {
            let mut rounds = vec![];
            for _ in 0..ROUNDS {
                phone.driver.goto(&format!("{}/host.css", house.host())).await?;
                phone.driver.execute(PLAIN, vec![]).await?;
                let control = phone.driver.find(By::Css("input[type=file]")).await?;
                rounds.push(measured(phone, &control, photo, slower, "img").await?);
            }
            row("plain canvas", *name, photo, slower, rounds)?;
        }
    }
    Ok(true)
}

fn row(page: &str, name: u32, photo: &Path, slower: u32, mut rounds: Vec<Took>) -> anyhow::Result<()> {
    rounds.sort_by(|a, b| a.milliseconds.total_cmp(&b.milliseconds));
    let took = rounds.get(rounds.len() / 2).context("no round")?;
    let bytes = fs::metadata(photo)?.len();
    println!(
        "| {page} | {name} MP | {}.{} | {slower}x | {:.2} | {:.0} | {:.0} | {} | {} |",
        bytes / 1_000_000,
        bytes / 100_000 % 10,
        took.milliseconds / 1000.0,
        took.deaf,
        took.script,
        took.before / 1024,
        took.peak / 1024,
    );
    let (more, most) = (took.peak.saturating_sub(took.before) / 1024, MEMORY_EACH * u64::from(name) + MEMORY_BESIDES);
    ensure!(page != "ours" || more <= most, "A look at {name} MP took {more} MB, {most} are allowed.");
    Ok(())
}

/// Takes away what an earlier round has left.
async fn removed(applicant: &Applicant<'_>, phone: &Browser) -> anyhow::Result<()> {
    let remove = applicant.speech.say("doc.remove")?;
    if applicant.has("button", remove).await? {
        applicant.button(remove).await?;
        applicant.presses_within("dialog", remove).await?;
        let gone = "return !document.querySelector('.hc-doc__pic');";
        let gone = async || Ok(phone.driver.execute(gone, vec![]).await?.json() == &Value::Bool(true));
        applicant.waits("an empty item", gone).await?;
    }
    Ok(())
}

/// Gives a photo to a control and waits for the picture that `shown` finds.
async fn measured(
    phone: &Browser,
    control: &WebElement,
    photo: &Path,
    slower: u32,
    shown: &str,
) -> anyhow::Result<Took> {
    let cdp = phone.driver.cdp();
    phone.driver.execute(WATCH, vec![shown.into()]).await?;
    let memory = Memory::of_the_page()?;
    let before = memory.now()?;
    memory.forget_peak()?;
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": slower })).await?;
    control.send_keys(photo.to_string_lossy().into_owned()).await?;
    let until = Instant::now() + PATIENCE;
    let took = loop {
        let found = phone
            .driver
            .execute("return __took.end ? [__took.end - __took.begin, __took.deaf, __took.script] : null;", vec![])
            .await?;
        let numbers: Vec<f64> = found.json().as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        if let [milliseconds, deaf, script] = numbers[..] {
            break (milliseconds, deaf, script);
        }
        if Instant::now() > until {
            bail!("{} did not come: {}", photo.display(), crate::find::text(&phone.driver).await?);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await?;
    Ok(Took { milliseconds: took.0, deaf: took.1, script: took.2, before, peak: memory.peak()? })
}

/// The memory of the process that has the page and its workers, in kibibytes, as the system counts it.
struct Memory(PathBuf);

impl Memory {
    /// The largest renderer of this machine: a bench runs alone.
    fn of_the_page() -> anyhow::Result<Self> {
        let mut found: Option<(u64, PathBuf)> = None;
        for entry in fs::read_dir("/proc")?.flatten() {
            let folder = entry.path();
            let line = fs::read(folder.join("cmdline")).unwrap_or_default();
            if !String::from_utf8_lossy(&line).contains("--type=renderer") {
                continue;
            }
            let memory = Self(folder.clone()).now().unwrap_or_default();
            if found.as_ref().is_none_or(|(most, _)| memory > *most) {
                found = Some((memory, folder));
            }
        }
        found.map(|(_, folder)| Self(folder)).context("no renderer runs")
    }

    fn line(&self, name: &str) -> anyhow::Result<u64> {
        let status = fs::read_to_string(self.0.join("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        line.split_whitespace().next().and_then(|it| it.parse().ok()).context("no number")
    }

    fn now(&self) -> anyhow::Result<u64> {
        self.line("VmRSS:")
    }

    fn peak(&self) -> anyhow::Result<u64> {
        self.line("VmHWM:")
    }

    /// Linux begins to count the peak anew.
    fn forget_peak(&self) -> anyhow::Result<()> {
        Ok(fs::write(self.0.join("clear_refs"), "5")?)
    }
}

/// The picture of a document in our page.
const OURS: &str = ".hc-doc__pic img";

/// From the choice to the frame in which the picture is there; the longest task of the main thread meanwhile.
const WATCH: &str = r"
const [shown] = arguments;
globalThis.__took = { begin: 0, end: 0, deaf: 0, script: 0 };
new PerformanceObserver(list => { for (const task of list.getEntries()) if (__took.begin) __took.deaf = Math.max(__took.deaf, task.duration); })
  .observe({ type: 'longtask' });
if (PerformanceObserver.supportedEntryTypes.includes('long-animation-frame')) new PerformanceObserver(list => { for (const frame of list.getEntries()) if (__took.begin)
  __took.script = Math.max(__took.script, ...frame.scripts.map(it => it.duration)); }).observe({ type: 'long-animation-frame' });
document.addEventListener('change', event => {
  if (event.target.type !== 'file') return;
  __took.begin = performance.now();
  const look = () => {
    const there = [...document.querySelectorAll(shown)].some(it => it.complete && it.naturalWidth > 0);
    if (there) setTimeout(() => { __took.end = performance.now(); }); else requestAnimationFrame(look);
  };
  look();
}, { capture: true, once: true });
";

/// What many pages do: decode, shrink, look whether it is sharp, encode and hash, all of it where the page lives.
const PLAIN: &str = r"
document.body.replaceChildren();
const input = document.createElement('input');
input.type = 'file';
input.addEventListener('change', async () => {
  const photo = new Image();
  photo.src = URL.createObjectURL(input.files[0]);
  await photo.decode();
  const draw = side => {
    const scale = Math.min(1, side / Math.max(photo.naturalWidth, photo.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = photo.naturalWidth * scale; canvas.height = photo.naturalHeight * scale;
    canvas.getContext('2d').drawImage(photo, 0, 0, canvas.width, canvas.height);
    return canvas;
  };
  const look = draw(1600), { width, height } = look;
  const dots = look.getContext('2d').getImageData(0, 0, width, height).data;
  let sum = 0, squares = 0, count = 0;
  for (let y = 1; y < height - 1; y++) for (let x = 1; x < width - 1; x++) {
    const at = 4 * (y * width + x) + 1;
    const edge = 4 * dots[at] - dots[at - 4] - dots[at + 4] - dots[at - 4 * width] - dots[at + 4 * width];
    sum += edge; squares += edge * edge; count++;
  }
  globalThis.sharpness = squares / count - (sum / count) ** 2;
  const upload = await new Promise(done => draw(2560).toBlob(done, 'image/jpeg', .88));
  await crypto.subtle.digest('SHA-256', await upload.arrayBuffer());
  const small = await new Promise(done => draw(360).toBlob(done, 'image/jpeg', .75));
  const shown = new Image();
  shown.src = URL.createObjectURL(small);
  document.body.append(shown);
});
document.body.append(input);
";
