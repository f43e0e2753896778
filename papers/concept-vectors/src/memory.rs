//! The model: one feed-forward layer read as a key-value memory. A prompt gives h = E_s + E_r + E_t / 2, keys give the
//! activations z = relu(K h + b), and the active value vectors add up to the answer, logits = U Vᵀ z.

use common::networks::{Adam, Init, Labels, Optimizer, Tape, Value, softmax_rows};
use common::prelude::*;

use crate::world::World;

/// The model, and how it is trained.
#[derive(Parameters)]
pub struct Training {
    /// Length of embeddings and value vectors: d.
    pub width: usize,
    /// Units of the memory: m.
    pub hidden: usize,
    /// Weight of the activations' sum in the loss. It makes units speak of one concept.
    #[range(0.0..)]
    l1: f64,
    /// Steps of AdamW.
    #[range(0..)]
    train_steps: usize,
    /// Prompts of a step, drawn with replacement.
    train_batch: usize,
    /// Rate at the first step; it falls along a line to almost 0.
    train_rate: f64,
    /// Decoupled weight decay.
    #[range(0.0..)]
    train_decay: f64,
}

/// What the rate falls to at the end of training.
const LAST_RATE: f64 = 1e-4;

impl Training {
    /// Numbers of the model.
    pub fn parameters(&self, world: &World) -> f64 {
        let rows = world.concepts * world.names + world.relations + world.templates + world.answers();
        (rows as f64 + 2.0 * self.hidden as f64) * self.width as f64 + self.hidden as f64
    }

    /// Multiplications and additions of a prompt's way forward.
    pub fn operations(&self, world: &World) -> f64 {
        2.0 * self.width as f64 * (2 * self.hidden + world.answers()) as f64
    }

    /// Steps, each with its prompts.
    pub fn prompts(&self) -> f64 {
        self.train_steps as f64 * self.train_batch as f64
    }

    /// Prompts of the largest batch in training.
    pub fn batch(&self) -> usize {
        self.train_batch
    }
}

/// The tape of the model.
pub struct Memory<'a> {
    world: &'a World,
    tape: Tape<f32>,
    /// Subject, relation, template and answer of a prompt, and those of all prompts of the world.
    labels: [Labels; 4],
    asked: [Vec<usize>; 4],
    /// Value vectors V, m x d, and output words U, stored as d x C R.
    values: Value,
    words: Value,
    activations: Value,
    logits: Value,
    /// Cross-entropy plus l1 times the mean of the activations' sums.
    loss: Value,
}

impl<'a> Memory<'a> {
    /// A model for batches of up to `capacity` prompts.
    pub fn new(world: &'a World, training: &Training, capacity: usize) -> Memory<'a> {
        let &Training { width: d, hidden: m, l1, .. } = training;
        let mut tape = Tape::new(capacity);
        let counts =
            [("subject", world.concepts * world.names), ("relation", world.relations), ("template", world.templates)];
        let tokens = counts.map(|(name, _)| tape.labels(name, 1));
        let prompts = || (0..world.len()).map(|index| world.prompt(index));
        let asked = [
            prompts().map(|asked| asked.concept * world.names + asked.name).collect(),
            prompts().map(|asked| asked.relation).collect(),
            prompts().map(|asked| asked.template).collect(),
            (0..world.len()).map(|index| world.answer(index)).collect(),
        ];
        let tables = counts.map(|(name, rows)| tape.parameter(&format!("E {name}"), rows, d, Init::Normal(1.0)));
        let [subject, relation, template] = [0, 1, 2].map(|i| tape.embedding(tables[i], tokens[i]));
        let (fact, template) = (tape.add(subject, relation), tape.scale(template, 0.5));
        let h = tape.add(fact, template);
        let keys = tape.parameter("K", d, m, Init::LeCunNormal);
        let bias = tape.parameter("b", 1, m, Init::Constant(0.0));
        let values = tape.parameter("V", m, d, Init::LeCunNormal);
        let words = tape.parameter("U", d, world.answers(), Init::LeCunNormal);
        let keyed = tape.linear(h, keys, bias);
        let activations = tape.relu(keyed);
        let read = tape.product(activations, values);
        let logits = tape.product(read, words);
        let answers = tape.labels("answer", 1);
        let each = tape.cross_entropy(logits, answers);
        let cross_entropy = tape.mean(each);
        let mean = tape.mean(activations);
        let sparsity = tape.scale(mean, l1 * m as f64);
        let loss = tape.add(cross_entropy, sparsity);
        let [subjects, relations, templates] = tokens;
        let labels = [subjects, relations, templates, answers];
        Memory { world, tape, labels, asked, values, words, activations, logits, loss }
    }

    /// Numbers of the model.
    pub fn len(&self) -> usize {
        self.tape.parameter_count()
    }

    /// A trained model.
    pub fn train(&mut self, training: &Training, seed: u64, random: &Streams) -> Vec<f32> {
        let mut theta = self.tape.initial(&mut random.open("start", seed));
        let mut gradient = vec![0.0; theta.len()];
        let mut optimizer = Adam::new(theta.len()).decoupled_decay(training.train_decay);
        let (mut draws, mut batch) = (random.open("training prompts", seed), vec![0; training.train_batch]);
        for step in 0..training.train_steps {
            common::networks::draw_indices(self.world.len(), &mut batch, &mut draws);
            self.load(&batch);
            self.tape.loss_and_gradient(self.loss, &theta, &mut gradient);
            let rate = training.train_rate * (1.0 - step as f64 / training.train_steps as f64) + LAST_RATE;
            optimizer.step(&mut theta, &gradient, rate);
        }
        theta
    }

    fn load(&mut self, prompts: &[usize]) {
        for (labels, asked) in self.labels.into_iter().zip(&self.asked) {
            self.tape.gather_labels(labels, asked, prompts);
        }
    }

    /// Probabilities of all answers to some prompts, as many as the tape holds; a row for each prompt.
    pub fn probabilities(&mut self, theta: &[f32], prompts: &[usize], probabilities: &mut [f32]) {
        self.load(prompts);
        self.tape.forward_to(self.logits, theta);
        probabilities.copy_from_slice(self.tape.value(self.logits));
        softmax_rows(probabilities, self.world.answers());
    }

    /// The derivatives by all numbers of the model of an objective with these derivatives by the logits of the prompts
    /// that were last asked.
    pub fn gradient(&mut self, theta: &[f32], by_logits: &[f32], gradient: &mut [f32]) {
        self.tape.seed(self.logits).copy_from_slice(by_logits);
        self.tape.backward_from_seeds(theta, gradient);
    }

    /// What the model does with the whole world: whether each prompt is answered, and the activation of each unit.
    pub fn ask_all(&mut self, theta: &[f32]) -> Answers {
        let (count, units) = (self.world.len(), self.activations.columns());
        let mut all = Answers {
            right: Vec::with_capacity(count),
            activations: Array2::zeros((count, units)),
            probabilities: Array2::zeros((count, self.world.answers())),
        };
        let prompts: Vec<usize> = (0..count).collect();
        for chunk in prompts.chunks(self.tape.capacity()) {
            self.load(chunk);
            self.tape.forward_to(self.logits, theta);
            let end = chunk[0] + chunk.len();
            all.activations.slice_mut(s![chunk[0]..end, ..]).assign(&self.tape.matrix(self.activations));
            let logits = self.tape.matrix(self.logits);
            all.probabilities.slice_mut(s![chunk[0]..end, ..]).assign(&logits);
            let right = chunk
                .iter()
                .zip(logits.rows())
                .map(|(&index, row)| row.as_slice().map(reduce::argmax) == Some(self.world.answer(index)));
            all.right.extend(right);
        }
        if let Some(logits) = all.probabilities.as_slice_mut() {
            softmax_rows(logits, self.world.answers());
        }
        all
    }

    /// What each unit's value vector says: S = V U, m x C R, with the words of one model and the values of another.
    pub fn spoken(&self, values: &[f32], words: &[f32]) -> Array2<f32> {
        matrix::product(self.tape.view(self.values, values), self.tape.view(self.words, words))
    }

    /// The value vector of a unit.
    pub fn value(&self, unit: usize, theta: &[f32]) -> Vec<f32> {
        self.tape.view(self.values, theta).row(unit).to_vec()
    }

    /// The same, to be changed.
    pub fn value_mut<'t>(&self, unit: usize, theta: &'t mut [f32]) -> ArrayViewMut1<'t, f32> {
        self.tape.view_mut(self.values, theta).index_axis_move(ndarray::Axis(0), unit)
    }
}

/// What a model does with each prompt.
pub struct Answers {
    /// Whether it answers.
    pub right: Vec<bool>,
    /// Prompts x units.
    pub activations: Array2<f32>,
    /// Prompts x answers.
    pub probabilities: Array2<f32>,
}

impl Answers {
    /// Share of some prompts that are answered; NaN for none.
    pub fn accuracy(&self, prompts: impl Iterator<Item = usize>) -> f64 {
        reduce::mean(&prompts.map(|index| f64::from(u8::from(self.right[index]))).collect::<Vec<f64>>())
    }

    /// Mean activation of a unit over some prompts.
    pub fn activation(&self, unit: usize, prompts: impl Iterator<Item = usize>) -> f64 {
        reduce::mean(&prompts.map(|index| f64::from(self.activations[[index, unit]])).collect::<Vec<f64>>())
    }
}
