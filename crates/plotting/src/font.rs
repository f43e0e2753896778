//! The embedded typeface: outlines, advances and kerning of DejaVu Sans.

use std::sync::OnceLock;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::path::PathData;

/// The two weights that figures use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Font units per em of DejaVu Sans.
pub(crate) const UNITS_PER_EM: f64 = 2048.0;

static REGULAR: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/DejaVuSans-Bold.ttf");

fn face(weight: Weight) -> &'static Face<'static> {
    static FACES: OnceLock<[Face<'static>; 2]> = OnceLock::new();
    // The bytes are part of the program, and a test reads them: they cannot be a broken font.
    let parse = |bytes| Face::parse(bytes, 0).expect("the embedded font is valid");
    let [regular, bold] = FACES.get_or_init(|| [parse(REGULAR), parse(BOLD)]);
    match weight {
        Weight::Regular => regular,
        Weight::Bold => bold,
    }
}

/// A glyph of one of the two fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Glyph {
    pub(crate) weight: Weight,
    pub(crate) index: u16,
}

impl Glyph {
    /// The glyph of a character; the font's empty box where it has none.
    pub(crate) fn of(character: char, weight: Weight) -> Self {
        let index = face(weight).glyph_index(character).map_or(0, |glyph| glyph.0);
        Glyph { weight, index }
    }

    /// Whether the font has the glyph, and not only an empty box for it.
    pub(crate) fn is_in_font(self) -> bool {
        self.index != 0
    }

    /// How far the next glyph starts, in font units.
    pub(crate) fn advance(self) -> i32 {
        face(self.weight).glyph_hor_advance(GlyphId(self.index)).map_or(0, i32::from)
    }

    /// Correction of the distance to the next glyph, in font units.
    pub(crate) fn kerning(self, next: Glyph) -> i32 {
        let Some(kern) = face(self.weight).tables().kern else {
            return 0;
        };
        let mut tables = kern.subtables.into_iter().filter(|table| table.horizontal && !table.variable);
        tables.find_map(|table| table.glyphs_kerning(GlyphId(self.index), GlyphId(next.index))).map_or(0, i32::from)
    }

    /// Lowest and highest point of the ink, in font units above the baseline.
    pub(crate) fn vertical_extent(self) -> (i32, i32) {
        // The parser walks through the whole outline for it, and labels are measured many times.
        type Extents = OnceLock<Vec<OnceLock<(i32, i32)>>>;
        static EXTENTS: [Extents; 2] = [const { OnceLock::new() }; 2];
        let face = face(self.weight);
        let measure = || {
            let bounds = face.glyph_bounding_box(GlyphId(self.index));
            bounds.map_or((0, 0), |bounds| (i32::from(bounds.y_min), i32::from(bounds.y_max)))
        };
        EXTENTS[self.weight as usize]
            .get_or_init(|| vec![OnceLock::new(); usize::from(face.number_of_glyphs())])
            .get(usize::from(self.index))
            .map_or_else(measure, |extent| *extent.get_or_init(measure))
    }

    /// The outline in font units, y upwards; empty for a space.
    pub(crate) fn outline(self) -> PathData {
        let mut outline = Outline(PathData::default());
        face(self.weight).outline_glyph(GlyphId(self.index), &mut outline);
        outline.0
    }

    /// A name for the glyph in an SVG, the same in every figure.
    pub(crate) fn id(self) -> String {
        match self.weight {
            Weight::Regular => format!("r{}", self.index),
            Weight::Bold => format!("b{}", self.index),
        }
    }
}

struct Outline(PathData);

fn whole(x: f32, y: f32) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(whole(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(whole(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(whole(x1, y1), whole(x, y));
    }

    /// TrueType outlines have no cubic curves.
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
        self.0.line_to(whole(x, y));
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn font_has_every_character_that_labels_use() {
        let needed = "ABCXYZabcxyz0123456789 .,:;!?()[]{}<>=+-*/|_^~%&@#$'\"\u{2212}\u{2013}\u{2014}\u{2026}×·÷±∓≤≥≠≈≡∝∞\
            αβγδεζηθικλμνξοπρστυφχψωϕϵϑΓΔΘΛΞΠΣΦΨΩ∂∇∫∑∏√∈∉⊂⊆∪∩∅∀∃→←↑↓↔⇒⟨⟩‖⊤⊥⊙⊗†★²³⁰⁻¹₀₁₂ℓℝ𝔼ŷ°′″µ‰✓✗\u{2009}\u{a0}";
        for weight in [Weight::Regular, Weight::Bold] {
            let missing: String = needed.chars().filter(|&c| Glyph::of(c, weight).index == 0).collect();
            // The two letters with double strokes outside the basic plane are in the regular font
            // only.
            let allowed = if weight == Weight::Bold { "𝔼" } else { "" };
            assert!(missing.chars().all(|c| allowed.contains(c)), "{weight:?} lacks {missing:?}");
        }
    }

    #[test]
    fn units_per_em() {
        assert_eq!(f64::from(face(Weight::Regular).units_per_em()), UNITS_PER_EM);
        assert_eq!(f64::from(face(Weight::Bold).units_per_em()), UNITS_PER_EM);
    }

    #[test]
    fn kerning_pulls_pairs_together() {
        let [a, v] = ['A', 'V'].map(|letter| Glyph::of(letter, Weight::Regular));
        assert!(a.kerning(v) < 0);
        assert_eq!(Glyph::of('n', Weight::Regular).kerning(Glyph::of('n', Weight::Regular)), 0);
    }

    #[test]
    fn outlines_are_paths() {
        assert!(Glyph::of('O', Weight::Regular).outline().as_str().contains('q'));
        assert!(Glyph::of(' ', Weight::Regular).outline().as_str().is_empty());
    }
}
