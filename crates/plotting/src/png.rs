//! Pictures of the drawing.

use std::io::Cursor;

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
    ensure!((1..=20_000).contains(&pixels_wide), "a picture {pixels_wide} pixels wide");
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

/// A picture of where two pictures of [`png()`] differ: pixels that are the same are pale, others red, the
/// stronger the larger the difference. Where the sizes differ, what only one of them has counts as
/// different.
///
/// # Errors
///
/// When one of the two is no picture of eight-bit colours.
pub fn png_difference(expected: &[u8], actual: &[u8]) -> Result<Vec<u8>> {
    let (expected, actual) = (Pixels::read(expected)?, Pixels::read(actual)?);
    let (width, height) = (expected.width.max(actual.width), expected.height.max(actual.height));
    let mut colors = Vec::with_capacity(3 * width as usize * height as usize);
    for y in 0..height {
        for x in 0..width {
            colors.extend(match (expected.at(x, y), actual.at(x, y)) {
                (Some(a), Some(b)) if a == b => a.map(|level| 204 + level / 5),
                (Some(a), Some(b)) => {
                    let most = (0..3).map(|i| a[i].abs_diff(b[i])).max().unwrap_or(0);
                    let pale = 160 - (most / 2 + most / 8);
                    [220, pale, pale]
                }
                _ => [220, 0, 0],
            });
        }
    }
    write(&colors, width, height, 0)
}

/// A decoded picture, three bytes for each pixel.
struct Pixels {
    width: u32,
    height: u32,
    colors: Vec<u8>,
}

impl Pixels {
    fn read(picture: &[u8]) -> Result<Pixels> {
        let mut reader = png::Decoder::new(Cursor::new(picture)).read_info().context("reading the PNG")?;
        let size = reader.output_buffer_size().context("a picture too large to compare")?;
        let mut colors = vec![0; size];
        let info = reader.next_frame(&mut colors).context("reading the PNG")?;
        ensure!(
            info.color_type == png::ColorType::Rgb && info.bit_depth == png::BitDepth::Eight,
            "the PNG has other colours than those of a figure"
        );
        Ok(Pixels { width: info.width, height: info.height, colors })
    }

    fn at(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let start = 3 * (y as usize * self.width as usize + x as usize);
        let inside = x < self.width && y < self.height;
        inside.then(|| [self.colors[start], self.colors[start + 1], self.colors[start + 2]])
    }
}

/// The pixels without their opacity: the drawing has a white ground.
fn encode(picture: &Pixmap, pixels_per_inch: f64) -> Result<Vec<u8>> {
    let colors: Vec<u8> =
        picture.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let per_metre = (pixels_per_inch / 0.0254).round() as u32;
    write(&colors, picture.width(), picture.height(), per_metre)
}

/// Encodes colours, three bytes for each pixel; 0 pixels per metre leave the size on paper open.
fn write(colors: &[u8], width: u32, height: u32, per_metre: u32) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Flat colours compress better, and faster, without a filter.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(3));
    if per_metre > 0 {
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    }
    let mut writer = encoder.write_header().context("writing the PNG")?;
    writer.write_image_data(colors).context("writing the PNG")?;
    writer.finish().context("writing the PNG")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(fill: &str, width: u32) -> Vec<u8> {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='4'>\
             <rect width='2' height='4' fill='{fill}'/></svg>"
        );
        png(&svg, width).unwrap()
    }

    #[test]
    fn a_difference_is_red_where_the_pictures_differ() {
        let (black, grey) = (square("#000", 4), square("#808080", 4));
        let same = Pixels::read(&png_difference(&black, &black).unwrap()).unwrap();
        assert_eq!((same.at(0, 0), same.at(3, 3)), (Some([204; 3]), Some([255; 3])));
        let other = Pixels::read(&png_difference(&black, &grey).unwrap()).unwrap();
        assert_eq!((other.at(0, 0), other.at(3, 0)), (Some([220, 80, 80]), Some([255; 3])));
        let wider = Pixels::read(&png_difference(&black, &square("#000", 6)).unwrap()).unwrap();
        assert_eq!((wider.width, wider.at(5, 0)), (6, Some([220, 0, 0])));
        assert!(png_difference(b"no picture", &black).is_err());
    }
}
