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

/// Drops the points of a polyline that cannot be seen: repeated ones, and inner points of straight stretches.
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
    fn straight_stretches_keep_their_ends() {
        let points = [(0, 0), (1, 1), (2, 2), (2, 2), (5, 5), (4, 4), (4, 9)];
        assert_eq!(without_redundant(points), [(0, 0), (5, 5), (4, 4), (4, 9)]);
    }
}
