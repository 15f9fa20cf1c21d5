//! Chance that is the same on every machine.

use super::at;
use jiff::civil::Date;

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, and enough for a demo.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one purpose: the words name it.
    pub fn new(words: &[&str]) -> Self {
        // FNV-1a over the words.
        let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// A number from 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True once in `1 / chance` times.
    pub fn happens(&mut self, chance: f64) -> bool {
        self.share() < chance
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Roughly normal, by the sum of twelve uniform numbers.
    pub fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.share()).sum();
        mean + (sum - 6.0) * deviation
    }

    /// An id that sorts by its day, as ids made by devices do: what is entered together is kept together.
    pub fn uuid(&mut self, day: Date) -> uuid::Uuid {
        let (high, low) = (self.next().to_be_bytes(), self.next().to_be_bytes());
        let mut rest = [0; 10];
        rest[..8].copy_from_slice(&high);
        rest[8..].copy_from_slice(&low[..2]);
        let millis = at(day, 0, 0).as_millisecond().unsigned_abs();
        uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    }
}
