//! Pictures of the drawing.

use anyhow::{Context, Result, ensure};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Renders an SVG of this crate as a PNG of the given width; 1500 pixels suit a figure of seven
/// inches. The same SVG gives the same bytes on every machine: no font, clock or platform function
/// takes part.
///
/// # Errors
///
/// When the text is no SVG, or the picture would be empty or wider than 20000 pixels.
pub fn png(svg: &str, pixels_wide: u32) -> Result<Vec<u8>> {
    ensure!(
        (1..=20_000).contains(&pixels_wide),
        "a picture {pixels_wide} pixels wide"
    );
    let tree = Tree::from_str(svg, &Options::default()).context("reading the SVG")?;
    let size = tree.size();
    let scale = pixels_wide as f32 / size.width();
    let height = ((size.height() * scale).round() as u32).max(1);
    let mut picture = Pixmap::new(pixels_wide, height).context("a picture without pixels")?;
    // The drawing may end within the last row of pixels.
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    encode(&picture, f64::from(pixels_wide) / (f64::from(size.width()) / 96.0))
}

/// The pixels without their opacity: the drawing has a white ground.
fn encode(picture: &Pixmap, pixels_per_inch: f64) -> Result<Vec<u8>> {
    let colors: Vec<u8> = picture
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Flat colours compress better, and faster, without a filter.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(3));
    let per_metre = (pixels_per_inch / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header().context("writing the PNG")?;
    writer.write_image_data(&colors).context("writing the PNG")?;
    writer.finish().context("writing the PNG")?;
    Ok(bytes)
}
