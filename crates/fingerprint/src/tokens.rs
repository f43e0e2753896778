//! Flat token lists, their hash, and the arguments of the macros.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use sha2::{Digest, Sha256};

use crate::Result;

/// One token of cleaned source code. Groups are flattened to their delimiters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Open(char),
    Close(char),
    Word(String),
    Literal(String),
    /// `joined` tells `<<` (one operator) from `< <`.
    Mark {
        mark: char,
        joined: bool,
    },
    /// The SHA-256 of a file that the code includes.
    File(String),
}

impl Token {
    pub fn is_mark(&self, wanted: char) -> bool {
        matches!(self, Token::Mark { mark, .. } if *mark == wanted)
    }

    pub fn is_word(&self, wanted: &str) -> bool {
        matches!(self, Token::Word(word) if word == wanted)
    }

    pub fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The token for one leaf of a token tree; `None` for a group.
    pub fn leaf(tree: &TokenTree) -> Option<Token> {
        match tree {
            TokenTree::Group(_) => None,
            TokenTree::Ident(word) => Some(Token::Word(word.to_string())),
            TokenTree::Literal(literal) => Some(Token::Literal(literal.to_string())),
            TokenTree::Punct(mark) => {
                Some(Token::Mark { mark: mark.as_char(), joined: mark.spacing() == Spacing::Joint })
            }
        }
    }
}

/// The delimiters of a group; `None` for the invisible ones.
pub fn delimiters(delimiter: Delimiter) -> Option<(char, char)> {
    match delimiter {
        Delimiter::Parenthesis => Some(('(', ')')),
        Delimiter::Brace => Some(('{', '}')),
        Delimiter::Bracket => Some(('[', ']')),
        Delimiter::None => None,
    }
}

/// SHA-256 of a token list, as 64 hexadecimal digits. Every token enters with its kind and the
/// length of its text, so that no two different lists give the same bytes.
pub fn hash<'a>(tokens: impl Iterator<Item = &'a Token>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"fingerprint 1");
    for token in tokens {
        let mut character = [0; 4];
        let (kind, text): (u8, &str) = match token {
            Token::Open(delimiter) => (b'o', delimiter.encode_utf8(&mut character)),
            Token::Close(delimiter) => (b'c', delimiter.encode_utf8(&mut character)),
            Token::Word(word) => (b'w', word),
            Token::Literal(literal) => (b'l', literal),
            Token::Mark { mark, joined: true } => (b'j', mark.encode_utf8(&mut character)),
            Token::Mark { mark, joined: false } => (b'm', mark.encode_utf8(&mut character)),
            Token::File(digest) => (b'f', digest),
        };
        hasher.update([kind]);
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
    hexadecimal(&hasher.finalize())
}

/// SHA-256 of some bytes, as 64 hexadecimal digits.
pub fn hash_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text of a string literal without escapes; `None` for any other literal.
pub fn string_literal(literal: &str) -> Option<&str> {
    let (raw, text) = match literal.strip_prefix('r') {
        Some(text) => (true, text.trim_matches('#')),
        None => (false, literal),
    };
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    (raw || !text.contains('\\')).then_some(text)
}

/// The arguments of a macro: the leading names, and the names inside `except(…)`.
pub type Arguments = (Vec<String>, Vec<String>);

/// Parses `name, …, except(name, …)`, where a name is a word or a string literal.
pub fn arguments(text: &str) -> Result<Arguments> {
    let stream: TokenStream = text.parse().map_err(|error| format!("arguments: {error}"))?;
    let (mut names, mut except) = (Vec::new(), None);
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match (&tree, trees.peek()) {
            (TokenTree::Ident(word), Some(TokenTree::Group(group))) if *word == "except" && except.is_none() => {
                except =
                    Some(group.stream().into_iter().filter_map(|tree| name(&tree).transpose()).collect::<Result<_>>()?);
                trees.next();
            }
            _ => names.extend(name(&tree)?),
        }
    }
    Ok((names, except.unwrap_or_default()))
}

/// The name that an argument spells; `None` for a comma.
fn name(tree: &TokenTree) -> Result<Option<String>> {
    match Token::leaf(tree) {
        Some(Token::Word(word)) => Ok(Some(word)),
        Some(Token::Mark { mark: ',', .. }) => Ok(None),
        Some(Token::Literal(literal)) if string_literal(&literal).is_some() => {
            Ok(string_literal(&literal).map(str::to_owned))
        }
        _ => Err(format!("expected a name, found `{tree}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_names_and_exceptions() {
        let owned = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(arguments(""), Ok((vec![], vec![])));
        assert_eq!(arguments("\"common\", except(\"polars\", a)"), Ok((owned(&["common"]), owned(&["polars", "a"]))));
        assert!(arguments("1").is_err());
        assert!(arguments("except(a + b)").is_err());
    }

    #[test]
    fn hash_separates_neighbouring_texts() {
        let word = |text: &str| Token::Word(text.into());
        assert_ne!(hash([word("ab"), word("c")].iter()), hash([word("a"), word("bc")].iter()));
        assert_ne!(hash([word("1")].iter()), hash([Token::Literal("1".into())].iter()));
        assert_eq!(hash_bytes(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn string_literals() {
        assert_eq!(string_literal("\"a.rs\""), Some("a.rs"));
        assert_eq!(string_literal("r#\"a\\b\"#"), Some("a\\b"));
        assert_eq!(string_literal("\"a\\n\""), None);
        assert_eq!(string_literal("b\"a\""), None);
        assert_eq!(string_literal("7"), None);
    }
}
