use super::*;

const DOG: &str = "02086723 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 003 #m 02086515 n 0000 @ 02085998 n 0000 \
                   @ 01320032 n 0000 | a member of the genus Canis; the domesticated wolf; \"the dog barked\"; \"a b\"  ";

fn fault(line: &str) -> String {
    format!("{:#}", parse(&format!("  1 licence\n{line}\n")).unwrap_err())
}

#[test]
fn a_line_becomes_a_synset() {
    let [dog] = parse(DOG).unwrap().try_into().unwrap();
    assert_eq!(dog.lemmas, ["dog", "domestic_dog", "Canis_familiaris"]);
    // The first of two parents; the pointer before them is of another kind.
    assert_eq!((dog.offset, dog.parent), (2_086_723, Some(2_085_998)));
    assert_eq!(dog.gloss, "a member of the genus Canis; the domesticated wolf; \"the dog barked\"; \"a b\"");
    assert_eq!(dog.definition(), "a member of the genus Canis; the domesticated wolf");
}

#[test]
fn odd_lines_are_read() {
    let lemmas = "a 0 ".repeat(17);
    let many = format!("00000001 03 n 11 {lemmas}000 | seventeen");
    assert_eq!(parse(&many).unwrap()[0].lemmas.len(), 17);
    let [instance] =
        parse("2 03 n 01 a 0 002 @ 00000009 v 0000 @i 00000007 n 0000 | é \" | b").unwrap().try_into().unwrap();
    assert_eq!((instance.parent, instance.definition()), (Some(7), "é \" | b"));
    let [root] = parse("3 03 n 01 a 0 000 | ").unwrap().try_into().unwrap();
    assert_eq!((root.parent, root.definition()), (None, ""));
    assert_eq!(parse("").unwrap(), []);
}

#[test]
fn lines_that_are_no_synsets_are_named() {
    assert!(fault("").starts_with("line 2 is no synset: there is no gloss"));
    assert!(fault("00000001 03 n 01 a 0 000").ends_with("there is no gloss"));
    assert!(fault("x 03 n 01 a 0 000 | b").contains("`x` is no offset"));
    assert!(fault("1 03 v 01 a 0 000 | b").contains("its kind of word is `v`"));
    assert!(fault("1 03 n 0g a 0 000 | b").contains("`0g` is no number in base 16"));
    assert!(fault("1 03 n -1 a 0 000 | b").contains("`-1` is no number"));
    assert!(fault("1 03 n 00 000 | b").contains("there is no lemma"));
    assert!(fault("1 03 n ffff a 0 000 | b").contains("it ends before"));
    assert!(fault("1 03 n 01 a 0 001 | b").contains("it ends before the symbol of a pointer"));
    assert!(fault("1 03 n 01 a 0 001 @ 00000007 n | b").contains("it ends before the words of a pointer"));
    assert!(fault("1 03 n 01 a 0 000 @ 00000007 n 0000 | b").contains("`@` stands behind the last pointer"));
    assert!(
        fault("1 03 n 01 a 0 000 | b\n1 03 n 01 a 0 000 | b").contains("line 3 has offset 1, which does not ascend")
    );
}

/// A line cut anywhere in front of its gloss is a fault, and so is one that lacks words there.
#[test]
fn truncated_lines_are_faults() {
    let end = DOG.find(" | ").unwrap();
    (0..end).for_each(|end| assert!(!fault(&DOG[..end]).is_empty()));
    let words: Vec<&str> = DOG[..end].split(' ').collect();
    (0..words.len()).for_each(|end| assert!(!fault(&format!("{} | gloss", words[..end].join(" "))).is_empty()));
}

#[test]
fn the_whole_file_is_read() {
    let nouns = wordnet_nouns().unwrap();
    let synsets = nouns.synsets();
    assert_eq!(synsets.len(), WORDNET.files[0].rows);
    // Every byte of the glosses and one end each: what step-law reads as text.
    assert_eq!(synsets.iter().map(|synset| synset.gloss.len() + 1).sum::<usize>(), 6_270_898);
    let roots: Vec<&str> =
        synsets.iter().filter(|synset| synset.parent.is_none()).map(|synset| synset.lemmas[0].as_str()).collect();
    assert_eq!(roots, ["entity"]);
    let children = nouns.children();
    assert!(children.keys().all(|&parent| nouns.at(parent).is_some()));
    assert_eq!(children.values().map(Vec::len).sum::<usize>(), synsets.len() - 1);
    assert!(nouns.at(1).is_none());
    assert!(Arc::ptr_eq(&nouns.synsets, &wordnet_nouns().unwrap().synsets));
}
