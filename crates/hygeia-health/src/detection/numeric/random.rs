//! Random numbers from a seed.

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): small, and good enough for permutations.
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, each as likely but for a bias below 2⁻⁶⁴ · bound.
    fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next()) * bound as u128;
        (product >> 64) as usize
    }

    /// Puts values into a random order (Durstenfeld, Commun ACM 1964;7:420).
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_as_likely() {
        let mut random = Random::new(1);
        let mut first = [0u32; 4];
        for _ in 0..4_000 {
            let mut values = [0usize, 1, 2, 3];
            random.shuffle(&mut values);
            first[values[0]] += 1;
        }
        // Standard deviation 27.
        assert!(first.iter().all(|count| count.abs_diff(1_000) < 120), "{first:?}");
    }
}
