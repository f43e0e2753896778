//! First-order MAML on linear networks (Finn et al. 2017): adapt to each task by gradient steps on its support images,
//! then step along the gradient of the query loss at the adapted weights.
//!
//! Gradients are derived by hand. The weights adapted to a task are never formed: its first layer differs from U by a
//! multiple of the task's support images, so that only the hidden features of its own images have to follow.

use common::networks::schedules::stairs;
use common::prelude::*;

use crate::classes::Classes;
use crate::network::LinearNetwork;
use crate::tasks::{TaskShape, Tasks, cross_entropy_slopes};

/// How networks are meta-trained and tested.
#[derive(Parameters)]
pub struct MetaLearning {
    /// Meta-updates.
    #[range(0..)]
    pub steps: usize,
    /// Tasks of a meta-update.
    pub task_batch: usize,
    /// Rate of adaptation, epsilon.
    #[range(0.0..)]
    pub inner_rate: f64,
    /// Gradient steps of adaptation in meta-training.
    #[range(0..)]
    pub inner_steps: usize,
    /// Gradient steps of adaptation in the meta-test.
    #[range(0..)]
    pub inner_steps_test: usize,
    /// The same in a second meta-test, which gives more time: the authors' number.
    #[range(0..)]
    pub inner_steps_long: usize,
    /// Rate of meta-updates, eta; 0.3 of it from half of the steps on, 0.1 of it over the last fifth.
    #[range(0.0..)]
    pub outer_rate: f64,
    /// Largest norm of a gradient; a longer one is shortened to it.
    pub clip: f64,
}

/// A network adapted to each of several tasks.
pub struct Adapted {
    /// Hidden features of all inputs, in the order of [`Tasks::inputs`].
    hidden: Array2<f32>,
    /// Second layers, o rows a task.
    v: Array2<f32>,
    /// The step of each support's hidden features that a unit inner product makes.
    moves: Array2<f32>,
    /// Derivatives of the loss in the logits of a task's supports, times the rate.
    slopes: Array2<f32>,
    /// Logits of all queries.
    logits: Array2<f32>,
}

impl Adapted {
    /// Room for tasks of a size.
    pub fn new(network: &LinearNetwork, tasks: &Tasks) -> Adapted {
        let (units, ways, supports) = (network.u.nrows(), tasks.shape.ways, tasks.shape.supports());
        Adapted {
            hidden: Array2::zeros((tasks.inputs.nrows(), units)),
            v: Array2::zeros((tasks.count * ways, units)),
            moves: Array2::zeros((supports, units)),
            slopes: Array2::zeros((supports, ways)),
            logits: Array2::zeros((tasks.count * tasks.shape.queries(), ways)),
        }
    }

    /// Adapts a network to each task from the start, and computes the logits of its queries.
    pub fn adapt(&mut self, network: &LinearNetwork, tasks: &Tasks, steps: usize, rate: f64) {
        let TaskShape { ways, shots, .. } = tasks.shape;
        let factor = network.multiplier * -(rate as f32) / tasks.shape.supports() as f32;
        matrix::product_into(tasks.inputs.view(), network.u.t(), &mut self.hidden.view_mut());
        let (mut all_supports, mut all_queries) = self.hidden.view_mut().split_at(ndarray::Axis(0), tasks.supports());
        for task in 0..tasks.count {
            let (supports, queries) = (tasks.supports_of(task), tasks.queries_of(task));
            let mut of_supports = all_supports.slice_mut(s![supports.clone(), ..]);
            let mut of_queries = all_queries.slice_mut(s![queries.clone(), ..]);
            let mut v = self.v.slice_mut(s![task * ways..(task + 1) * ways, ..]);
            v.assign(&network.v);
            for _ in 0..steps {
                matrix::product_into(of_supports.view(), v.t(), &mut self.slopes.view_mut());
                self.slopes *= network.multiplier;
                cross_entropy_slopes(&mut self.slopes.view_mut(), shots, factor);
                matrix::product_into(self.slopes.view(), v.view(), &mut self.moves.view_mut());
                matrix::product_add(self.slopes.t(), of_supports.view(), &mut v);
                if network.features_learn {
                    let products = tasks.support_products.slice(s![supports.clone(), ..]);
                    matrix::product_add(products, self.moves.view(), &mut of_supports);
                    let products = tasks.query_products.slice(s![queries.clone(), ..]);
                    matrix::product_add(products, self.moves.view(), &mut of_queries);
                }
            }
            matrix::product_into(of_queries.view(), v.t(), &mut self.logits.slice_mut(s![queries, ..]));
        }
        self.logits *= network.multiplier;
    }
}

/// The gradient of the query loss, mean over all queries, at the adapted weights of each task.
struct Gradient {
    u: Array2<f32>,
    v: Array2<f32>,
    /// What reaches the hidden features of each query from the loss.
    backward: Array2<f32>,
}

impl Gradient {
    fn new(network: &LinearNetwork, tasks: &Tasks) -> Gradient {
        let queries = tasks.count * tasks.shape.queries();
        let backward = Array2::zeros((queries, network.u.nrows()));
        Gradient { u: Array2::zeros(network.u.dim()), v: Array2::zeros(network.v.dim()), backward }
    }

    /// Computes it; the logits of the queries give way to the derivatives of the loss in them.
    fn compute(&mut self, network: &LinearNetwork, tasks: &Tasks, adapted: &mut Adapted) {
        let TaskShape { ways, query_shots, .. } = tasks.shape;
        let (first_query, queries) = (tasks.supports(), adapted.logits.nrows());
        let slopes = &mut adapted.logits;
        cross_entropy_slopes(&mut slopes.view_mut(), query_shots, network.multiplier / queries as f32);
        let hidden = adapted.hidden.slice(s![first_query.., ..]);
        matrix::product_into(slopes.t(), hidden, &mut self.v.view_mut());
        if network.features_learn {
            for task in 0..tasks.count {
                let of_task = tasks.queries_of(task);
                let v = adapted.v.slice(s![task * ways..(task + 1) * ways, ..]);
                let mut backward = self.backward.slice_mut(s![of_task.clone(), ..]);
                matrix::product_into(slopes.slice(s![of_task, ..]), v, &mut backward);
            }
            let inputs = tasks.inputs.slice(s![first_query.., ..]);
            matrix::product_into(self.backward.t(), inputs, &mut self.u.view_mut());
        }
    }

    /// Its norm; U counts as zero where it is not trained.
    fn norm(&self) -> f64 {
        let squares = |matrix: &Array2<f32>| f64::from(matrix.as_slice().map_or(f32::NAN, reduce::norm_squared));
        (squares(&self.u) + squares(&self.v)).sqrt()
    }
}

/// Meta-trains a network on tasks from these classes.
///
/// # Errors
/// Where the steps are so large that the weights are no numbers any more.
pub fn meta_train(
    network: &mut LinearNetwork,
    learning: &MetaLearning,
    shape: TaskShape,
    classes: &Classes,
    random: &mut Generator,
) -> Result<()> {
    let &MetaLearning { steps, task_batch, inner_rate, inner_steps, outer_rate, clip, .. } = learning;
    let mut tasks = Tasks::new(shape, task_batch, network.u.ncols());
    let (mut adapted, mut gradient) = (Adapted::new(network, &tasks), Gradient::new(network, &tasks));
    for step in 0..steps {
        tasks.draw(classes, random);
        adapted.adapt(network, &tasks, inner_steps, inner_rate);
        gradient.compute(network, &tasks, &mut adapted);
        let norm = gradient.norm();
        ensure!(norm.is_finite(), "a network diverged in meta-update {step}: the inner rate {inner_rate} is too large");
        let rate = outer_rate * stairs(step, &[(steps / 2, 0.3), (4 * steps / 5, 0.1)]);
        let rate = -(rate * (clip / norm).min(1.0)) as f32;
        network.u.scaled_add(rate, &gradient.u);
        network.v.scaled_add(rate, &gradient.v);
    }
    Ok(())
}

/// The logits of all queries after a network has adapted to each task by so many steps.
pub fn meta_test(network: &LinearNetwork, tasks: &Tasks, steps: usize, rate: f64) -> Array2<f32> {
    let mut adapted = Adapted::new(network, tasks);
    adapted.adapt(network, tasks, steps, rate);
    adapted.logits
}

#[cfg(test)]
mod tests;
