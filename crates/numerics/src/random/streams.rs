//! Named streams and the generator behind them.

use std::fmt;

use rand_core::{Infallible, TryRng};
use sha2::{Digest, Sha256};

use super::chacha::{self, WORDS};

/// The random streams of one paper.
///
/// Cheap to clone and without state: opening the same stream twice gives the same draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streams {
    slug: String,
}

impl Streams {
    /// The streams of the paper with this slug.
    #[must_use]
    pub fn new(slug: &str) -> Self {
        Self { slug: slug.to_owned() }
    }

    /// Opens the stream `name` for a seed.
    ///
    /// The generator's key is the SHA-256 digest of slug, name and seed, each with its length before
    /// it, so that no two different triples are hashed from the same bytes.
    #[must_use]
    pub fn open(&self, name: &str, seed: u64) -> Generator {
        Generator::from_parts(&[b"stream", self.slug.as_bytes(), name.as_bytes(), &seed.to_le_bytes()])
    }
}

/// A random generator: ChaCha with 8 rounds.
///
/// The key comes from [`Streams::open`] or [`Generator::split`]; counter and nonce start at zero. The
/// key stream is read as little-endian 64-bit words. Distributions are methods: [`normal`](Self::normal),
/// [`gamma`](Self::gamma), [`permutation`](Self::permutation) and so on. It also implements the core
/// traits of `rand` 0.10 ([`TryRng`], and through it `Rng`).
#[derive(Clone)]
pub struct Generator {
    key: [u8; 32],
    /// Number of the next block.
    counter: u64,
    words: [u64; WORDS],
    used: usize,
}

impl Generator {
    /// A generator keyed by the digest of the parts, each preceded by its length as a 64-bit number.
    fn from_parts(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self::from_key(hash.finalize().into())
    }

    fn from_key(key: [u8; 32]) -> Self {
        Self { key, counter: 0, words: [0; WORDS], used: WORDS }
    }

    /// An independent generator that depends on this one's key and the name, and not on what has been
    /// drawn from this one so far.
    #[must_use]
    pub fn split(&self, name: &str) -> Self {
        Self::from_parts(&[b"split", &self.key, name.as_bytes()])
    }

    #[cold]
    fn refill(&mut self) {
        let (words, []) = self.key.as_chunks::<4>() else { unreachable!("eight words") };
        let key = std::array::from_fn(|index| u32::from_le_bytes(words[index]));
        chacha::key_stream(&key, self.counter, &mut self.words);
        self.counter += (WORDS / chacha::BLOCK) as u64;
        self.used = 0;
    }

    /// The next 64 uniformly random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        if self.used >= WORDS {
            self.refill();
        }
        let word = self.words[self.used];
        self.used += 1;
        word
    }

    /// Uniform on [0, 1): a multiple of 2⁻⁵³.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.next_u64() >> 11) as f64 * STEP
    }

    /// Uniform on (0, 1]: safe to take the logarithm of.
    #[inline]
    pub(super) fn uniform_positive(&mut self) -> f64 {
        1.0 - self.uniform()
    }

    /// Uniform on [low, high); `low` itself if the two are equal.
    ///
    /// # Panics
    /// If a bound is not finite, `high < low`, or the width overflows.
    pub fn uniform_in(&mut self, low: f64, high: f64) -> f64 {
        let width = high - low;
        assert!(
            width.is_finite() && width >= 0.0,
            "uniform_in needs finite bounds in ascending order, got {low} and {high}"
        );
        let value = low + width * self.uniform();
        // Rounding can reach the open end.
        if value < high { value } else { low.max(high.next_down()) }
    }

    /// Uniform on {0, …, n − 1}, without bias.
    ///
    /// Multiplication with rejection (Lemire 2019, *Fast random integer generation in an interval*).
    ///
    /// # Panics
    /// If `n` is zero.
    #[inline]
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "below needs at least one value to choose from");
        let n = n as u64;
        let mut product = u128::from(self.next_u64()) * u128::from(n);
        if (product as u64) < n {
            let rejected = n.wrapping_neg() % n;
            while (product as u64) < rejected {
                product = u128::from(self.next_u64()) * u128::from(n);
            }
        }
        (product >> 64) as usize
    }

    /// +1 or −1 with equal probability (Rademacher).
    #[inline]
    pub fn sign(&mut self) -> f64 {
        if self.next_u64() >> 63 == 0 { 1.0 } else { -1.0 }
    }

    /// True with probability `p`.
    ///
    /// # Panics
    /// If `p` is outside [0, 1].
    #[inline]
    pub fn bernoulli(&mut self, p: f64) -> bool {
        assert!((0.0..=1.0).contains(&p), "bernoulli needs a probability, got {p}");
        self.uniform() < p
    }
}

impl fmt::Debug for Generator {
    /// Does not print the state.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Generator").finish_non_exhaustive()
    }
}

impl TryRng for Generator {
    type Error = Infallible;

    /// The low half of one 64-bit word; the high half is dropped.
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_u64() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next_u64())
    }

    /// Little-endian words; the unused end of the last one is dropped.
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First bytes of the key stream of ChaCha8 for a 256-bit key and nonce of zeros, from the test
    /// vectors of Strombergson (2013), *Test Vectors for the Stream Cipher ChaCha*, case TC1.
    #[test]
    fn key_stream_is_chacha8() {
        let expected = [0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1];
        let mut bytes = [0; 16];
        Generator::from_key([0; 32]).try_fill_bytes(&mut bytes).expect("infallible");
        assert_eq!(bytes, expected);
    }

    #[test]
    fn uniform_in_stays_inside_a_narrow_interval() {
        let mut generator = Streams::new("test").open("narrow", 0);
        let (low, high) = (1.0, 1.0_f64.next_up());
        for _ in 0..100 {
            assert_eq!(generator.uniform_in(low, high), low);
        }
        assert_eq!(generator.uniform_in(2.5, 2.5), 2.5);
    }

    #[test]
    fn split_ignores_what_was_drawn() {
        let mut parent = Streams::new("test").open("parent", 3);
        let before = parent.split("child").next_u64();
        parent.next_u64();
        assert_eq!(parent.split("child").next_u64(), before);
        assert_ne!(parent.split("other").next_u64(), before);
    }

    #[test]
    fn names_are_not_concatenated() {
        let first = Streams::new("ab").open("c", 0).next_u64();
        let second = Streams::new("a").open("bc", 0).next_u64();
        assert_ne!(first, second);
    }
}
