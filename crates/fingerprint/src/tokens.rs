//! Cleaned token lists and their hash.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use sha2::{Digest, Sha256};

/// Attributes that change no result, whatever their arguments: documentation, lints, formatting, and
/// what `#[derive(Parameters)]` reads, which refuses parameters but changes none.
const IDLE: [&str; 14] = [
    "doc", "allow", "warn", "expect", "deny", "forbid", "rustfmt", "clippy", "range", "require", "rising", "falling",
    "distinct", "length",
];

/// Names that no item of ours can have: keywords and primitive types, sorted.
#[rustfmt::skip]
const LANGUAGE: [&str; 68] = [
    "Self", "_", "abstract", "as", "async", "await", "become", "bool", "box", "break",
    "char", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern", "f32",
    "f64", "false", "final", "fn", "for", "i128", "i16", "i32", "i64", "i8",
    "if", "impl", "in", "isize", "let", "loop", "match", "mod", "move", "mut",
    "override", "priv", "pub", "ref", "return", "self", "static", "str", "struct", "super",
    "trait", "true", "try", "type", "typeof", "u128", "u16", "u32", "u64", "u8",
    "unsafe", "unsized", "use", "usize", "virtual", "where", "while", "yield",
];

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
}

impl Token {
    pub fn is_mark(&self, wanted: char) -> bool {
        matches!(self, Token::Mark { mark, .. } if *mark == wanted)
    }

    pub fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// The trees of one level without attributes that change no result.
pub fn clean(stream: TokenStream) -> Vec<TokenTree> {
    let mut trees: Vec<TokenTree> = Vec::new();
    for tree in stream {
        if is_idle(&tree) {
            match trees.as_slice() {
                [.., hash, mark] if is_mark(hash, '#') && is_mark(mark, '!') => trees.truncate(trees.len() - 2),
                [.., hash] if is_mark(hash, '#') => trees.truncate(trees.len() - 1),
                _ => trees.push(tree),
            }
        } else {
            trees.push(tree);
        }
    }
    trees
}

/// Whether brackets hold an attribute that changes no result, if they follow `#`.
fn is_idle(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let first = group.stream().into_iter().next();
            matches!(first, Some(TokenTree::Ident(name)) if IDLE.iter().any(|idle| name == idle))
        }
        _ => false,
    }
}

/// All tokens without idle attributes and without the commas that formatting adds and removes.
pub fn flatten(stream: TokenStream) -> Vec<Token> {
    let mut tokens = Vec::new();
    add(clean(stream), &mut tokens);
    tokens
}

fn add(trees: Vec<TokenTree>, tokens: &mut Vec<Token>) {
    for tree in trees {
        match tree {
            TokenTree::Ident(word) => tokens.push(Token::Word(word.to_string())),
            TokenTree::Literal(literal) => tokens.push(Token::Literal(literal.to_string())),
            TokenTree::Punct(mark) => {
                tokens.push(Token::Mark { mark: mark.as_char(), joined: mark.spacing() == Spacing::Joint });
            }
            TokenTree::Group(group) => {
                let mut content = clean(group.stream());
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::None => {
                        add(content, tokens);
                        continue;
                    }
                };
                if content.last().is_some_and(|last| is_mark(last, ',')) && is_comma_idle(open, &content, tokens) {
                    content.pop();
                }
                tokens.push(Token::Open(open));
                add(content, tokens);
                tokens.push(Token::Close(close));
            }
        }
    }
}

/// Whether the comma that ends a group changes nothing. The formatter adds and removes these; but
/// `(a,)` is a tuple unless it is an argument list.
fn is_comma_idle(open: char, content: &[TokenTree], before: &[Token]) -> bool {
    open != '(' || content.iter().filter(|tree| is_mark(tree, ',')).count() > 1 || is_call(before)
}

/// Whether a parenthesis after these tokens holds arguments: after a name, `)`, `]`, `!`, or the `>`
/// of generics.
fn is_call(before: &[Token]) -> bool {
    const KEYWORDS: [&str; 14] =
        ["return", "in", "if", "match", "while", "let", "else", "mut", "ref", "move", "break", "as", "dyn", "for"];
    match before {
        [.., Token::Mark { mark: '-' | '=', joined: true }, Token::Mark { mark: '>', .. }] => false,
        [.., Token::Mark { mark: '>' | '!', .. }] => true,
        [.., Token::Word(word)] => !KEYWORDS.contains(&word.as_str()),
        [.., Token::Close(delimiter)] => *delimiter != '}',
        _ => false,
    }
}

/// Whether a word is a keyword or a primitive type.
pub fn is_language(word: &str) -> bool {
    LANGUAGE.binary_search(&word).is_ok()
}

pub fn is_mark(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// SHA-256 over texts, each with its kind and its length, so that no two different lists of texts
/// give the same bytes.
pub struct Hasher(Sha256);

impl Hasher {
    pub fn new() -> Hasher {
        Hasher(Sha256::new_with_prefix(b"fingerprint 2"))
    }

    pub fn text(&mut self, kind: char, text: &str) {
        let mut buffer = [0; 4];
        self.0.update(kind.encode_utf8(&mut buffer));
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    pub fn tokens(&mut self, tokens: &[Token]) {
        let mut buffer = [0; 4];
        for token in tokens {
            match token {
                Token::Open(delimiter) => self.text('o', delimiter.encode_utf8(&mut buffer)),
                Token::Close(delimiter) => self.text('c', delimiter.encode_utf8(&mut buffer)),
                Token::Word(word) => self.text('w', word),
                Token::Literal(literal) => self.text('l', literal),
                Token::Mark { mark, joined: true } => self.text('j', mark.encode_utf8(&mut buffer)),
                Token::Mark { mark, joined: false } => self.text('m', mark.encode_utf8(&mut buffer)),
            }
        }
    }

    /// 64 hexadecimal digits.
    pub fn finish(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

/// SHA-256 of some bytes, as 64 hexadecimal digits.
pub fn hash_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_separates_neighbouring_texts() {
        let hash = |tokens: &[Token]| {
            let mut hasher = Hasher::new();
            hasher.tokens(tokens);
            hasher.finish()
        };
        let word = |text: &str| Token::Word(text.into());
        assert_ne!(hash(&[word("ab"), word("c")]), hash(&[word("a"), word("bc")]));
        assert_ne!(hash(&[word("1")]), hash(&[Token::Literal("1".into())]));
        assert_eq!(hash_bytes(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn idle_attributes_are_dropped_at_every_depth() {
        let flat = |text: &str| flatten(text.parse().unwrap());
        for (with, without) in [
            ("#![allow(unused)] /// Text.\n f(#[expect(x)] a)", "f(a)"),
            ("record! { /// Text.\n a: 1 }", "record! { a: 1 }"),
            ("#[range(0..=1)] #[length(1..)] #[rising] pub a: f64", "pub a: f64"),
            ("#[clippy::msrv = \"1\"] a", "a"),
        ] {
            assert_eq!(flat(with), flat(without), "{with}");
        }
        assert_ne!(flat("#[derive(Clone)] a"), flat("a"));
        assert_ne!(flat("$(#[$doc])+ a [doc]"), flat("$()+ a"));
    }
}
