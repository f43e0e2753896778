//! The questions: a definition from a dictionary, whose answer is the concept that the defined noun is a kind of.

use std::collections::BTreeSet;

use common::datasets::{Nouns, Synset, wordnet_nouns};
use common::memo::{Memo, Shared};
use common::prelude::*;
use common::text::{Lexicon, words_of};

/// Which questions there are, and how many are learned from.
#[derive(Parameters)]
pub struct Task {
    /// Nouns of which a concept is the parent, at least.
    #[range(..=NOUNS)]
    min_children: usize,
    /// Questions of which it is the answer, at least.
    #[range(..=NOUNS)]
    min_left: usize,
    /// Questions to learn from.
    #[range(..=NOUNS)]
    pub n_train: usize,
    /// Questions to be tested with.
    #[range(..=NOUNS)]
    pub n_test: usize,
}

/// Nouns of the dictionary.
const NOUNS: usize = 82_192;

/// Fewest words of a definition.
const FEWEST_WORDS: usize = 3;

/// Texts of the training set that a word must occur in to be known.
const KNOWN_IN: usize = 2;

/// All questions, by the position of the noun in the dictionary; answers are counted by that of the concept.
struct Questions {
    /// The words of each definition.
    definitions: Vec<Vec<String>>,
    answers: Vec<usize>,
    concepts: usize,
}

impl Questions {
    /// Of the concepts that are a parent of at least `min_children` nouns, those that are the answer of at least
    /// `min_left` questions.
    fn of(nouns: &Nouns, min_children: usize, min_left: usize) -> Questions {
        let mut asked: Vec<(u32, usize, Vec<String>)> = Vec::new();
        let mut concepts = 0;
        for (parent, children) in nouns.children().into_iter().filter(|(_, children)| children.len() >= min_children) {
            let names = nouns.at(parent).map_or(&[][..], |parent| &parent.lemmas);
            let names: Vec<Vec<String>> = names.iter().map(|name| words_of(name)).collect();
            let questions: Vec<_> = children.into_iter().filter_map(|child| question(child, &names)).collect();
            if questions.len() >= min_left {
                asked.extend(questions.into_iter().map(|(offset, words)| (offset, concepts, words)));
                concepts += 1;
            }
        }
        asked.sort_by_key(|&(offset, ..)| offset);
        let (definitions, answers) = asked.into_iter().map(|(_, answer, words)| (words, answer)).unzip();
        Questions { definitions, answers, concepts }
    }
}

/// The offset of a noun and the words of its definition, unless these are few or give the answer away: all words of
/// one of its names are there.
fn question(noun: &Synset, names: &[Vec<String>]) -> Option<(u32, Vec<String>)> {
    let words = words_of(noun.definition());
    let there: BTreeSet<&String> = words.iter().collect();
    let told = names.iter().any(|name| name.iter().all(|word| there.contains(word)));
    (words.len() >= FEWEST_WORDS && !told).then_some((noun.offset, words))
}

/// Questions in numbers.
pub struct Asked {
    /// For each question its known words by number, a repeated one repeatedly. Where no word is known it is the number
    /// behind the last one.
    pub texts: Vec<Vec<u32>>,
    /// The right answers.
    pub answers: Vec<usize>,
}

/// The questions of one seed.
pub struct Exam {
    /// Those to learn from.
    pub train: Asked,
    /// Those to be tested with.
    pub test: Asked,
    /// Known words.
    pub words: usize,
    /// Possible answers: C.
    pub concepts: usize,
}

impl Task {
    /// Draws the questions.
    ///
    /// # Errors
    /// Where there are fewer questions than are asked for, or the dictionary is damaged.
    pub fn draw(&self, random: &mut Generator) -> Result<Exam> {
        let &Task { min_children, min_left, n_train, n_test } = self;
        let Questions { definitions, answers, concepts } = &*self.questions()?;
        ensure!(
            n_train + n_test <= answers.len(),
            "{} questions have concepts of min_children = {min_children} nouns and min_left = {min_left} questions, \
             fewer than n_train = {n_train} and n_test = {n_test} need",
            answers.len()
        );
        let order = random.permutation(answers.len());
        let (train, test) = order[..n_train + n_test].split_at(n_train);
        let known = Lexicon::of(train.iter().map(|&index| definitions[index].as_slice()), KNOWN_IN);
        let unknown = known.words().len();
        let numbers = |index: &usize| {
            let known = definitions[*index].iter().filter_map(|word| known.position(word));
            let numbers: Vec<u32> = known.map(|position| position as u32).collect();
            if numbers.is_empty() { vec![unknown as u32] } else { numbers }
        };
        let asked = |part: &[usize]| Asked {
            texts: part.iter().map(numbers).collect(),
            answers: part.iter().map(|&index| answers[index]).collect(),
        };
        Ok(Exam { train: asked(train), test: asked(test), words: unknown, concepts: *concepts })
    }

    /// All questions. The cells of a process share them.
    fn questions(&self) -> Result<Shared<Questions>> {
        static QUESTIONS: Memo<[usize; 2], Questions> = Memo::new();
        let &Task { min_children, min_left, .. } = self;
        let make = || Ok(Questions::of(&wordnet_nouns()?, min_children, min_left));
        QUESTIONS.get([min_children, min_left], make)
    }

    /// How many known words and concepts there are, about: for estimates before the dictionary is read.
    pub fn size(&self) -> (f64, f64) {
        let Task { min_children, n_train, .. } = *self;
        (1.2 * n_train as f64, 6000.0 / min_children as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(min_children: usize, n_train: usize) -> Task {
        Task { min_children, min_left: 10, n_train, n_test: 50 }
    }

    #[test]
    fn the_questions_are_those_of_the_card() {
        let questions = task(20, 1).questions().unwrap();
        assert_eq!((questions.concepts, questions.answers.len()), (301, 11_088));
        assert!((0..301).all(|concept| questions.answers.iter().filter(|&&answer| answer == concept).count() >= 10));
        assert!(questions.definitions.iter().all(|words| words.len() >= 3));
    }

    #[test]
    fn what_gives_the_answer_away_is_not_asked() {
        let noun = |gloss: &str| Synset { offset: 1, lemmas: Vec::new(), parent: None, gloss: gloss.to_string() };
        let names = [words_of("Guide_dog"), words_of("seeing-eye_dog")];
        assert!(question(&noun("a dog that can guide; \"my guide\""), &names).is_none());
        assert!(question(&noun("an animal that can guide; \"my dog\""), &names).is_some());
        assert!(question(&noun("an animal"), &names).is_none());
    }

    #[test]
    fn parts_are_disjoint_and_words_are_known_from_training() {
        let mut random = Streams::new("test").open("split", 0);
        let Exam { train, test, words, concepts } = task(60, 100).draw(&mut random).unwrap();
        assert_eq!((train.texts.len(), test.answers.len()), (100, 50));
        assert!(concepts < 301 && train.answers.iter().all(|&answer| answer < concepts));
        for word in 0..words as u32 {
            assert!(train.texts.iter().filter(|text| text.contains(&word)).count() >= KNOWN_IN);
        }
        let unknown = words as u32;
        assert!(test.texts.iter().all(|text| text.iter().all(|&word| word < unknown) || *text == [unknown]));
        let fault = task(60, 1_000_000).draw(&mut random).err().unwrap().to_string();
        assert!(fault.contains("fewer than n_train = 1000000"), "{fault}");
    }
}
