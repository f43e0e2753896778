//! A world of facts: each concept has several names and one answer for each relation, asked in several templates.

use common::prelude::*;

/// How many of each there are.
#[derive(Parameters)]
pub struct World {
    /// Concepts C.
    pub concepts: usize,
    /// Facts of each concept: relations R.
    pub relations: usize,
    /// Names of each concept. The first is unlearned; the others are the jailbreak.
    pub names: usize,
    /// Templates T in which a question is asked. The first half is unlearned, the others are held out.
    #[range(2..)]
    pub templates: usize,
}

/// A question: what a prompt asks, and in which words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prompt {
    pub concept: usize,
    pub name: usize,
    pub relation: usize,
    pub template: usize,
}

/// How a prompt stands to the concept that is unlearned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Its first name in the first half of the templates: what unlearning sees.
    Forget,
    /// Its first name in the other templates.
    HeldOut,
    /// Its other names.
    Jailbreak,
    /// Another concept.
    Other,
}

impl World {
    /// Prompts in all.
    pub fn len(&self) -> usize {
        self.concepts * self.names * self.relations * self.templates
    }

    /// Answer words: one for each fact.
    pub fn answers(&self) -> usize {
        self.concepts * self.relations
    }

    /// Prompts that unlearning a concept sees.
    pub fn forgotten(&self) -> usize {
        self.relations * (self.templates / 2)
    }

    /// Prompts of a concept.
    pub fn asked(&self) -> usize {
        self.names * self.relations * self.templates
    }

    /// Prompt `index` of the grid, in which those of a concept follow each other.
    pub fn prompt(&self, index: usize) -> Prompt {
        let (rest, template) = (index / self.templates, index % self.templates);
        let (rest, relation) = (rest / self.relations, rest % self.relations);
        Prompt { concept: rest / self.names, name: rest % self.names, relation, template }
    }

    /// The word that answers prompt `index`: o = c R + r.
    pub fn answer(&self, index: usize) -> usize {
        let Prompt { concept, relation, .. } = self.prompt(index);
        concept * self.relations + relation
    }

    /// How prompt `index` stands to a concept.
    pub fn kind(&self, index: usize, unlearned: usize) -> Kind {
        match self.prompt(index) {
            Prompt { concept, .. } if concept != unlearned => Kind::Other,
            Prompt { name, .. } if name > 0 => Kind::Jailbreak,
            Prompt { template, .. } if template < self.templates / 2 => Kind::Forget,
            _ => Kind::HeldOut,
        }
    }

    /// The prompts of one kind.
    pub fn prompts(&self, kind: Kind, unlearned: usize) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |&index| self.kind(index, unlearned) == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prompt_is_of_one_kind() {
        let world = World { concepts: 3, relations: 2, names: 2, templates: 4 };
        let count = |kind| world.prompts(kind, 1).count();
        assert_eq!([Kind::Forget, Kind::HeldOut, Kind::Jailbreak, Kind::Other].map(count), [4, 4, 8, 32]);
        assert_eq!((world.len(), world.answers(), world.forgotten(), world.asked()), (48, 6, 4, 16));
        assert_eq!(world.prompt(47), Prompt { concept: 2, name: 1, relation: 1, template: 3 });
        assert_eq!(world.answer(47), 5);
    }
}
