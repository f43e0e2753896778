//! Few-shot tasks: classes at random under random labels, a few images of each to learn from and others to be asked.

use common::prelude::*;

use crate::classes::Classes;

/// The size of a task.
#[derive(Clone, Copy, Parameters)]
pub struct TaskShape {
    /// Classes of a task.
    #[range(2..)]
    pub ways: usize,
    /// Support images of each class.
    pub shots: usize,
    /// Query images of each class.
    pub query_shots: usize,
}

impl TaskShape {
    /// Support images of a task.
    pub fn supports(self) -> usize {
        self.ways * self.shots
    }

    /// Query images of a task.
    pub fn queries(self) -> usize {
        self.ways * self.query_shots
    }
}

/// Several tasks with the inner products of their images.
pub struct Tasks {
    pub shape: TaskShape,
    pub count: usize,
    /// Inputs as rows: the supports of all tasks, then the queries of all tasks; within a task by label.
    pub inputs: Array2<f32>,
    /// Inner products of supports with those of their task, one row a support.
    pub support_products: Array2<f32>,
    /// Inner products of queries with the supports of their task, one row a query.
    pub query_products: Array2<f32>,
}

impl Tasks {
    /// Room for tasks over inputs of this length.
    pub fn new(shape: TaskShape, count: usize, inputs: usize) -> Tasks {
        let (supports, queries) = (shape.supports(), shape.queries());
        Tasks {
            shape,
            count,
            inputs: Array2::zeros((count * (supports + queries), inputs)),
            support_products: Array2::zeros((count * supports, supports)),
            query_products: Array2::zeros((count * queries, supports)),
        }
    }

    /// Supports of all tasks.
    pub fn supports(&self) -> usize {
        self.count * self.shape.supports()
    }

    /// Fills all tasks anew. A class gets its label by the order in which it is drawn, and its images are all different.
    pub fn draw(&mut self, classes: &Classes, random: &mut Generator) {
        let TaskShape { ways, shots, query_shots } = self.shape;
        let first_query = self.supports();
        for task in 0..self.count {
            for (label, class) in random.sample(classes.count(), ways).into_iter().enumerate() {
                let images = random.sample(classes.per_class(), shots + query_shots);
                let place = task * ways + label;
                let supports = place * shots..(place + 1) * shots;
                let queries = first_query + place * query_shots..first_query + (place + 1) * query_shots;
                for (row, image) in supports.chain(queries).zip(images) {
                    self.inputs.row_mut(row).assign(&classes.input(class, image));
                }
            }
        }
        self.multiply();
    }

    /// Computes the inner products of the inputs.
    pub fn multiply(&mut self) {
        let first_query = self.supports();
        for task in 0..self.count {
            let (supports, queries) = (self.supports_of(task), self.queries_of(task));
            let of_supports = self.inputs.slice(s![supports.clone(), ..]);
            let of_queries = self.inputs.slice(s![first_query + queries.start..first_query + queries.end, ..]);
            let mut products = self.support_products.slice_mut(s![supports, ..]);
            matrix::product_into(of_supports, of_supports.t(), &mut products);
            matrix::product_into(of_queries, of_supports.t(), &mut self.query_products.slice_mut(s![queries, ..]));
        }
    }

    /// The rows of a task among all supports.
    pub fn supports_of(&self, task: usize) -> std::ops::Range<usize> {
        let supports = self.shape.supports();
        task * supports..(task + 1) * supports
    }

    /// The rows of a task among all queries.
    pub fn queries_of(&self, task: usize) -> std::ops::Range<usize> {
        let queries = self.shape.queries();
        task * queries..(task + 1) * queries
    }

    /// The share of queries whose largest logit is that of their class.
    pub fn accuracy(&self, logits: &Array2<f32>) -> f64 {
        let TaskShape { ways, query_shots, .. } = self.shape;
        let is_right = |(query, row): &(usize, ArrayView1<f32>)| {
            reduce::argmax(row.as_slice().expect("rows are contiguous")) == query / query_shots % ways
        };
        let right = logits.rows().into_iter().enumerate().filter(is_right).count();
        right as f64 / logits.nrows() as f64
    }
}

/// Replaces logits, one row an image, `shots` rows for each label in turn, by the derivatives of their cross-entropy
/// times a factor: softmax minus indicator of the label.
pub fn cross_entropy_slopes(logits: &mut ArrayViewMut2<f32>, shots: usize, factor: f32) {
    let ways = logits.ncols();
    for (row, mut logits) in logits.rows_mut().into_iter().enumerate() {
        let logits = logits.as_slice_mut().expect("rows are contiguous");
        let greatest = reduce::max(logits);
        logits.iter_mut().for_each(|z| *z -= greatest);
        slices::exp_slice_f32(logits);
        let total = reduce::sum(logits);
        logits.iter_mut().for_each(|p| *p *= factor / total);
        logits[row / shots % ways] -= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each input is its class and the number of its image.
    fn classes() -> Classes {
        let inputs = Array2::from_shape_fn((7 * 5, 2), |(row, column)| [row / 5, row % 5][column] as f32);
        Classes::of(inputs, 5)
    }

    #[test]
    fn tasks_have_different_classes_and_images() {
        let shape = TaskShape { ways: 3, shots: 2, query_shots: 1 };
        let mut tasks = Tasks::new(shape, 50, 2);
        tasks.draw(&classes(), &mut Streams::new("test").open("tasks", 0));
        let mut labels_of_class_0 = Vec::new();
        for task in 0..50 {
            let class = |row: usize| tasks.inputs[[row, 0]] as usize;
            let (supports, queries) = (tasks.supports_of(task), tasks.queries_of(task));
            let queries = tasks.supports() + queries.start..tasks.supports() + queries.end;
            assert_eq!(distinct(supports.clone().map(class)).len(), 3);
            for label in 0..3 {
                let rows = [supports.start + 2 * label, supports.start + 2 * label + 1, queries.start + label];
                assert!(rows.iter().all(|&row| class(row) == class(rows[0])));
                assert_eq!(distinct(rows.map(|row| tasks.inputs[[row, 1]] as usize)).len(), 3);
                labels_of_class_0.extend((class(rows[0]) == 0).then_some(label));
            }
        }
        // Labels are random.
        assert_eq!(distinct(labels_of_class_0).len(), 3);
    }

    #[test]
    fn accuracy_counts_largest_logits() {
        let tasks = Tasks::new(TaskShape { ways: 2, shots: 1, query_shots: 2 }, 1, 3);
        assert_eq!(tasks.accuracy(&array![[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [-1.0, 1.0]]), 0.75);
    }

    #[test]
    fn slopes_are_those_of_the_cross_entropy() {
        let logits = array![[0.3_f32, -0.7, 0.1], [2.0, 1.0, -40.0]];
        let loss = |z: ArrayView1<f32>, label: usize| log_sum_exp(&z.mapv(f64::from).to_vec()) - f64::from(z[label]);
        let mut slopes = logits.clone();
        cross_entropy_slopes(&mut slopes.view_mut(), 1, 2.0);
        for ((row, column), &slope) in slopes.indexed_iter() {
            let (mut above, mut below) = (logits.row(row).to_owned(), logits.row(row).to_owned());
            above[column] += 0.01;
            below[column] -= 0.01;
            let expected = 2.0 * (loss(above.view(), row) - loss(below.view(), row)) / 0.02;
            assert!((f64::from(slope) - expected).abs() < 1e-4, "{row} {column}: {slope} {expected}");
        }
    }
}
