//! On the Generalization Mystery in Deep Learning — Chatterjee, Zielinski 2022, arXiv:2203.10036.
//!
//! Gradient descent steps along the average of the gradients of single examples. With real labels these agree, and a
//! step helps many examples at once; with random labels each is on its own. Robust averages, which suppress what few
//! examples want, memorize less.

mod claims;
mod features;
mod figure;
mod labels;
mod loss_ratio;
mod network;
mod rules;
mod training;

use common::datasets::{DataSet, Examples, MNIST, mnist_test, mnist_train};
use common::networks::Batches;
use common::prelude::*;
use features::{RareInputs, SparseExamples, add_vocabulary};
use labels::NoisyLabels;
use network::Network;
use rules::Rule;
use training::Training;

/// Images that MNIST has to train on.
const IMAGES: usize = 60_000;
/// Pixels along a side of them.
const SIDE: usize = 28;
/// The first steps that are recorded where rules are compared.
const FIRST_MARK: usize = 10;
/// Steps at which the coherence of easy and hard examples is taken.
const EASY_MARKS: [usize; 4] = [10, 20, 40, 80];
/// Examples whose losses are compared with coherence.
const RATIO_EXAMPLES: usize = 300;

/// The digits of a run.
#[derive(Parameters)]
#[require(SIDE.is_multiple_of(pool), "1, 2, 4, 7, 14 or 28, which divide 28")]
pub struct Digits {
    /// Training images, drawn without replacement: m.
    #[range(2..=IMAGES)]
    n: usize,
    /// Test images, the first of their set.
    #[range(1..=10_000)]
    n_test: usize,
    /// Side of the squares of pixels that are averaged; divides 28.
    pool: usize,
}

impl Digits {
    fn pixels(&self) -> f64 {
        powi((SIDE / self.pool) as f64, 2)
    }

    /// Training and test images. All runs of a seed have the same.
    fn sample(&self, random: &Streams, seed: u64) -> Result<[Examples<f32>; 2]> {
        let chosen = random.open("images", seed).sample(IMAGES, self.n);
        let first: Vec<usize> = (0..self.n_test).collect();
        Ok([mnist_train()?.examples(&chosen, self.pool), mnist_test()?.examples(&first, self.pool)])
    }

    /// Labels of which some are random. All runs of a seed with equal noise have the same.
    fn noisy_labels(train: &Examples<f32>, noise: f64, random: &Streams, seed: u64) -> NoisyLabels {
        NoisyLabels::sample(&train.labels, noise, &mut random.open("labels", seed))
    }
}

/// Plain descent on partly random labels.
#[derive(Parameters)]
pub struct Descent {
    /// Recorded steps of training, evenly spaced in log step.
    #[range(2..)]
    marks: usize,
    /// Hidden units where coherence is measured.
    hidden: usize,
    /// Examples of a batch there.
    batch: usize,
    /// Step size there: eta.
    lr: f64,
    /// Steps there.
    steps: usize,
}

/// The comparison of rules.
#[derive(Parameters)]
pub struct Comparison {
    /// Recorded steps where rules are compared, from 10, evenly spaced in log step.
    #[range(2..)]
    robust_marks: usize,
    /// Hidden units where rules are compared.
    robust_hidden: usize,
    /// Examples of a batch there.
    #[range(3..)]
    robust_batch: usize,
    /// Step size there.
    robust_lr: f64,
    /// Slow descent has so many times the steps, of a size so many times smaller.
    #[range(2..)]
    slow_factor: usize,
}

/// The comparison of easy and hard examples.
#[derive(Parameters)]
#[require(easy_batch <= easy_pool / 4)]
pub struct Easy {
    /// Images of which a half is easy; a quarter of all is trained on, and 9/40 are tested on.
    // Halves lose up to one image of each class.
    #[range(200..=IMAGES)]
    easy_pool: usize,
    /// Hidden units where easy and hard examples are compared, also of the scout.
    easy_hidden: usize,
    /// Examples of a batch there.
    easy_batch: usize,
    /// Step size there.
    easy_lr: f64,
    /// Steps of the scout, whose errors tell easy from hard.
    scout_steps: usize,
    /// Steps of training on easy or on hard examples.
    easy_steps: usize,
}

/// The parameters.
#[derive(Parameters)]
#[require(descent.batch <= digits.n, "at most n")]
#[require(comparison.robust_batch <= digits.n, "at most n")]
#[require(levels_fit([rules, clean_rules, vocabulary_rules], comparison), "levels c with 2 c < robust_batch")]
pub struct Config {
    #[flatten]
    digits: Digits,
    /// Runs, each with images, labels, weights and batches of its own.
    seeds: u64,
    #[flatten]
    descent: Descent,
    /// Shares of random labels.
    #[range(0.0..=1.0)]
    #[rising]
    noise_levels: Vec<f64>,
    #[flatten]
    comparison: Comparison,
    /// Share of random labels where rules are compared.
    #[range(0.0..=1.0)]
    robust_noise: f64,
    #[flatten]
    rare: RareInputs,
    /// Steps in the task with invented rare features.
    robust_steps: usize,
    /// Rules that are compared there.
    #[length(0..)]
    #[distinct]
    rules: Vec<Rule>,
    /// Rules that are compared there without random labels too.
    #[length(0..)]
    #[distinct]
    clean_rules: Vec<Rule>,
    /// Steps in the task with codes of patches.
    vocabulary_steps: usize,
    /// Rules that are compared there.
    #[length(0..)]
    #[distinct]
    vocabulary_rules: Vec<Rule>,
    #[flatten]
    easy: Easy,
}

/// Whether more values of a coordinate are kept than replaced.
fn levels_fit(rules: [&Vec<Rule>; 3], comparison: &Comparison) -> bool {
    rules.into_iter().flatten().all(|rule| 2 * rule.level() < comparison.robust_batch)
}

/// Training on labels of which a share is random.
#[derive(Serialize)]
struct Noisy {
    noise: f64,
    digits: &'static Digits,
    descent: &'static Descent,
    seed: u64,
}

/// What the digits have besides their pixels.
#[derive(Clone, Copy, Serialize)]
enum Features {
    Rare(&'static RareInputs),
    Vocabulary,
}

/// Training by one rule on digits with rare features.
#[derive(Serialize)]
struct Robust {
    features: Features,
    rule: Rule,
    noise: f64,
    digits: &'static Digits,
    comparison: &'static Comparison,
    /// Steps of all rules but the slow one.
    steps: usize,
    seed: u64,
}

/// Training on easy and on hard examples.
#[derive(Serialize)]
struct Halves {
    easy: &'static Easy,
    pool: usize,
    seed: u64,
}

/// Coherence as a ratio of loss decreases.
#[derive(Serialize)]
struct LossRatio {
    permuted: bool,
    hidden: usize,
    digits: &'static Digits,
    seed: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { digits, descent, comparison, easy, rare, .. } = config;
    let seeds = || 0..config.seeds;
    for &noise in &config.noise_levels {
        plan.add(seeds().map(|seed| Noisy { noise, digits, descent, seed }));
    }
    for (features, rules, noise, steps) in [
        (Features::Rare(rare), &config.rules, config.robust_noise, config.robust_steps),
        (Features::Rare(rare), &config.clean_rules, 0.0, config.robust_steps),
        (Features::Vocabulary, &config.vocabulary_rules, config.robust_noise, config.vocabulary_steps),
    ] {
        for &rule in rules {
            plan.add(seeds().map(|seed| Robust { features, rule, noise, digits, comparison, steps, seed }));
        }
    }
    plan.add(seeds().map(|seed| Halves { easy, pool: digits.pool, seed }));
    for permuted in [false, true] {
        plan.add(seeds().map(|seed| LossRatio { permuted, hidden: descent.hidden, digits, seed }));
    }
}

/// What leads the rows of a run.
fn key(experiment: &str, noise: f64, (rule, c): (&str, usize), lr: f64, seed: u64) -> Record {
    record! {
        /// train: training on partly random labels; robust: rules compared with invented rare features; vocabulary: the
        /// same with codes of patches; easy: easy and hard examples; fd: finite differences of losses.
        experiment,
        /// Share of random labels; in fd 1 for permuted ones.
        noise,
        /// sgd, slow, winsor, median3 or rolling; in easy the examples, easy or hard.
        rule,
        /// Level of winsorization.
        c,
        /// Step size.
        lr,
        seed,
    }
}

/// Records coherence and fits of a network in training after some numbers of steps.
fn follow(
    mut training: Training,
    labels: &NoisyLabels,
    test: &Examples<f32>,
    marks: impl IntoIterator<Item = usize>,
    rows: &mut Rows,
) -> Result<()> {
    let mut done = 0;
    for step in marks {
        (done..step).for_each(|_| training.step());
        done = step;
        let looked_at = record! {
            /// Steps done.
            step,
            /// m-coherence of the gradients of all training examples; up to their number.
            coherence: training.coherence()?,
        };
        let (predicted, test_predicted) = (training.predict_training(), training.predict(test.inputs.view()));
        rows.push(looked_at.and(labels.fits(&predicted, &test_predicted, &test.labels)));
    }
    Ok(())
}

impl Cell for Noisy {
    fn cost(&self) -> f64 {
        let &Descent { marks, hidden, batch, steps, .. } = self.descent;
        let looked_at = (marks * (2 * self.digits.n + self.digits.n_test)) as f64;
        3e-5 * steps as f64 + 7e-11 * ((steps * batch) as f64 + looked_at) * hidden as f64 * self.digits.pixels()
    }

    fn memory(&self) -> f64 {
        let images = (self.digits.n + self.digits.n_test) as f64;
        4.0 * (images * self.digits.pixels() + 6.0 * self.descent.hidden as f64 * (500.0 + self.digits.pixels()))
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Noisy { noise, digits, descent: &Descent { marks, hidden, batch, lr, steps }, seed } = self;
        let [train, test] = digits.sample(random, seed)?;
        let labels = Digits::noisy_labels(&train, noise, random, seed);
        let size = (hidden, batch, lr);
        let training = Training::new(train.inputs.view(), &labels.given, size, random.open("training", seed));
        rows.key(key("train", noise, ("sgd", 0), lr, seed));
        follow(training, &labels, &test, log_spaced(marks, steps), rows)
    }
}

impl Robust {
    fn slowness(&self) -> usize {
        if self.rule == Rule::Slow { self.comparison.slow_factor } else { 1 }
    }

    /// The recorded steps, for slow descent as dense in log step as for the others.
    fn marks(&self) -> Vec<usize> {
        let first = FIRST_MARK.min(self.steps) as f64;
        let (end, last) = (self.steps as f64, (self.slowness() * self.steps) as f64);
        let longer = if end > first { ln(last / first) / ln(end / first) } else { 1.0 };
        let intervals = ((self.comparison.robust_marks - 1) as f64 * longer).round() as usize;
        distinct(geomspace(first, last, 1 + intervals).into_iter().map(|step| step.round() as usize))
    }

    /// The name of the task, and the digits with its features.
    fn task(&self, [train, test]: &[Examples<f32>; 2], random: &Streams) -> (&'static str, [SparseExamples; 2]) {
        match self.features {
            Features::Rare(rare) => {
                let mut random = random.open("rare inputs", self.seed);
                ("robust", [train, test].map(|examples| rare.add(examples.inputs.view(), &mut random)))
            }
            Features::Vocabulary => ("vocabulary", add_vocabulary(train, test)),
        }
    }
}

impl Cell for Robust {
    fn cost(&self) -> f64 {
        let &Comparison { robust_marks, robust_hidden, robust_batch, .. } = self.comparison;
        // Multiples of a forward pass, of which winsorization takes more at a higher level.
        let passes = 5.0 + 0.7 * self.rule.level() as f64;
        let examples = passes * (self.slowness() * self.steps * robust_batch) as f64
            + (robust_marks * (self.digits.n + self.digits.n_test)) as f64;
        // About a third of the pixels are not blank.
        0.02 + 1.25e-10 * examples * (0.35 * self.digits.pixels() + 10.0) * (robust_hidden as f64 + 10.0)
    }

    fn memory(&self) -> f64 {
        let inputs = match self.features {
            Features::Rare(rare) => self.digits.pixels() + rare.count() as f64,
            Features::Vocabulary => 400.0 * self.digits.pixels(),
        };
        let images = (self.digits.n + self.digits.n_test) as f64;
        20.0 * images * self.digits.pixels() + 16.0 * inputs * (self.comparison.robust_hidden as f64 + 16.0)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Robust { rule, noise, digits, comparison, seed, .. } = self;
        let images = digits.sample(random, seed)?;
        let labels = Digits::noisy_labels(&images[0], noise, random, seed);
        let (name, [train, test]) = self.task(&images, random);
        // By task and seed only: all rules start from the same weights and see the same batches.
        let mut weights = random.open(&format!("{name} weights"), seed);
        let mut order = random.open(&format!("{name} batches"), seed);
        let &Comparison { robust_hidden, robust_batch, robust_lr, .. } = comparison;
        let mut network = Network::sample(train.inputs, robust_hidden, (rule, robust_batch), &mut weights);
        let mut batches = Batches::new(0..digits.n, robust_batch);
        let rate = robust_lr / self.slowness() as f64;
        rows.key(key(name, noise, (rule.name(), rule.level()), rate, seed));
        let mut done = 0;
        for step in self.marks() {
            for _ in done..step {
                network.step(&train, &labels.given, batches.next(&mut order), rate as f32);
            }
            done = step;
            let (predicted, test_predicted) = (network.predict(&train)?, network.predict(&test)?);
            rows.push(record! { step }.and(labels.fits(&predicted, &test_predicted, &images[1].labels)));
        }
        Ok(())
    }
}

impl Cell for Halves {
    fn cost(&self) -> f64 {
        let &Easy { easy_pool, easy_hidden, easy_batch, scout_steps, easy_steps, .. } = self.easy;
        let (steps, looked_at) = (scout_steps + 2 * easy_steps, easy_pool * (scout_steps / training::EVERY + 4));
        let weights = powi((SIDE / self.pool) as f64, 2) * easy_hidden as f64;
        3e-5 * steps as f64 + 7e-11 * (steps * easy_batch + looked_at) as f64 * weights
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Halves { easy, pool, seed } = self;
        let &Easy { easy_pool, easy_hidden, easy_batch, easy_lr, scout_steps, easy_steps } = easy;
        let size = (easy_hidden, easy_batch, easy_lr);
        let all = mnist_train()?;
        let chosen = random.open("easy images", seed).sample(IMAGES, easy_pool);
        let images: Examples<f32> = all.examples(&chosen, pool);
        let scout = Training::new(images.inputs.view(), &images.labels, size, random.open("scout", seed));
        let halves = training::easy_and_hard(scout, scout_steps, &mut random.open("ties", seed));
        for (name, half) in ["easy", "hard"].into_iter().zip(halves) {
            let (train, rest) = half.split_at(easy_pool / 4);
            let [train, test] = [train, &rest[..9 * easy_pool / 40]].map(|part| {
                all.examples::<f32>(&part.iter().map(|&index| chosen[index]).collect::<Vec<usize>>(), pool)
            });
            let labels = NoisyLabels::sample(&train.labels, 0.0, &mut random.open("no labels", seed));
            let training = Training::new(train.inputs.view(), &train.labels, size, random.open("half", seed));
            rows.key(key("easy", 0.0, (name, 0), easy_lr, seed));
            let early = EASY_MARKS.into_iter().filter(|&step| step < easy_steps);
            follow(training, &labels, &test, early.chain([easy_steps]), rows)?;
        }
        Ok(())
    }
}

impl Cell for LossRatio {
    fn cost(&self) -> f64 {
        4.0 * RATIO_EXAMPLES as f64 * self.digits.pixels() * self.hidden as f64 / 1.0e9
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &LossRatio { permuted, hidden, digits, seed } = self;
        let chosen = random.open("images", seed).sample(IMAGES, digits.n.min(RATIO_EXAMPLES));
        let mut examples = mnist_train()?.examples::<f64>(&chosen, digits.pool);
        if permuted {
            random.open("permuted labels", seed).shuffle(&mut examples.labels);
        }
        let mut weights = random.open("training", seed);
        let [coherence, fd_coherence] = loss_ratio::coherence_and_loss_ratio(&examples, hidden, &mut weights);
        rows.key(key("fd", f64::from(u8::from(permuted)), ("sgd", 0), loss_ratio::ETA, seed));
        rows.push(record! {
            step: 0,
            coherence,
            /// m times the decrease of the mean loss in one step, over the mean decrease of the examples' losses, each in
            /// a step of its own.
            fd_coherence,
        });
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
