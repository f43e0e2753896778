//! Values and names as people write them.

use serde_yaml::Value as Yaml;

/// Characters of a text or key that a message shows.
const SHOWN: usize = 60;

/// Longer words are no misspelling of a key.
const LONGEST_MISSPELLED: usize = 60;

/// The beginning of a text, with an ellipsis where it is cut.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

/// The value as a person would name it, in a few words.
pub(crate) fn describe(value: &Yaml) -> String {
    describe_within(value, 2)
}

/// Follows lists for `depth` levels, so that the text stays short.
fn describe_within(value: &Yaml, depth: usize) -> String {
    match value {
        Yaml::Null => "nothing".to_string(),
        Yaml::Bool(value) => value.to_string(),
        Yaml::Number(number) => number_text(number),
        Yaml::String(text) => format!("the text \"{}\"", shortened(text)),
        Yaml::Sequence(list) if list.is_empty() => "an empty list".to_string(),
        Yaml::Sequence(list) if list.len() <= 8 && depth > 0 => {
            let shown: Vec<String> = list.iter().map(|item| describe_within(item, depth - 1)).collect();
            format!("[{}]", shown.join(", "))
        }
        Yaml::Sequence(list) => format!("a list of {} values", list.len()),
        Yaml::Mapping(mapping) if mapping.len() == 1 => "a mapping of one key".to_string(),
        Yaml::Mapping(mapping) => format!("a mapping of {} keys", mapping.len()),
        Yaml::Tagged(_) => "a tagged value".to_string(),
    }
}

fn number_text(number: &serde_yaml::Number) -> String {
    match number.as_f64() {
        Some(value) if number.is_f64() => plain(value),
        _ => number.to_string(),
    }
}

/// A number in its shortest form: 0.05, 40000, 1e-15.
pub(crate) fn plain(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "infinity" } else { "-infinity" }.to_string();
    }
    match value.abs() {
        0.0 => "0".to_string(),
        size if (1e-4..1e15).contains(&size) => value.to_string(),
        _ => format!("{value:e}"),
    }
}

/// The value as a sentence has it: a list as "1, 2 and 3"; `None` for a mapping.
pub(crate) fn in_sentence(value: &Yaml) -> Option<String> {
    match value {
        Yaml::Null => Some("none".to_string()),
        Yaml::Bool(value) => Some(value.to_string()),
        Yaml::Number(number) => Some(number_text(number)),
        Yaml::String(text) => Some(text.clone()),
        Yaml::Sequence(list) => {
            let texts: Option<Vec<String>> = list.iter().map(in_brackets).collect();
            Some(joined(&texts?))
        }
        Yaml::Mapping(_) | Yaml::Tagged(_) => None,
    }
}

/// As [`in_sentence`], with a list as "[1, 2, 3]".
fn in_brackets(value: &Yaml) -> Option<String> {
    let Yaml::Sequence(list) = value else { return in_sentence(value) };
    let texts: Option<Vec<String>> = list.iter().map(in_brackets).collect();
    Some(format!("[{}]", texts?.join(", ")))
}

/// "a", "a and b", "a, b and c".
fn joined(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// The value on one line, as `paper.yaml` and `--set` take it.
pub(crate) fn flow(value: &Yaml) -> String {
    match value {
        Yaml::Null => "null".to_string(),
        Yaml::Sequence(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Yaml::Mapping(mapping) => {
            let entries: Vec<String> =
                mapping.iter().map(|(key, value)| format!("{}: {}", flow(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Yaml::Number(number) => number_text(number),
        other => serde_yaml::to_string(other).unwrap_or_default().trim_end().replace('\n', " "),
    }
}

/// The candidate nearest to `word`, if one is near enough to be what was meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > LONGEST_MISSPELLED {
        return None;
    }
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST_MISSPELLED)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4 || candidate.starts_with(word))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
