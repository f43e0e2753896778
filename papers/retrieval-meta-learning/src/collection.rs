//! The texts: definitions of WordNet nouns whose parents are the classes, and passages without labels to retrieve.

use std::collections::BTreeSet;
use std::ops::Range;

use common::datasets::{Nouns, Synset, wordnet_nouns};
use common::memo::{Memo, Shared};
use common::prelude::*;
use common::text::{InvertedIndex, LatentSemantics, Lexicon, content_words_of};

/// Where texts come from, and how they become vectors.
#[derive(Parameters)]
pub struct Sources {
    /// Children of a noun that is a class, at least.
    #[range(1..=82_192)]
    pub min_children: usize,
    /// Labelled texts of a class, at most: the first in the dictionary.
    #[range(30..=82_192)]
    pub max_per_class: usize,
    /// Passages without labels, at most.
    #[range(1..=82_192)]
    pub corpus_size: usize,
    /// Numbers of a text: components of latent semantic analysis.
    pub dim: usize,
}

/// Fewest words of a labelled text and of a passage, and fewest labelled texts of a class.
const LEAST_WORDS: usize = 3;
const LEAST_PASSAGE: usize = 4;
const LEAST_TEXTS: usize = 30;

/// Texts that a word must occur in to be known.
const KNOWN_IN: usize = 2;

/// Power iterations of latent semantic analysis.
const POWER_ITERATIONS: usize = 3;

/// The passages are in the order of this shuffle, the same in all runs.
const ORDER: u64 = 7;

/// Texts as vectors of length 1, a row each; zeros where no word is known.
pub struct Collection {
    /// Labelled texts, class by class.
    pub texts: Array2<f64>,
    /// The rows of each class.
    pub classes: Vec<Range<usize>>,
    /// Passages.
    pub passages: Array2<f64>,
    /// For each labelled text as many passages as were asked for, the nearest first.
    pub retrieved: Array2<usize>,
}

static COLLECTIONS: Memo<([usize; 4], usize), Collection> = Memo::new();

impl Collection {
    /// The texts of some sources, each with its `most` nearest passages.
    ///
    /// # Errors
    /// Where the dictionary cannot be read, or gives too few texts.
    pub fn of(sources: &Sources, most: usize) -> Result<Shared<Collection>> {
        let &Sources { min_children, max_per_class, corpus_size, dim } = sources;
        let key = ([min_children, max_per_class, corpus_size, dim], most);
        COLLECTIONS.get(key, || Collection::embed(Texts::of(&wordnet_nouns()?, sources)?, dim, most))
    }

    fn embed(texts: Texts, dim: usize, most: usize) -> Result<Collection> {
        let Texts { labelled, classes, passages } = texts;
        let lexicon = Lexicon::of(labelled.iter().chain(&passages).map(Vec::as_slice), KNOWN_IN);
        let [labelled, passages] = [labelled, passages].map(|texts| lexicon.tf_idf(texts.iter().map(Vec::as_slice)));
        let nearest = InvertedIndex::of(&passages).nearest(&labelled, most);
        // A text that has too few passages in common words gets the first one for those that lack.
        let passage = |(text, place): (usize, usize)| nearest[text].get(place).copied().unwrap_or(0);
        let retrieved = Array2::from_shape_fn((labelled.nrows(), most), passage);
        let semantics = LatentSemantics::of(&passages, dim, POWER_ITERATIONS)?;
        let [texts, passages] = [labelled, passages].map(|rows| {
            let mut vectors = semantics.project(&rows);
            for mut row in vectors.rows_mut() {
                let length = row.dot(&row).sqrt();
                if length > 0.0 {
                    row /= length;
                }
            }
            vectors
        });
        Ok(Collection { texts, classes, passages, retrieved })
    }
}

/// Texts as lists of words.
struct Texts {
    labelled: Vec<Vec<String>>,
    classes: Vec<Range<usize>>,
    passages: Vec<Vec<String>>,
}

impl Texts {
    fn of(nouns: &Nouns, sources: &Sources) -> Result<Texts> {
        let (mut labelled, mut classes, mut parents) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (offset, children) in nouns.children() {
            if children.len() < sources.min_children {
                continue;
            }
            parents.insert(offset);
            // The class is not named in its texts.
            let names = names_of(nouns.at(offset).context("a parent is a noun")?);
            let words = children.iter().map(|child| {
                let mut words = content_words_of(child.definition());
                words.retain(|word| !names.contains(word));
                words
            });
            let enough = words.filter(|words| words.len() >= LEAST_WORDS);
            let texts: Vec<Vec<String>> = enough.take(sources.max_per_class).collect();
            if texts.len() >= LEAST_TEXTS {
                classes.push(labelled.len()..labelled.len() + texts.len());
                labelled.extend(texts);
            }
        }
        // No labelled text is a passage, and no other child of a class either.
        let outside = |noun: &&Synset| noun.parent.is_none_or(|parent| !parents.contains(&parent));
        let passages = nouns.synsets().iter().filter(outside);
        let passages = passages.map(|noun| [names_of(noun), content_words_of(noun.definition())].concat());
        let mut passages: Vec<Vec<String>> = passages.filter(|words| words.len() >= LEAST_PASSAGE).collect();
        Streams::new("retrieval-meta-learning passages").open("order", ORDER).shuffle(&mut passages);
        passages.truncate(sources.corpus_size);
        let least = sources.min_children;
        ensure!(!labelled.is_empty(), "no noun with {least} children (min_children) has {LEAST_TEXTS} usable texts");
        ensure!(!passages.is_empty(), "min_children={least} leaves no noun as a passage");
        Ok(Texts { labelled, classes, passages })
    }
}

/// The words of a noun's names.
fn names_of(noun: &Synset) -> Vec<String> {
    noun.lemmas.iter().flat_map(|lemma| content_words_of(lemma)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_gives_as_many_texts_as_it_should() {
        let sources = Sources { min_children: 60, max_per_class: 60, corpus_size: 60_000, dim: 4 };
        let texts = Texts::of(&wordnet_nouns().unwrap(), &sources).unwrap();
        assert_eq!((texts.classes.len(), texts.labelled.len(), texts.passages.len()), (99, 5_836, 60_000));
    }

    #[test]
    fn retrieved_passages_share_words_and_the_nearest_comes_first() {
        let words = |text: &str| text.split(' ').map(str::to_string).collect::<Vec<String>>();
        let texts = Texts {
            labelled: vec![words("red fox"), words("blue whale")],
            classes: vec![0..1, 1..2],
            passages: ["green tree", "red blue", "fox red", "green whale"].map(words).to_vec(),
        };
        let collection = Collection::embed(texts, 2, 3).unwrap();
        assert_eq!(collection.retrieved.row(0).to_vec(), [2, 1, 0]);
        assert!(collection.texts.rows().into_iter().all(|row| (row.dot(&row) - 1.0).abs() < 1e-12));
    }
}
