//! What is taken in a panel, and where texts go.

use super::*;
use crate::color::BLACK;
use crate::place::{Hold, INSET};
use crate::shape::Layer;
use crate::style::Dash;

fn diagonal() -> Space {
    let points = vec![(0.0, 0.0), (1.0, 1.0)];
    let shape = Shape::Line { points, color: BLACK, width: 1.0, dash: Dash::Solid, opacity: 1.0 };
    Space::new(150.0, 150.0, &[Drawn { layer: Layer::Line, shape }])
}

#[test]
fn lines_cover_their_cells_only() {
    let space = diagonal();
    let corner = |left, top| space.covered(Rect { left, top, width: 40.0, height: 40.0 });
    assert_eq!(corner(0.0, 0.0), (0, 0));
    assert_eq!(corner(110.0, 110.0), (0, 0));
    assert!(corner(0.0, 110.0).0 >= 20);
    let census = space.census();
    for (left, top) in [(0.0, 0.0), (30.0, 44.0), (100.0, -20.0), (140.0, 149.0), (-50.0, 60.0)] {
        let rect = Rect { left, top, width: 37.0, height: 21.0 };
        let (hard, soft) = space.covered(rect);
        assert_eq!(census.covered(rect), (hard as u32, soft as u32), "{rect:?}");
    }
}

#[test]
fn areas_are_filled() {
    let corners = vec![(0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5)];
    let shape = Shape::Area { corners, color: BLACK, opacity: 0.2 };
    let space = Space::new(150.0, 150.0, &[Drawn { layer: Layer::Band, shape }]);
    assert_eq!(space.covered(Rect { left: 0.0, top: 0.0, width: 150.0, height: 75.0 }).0, 0);
    assert_eq!(space.covered(Rect { left: 0.0, top: 75.0, width: 150.0, height: 75.0 }).0, 5000);
}

#[test]
fn texts_go_where_nothing_is() {
    let space = diagonal();
    let spots = [
        Spot::new((1.0, 1.0), (0.0, 0.0), Hold::End, Hold::Start),
        Spot::new((0.0, 1.0), (0.0, 0.0), Hold::Start, Hold::Start),
    ];
    let (spot, rect) = space.choose((30.0, 10.0), &Wanted::new("", BLACK, spots.to_vec())).unwrap();
    assert_eq!(spot, spots[1]);
    assert_eq!((rect.left, rect.top), (INSET, INSET));
}

#[test]
fn boxes_stay_in_the_panel() {
    let spot = Spot::new((1.0, 0.0), (3.0, 0.0), Hold::Start, Hold::Middle);
    let (_, rect) = diagonal().choose((30.0, 10.0), &Wanted::new("", BLACK, vec![spot])).unwrap();
    assert_eq!((rect.right(), rect.bottom()), (150.0 - INSET, 150.0 - INSET));
}

#[test]
fn optional_texts_do_not_cover_others() {
    let mut space = diagonal();
    let spot = Spot::new((0.2, 0.8), (0.0, 0.0), Hold::Middle, Hold::Middle);
    let optional = Wanted { is_optional: true, ..Wanted::new("", BLACK, vec![spot]) };
    let (_, rect) = space.choose((30.0, 10.0), &optional).unwrap();
    space.take(rect);
    assert!(space.choose((30.0, 10.0), &optional).is_none());
}
