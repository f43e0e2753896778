//! What a paper's computing code may not do: depend on code that its fingerprint leaves out.

use std::collections::BTreeSet;

use crate::Result;
use crate::source::Source;
use crate::tokens::Token;

/// Modules and functions that are not part of the fingerprint.
const LEFT_OUT: [&str; 2] = ["figure", "claims"];

/// Computing crates that a paper may do without.
const OPTIONAL_CRATES: [&str; 2] = ["datasets", "networks"];

const REASON: &str = "the fingerprint of the computing code leaves out the modules and functions \
                      `figure` and `claims`, so a change there would not recompute anything";

/// Refuses a paper whose results could depend on its figure or claims code.
///
/// # Errors
/// Where computing code names a path into that code or a name imported from it, and where that code
/// implements methods on types that computing code sees.
pub fn check(source: &Source) -> Result<()> {
    let computing: Vec<&Token> = source.computing().collect();
    if let Some(path) = path_into_left_out(&computing) {
        return Err(format!(
            "computing code cannot use `{path}`: {REASON}. Move what computing code needs into \
             another module"
        ));
    }
    for import in &source.imports {
        let path = import.path.join("::");
        if import.name == "*" {
            return Err(format!("`use {path}` would show all of it to computing code: {REASON}. Import by name"));
        }
        if computing.windows(2).any(|pair| pair[1].is_word(&import.name) && !pair[0].is_mark('.')) {
            return Err(format!(
                "`{}` appears in computing code and is imported from `{path}`: {REASON}. Move it \
                 into another module, or write the path where it is used",
                import.name
            ));
        }
    }
    check_left_out(&source.left_out().collect::<Vec<_>>())
}

/// The optional computing crates that the computing code names.
pub fn optional_crates(source: &Source) -> Vec<&'static str> {
    let words: BTreeSet<&str> = source.computing().filter_map(Token::word).collect();
    OPTIONAL_CRATES.into_iter().filter(|name| words.contains(name)).collect()
}

/// The first path with a segment `figure` or `claims`, unless it leads into `common`.
fn path_into_left_out(tokens: &[&Token]) -> Option<String> {
    let mut position = 0;
    while position < tokens.len() {
        let (segments, length) = path_at(&tokens[position..]);
        let method = position > 0 && tokens[position - 1].is_mark('.');
        let leads_there = segments.iter().any(|segment| LEFT_OUT.contains(segment));
        if leads_there && segments.len() > 1 && segments[0] != "common" && !method {
            return Some(segments.join("::"));
        }
        position += length.max(1);
    }
    None
}

/// The segments of the path that starts here (an empty first one for `::name`), and its length in
/// tokens.
fn path_at<'a>(tokens: &[&'a Token]) -> (Vec<&'a str>, usize) {
    let separator = |position: usize| {
        matches!(
            tokens.get(position..position + 2),
            Some([Token::Mark { mark: ':', joined: true }, Token::Mark { mark: ':', .. }])
        )
    };
    let (mut segments, mut position) = (Vec::new(), 0);
    match tokens[0].word() {
        Some(word) => {
            segments.push(word);
            position = 1;
        }
        None if separator(0) => segments.push(""),
        None => return (segments, 1),
    }
    while separator(position) {
        let Some(word) = tokens.get(position + 2).and_then(|token| token.word()) else {
            break;
        };
        segments.push(word);
        position += 3;
    }
    (segments, position)
}

/// Methods and macros reach code that never names their module.
fn check_left_out(tokens: &[&Token]) -> Result<()> {
    let defined: BTreeSet<&str> = tokens
        .windows(2)
        .filter(|pair| matches!(pair[0].word(), Some("struct" | "enum" | "union" | "trait")))
        .filter_map(|pair| pair[1].word())
        .collect();
    for (position, token) in tokens.iter().enumerate() {
        let previous = position.checked_sub(1).map(|previous| tokens[previous]);
        if token.is_word("macro_export") || token.is_word("macro_use") {
            return Err(format!("figure and claims code may not define macros for other modules: {REASON}"));
        }
        if token.is_word("impl") && starts_item(previous) {
            let name = implementing_type(&tokens[position + 1..]);
            if !name.is_some_and(|name| defined.contains(name)) {
                return Err(format!(
                    "figure and claims code may not implement anything for `{}`, which is defined \
                     elsewhere: {REASON}. Use a free function, or move the implementation into another module",
                    name.unwrap_or("this type")
                ));
            }
        }
    }
    Ok(())
}

/// Whether `impl` after this token is a block and not a type.
fn starts_item(previous: Option<&Token>) -> bool {
    match previous {
        None | Some(Token::Open('{') | Token::Close('}' | ']')) => true,
        Some(token) => token.is_mark(';') || token.is_word("unsafe"),
    }
}

/// The last word of the type that an `impl` block, read behind its keyword, is for.
fn implementing_type<'a>(tokens: &[&'a Token]) -> Option<&'a str> {
    let (mut depth, mut name, mut complete) = (0, None, false);
    for (position, token) in tokens.iter().enumerate() {
        let arrow = position > 0 && matches!(tokens[position - 1], Token::Mark { mark: '-' | '=', joined: true });
        match token {
            Token::Mark { mark: '<', .. } => {
                complete |= name.is_some();
                depth += 1;
            }
            Token::Mark { mark: '>', .. } if !arrow => depth -= 1,
            Token::Open('{') if depth == 0 => return name,
            Token::Open(_) if depth == 0 => return None,
            Token::Word(word) if depth == 0 => match word.as_str() {
                "where" => return name,
                "for" => (name, complete) = (None, false),
                "mut" | "dyn" => {}
                // A path may go on behind its generics; a lifetime has no name of its own.
                _ if position > 0 && tokens[position - 1].is_mark('\'') => {}
                _ if !complete => name = Some(word.as_str()),
                _ => {}
            },
            _ => {}
        }
    }
    None
}
