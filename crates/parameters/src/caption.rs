//! The caption of the figure, with the values of parameters in it.

use crate::words::{describe, in_sentence, nearest, shortened};
use crate::{ConfigError, Settings};

impl Settings {
    /// The caption of the figure: `about.caption` with the resolved values in the place of `{key}`.
    ///
    /// The key is dotted for nested ones, as in `--set`; numbers are in their shortest form, a list is "1, 2 and 3";
    /// `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// When a key does not exist or holds others, or a brace stands alone.
    pub fn caption(&self) -> Result<String, ConfigError> {
        self.fill(&self.about.caption).map_err(|message| self.error_in_about("caption", message))
    }

    fn fill(&self, template: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            filled.push_str(&rest[..at]);
            let brace = &rest[at..at + 1];
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                filled.push_str(brace);
                rest = after;
                continue;
            }
            let key = match (brace, after.find(['{', '}'])) {
                ("{", Some(end)) if after[end..].starts_with('}') => &after[..end],
                _ => return Err(format!("a `{brace}` stands alone; write `{brace}{brace}` for a brace")),
            };
            filled.push_str(&self.value_in_sentence(key)?);
            rest = &after[key.len() + 1..];
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn value_in_sentence(&self, key: &str) -> Result<String, String> {
        let Some(value) = self.value(key) else {
            let keys = self.dotted_keys();
            let hint = match nearest(key, keys.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{{{near}}}`?"),
                None => "the keys are those of the section `default`".to_string(),
            };
            return Err(format!("unknown key `{{{}}}`; {hint}", shortened(key)));
        };
        in_sentence(value)
            .ok_or_else(|| format!("`{{{key}}}` is {}: name one of its keys, as in `{{{key}.…}}`", describe(value)))
    }

    fn dotted_keys(&self) -> Vec<String> {
        fn collect(value: &serde_yaml::Value, prefix: &str, keys: &mut Vec<String>) {
            let Some(mapping) = value.as_mapping() else { return };
            for (key, value) in mapping {
                let key = format!("{prefix}{}", key.as_str().unwrap_or_default());
                collect(value, &format!("{key}."), keys);
                keys.push(key);
            }
        }
        let mut keys = Vec::new();
        collect(self.resolved(), "", &mut keys);
        keys
    }
}
