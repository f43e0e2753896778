//! Random choices: batches of examples, dropout.

use numerics::random::Generator;

use crate::Number;

/// Batches of examples in random order, with or without replacement.
#[derive(Clone, Debug)]
pub struct Batches {
    /// The examples in the order in which they are handed out; with replacement, the last batch.
    order: Vec<usize>,
    size: usize,
    next: usize,
    /// How many examples there are to draw from, where it is done with replacement.
    replaced: Option<usize>,
}

impl Batches {
    /// Batches of `size` of these examples, without replacement: a walk through all of them in random order, shuffled
    /// anew when fewer than a batch are left. The first batch shuffles.
    ///
    /// # Panics
    /// If there are fewer examples than a batch has, or the size is zero.
    pub fn new(examples: impl IntoIterator<Item = usize>, size: usize) -> Self {
        let order: Vec<usize> = examples.into_iter().collect();
        assert!(size > 0 && size <= order.len(), "batches of {size} from {} examples", order.len());
        let next = order.len();
        Self { order, size, next, replaced: None }
    }

    /// Batches of `size` examples drawn from 0 to `count` − 1 with replacement, as by [`draw_indices`].
    ///
    /// # Panics
    /// If there are no examples, or the size is zero.
    pub fn with_replacement(count: usize, size: usize) -> Self {
        assert!(size > 0 && count > 0, "batches of {size} from {count} examples");
        Self { order: vec![0; size], size, next: 0, replaced: Some(count) }
    }

    /// Batches in one pass over the examples; the remainder is left out.
    pub fn per_epoch(&self) -> usize {
        self.replaced.unwrap_or(self.order.len()) / self.size
    }

    /// The next batch. Without replacement, random numbers are drawn only where a pass begins.
    pub fn next(&mut self, generator: &mut Generator) -> &[usize] {
        if let Some(count) = self.replaced {
            draw_indices(count, &mut self.order, generator);
            return &self.order;
        }
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
