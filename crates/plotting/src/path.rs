//! Path data of SVG with whole numbers, written relative to the previous point: short, and exact.

/// The `d` attribute of a path under construction.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PathData {
    text: String,
    at: (i32, i32),
    start: (i32, i32),
}

impl PathData {
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn move_to(&mut self, to: (i32, i32)) {
        let from = if self.text.is_empty() { (0, 0) } else { self.at };
        self.command('m', &[to.0 - from.0, to.1 - from.1]);
        (self.at, self.start) = (to, to);
    }

    pub(crate) fn line_to(&mut self, to: (i32, i32)) {
        match (to.0 - self.at.0, to.1 - self.at.1) {
            (0, 0) => {}
            (along, 0) => self.command('h', &[along]),
            (0, along) => self.command('v', &[along]),
            (x, y) => self.command('l', &[x, y]),
        }
        self.at = to;
    }

    pub(crate) fn quad_to(&mut self, control: (i32, i32), to: (i32, i32)) {
        let (x, y) = self.at;
        self.command('q', &[control.0 - x, control.1 - y, to.0 - x, to.1 - y]);
        self.at = to;
    }

    pub(crate) fn close(&mut self) {
        self.text.push('z');
        self.at = self.start;
    }

    /// A closed polygon.
    pub(crate) fn polygon(&mut self, corners: &[(i32, i32)]) {
        if let [first, rest @ ..] = corners {
            self.move_to(*first);
            rest.iter().for_each(|&corner| self.line_to(corner));
            self.close();
        }
    }

    fn command(&mut self, letter: char, numbers: &[i32]) {
        self.text.push(letter);
        for (index, number) in numbers.iter().enumerate() {
            // A minus sign separates numbers as well as a space does.
            if index > 0 && *number >= 0 {
                self.text.push(' ');
            }
            self.text.push_str(&number.to_string());
        }
    }
}

/// Drops the points of a polyline that cannot be seen: repeated ones, and inner points of straight
/// stretches.
pub(crate) fn without_redundant(points: impl IntoIterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = Vec::new();
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., before, last] = kept[..]
            && continues(before, last, point)
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

/// Whether the step from `last` to `next` goes exactly in the direction of the step before.
fn continues(before: (i32, i32), last: (i32, i32), next: (i32, i32)) -> bool {
    let step = |from: (i32, i32), to: (i32, i32)| (i64::from(to.0 - from.0), i64::from(to.1 - from.1));
    let (first, second) = (step(before, last), step(last, next));
    first.0 * second.1 == first.1 * second.0 && first.0 * second.0 + first.1 * second.1 > 0
}

/// Drops inner points of a polyline that are nowhere further than `tolerance` from the line without
/// them (Ramer, Douglas and Peucker). Whole-number arithmetic: no rounding decides.
pub(crate) fn simplified(points: &[(i32, i32)], tolerance: i64) -> Vec<(i32, i32)> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut is_kept = vec![false; points.len()];
    (is_kept[0], is_kept[points.len() - 1]) = (true, true);
    let mut pieces = vec![(0, points.len() - 1)];
    while let Some((first, last)) = pieces.pop() {
        let Some((index, is_far)) = furthest(points, first, last, tolerance) else {
            continue;
        };
        if is_far {
            is_kept[index] = true;
            pieces.push((first, index));
            pieces.push((index, last));
        }
    }
    points.iter().zip(is_kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

/// The point between two others that is furthest from the segment between them, and whether that is
/// beyond the tolerance.
fn furthest(points: &[(i32, i32)], first: usize, last: usize, tolerance: i64) -> Option<(usize, bool)> {
    let wide = |point: (i32, i32)| (i128::from(point.0), i128::from(point.1));
    let (start, end) = (wide(points[first]), wide(points[last]));
    let step = (end.0 - start.0, end.1 - start.1);
    let length = step.0 * step.0 + step.1 * step.1;
    // Squared distances times the squared length of the segment, to stay in whole numbers.
    let distance = |point: (i32, i32)| {
        let point = wide(point);
        let offset = (point.0 - start.0, point.1 - start.1);
        let along = offset.0 * step.0 + offset.1 * step.1;
        let square = |x: i128, y: i128| x * x + y * y;
        if along <= 0 {
            square(offset.0, offset.1) * length.max(1)
        } else if along >= length {
            square(point.0 - end.0, point.1 - end.1) * length.max(1)
        } else {
            let cross = offset.0 * step.1 - offset.1 * step.0;
            cross * cross
        }
    };
    let (index, most) = (first + 1..last)
        .map(|index| (index, distance(points[index])))
        .max_by_key(|&(index, far)| (far, last - index))?;
    Some((index, most > i128::from(tolerance * tolerance) * length.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_and_short() {
        let mut path = PathData::default();
        path.move_to((100, 200));
        path.line_to((110, 200));
        path.line_to((110, 150));
        path.line_to((109, 155));
        path.line_to((109, 155));
        path.close();
        path.move_to((0, 0));
        assert_eq!(path.as_str(), "m100 200h10v-50l-1 5zm-100-200");
    }

    #[test]
    fn simplified_lines_stay_within_the_tolerance() {
        let wavy: Vec<(i32, i32)> = (0..1000).map(|i| (10 * i, (i * i) / 500 + i % 2)).collect();
        let few = simplified(&wavy, 3);
        assert!(few.len() < 40, "{}", few.len());
        assert_eq!((few[0], few[few.len() - 1]), (wavy[0], wavy[999]));
        for &(x, y) in &wavy {
            let after = few.iter().position(|point| point.0 >= x).unwrap().max(1);
            let (a, b) = (few[after - 1], few[after]);
            let line = f64::from(a.1) + f64::from(x - a.0) / f64::from(b.0 - a.0) * f64::from(b.1 - a.1);
            assert!((line - f64::from(y)).abs() < 3.5, "({x}, {y})");
        }
        assert_eq!(simplified(&[(0, 0), (50, 0), (0, 0)], 3).len(), 3, "a line that returns keeps its turn");
    }

    #[test]
    fn straight_stretches_keep_their_ends() {
        let points = [(0, 0), (1, 1), (2, 2), (2, 2), (5, 5), (4, 4), (4, 9)];
        assert_eq!(without_redundant(points), [(0, 0), (5, 5), (4, 4), (4, 9)]);
    }
}
