//! What is retrieved: the dictionary entry of a concept, from the definition of a noun that is a kind of it.

use common::datasets::{Synset, wordnet_nouns};
use common::memo::{Memo, Shared};
use common::prelude::*;
use common::text::{LatentSemantics, Lexicon, SparseRows, content_words_of};

/// Fewest words of a query and of a text for pre-training.
const FEWEST_WORDS: [usize; 2] = [4, 6];

/// Texts that a word must occur in to be known.
const KNOWN_IN: usize = 3;

/// Power iterations of latent semantic analysis.
const POWER_ITERATIONS: usize = 3;

/// Texts as vectors of d numbers and length √d, a row each.
pub struct Collection {
    pub documents: Array2<f32>,
    pub queries: Array2<f32>,
    /// The document that each query is about.
    pub relevant: Vec<usize>,
    /// The two halves of texts for pre-training.
    pub halves: [Array2<f32>; 2],
    /// The queries and the pairs of halves that have known words: the others are zeros, which have no direction.
    pub known_queries: Vec<usize>,
    pub known_halves: Vec<usize>,
}

static COLLECTIONS: Memo<(usize, usize), Collection> = Memo::new();

impl Collection {
    /// Documents with at least `min_children` queries before any is left out, as vectors of `width` numbers.
    ///
    /// # Errors
    /// Where the dictionary cannot be read, or gives too few texts.
    pub fn of(min_children: usize, width: usize) -> Result<Shared<Collection>> {
        COLLECTIONS.get((min_children, width), || Collection::embed(&Texts::of(min_children)?, width))
    }

    fn embed(texts: &Texts, width: usize) -> Result<Collection> {
        let Texts { documents, queries, relevant, others } = texts;
        let all = documents.iter().chain(queries).chain(others);
        let lexicon = Lexicon::of(all.map(Vec::as_slice), KNOWN_IN);
        let rows = |texts: &[Vec<String>]| lexicon.tf_idf(texts.iter().map(Vec::as_slice));
        let fitted = lexicon.tf_idf(others.iter().chain(queries).map(Vec::as_slice));
        let semantics = LatentSemantics::of(&fitted, width, POWER_ITERATIONS)?;
        let vectors = |rows: &SparseRows| {
            let mut vectors = semantics.project(rows);
            for mut row in vectors.rows_mut() {
                let length = row.dot(&row).sqrt();
                if length > 0.0 {
                    row *= (width as f64).sqrt() / length;
                }
            }
            vectors.mapv(|number| number as f32)
        };
        let halves = halves(others).map(|half| vectors(&rows(&half)));
        let queries = vectors(&rows(queries));
        Ok(Collection {
            documents: vectors(&rows(documents)),
            known_queries: (0..queries.nrows()).filter(|&row| is_known(&queries, row)).collect(),
            known_halves: (0..others.len()).filter(|&row| halves.iter().all(|half| is_known(half, row))).collect(),
            queries,
            relevant: relevant.clone(),
            halves,
        })
    }
}

fn is_known(texts: &Array2<f32>, row: usize) -> bool {
    texts.row(row).iter().any(|&number| number != 0.0)
}

/// Each text cut into two random halves, in the same way in all runs.
fn halves(texts: &[Vec<String>]) -> [Vec<Vec<String>>; 2] {
    let mut draws = Streams::new("parameter-efficient-retrieval texts").open("halves", 1);
    let mut halves = [Vec::new(), Vec::new()];
    for text in texts {
        let mut words = text.clone();
        draws.shuffle(&mut words);
        let second = words.split_off(words.len() / 2);
        halves[0].push(words);
        halves[1].push(second);
    }
    halves
}

/// Texts as lists of words.
struct Texts {
    documents: Vec<Vec<String>>,
    queries: Vec<Vec<String>>,
    relevant: Vec<usize>,
    others: Vec<Vec<String>>,
}

impl Texts {
    fn of(min_children: usize) -> Result<Texts> {
        let nouns = wordnet_nouns()?;
        let mut texts = Texts { documents: vec![], queries: vec![], relevant: vec![], others: vec![] };
        let parents = nouns.children().into_iter().filter(|(_, children)| children.len() >= min_children);
        let mut is_parent = std::collections::BTreeSet::new();
        for (offset, children) in parents {
            let parent = nouns.at(offset).context("a parent is a noun")?;
            let names = names_of(parent);
            for child in children {
                let words = content_words_of(child.definition());
                let words: Vec<String> = words.into_iter().filter(|word| !names.contains(word)).collect();
                if words.len() >= FEWEST_WORDS[0] {
                    texts.queries.push(words);
                    texts.relevant.push(texts.documents.len());
                }
            }
            texts.documents.push([names, content_words_of(parent.definition())].concat());
            is_parent.insert(offset);
        }
        let other = |noun: &&Synset| noun.parent.is_none_or(|parent| !is_parent.contains(&parent));
        let words = nouns.synsets().iter().filter(other).map(|noun| content_words_of(noun.definition()));
        texts.others = words.filter(|words| words.len() >= FEWEST_WORDS[1]).collect();
        ensure!(!texts.documents.is_empty(), "no noun has {min_children} children");
        Ok(texts)
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
        let texts = Texts::of(40).unwrap();
        assert_eq!((texts.documents.len(), texts.queries.len(), texts.others.len()), (193, 12_701, 37_730));
        let collection = Collection::embed(&texts, 8).unwrap();
        assert_eq!((collection.known_queries.len(), collection.known_halves.len()), (12_699, 37_714));
        let halves = halves(&texts.others[..2]);
        assert_eq!(halves[0][0].len() + halves[1][0].len(), texts.others[0].len());
    }
}
