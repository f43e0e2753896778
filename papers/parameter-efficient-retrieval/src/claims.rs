//! The claims, at the last step of fine-tuning unless they say otherwise.

use common::prelude::*;
use common::statistics::{greatest, mean, t_interval};

use crate::Config;
use crate::encoder::Method;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The step at which connected modules should be where scattered ones end.
const EARLY: usize = 100;

/// A deep network has this many layers at least, a shallow one this many at most.
const DEEP: usize = 10;
const SHALLOW: usize = 2;

/// The reciprocal rank of each seed.
pub fn mrr(table: &Table, depth: usize, method: &str, step: usize) -> Vec<f64> {
    table.with("depth", depth).with("method", method).with("step", step).each("seed", |rows| rows.value("mrr10"))
}

/// The share of the gap between scattered adapters and full fine-tuning that connecting closes.
pub fn gap_closed([full, adapter, iaa]: [f64; 3]) -> f64 {
    (iaa - adapter) / (full - adapter)
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let last = config.tuning.finetune_steps;
    let (shallow, deep) = (least_depth(config), greatest_depth(config));
    let of = |depth, method: &str| mrr(table, depth, method, last);
    let [full, adapter, iaa] = ["full", "adapter", "iaa"].map(|method| of(deep, method));
    let gains: Vec<f64> = iaa.iter().zip(&adapter).map(|(iaa, adapter)| iaa - adapter).collect();
    // Of the runs that came to a rank.
    let ranked = table.with("depth", deep).keep("mrr10", f64::is_finite);
    let parameters = |method: &str| ranked.with("method", method).mean("n_params");
    let closed = |depth| gap_closed(["full", "adapter", "iaa"].map(|method| mean(&of(depth, method))));
    let early = mean(&mrr(table, deep, "iaa", EARLY)) - mean(&adapter);
    let deficit = |depth| {
        let pairs = of(depth, "adapter").into_iter().zip(of(depth, "full"));
        lower_end(&pairs.map(|(adapter, full)| 1.0 - adapter / full).collect::<Vec<f64>>())
    };
    let starts = table.with("step", 0).each(["depth", "seed"], |rows| {
        let full = rows.with("method", "full").value("mrr10");
        greatest(rows.column("mrr10").iter().map(|mrr| (mrr - full).abs()))
    });
    let counted = |method: &str| parameters(method) - expected_parameters(config, deep, method);
    let has = |methods: &[Method]| methods.iter().all(|method| config.tuning.methods.contains(method));
    let compared = |claim: Claim| {
        claim
            .applies_if(has(&[Method::Full, Method::Adapter, Method::Iaa]), "it compares full, adapter and iaa")
            .applies_if(last > 0, "nothing is tuned")
    };
    let needs_depth = |claim: Claim| {
        let skips = "with skip connections no frozen layer lies between the modules";
        compared(claim)
            .applies_if(deep >= DEEP, format!("no network has {DEEP} layers"))
            .applies_if(config.sizes.rho == 0.0, skips)
    };
    vec![
        needs_depth(Claim::new("connected-beats-scattered"))
            .says("In a deep network connected modules end higher than scattered ones with more parameters")
            .at_least("lower end of the 95 % interval of the mean of mrr10, iaa − adapter", lower_end(&gains), 0.02)
            .at_least("the mean itself", mean(&gains), 0.03)
            .below("n_params, iaa / adapter", parameters("iaa") / parameters("adapter"), 1.0)
            .published("0.010 and 0.011 on passages, with skip connections (Tables 2 and 4)"),
        needs_depth(Claim::new("near-full"))
            .says("They come close to full fine-tuning, scattered ones do not")
            .at_least("mean mrr10, iaa / full", mean(&iaa) / mean(&full), 0.80)
            .beside(PUBLISHED.entry("ratios").at("IAA-L 6.7 %"))
            .at_most("mean mrr10, adapter / full", mean(&adapter) / mean(&full), 0.80)
            .beside(PUBLISHED.entry("ratios").at("adapter 6.7 %"))
            .published("comparable or better than full fine-tuning (abstract)"),
        needs_depth(Claim::new("depth-makes-the-difference"))
            .says("Connecting closes the more of the gap the more frozen layers there are")
            .at_least(
                format!("share of the gap closed, {deep} layers − {shallow} layers"),
                closed(deep) - closed(shallow),
                0.20,
            )
            .report(format!("share closed, {deep} layers"), closed(deep))
            .published("0.60 to 0.83 with 12 layers (Tables 2 and 4); the reason is the paper's")
            .applies_if(shallow <= SHALLOW, format!("no network has {SHALLOW} layers or fewer")),
        needs_depth(Claim::new("connected-learns-faster"))
            .says(format!("After {EARLY} steps connected modules are where scattered ones end"))
            .at_least(format!("mean mrr10, iaa at step {EARLY} − adapter at the end"), early, 0.0)
            .published("existing methods converge slowly (abstract)")
            .applies_if(config.tuning.eval_steps.contains(&EARLY), format!("step {EARLY} is not evaluated")),
        compared(Claim::new("existing-below-full"))
            .says("Scattered modules stay below full fine-tuning at every depth")
            .at_least(
                "lower end of the 95 % interval of the mean of 1 − mrr10 of adapter / full, by depth",
                Each::of(&config.depths, deficit),
                0.15,
            )
            .published(
                "0.135 to 0.183 on documents; 0.038 and 0 on passages (Table 2): our network has no skip connections",
            )
            .applies_if(config.sizes.rho == 0.0, "with skip connections they hardly do"),
        Claim::new("identical-start")
            .says("All methods start at the pre-trained network")
            .at_most("max over runs and methods of |mrr10 − full| at step 0", greatest(starts), 1e-6)
            .published("by construction")
            .applies_if(has(&[Method::Full]), "full is not trained")
            .applies_if(config.tuning.eval_steps.contains(&0), "step 0 is not evaluated"),
        Claim::new("parameter-count")
            .says("The numbers of trained parameters are those of the formulas")
            .within(
                format!("n_params − formula, {deep} layers"),
                Each::of(&config.tuning.methods, |method| counted(name(method))),
                0.0..=0.0,
            )
            .published("0.5 % and 6.7 % of the parameters are trained; here about 6 %"),
    ]
}

/// The lower end of the 95 % interval of a mean.
fn lower_end(values: &[f64]) -> f64 {
    t_interval(values, 0.95).low
}

/// The least depth.
pub fn least_depth(config: &Config) -> usize {
    config.depths.first().copied().unwrap_or(0)
}

/// The greatest depth.
pub fn greatest_depth(config: &Config) -> usize {
    config.depths.last().copied().unwrap_or(0)
}

/// The name in the table.
fn name(method: Method) -> &'static str {
    match method {
        Method::Full => "full",
        Method::Adapter => "adapter",
        Method::Iaa => "iaa",
        Method::Lora => "lora",
        Method::Bias => "bias",
    }
}

/// Trained parameters by formula.
fn expected_parameters(config: &Config, depth: usize, method: &str) -> f64 {
    let sizes = &config.sizes;
    let [d, h, depth] = [sizes.width, sizes.hidden, depth].map(|size| size as f64);
    let [a, r, low] = [sizes.adapter_rank, sizes.iaa_rank, sizes.lora_rank].map(|rank| rank as f64);
    match method {
        "full" => depth * (2.0 * d * h + h + 3.0 * d),
        "adapter" => 2.0 * d * a * depth,
        "iaa" => 2.0 * d * r * depth + r * r * depth + 2.0 * d * r,
        "lora" => (d + h) * low * depth,
        _ => depth * (h + 2.0 * d),
    }
}
