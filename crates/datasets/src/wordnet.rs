//! The nouns of WordNet: sets of synonyms with a gloss and a more general noun, their parent.

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::str::SplitAsciiWhitespace;
use std::sync::{Arc, Mutex};

use crate::WORDNET;
use crate::reading::{Shared, shared};

/// The nouns of [`WORDNET`], read once per process and shared.
///
/// # Errors
/// Where the file is absent or damaged.
pub fn wordnet_nouns() -> Result<Nouns> {
    static READ: Shared<[Synset]> = Mutex::new(BTreeMap::new());
    let synsets = shared(&READ, &WORDNET, "data.noun.gz", |compressed| {
        let mut text = String::new();
        GzDecoder::new(compressed.as_slice()).read_to_string(&mut text).context("is not a gzip file of text")?;
        Ok(parse(&text)?.into())
    })?;
    Ok(Nouns { synsets })
}

/// The nouns of a dictionary. Copies share them.
///
/// ```
/// let nouns = datasets::wordnet_nouns()?;
/// let dog = nouns.synsets().iter().find(|synset| synset.lemmas[0] == "dog").unwrap();
/// let parent = nouns.at(dog.parent.unwrap()).unwrap();
/// assert_eq!((dog.offset, parent.lemmas[0].as_str()), (2086723, "canine"));
/// assert!(dog.definition().starts_with("a member of the genus Canis"));
/// # anyhow::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Nouns {
    synsets: Arc<[Synset]>,
}

impl Nouns {
    /// All synsets, their offsets ascending.
    pub fn synsets(&self) -> &[Synset] {
        &self.synsets
    }

    /// The synset of this offset.
    pub fn at(&self, offset: u32) -> Option<&Synset> {
        let position = self.synsets.binary_search_by_key(&offset, |synset| synset.offset).ok()?;
        Some(&self.synsets[position])
    }

    /// For each synset that is somebody's parent, by its offset, the children with ascending offsets.
    pub fn children(&self) -> BTreeMap<u32, Vec<&Synset>> {
        let mut children: BTreeMap<u32, Vec<&Synset>> = BTreeMap::new();
        for synset in self.synsets.iter() {
            if let Some(parent) = synset.parent {
                children.entry(parent).or_default().push(synset);
            }
        }
        children
    }
}

/// A set of synonyms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synset {
    /// Position in the file: its identity.
    pub offset: u32,
    /// The synonyms, with `_` for a space.
    pub lemmas: Vec<String>,
    /// Offset of the more general noun: the target of the first pointer `@` (is a kind of) or `@i` (is an instance
    /// of) to a noun.
    pub parent: Option<u32>,
    /// Definition and examples, without spaces around them.
    pub gloss: String,
}

impl Synset {
    /// The gloss without the examples, which stand in quotation marks behind semicolons.
    pub fn definition(&self) -> &str {
        self.gloss.split_once("; \"").map_or(self.gloss.as_str(), |(definition, _)| definition).trim()
    }
}

/// Reads the file of nouns. Lines that begin with two spaces hold the licence, every other one a synset.
///
/// # Errors
/// The line that is no synset, or whose offset does not ascend, and why.
fn parse(text: &str) -> Result<Vec<Synset>> {
    let mut synsets: Vec<Synset> = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with("  ")) {
        let number = index + 1;
        let synset = parse_line(line).with_context(|| format!("line {number} is no synset"))?;
        let ascends = synsets.last().is_none_or(|last| last.offset < synset.offset);
        ensure!(ascends, "line {number} has offset {}, which does not ascend", synset.offset);
        synsets.push(synset);
    }
    Ok(synsets)
}

/// Reads a line `offset file n count {lemma id} count {symbol offset kind source} | gloss`; the first count is
/// hexadecimal, the second decimal.
fn parse_line(line: &str) -> Result<Synset> {
    let (head, gloss) = line.split_once(" | ").context("there is no gloss")?;
    let mut words = head.split_ascii_whitespace();
    let offset = parse_offset(next(&mut words, "the offset")?)?;
    next(&mut words, "the number of the lexicographer file")?;
    let kind = next(&mut words, "the kind of word")?;
    ensure!(kind == "n", "its kind of word is `{kind}`; a noun (n) is expected");
    let lemmas = parse_count(next(&mut words, "the number of lemmas")?, 16)?;
    ensure!(lemmas > 0, "there is no lemma");
    let mut synset = Synset { offset, lemmas: Vec::new(), parent: None, gloss: gloss.trim().to_string() };
    for _ in 0..lemmas {
        synset.lemmas.push(next(&mut words, "a lemma")?.to_string());
        next(&mut words, "the number of a lemma")?;
    }
    for _ in 0..parse_count(next(&mut words, "the number of pointers")?, 10)? {
        let symbol = next(&mut words, "the symbol of a pointer")?;
        let target = parse_offset(next(&mut words, "the target of a pointer")?)?;
        let kind = next(&mut words, "the kind of a pointer's target")?;
        next(&mut words, "the words of a pointer")?;
        if matches!(symbol, "@" | "@i") && kind == "n" {
            synset.parent = synset.parent.or(Some(target));
        }
    }
    let rest = words.next();
    ensure!(rest.is_none(), "`{}` stands behind the last pointer", rest.unwrap_or_default());
    Ok(synset)
}

fn next<'a>(words: &mut SplitAsciiWhitespace<'a>, what: &str) -> Result<&'a str> {
    words.next().with_context(|| format!("it ends before {what}"))
}

fn parse_offset(word: &str) -> Result<u32> {
    word.parse().with_context(|| format!("`{word}` is no offset"))
}

fn parse_count(word: &str, base: u32) -> Result<u16> {
    u16::from_str_radix(word, base).with_context(|| format!("`{word}` is no number in base {base}"))
}

#[cfg(test)]
mod tests;
