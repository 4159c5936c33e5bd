//! Chance that can be repeated: a seed in, always the same choices out (SplitMix64).

/// A sequence of choices fixed by its seed.
pub struct Rng(u64);

impl Rng {
    /// The choices of a seed; neighbouring seeds have nothing in common.
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x6A69_7869_616F)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number from `from` to `to`, both included.
    pub fn range(&mut self, from: i64, to: i64) -> i64 {
        let width = to.abs_diff(from) + 1;
        from + i64::try_from(self.next() % width).unwrap_or(0)
    }

    /// The same for counts.
    pub fn count(&mut self, from: usize, to: usize) -> usize {
        let width = u64::try_from(to - from + 1).unwrap_or(1);
        from + usize::try_from(self.next() % width).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, of_hundred: i64) -> bool {
        self.range(1, 100) <= of_hundred
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.count(0, all.len() - 1);
        &all[at]
    }

    /// So many different ones, in their own order.
    pub fn some<T: Clone>(&mut self, all: &[T], count: usize) -> Vec<T> {
        let mut kept: Vec<usize> = (0..all.len()).collect();
        self.shuffle(&mut kept);
        kept.truncate(count);
        kept.sort_unstable();
        kept.into_iter().map(|at| all[at].clone()).collect()
    }

    /// Mixes the order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = self.count(0, at);
            all.swap(at, other);
        }
    }
}
