//! What the paper is.

use parameters_derive::Parameters;

/// What the paper is: the section `about` of `paper.yaml`.
#[derive(Clone, Debug, Parameters)]
#[require(count(&[arxiv, doi, url]) == 1, "exactly one of `arxiv`, `doi` and `url`")]
#[require(arxiv.as_deref().is_none_or(is_arxiv), "an arXiv identifier, as in \"2310.02541\"")]
#[require(doi.as_deref().is_none_or(|doi| doi.starts_with("10.")), "a DOI, as in 10.1000/182")]
#[require(url.as_deref().is_none_or(is_web_address), "an address that begins with https://")]
pub struct About {
    /// Full title.
    pub title: String,
    /// Authors in the order of the paper.
    pub authors: Vec<String>,
    /// Year of the first version.
    pub year: u32,
    /// arXiv identifier, as text so that trailing zeros stay.
    pub arxiv: Option<String>,
    /// Digital object identifier of a paper that is not on arXiv.
    pub doi: Option<String>,
    /// Address of a paper that has neither.
    pub url: Option<String>,
    /// The figure that is regenerated.
    pub figure: String,
    /// The letter of the panel that stands for the figure in the gallery; the first if nothing is said.
    pub thumbnail: Option<String>,
    /// What the paper shows, in a sentence or two.
    pub summary: String,
    /// What the figure shows, with the values of parameters as `{key}`. See
    /// [`Settings::caption`](crate::Settings::caption).
    pub caption: String,
    /// Where it was published.
    pub venue: Option<String>,
    /// The heading it stands under in the gallery.
    pub topic: Option<String>,
}

impl About {
    /// The address of the paper on the web.
    pub fn link(&self) -> String {
        match (&self.arxiv, &self.doi, &self.url) {
            (Some(arxiv), ..) => format!("https://arxiv.org/abs/{arxiv}"),
            (_, Some(doi), _) => format!("https://doi.org/{doi}"),
            (.., url) => url.clone().unwrap_or_default(),
        }
    }

    /// How the paper is cited: `arXiv:2310.02541`, `doi:10.1000/182` or its address.
    pub fn reference(&self) -> String {
        match (&self.arxiv, &self.doi, &self.url) {
            (Some(arxiv), ..) => format!("arXiv:{arxiv}"),
            (_, Some(doi), _) => format!("doi:{doi}"),
            (.., url) => url.clone().unwrap_or_default(),
        }
    }
}

fn count(identifiers: &[&Option<String>]) -> usize {
    identifiers.iter().filter(|identifier| identifier.is_some()).count()
}

fn is_arxiv(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "./-".contains(c);
    text.ends_with(|c: char| c.is_ascii_digit()) && text.chars().all(allowed)
}

fn is_web_address(text: &str) -> bool {
    text.starts_with("https://") && !text.contains(char::is_whitespace)
}

/// A second run beside the default one, made when a data set is present.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Name; its figures are in `figures/<slug>.<name>/`.
    pub name: String,
    /// The data set that has to be present.
    pub data: String,
    /// The keys that differ from `default`.
    pub set: serde_yaml::Mapping,
}
