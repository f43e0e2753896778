//! Declarative figures.

mod axis;
mod color;
mod decimal;
mod draw;
mod figure;
mod font;
mod frame;
mod layout;
mod legend;
mod marks;
mod math;
mod number;
mod panel;
mod path;
mod place;
mod png;
mod render;
mod scale;
mod shape;
mod style;
mod svg;
mod symbol;
mod text;
mod ticks;
mod view;

pub use axis::{Axis, Format};
pub use color::{
    BLACK, BLUE, Color, ColorScale, DARK_GREY, GREEN, GREY, LIGHT_GREY, OLIVE, ORANGE, PURPLE, RED,
    SKY, WHITE, WINE, YELLOW,
};
pub use figure::Figure;
pub use legend::Legend;
pub use marks::notes::{Anchor, Corner};
pub use number::{Number, Series};
pub use panel::Panel;
pub use png::png;
pub use style::{Marker, Style};

/// Hash of the code of this crate: part of the identity of what it computes.
pub const FINGERPRINT: &str = fingerprint::of_crate!();
