//! Files that people send, made by code: nothing here was ever a real document.
mod bad;
mod pdf;

use anyhow::Context;
use image::{DynamicImage, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use pdf::{Report, report};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The files, in a folder that goes when this goes.
pub struct Files {
    folder: tempfile::TempDir,
}

const LOCK: &str = "/Encrypt << /Filter /Standard /V 1 /R 2 /O (0123456789abcdef0123456789abcdef) \
    /U (0123456789abcdef0123456789abcdef) /P -4 >>";
const INK: Rgb<u8> = Rgb([28, 44, 52]);
const PAPER: Rgb<u8> = Rgb([232, 238, 236]);

impl Files {
    /// Makes all of them.
    pub fn make() -> anyhow::Result<Self> {
        let files = Self { folder: tempfile::tempdir()? };
        let front = with_exif(&jpeg(&card(true).rotate270())?, 6);
        files.put("id-front.jpg", &front)?;
        files.put("id-back.jpg", &jpeg(&card(false))?)?;
        files.put("portrait.jpg", &jpeg(&portrait())?)?;
        files.put("another-portrait.jpg", &jpeg(&portrait().adjust_contrast(8.0))?)?;
        let pages = |pages| report(Report { pages, ..Report::default() });
        files.put("report.pdf", &pages(1))?;
        files.put("letter.pdf", &pages(3))?;
        files.put("fifty.pdf", &pages(50))?;
        files.put("two-hundred.pdf", &pages(200))?;
        files.put("no-page.pdf", &pages(0))?;
        files.put("damaged.pdf", &[pages(1).get(..300).context("a short report")?, b"%%EOF\n"].concat())?;
        files.put("locked.pdf", &report(Report { pages: 1, trailer: LOCK, ..Report::default() }))?;
        files.put("cut-off.jpg", front.get(..front.len() / 3).context("a short picture")?)?;
        files.put("text.jpg", "这是一个改了名字的文本文件。\nPlain text.\n".as_bytes())?;
        for (name, bytes) in bad::small(&jpeg(&portrait())?, &pages(1)) {
            files.put(name, &bytes)?;
        }
        Ok(files)
    }

    /// A file of the project's own that tells where it was made, by whom, and more; `kind` is its ending.
    pub fn telling(kind: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/pictures/told.{kind}"))
    }

    /// A file of two gigabytes.
    pub fn enormous(&self) -> anyhow::Result<PathBuf> {
        Ok(bad::enormous(self.folder.path())?)
    }

    /// So many reports at once.
    pub fn copies(&self, count: usize) -> anyhow::Result<Vec<PathBuf>> {
        Ok(bad::copies(self.folder.path(), &self.path("report.pdf"), count)?)
    }

    /// A copy that may be deleted or changed without anybody missing it.
    pub fn passing(&self, of: &str) -> anyhow::Result<PathBuf> {
        let path = self.path("passing.jpg");
        fs::copy(self.path(of), &path)?;
        Ok(path)
    }

    /// A file by its name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A photo of a card that nobody can read, made when it is asked for.
    pub fn blurred(&self) -> anyhow::Result<PathBuf> {
        let path = self.path("blurred.jpg");
        if !path.exists() {
            let card = card(true).to_rgb8();
            let small = RgbImage::from_fn(1000, 750, |x, y| *card.get_pixel(x * 8 / 5, y * 8 / 5));
            let across = RgbImage::from_fn(1000, 750, |x, y| mean((0..17).map(|by| (x + by, y + 8)), &small));
            let blurred = RgbImage::from_fn(1000, 750, |x, y| mean((0..17).map(|by| (x + 8, y + by)), &across));
            self.put("blurred.jpg", &jpeg(&DynamicImage::ImageRgb8(blurred))?)?;
        }
        Ok(path)
    }

    /// A photo of a card that lies on its side, made when it is asked for.
    pub fn sideways(&self) -> anyhow::Result<PathBuf> {
        let path = self.path("sideways.jpg");
        if !path.exists() {
            self.put("sideways.jpg", &jpeg(&card(false).rotate90())?)?;
        }
        Ok(path)
    }

    /// A photo of twelve megapixels, made when it is asked for: drawing it takes seconds.
    pub fn large(&self) -> anyhow::Result<PathBuf> {
        self.photo(4000, 3000)
    }

    /// A photo of so many pixels across and down.
    pub fn photo(&self, width: u32, height: u32) -> anyhow::Result<PathBuf> {
        let name = format!("photo-{width}.jpg");
        let path = self.path(&name);
        if !path.exists() {
            let small = card(true).to_rgb8();
            let photo = RgbImage::from_fn(width, height, |x, y| {
                speckle(x, y, *small.get_pixel(x * small.width() / width, y * small.height() / height))
            });
            self.put(&name, &jpeg(&DynamicImage::ImageRgb8(photo))?)?;
        }
        Ok(path)
    }

    /// A report of forty megabytes, made when it is asked for.
    pub fn heavy(&self) -> anyhow::Result<PathBuf> {
        let path = self.path("heavy.pdf");
        if !path.exists() {
            self.put("heavy.pdf", &report(Report { pages: 5, padding: 40 << 20, ..Report::default() }))?;
        }
        Ok(path)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        fs::write(self.path(name), bytes).with_context(|| name.to_owned())
    }
}

/// Whether a file still says where it was taken, how it was held, or what else was written into it.
pub fn tells(bytes: &[u8]) -> bool {
    ["Exif", "SECRET", "xmp"].iter().any(|word| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
}

/// Fine structure, so that a sharp picture measures as sharp.
fn speckle(x: u32, y: u32, base: Rgb<u8>) -> Rgb<u8> {
    let noise = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519);
    let step = u8::try_from((noise >> 13) % 23).unwrap_or(0);
    Rgb(base.0.map(|channel| channel.saturating_sub(step)))
}

fn fill(picture: &mut RgbImage, from: (u32, u32), size: (u32, u32), colour: Rgb<u8>) {
    for y in from.1..(from.1 + size.1).min(picture.height()) {
        for x in from.0..(from.0 + size.0).min(picture.width()) {
            picture.put_pixel(x, y, speckle(x, y, colour));
        }
    }
}

/// The mean of some dots, whose places are eight too far to the right and down.
fn mean(places: impl Iterator<Item = (u32, u32)>, of: &RgbImage) -> Rgb<u8> {
    let (mut sum, mut count) = ([0_u32; 3], 0);
    for (x, y) in places {
        let place = |at: u32, length: u32| at.saturating_sub(8).min(length - 1);
        let Rgb(dot) = of.get_pixel(place(x, of.width()), place(y, of.height()));
        sum.iter_mut().zip(dot).for_each(|(sum, value)| *sum += u32::from(*value));
        count += 1;
    }
    Rgb(sum.map(|it| u8::try_from(it / count).unwrap_or(u8::MAX)))
}

/// A row of strokes that looks like print from afar.
fn print_row(picture: &mut RgbImage, from: (u32, u32), signs: u32, height: u32) {
    for sign in 0..signs {
        let x = from.0 + sign * height * 9 / 8;
        fill(picture, (x, from.1), (height / 8 + 1, height), INK);
        fill(picture, (x, from.1 + height / 2 * (sign % 2)), (height * 3 / 4, height / 9 + 1), INK);
        fill(picture, (x + height / 2, from.1 + height / 4), (height / 8 + 1, height * 3 / 4), INK);
    }
}

/// A card of the proportions of an ID card: with the holder's picture in front, with an emblem behind.
fn card(front: bool) -> DynamicImage {
    let mut picture = RgbImage::from_fn(1600, 1200, |x, y| speckle(x, y, Rgb([150, 134, 120])));
    fill(&mut picture, (80, 110), (1440, 908), PAPER);
    if front {
        for row in 0..5 {
            print_row(&mut picture, (150, 190 + row * 120), 10 - row % 3, 56);
        }
        print_row(&mut picture, (150, 890), 18, 60);
        fill(&mut picture, (1080, 240), (360, 460), Rgb([196, 214, 224]));
        oval(&mut picture, (1260, 440), (110, 150), Rgb([214, 176, 150]));
    } else {
        oval(&mut picture, (300, 340), (150, 150), Rgb([176, 60, 50]));
        print_row(&mut picture, (520, 280), 9, 80);
        print_row(&mut picture, (520, 800), 14, 56);
    }
    DynamicImage::ImageRgb8(picture)
}

fn portrait() -> DynamicImage {
    let mut picture = RgbImage::from_fn(900, 1200, |x, y| speckle(x, y, Rgb([244, 246, 247])));
    oval(&mut picture, (450, 1180), (380, 380), Rgb([52, 74, 96]));
    oval(&mut picture, (450, 520), (215, 285), Rgb([222, 186, 160]));
    oval(&mut picture, (450, 330), (235, 150), Rgb([38, 32, 30]));
    for x in [365, 535] {
        oval(&mut picture, (x, 500), (30, 16), INK);
    }
    oval(&mut picture, (450, 670), (70, 18), Rgb([170, 90, 84]));
    DynamicImage::ImageRgb8(picture)
}

fn oval(picture: &mut RgbImage, centre: (u32, u32), radius: (u32, u32), colour: Rgb<u8>) {
    let square = |distance: u32, radius: u32| u64::from(distance).pow(2) * 1_000_000 / u64::from(radius).pow(2);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (dx, dy) = (x.abs_diff(centre.0), y.abs_diff(centre.1));
        if square(dx, radius.0) + square(dy, radius.1) <= 1_000_000 {
            *pixel = speckle(x, y, colour);
        }
    }
}

fn jpeg(picture: &DynamicImage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![];
    JpegEncoder::new_with_quality(&mut bytes, 88).encode_image(&picture.to_rgb8())?;
    Ok(bytes)
}

/// Puts an EXIF block behind the start of a JPEG: how the phone was held, and a place (in the sea off Null Island).
fn with_exif(picture: &[u8], orientation: u16) -> Vec<u8> {
    let mut tiff: Vec<u8> = b"II\x2a\x00\x08\x00\x00\x00".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    // The main directory: two entries, 8 + 2 + 2 * 12 + 4 = 38 bytes to its end.
    tiff.extend(2u16.to_le_bytes());
    let [low, high] = orientation.to_le_bytes();
    tiff.extend(entry(0x0112, 3, 1, [low, high, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 38u32.to_le_bytes()));
    tiff.extend(0u32.to_le_bytes());
    // The directory of the place: four entries, then the degrees it points to, at 38 + 2 + 4 * 12 + 4 = 92.
    tiff.extend(4u16.to_le_bytes());
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, 92u32.to_le_bytes()));
    tiff.extend(entry(3, 2, 2, *b"E\0\0\0"));
    tiff.extend(entry(4, 5, 3, 116u32.to_le_bytes()));
    tiff.extend(0u32.to_le_bytes());
    for degrees in [[0u32, 12, 30], [0, 45, 15]] {
        for part in degrees {
            tiff.extend(part.to_le_bytes());
            tiff.extend(1u32.to_le_bytes());
        }
    }
    let block = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = u16::try_from(block.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    let (start, rest) = picture.split_at(2);
    [start, &[0xff, 0xe1], &length, &block, rest].concat()
}
