//! The text: the glosses of WordNet's nouns as symbols.

use common::datasets::wordnet_nouns;
use common::memo::{Memo, Shared};
use common::prelude::*;

/// Symbols: the end of a gloss, 26 letters, space, digits, marks between clauses, marks within words, all others.
pub const SYMBOLS: usize = 32;

/// One gloss of so many is for validation. The glosses are sorted by topic, so that they come from everywhere.
const VALIDATION: usize = 20;

/// The glosses one after the other, each with symbol 0 behind it.
pub struct Corpus {
    /// Symbols to learn from.
    pub training: Vec<u8>,
    /// Symbols of every twentieth gloss.
    pub validation: Vec<u8>,
}

impl Corpus {
    /// The corpus that the cells of a process share.
    ///
    /// # Errors
    /// Where the dictionary is absent or damaged.
    pub fn shared() -> Result<Shared<Corpus>> {
        static CORPUS: Memo<(), Corpus> = Memo::new();
        let read = || {
            let nouns = wordnet_nouns()?;
            Ok(Corpus::of(nouns.synsets().iter().map(|synset| synset.gloss.as_str())))
        };
        CORPUS.get((), read)
    }

    /// Of these glosses.
    fn of<'g>(glosses: impl Iterator<Item = &'g str>) -> Corpus {
        let mut corpus = Corpus { training: Vec::new(), validation: Vec::new() };
        for (index, gloss) in glosses.enumerate() {
            let part = if index % VALIDATION == VALIDATION - 1 { &mut corpus.validation } else { &mut corpus.training };
            part.extend(gloss.bytes().map(symbol).chain([0]));
        }
        corpus
    }
}

/// The symbol of a byte.
fn symbol(byte: u8) -> u8 {
    match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => letter - b'a' + 1,
        b' ' => 27,
        b'0'..=b'9' => 28,
        b',' | b';' | b':' | b'.' => 29,
        b'-' | b'\'' | b'`' | b'"' => 30,
        _ => 31,
    }
}

/// Places in a text, each as the symbols before it and the symbol there.
pub struct Positions {
    /// Symbols before a place.
    context: usize,
    before: Vec<u8>,
    next: Vec<u8>,
}

impl Positions {
    /// Draws `count` places with `context` symbols before them, uniformly with replacement.
    pub fn draw(text: &[u8], context: usize, count: usize, random: &mut Generator) -> Positions {
        let mut positions = Positions { context, before: Vec::with_capacity(count * context), next: Vec::new() };
        for _ in 0..count {
            let start = random.below(text.len() - context);
            positions.before.extend(&text[start..start + context]);
            positions.next.push(text[start + context]);
        }
        positions
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.next.len()
    }

    /// The places in groups of `size`, in the order in which they were drawn, and a smaller last one if places are left:
    /// contexts one after the other, and the symbols behind them.
    pub fn batches(&self, size: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.before.chunks(size * self.context).zip(self.next.chunks(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_the_one_that_was_measured() {
        let nouns = wordnet_nouns().unwrap();
        let corpus = Corpus::shared().unwrap();
        assert_eq!(nouns.synsets().len(), 82_192);
        assert_eq!((corpus.training.len(), corpus.validation.len()), (5_954_595, 316_303));
        assert_eq!(corpus.validation.iter().filter(|&&symbol| symbol == 0).count(), 4_109);
        let mut counts = [0.0; SYMBOLS];
        for &symbol in corpus.training.iter().chain(&corpus.validation) {
            counts[usize::from(symbol)] += 1.0;
        }
        let total: f64 = counts.iter().sum();
        assert_eq!(total, 6_270_898.0);
        let entropy: f64 = counts.iter().map(|count| -count / total * ln(count / total)).sum();
        assert!((entropy - 2.9765).abs() < 5e-5, "{entropy}");
    }

    #[test]
    fn every_twentieth_gloss_is_held_back() {
        let glosses = ["A b", "5-é"].into_iter().cycle().take(20);
        let corpus = Corpus::of(glosses);
        assert_eq!(corpus.training[..9], [1, 27, 2, 0, 28, 30, 31, 31, 0]);
        assert_eq!(corpus.validation, [28, 30, 31, 31, 0]);
    }

    #[test]
    fn a_position_is_followed_by_its_symbol() {
        let text: Vec<u8> = (0..30).collect();
        let positions = Positions::draw(&text, 3, 50, &mut Streams::new("test").open("tokens", 0));
        let batches: Vec<_> = positions.batches(8).collect();
        assert_eq!((batches.len(), batches[0].1.len(), batches[6].1.len()), (7, 8, 2));
        for (before, next) in batches {
            for (before, &next) in before.chunks(3).zip(next) {
                assert_eq!(before, [next - 3, next - 2, next - 1]);
            }
        }
    }
}
