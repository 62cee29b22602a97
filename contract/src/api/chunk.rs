//! How many bytes of an upload go into one request (contract §6).
use std::time::Duration;

/// A chunk that took less than this may be followed by a larger one.
const QUICK: Duration = Duration::from_secs(10);
/// A chunk that took longer than this is followed by a smaller one: what is cut off within it is sent twice.
const SLOW: Duration = Duration::from_secs(20);

/// The size of one request's body: it grows while the network is quick, and shrinks while it is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chunk(u32);

impl Chunk {
    /// What the first upload begins with.
    pub const FIRST: Self = Self(256 << 10);
    /// None is smaller.
    const SMALLEST: Self = Self(64 << 10);
    /// None is larger.
    const LARGEST: Self = Self(4 << 20);

    /// In bytes.
    pub fn bytes(self) -> u32 {
        self.0
    }

    /// The next one, after nobody answered to this one: what is sent again should be less.
    #[must_use]
    pub fn after_failure(self) -> Self {
        Self(self.0 / 2).max(Self::SMALLEST)
    }

    /// The next one, after this one took so long.
    #[must_use]
    pub fn after(self, took: Duration) -> Self {
        match () {
            () if took < QUICK => Self(self.0.saturating_mul(2)).min(Self::LARGEST),
            () if took > SLOW => self.after_failure(),
            () => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_grow_on_a_quick_network_and_shrink_on_a_slow_one() {
        let kilobytes = |seconds: &[u64]| {
            let mut chunk = Chunk::FIRST;
            seconds
                .iter()
                .map(|it| {
                    chunk = chunk.after(Duration::from_secs(*it));
                    chunk.bytes() >> 10
                })
                .collect::<Vec<_>>()
        };
        for (took, then) in [
            (&[1, 1, 1, 1, 1][..], &[512, 1024, 2048, 4096, 4096][..]),
            (&[30, 30, 30], &[128, 64, 64]),
            (&[12, 12], &[256, 256]),
            (&[1, 1, 40, 40, 12, 2], &[512, 1024, 512, 256, 256, 512]),
        ] {
            assert_eq!(kilobytes(took), then, "{took:?}");
        }
    }

    #[test]
    fn what_nobody_answers_to_is_tried_again_in_smaller_chunks_down_to_the_smallest() {
        let mut chunk = Chunk::LARGEST;
        let tried: Vec<_> = (0..8)
            .map(|_| {
                chunk = chunk.after_failure();
                chunk.bytes() >> 10
            })
            .collect();
        assert_eq!(tried, [2048, 1024, 512, 256, 128, 64, 64, 64]);
    }
}
