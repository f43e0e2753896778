//! Random choices: batches of examples, dropout.

use numerics::random::Generator;

use crate::Number;

/// Walks through examples in a random order, batch by batch, and shuffles anew when fewer than a batch are left.
#[derive(Clone, Debug)]
pub struct Batches {
    order: Vec<usize>,
    size: usize,
    next: usize,
}

impl Batches {
    /// Batches of `size` of these examples. The first one shuffles.
    ///
    /// # Panics
    /// If there are fewer examples than a batch has, or the size is zero.
    pub fn new(examples: impl IntoIterator<Item = usize>, size: usize) -> Self {
        let order: Vec<usize> = examples.into_iter().collect();
        assert!(size > 0 && size <= order.len(), "batches of {size} from {} examples", order.len());
        let next = order.len();
        Self { order, size, next }
    }

    /// Batches in one pass over the examples; the remainder is left out.
    pub fn per_epoch(&self) -> usize {
        self.order.len() / self.size
    }

    /// The next batch. Draws random numbers only where a pass begins.
    pub fn next(&mut self, generator: &mut Generator) -> &[usize] {
        if self.next + self.size > self.order.len() {
            generator.shuffle(&mut self.order);
            self.next = 0;
        }
        self.next += self.size;
        &self.order[self.next - self.size..self.next]
    }
}

/// Fills a batch with indices below `count`, uniformly with replacement.
pub fn draw_indices(count: usize, batch: &mut [usize], generator: &mut Generator) {
    for index in batch {
        *index = generator.below(count);
    }
}

/// Fills a mask for [`multiply`](crate::Tape::multiply): each number is 0 with probability `rate`, else
/// 1 / (1 − rate), so that the mean is 1 (Srivastava et al. 2014, in the inverted form).
///
/// # Panics
/// If the rate is not in [0, 1).
pub fn draw_dropout<T: Number>(rate: f64, mask: &mut [T], generator: &mut Generator) {
    assert!((0.0..1.0).contains(&rate), "a dropout rate is in [0, 1), not {rate}");
    let kept = T::from_f64(1.0 / (1.0 - rate));
    mask.fill_with(|| if generator.bernoulli(rate) { T::ZERO } else { kept });
}
