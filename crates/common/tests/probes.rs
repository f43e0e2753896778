//! The bits of every operation wrapped here are those recorded in `tests/probes.txt`.
//!
//! What argmin, linfa and statrs compute passes through their own code and through the C library's
//! functions, which `numerics::symbols` replaces; a new version of either that changes a bit is
//! named here. `UPDATE_EXPECT=1` records them anew.

use common::estimate::{
    ElasticNet, GaussianMixture, KMeans, LeastSquares, Logistic, MultinomialLogistic, Neighbors, Pca, Ridge,
    minimum_norm,
};
use common::optimize::{Optimize, Optimum, brent_minimize, brent_root, golden_section};
use common::statistics::distribution::{
    Beta, Binomial, ChiSquared, Continuous, ContinuousCDF, Discrete, DiscreteCDF, Exp, FisherSnedecor, Gamma, Laplace,
    NegativeBinomial, Normal, Poisson, StudentsT,
};
use common::statistics::{self, Interval, LinearFit, Test};
use common::text::{InvertedIndex, LatentSemantics, Lexicon, SparseRows};
use ndarray::{Array1, Array2, Axis, array, s};
use numerics::probes::{Digest, Probe, compare, render};
use numerics::random::{Generator, Streams};
use numerics::{cos, exp, ln};
use std::fs;
use std::path::Path;

const PROBES: &[Probe] = &[
    Probe::new("argmin/lbfgs", |digest| {
        optimum(digest, &Optimize::lbfgs().minimize(valley(), rosenbrock).unwrap());
    }),
    Probe::new("argmin/conjugate-gradient", |digest| {
        optimum(digest, &Optimize::conjugate_gradient().minimize(valley(), rosenbrock).unwrap());
    }),
    Probe::new("argmin/steepest-descent", |digest| {
        let run = Optimize::steepest_descent().iterations(50).minimize(valley(), rosenbrock);
        optimum(digest, &run.unwrap());
    }),
    Probe::new("argmin/nelder-mead", |digest| {
        optimum(digest, &Optimize::nelder_mead().minimize(valley(), |x| rosenbrock(x).0).unwrap());
    }),
    Probe::new("optimize/newton", |digest| {
        let run = Optimize::newton().minimize(array![0.1, 3.0], |x| {
            let (a, b) = (x[0] * x[0] - 1.0, exp(x[1]));
            let gradient = array![4.0 * x[0] * a, b - 2.0];
            (a * a + b - 2.0 * x[1], gradient, array![[12.0 * x[0] * x[0] - 4.0, 0.0], [0.0, b]])
        });
        optimum(digest, &run.unwrap());
    }),
    Probe::new("optimize/gauss-newton", |digest| {
        let run = Optimize::gauss_newton().minimize(array![1.0, -1.0], |b| {
            let times = Array1::from_shape_fn(12, |i| i as f64 / 4.0);
            let decay = times.mapv(|t| exp(b[1] * t));
            let mut jacobian = Array2::zeros((12, 2));
            jacobian.column_mut(0).assign(&decay);
            jacobian.column_mut(1).assign(&(b[0] * &times * &decay));
            (b[0] * &decay - times.mapv(|t| 2.0 / (1.0 + t)), jacobian)
        });
        optimum(digest, &run.unwrap());
    }),
    Probe::new("argmin/brent-minimize", |digest| {
        scalar(digest, brent_minimize(0.01, 1.0, 1e-10, |x| x * ln(x)).unwrap());
    }),
    Probe::new("argmin/golden-section", |digest| {
        scalar(digest, golden_section(0.01, 1.0, 1e-9, |x| x * ln(x)).unwrap());
    }),
    Probe::new("argmin/brent-root", |digest| {
        scalar(digest, brent_root(0.0, 1.0, 1e-15, |x| cos(x) - x).unwrap());
    }),
    Probe::new("linfa/least-squares", |digest| {
        let (x, y) = regression();
        let fit = LeastSquares::new().fit(x.view(), y.view()).unwrap();
        digest.doubles(fit.coefficients.iter().chain(&fit.standard_errors).chain(&fit.residuals));
        digest.doubles([fit.intercept, fit.intercept_error, fit.residual_variance, fit.r_squared]);
    }),
    Probe::new("linfa/elastic-net", |digest| {
        let (x, y) = regression();
        for l1_ratio in [0.2, 0.7, 1.0] {
            let fit = ElasticNet::new(0.05, l1_ratio).fit(x.view(), y.view()).unwrap();
            digest.doubles(&fit.coefficients);
            digest.double(fit.intercept);
        }
    }),
    Probe::new("linfa/logistic", |digest| {
        let (x, labels) = classes();
        let labels: Vec<bool> = labels.iter().map(|label| *label == 1).collect();
        for penalty in [0.01, 1.0] {
            let fit = Logistic::new(penalty).fit(x.view(), &labels).unwrap();
            digest.doubles(&fit.coefficients);
            digest.doubles([fit.intercept, fit.gradient_norm]);
            digest.doubles(fit.probabilities(x.view()));
        }
    }),
    Probe::new("estimate/multinomial-logistic", |digest| {
        let (x, labels) = classes();
        let fit = MultinomialLogistic::new(0.1).fit(x.view(), &labels, 3).unwrap();
        digest.doubles(fit.coefficients.iter().chain(&fit.intercepts));
        digest.doubles(fit.probabilities(x.view()));
    }),
    Probe::new("estimate/ridge", |digest| {
        let (x, y) = regression();
        digest.doubles(&Ridge::new(0.3).fit(x.view(), y.view()).unwrap().coefficients);
        // Wider than tall.
        let wide = Ridge::new(0.3).fit(x.slice(s![..5, ..]), y.slice(s![..5])).unwrap();
        digest.doubles(&wide.coefficients);
        digest.doubles(minimum_norm(x.slice(s![..5, ..]), y.slice(s![..5])).unwrap());
    }),
    Probe::new("estimate/principal-components", |digest| {
        let (x, _) = classes();
        let fit = Pca::new(3).whiten(true).fit(x.view()).unwrap();
        digest.doubles(fit.components.iter().chain(&fit.explained_variance));
        digest.doubles(fit.transform(x.view()));
    }),
    Probe::new("estimate/k-means", |digest| {
        let (x, _) = classes();
        let fit = KMeans::new(4).restarts(3).fit(x.view(), &mut generator("k-means")).unwrap();
        digest.doubles(&fit.centers);
        digest.double(fit.inertia);
        digest.integers(fit.labels.iter().map(|label| *label as u64));
    }),
    Probe::new("estimate/gaussian-mixture", |digest| {
        let (x, _) = classes();
        let mut generator = generator("mixture");
        let fit = GaussianMixture::new(3).fit(x.view(), &mut generator).unwrap();
        digest.doubles(fit.weights.iter().chain(&fit.means).chain(&fit.covariances));
        digest.doubles([fit.log_likelihood, fit.aic(), fit.bic()]);
        digest.doubles(fit.draw_from(1, &mut generator));
    }),
    Probe::new("estimate/neighbors", |digest| {
        let (x, _) = classes();
        let neighbors = Neighbors::new(x.view()).unwrap();
        for query in x.axis_iter(Axis(0)).take(10) {
            for neighbor in neighbors.nearest_of(&query.mapv(|x| x + 0.1).to_vec(), 5) {
                digest.integers([neighbor.index as u64]);
                digest.double(neighbor.distance);
            }
        }
    }),
    Probe::new("statistics/moments", |digest| {
        let x = sample("moments", 101);
        digest.doubles([statistics::mean(&x), statistics::variance(&x), statistics::standard_error(&x)]);
        digest.doubles([statistics::trimmed_mean(&x, 0.1), statistics::winsorized_mean(&x, 0.1)]);
        digest.double(statistics::geometric_mean(&x));
        digest.doubles(statistics::quantiles(&x, &[0.025, 0.1, 0.5, 0.9, 0.975]));
    }),
    Probe::new("statistics/association", |digest| {
        let (x, y) = (sample("first", 60), sample("second", 60));
        digest.doubles([statistics::pearson(&x, &y), statistics::spearman(&x, &y)]);
        digest.doubles([statistics::kendall(&x, &y), statistics::covariance(&x, &y)]);
        let positive: Vec<bool> = y.iter().map(|y| *y > 1.0).collect();
        digest.double(statistics::auroc(&x, &positive));
    }),
    Probe::new("statistics/fits", |digest| {
        let (x, y, w) = (sample("first", 40), sample("second", 40), sample("third", 40));
        line(digest, statistics::linear_fit(&x, &y));
        line(digest, statistics::weighted_linear_fit(&x, &y, &w));
        line(digest, statistics::log_log_fit(&x, &y));
    }),
    Probe::new("statistics/intervals", |digest| {
        let x = sample("moments", 50);
        ends(digest, statistics::t_interval(&x, 0.9));
        let mut generator = generator("bootstrap");
        ends(digest, statistics::bootstrap_interval(&x, 0.9, 300, &mut generator, statistics::median));
        for successes in [0, 3, 17, 20] {
            ends(digest, statistics::wilson_interval(successes, 20, 0.95));
            ends(digest, statistics::clopper_pearson_interval(successes, 20, 0.95));
        }
    }),
    Probe::new("statistics/tests", |digest| {
        let (x, y) = (sample("first", 30), sample("second", 30));
        test(digest, statistics::welch_t_test(&x, &y));
        test(digest, statistics::paired_t_test(&x, &y));
        test(digest, statistics::mann_whitney_test(&x, &y[..20]));
        test(digest, statistics::wilcoxon_test(&x, &y));
        test(digest, statistics::chi_square_test(&x, &y, 1));
        digest.double(statistics::kolmogorov_smirnov_distance(&x, &y));
    }),
    Probe::new("statrs/normal", |digest| {
        continuous(digest, Normal::new(0.3, 1.7).unwrap(), -8.0, 8.0);
    }),
    Probe::new("statrs/students-t", |digest| {
        for freedom in [1.0, 3.0, 17.776] {
            continuous(digest, StudentsT::new(0.0, 1.0, freedom).unwrap(), -8.0, 8.0);
        }
    }),
    Probe::new("statrs/beta", |digest| {
        for (a, b) in [(0.5, 0.5), (3.0, 8.0), (40.0, 2.5)] {
            continuous(digest, Beta::new(a, b).unwrap(), 0.01, 0.99);
        }
    }),
    Probe::new("statrs/gamma", |digest| {
        continuous(digest, Gamma::new(2.5, 0.7).unwrap(), 0.01, 20.0);
        continuous(digest, ChiSquared::new(5.0).unwrap(), 0.01, 30.0);
    }),
    Probe::new("statrs/exponential", |digest| {
        continuous(digest, Exp::new(1.3).unwrap(), 0.0, 10.0);
        continuous(digest, Laplace::new(0.2, 1.5).unwrap(), -9.0, 9.0);
    }),
    Probe::new("statrs/fisher-snedecor", |digest| {
        continuous(digest, FisherSnedecor::new(3.0, 7.0).unwrap(), 0.01, 10.0);
    }),
    Probe::new("statrs/discrete", |digest| {
        let binomial = Binomial::new(0.3, 40).unwrap();
        let poisson = Poisson::new(7.5).unwrap();
        let negative = NegativeBinomial::new(4.0, 0.3).unwrap();
        for k in 0..=40 {
            digest.doubles([binomial.pmf(k), binomial.ln_pmf(k), binomial.cdf(k)]);
            digest.doubles([poisson.pmf(k), poisson.ln_pmf(k), poisson.cdf(k)]);
            digest.doubles([negative.pmf(k), negative.cdf(k)]);
        }
    }),
    Probe::new("text/tf-idf", |digest| tf_idf_rows(digest, &texts(60).1)),
    Probe::new("text/latent-semantics", |digest| {
        let latent = LatentSemantics::of(&texts(60).1, 3, 2).unwrap();
        digest.doubles(&latent.singular_values);
        digest.doubles(&latent.directions);
    }),
    Probe::new("text/nearest", |digest| {
        let (lexicon, rows) = texts(60);
        let query = [vec!["b".to_string(), "c".to_string()]];
        let queries = lexicon.tf_idf(query.iter().map(Vec::as_slice));
        let nearest = InvertedIndex::of(&rows).nearest(&queries, 20);
        digest.integers(nearest.into_iter().flatten().map(|row| row as u64));
    }),
];

fn generator(name: &str) -> Generator {
    Streams::new("common").open(name, 1)
}

/// Positive numbers of exact arithmetic, so that no elementary function takes part.
fn sample(name: &str, n: usize) -> Vec<f64> {
    let mut generator = generator(name);
    (0..n).map(|_| 0.05 + 2.0 * generator.uniform() * generator.uniform() + generator.uniform()).collect()
}

fn regression() -> (Array2<f64>, Array1<f64>) {
    let x = Array2::from_shape_vec((40, 6), sample("regression", 240)).unwrap();
    let noise = Array1::from(sample("noise", 40));
    let y = 2.0 * &x.column(0) - x.column(3) + 0.5 * &noise;
    (x, y)
}

fn classes() -> (Array2<f64>, Vec<usize>) {
    let labels: Vec<usize> = (0..60).map(|row| row % 3).collect();
    let mut x = Array2::from_shape_vec((60, 4), sample("classes", 240)).unwrap();
    for (mut row, label) in x.axis_iter_mut(Axis(0)).zip(&labels) {
        row[*label] += 1.5;
    }
    (x, labels)
}

fn valley() -> Array1<f64> {
    array![-1.2, 1.0, -1.2, 1.0]
}

fn rosenbrock(x: &Array1<f64>) -> (f64, Array1<f64>) {
    let (mut value, mut gradient) = (0.0, Array1::zeros(x.len()));
    for i in 0..x.len() - 1 {
        let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
        value += a * a + 100.0 * b * b;
        gradient[i] += -2.0 * a - 400.0 * x[i] * b;
        gradient[i + 1] += 200.0 * b;
    }
    (value, gradient)
}

fn optimum(digest: &mut Digest, optimum: &Optimum) {
    digest.doubles(&optimum.parameters);
    digest.doubles(optimum.log.iter().flat_map(|line| [line.value, line.gradient_norm]));
    digest.integers([optimum.iterations as u64, optimum.evaluations as u64]);
}

fn scalar(digest: &mut Digest, optimum: Optimum<f64>) {
    digest.doubles([optimum.parameters, optimum.value]);
    digest.doubles(optimum.log.iter().map(|line| line.value));
}

fn line(digest: &mut Digest, fit: LinearFit) {
    digest.doubles([fit.slope, fit.intercept, fit.slope_error, fit.intercept_error, fit.r_squared]);
    ends(digest, fit.slope_interval(0.95));
    digest.doubles([fit.slope_p_value(), fit.power_law_at(1.5)]);
}

fn ends(digest: &mut Digest, interval: Interval) {
    digest.doubles([interval.low, interval.high]);
}

fn test(digest: &mut Digest, test: Test) {
    digest.doubles([test.statistic, test.degrees_of_freedom, test.p_value, test.p_less, test.p_greater]);
}

/// A distribution on a grid of its support and of probabilities.
fn continuous<D>(digest: &mut Digest, distribution: D, low: f64, high: f64)
where
    D: Continuous<f64, f64> + ContinuousCDF<f64, f64>,
{
    for k in 0..=50 {
        let x = low + (high - low) * f64::from(k) / 50.0;
        digest.doubles([distribution.pdf(x), distribution.ln_pdf(x), distribution.cdf(x), distribution.sf(x)]);
    }
    for k in 1..20 {
        digest.double(distribution.inverse_cdf(f64::from(k) / 20.0));
    }
}

/// Texts of 1 to 8 words among twelve, and their rows.
fn texts(count: usize) -> (Lexicon, SparseRows) {
    let mut random = Streams::new("probe").open("text", 0);
    let mut word = |_| char::from(b'a' + random.below(12) as u8).to_string();
    let texts: Vec<Vec<String>> = (0..count).map(|text| (0..=text % 8).map(&mut word).collect()).collect();
    let lexicon = Lexicon::of(texts.iter().map(Vec::as_slice), 2);
    let rows = lexicon.tf_idf(texts.iter().map(Vec::as_slice));
    (lexicon, rows)
}

fn tf_idf_rows(digest: &mut Digest, rows: &SparseRows) {
    for row in 0..rows.nrows() {
        let (columns, values) = rows.row(row);
        digest.integers(columns.iter().map(|&column| u64::from(column)));
        digest.doubles(values);
    }
}

#[test]
fn bits_are_the_recorded_ones() {
    numerics::symbols::install();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/probes.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, render(PROBES)).expect("write tests/probes.txt");
    }
    let recorded = fs::read_to_string(&file).expect("read tests/probes.txt");
    if let Err(differences) = compare(PROBES, &recorded) {
        panic!("operations whose bits are not the recorded ones:\n{differences}");
    }
}

#[test]
fn twenty_runs_have_the_same_bits() {
    numerics::symbols::install();
    let first = render(PROBES);
    for _ in 1..20 {
        compare(PROBES, &first).expect("the same bits on every run");
    }
}
