//! How large a run is.

use std::fmt;
use std::str::FromStr;

use crate::words::nearest;

/// How large a run is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Scale {
    /// Seconds; the figure has the right form, the claims are not judged.
    Smoke,
    /// What `figures/` holds; the claims are judged.
    Default,
    /// The published sizes.
    Paper,
}

impl Scale {
    /// All scales, from small to large.
    pub const ALL: [Scale; 3] = [Scale::Smoke, Scale::Default, Scale::Paper];

    /// The section of `paper.yaml` and the value of `--scale`.
    pub fn name(self) -> &'static str {
        match self {
            Scale::Smoke => "smoke",
            Scale::Default => "default",
            Scale::Paper => "paper",
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scale {
    type Err = String;

    /// The scale of this name.
    ///
    /// # Errors
    /// A message that names the scales.
    fn from_str(name: &str) -> Result<Scale, String> {
        let names = Scale::ALL.map(Scale::name);
        Scale::ALL.into_iter().find(|scale| scale.name() == name).ok_or_else(|| {
            let hint = nearest(name, names).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            format!("expected one of {}, got `{}`{hint}", names.join(", "), crate::words::shortened(name))
        })
    }
}
