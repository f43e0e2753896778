//! Texts as vectors: words, TF-IDF, latent semantic analysis, retrieval.
//!
//! A text is a list of words, [`words_of`]. A [`Lexicon`] weights them as TF-IDF rows of a [`SparseRows`] matrix;
//! [`LatentSemantics`] turns such rows into short dense vectors, and an [`InvertedIndex`] finds the rows that are
//! nearest to others.
//!
//! linfa-preprocessing has TF-IDF, too: with other weights, without the words of a text in order, and dense.

use std::collections::BTreeMap;

use numerics::{ln, reduce};

mod latent;
mod retrieval;
mod sparse;

pub use latent::LatentSemantics;
pub use retrieval::InvertedIndex;
pub use sparse::SparseRows;

/// Words that are frequent in definitions and say little.
pub const STOP_WORDS: [&str; 27] = [
    "a",
    "an",
    "the",
    "of",
    "or",
    "and",
    "in",
    "to",
    "for",
    "with",
    "that",
    "is",
    "by",
    "on",
    "from",
    "as",
    "at",
    "it",
    "its",
    "be",
    "are",
    "used",
    "having",
    "usually",
    "especially",
    "which",
    "who",
];

/// The words of a text: its longest runs of the letters a to z, in lower case.
///
/// ```
/// assert_eq!(common::text::words_of("An x-ray (of 1896)"), ["an", "x", "ray", "of"]);
/// ```
pub fn words_of(text: &str) -> Vec<String> {
    let runs = text.split(|letter: char| !letter.is_ascii_alphabetic());
    runs.filter(|run| !run.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// The words of a text that are not among [`STOP_WORDS`].
pub fn content_words_of(text: &str) -> Vec<String> {
    let mut words = words_of(text);
    words.retain(|word| !STOP_WORDS.contains(&word.as_str()));
    words
}

/// The words that occur in enough of some texts, in alphabetical order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexicon {
    words: Vec<String>,
    /// For each word, how many of the texts have it.
    frequencies: Vec<usize>,
    texts: usize,
}

impl Lexicon {
    /// The words that occur in at least `least` of the texts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a [String]>, least: usize) -> Lexicon {
        // For each word the number of texts and the last one of them.
        let mut seen: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut count = 0;
        for text in texts {
            count += 1;
            for word in text {
                let (frequency, last) = seen.entry(word).or_default();
                if *last < count {
                    (*frequency, *last) = (*frequency + 1, count);
                }
            }
        }
        let frequent = seen.into_iter().filter(|(_, (frequency, _))| *frequency >= least);
        let (words, frequencies) = frequent.map(|(word, (frequency, _))| (word.to_string(), frequency)).unzip();
        Lexicon { words, frequencies, texts: count }
    }

    /// The words, in alphabetical order.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Where a word stands among [`words`](Self::words).
    pub fn position(&self, word: &str) -> Option<usize> {
        self.words.binary_search_by(|other| other.as_str().cmp(word)).ok()
    }

    /// One row for each text, of length 1: (1 + ln tf) ln(N / df) for a word that occurs tf times in it and in df of the
    /// N texts of the vocabulary. The row of a text without known words is empty.
    pub fn tf_idf<'a>(&self, texts: impl IntoIterator<Item = &'a [String]>) -> SparseRows {
        let idf = |word: usize| ln(self.texts as f64 / self.frequencies[word] as f64);
        let mut rows = SparseRows::new(self.words.len());
        for text in texts {
            let mut known: Vec<usize> = text.iter().filter_map(|word| self.position(word)).collect();
            known.sort_unstable();
            let (columns, mut weights): (Vec<u32>, Vec<f64>) = known
                .chunk_by(|one, other| one == other)
                .map(|same| (same[0] as u32, (1.0 + ln(same.len() as f64)) * idf(same[0])))
                .unzip();
            let length = reduce::norm(&weights);
            if length > 0.0 {
                weights.iter_mut().for_each(|weight| *weight /= length);
            }
            rows.push(&columns, &weights);
        }
        rows
    }
}

#[cfg(test)]
mod tests;
