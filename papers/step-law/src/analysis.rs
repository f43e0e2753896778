//! From the losses of all groups to bowls, laws and the excess loss of what the laws recommend.

use anyhow::{Context, ensure};
use common::prelude::*;

use crate::Cell;
use crate::bootstrap::{Bootstrap, interval};
use crate::bowl::{Bowl, LEAST_RUNS};
use crate::law::{Optimum, PowerLaw, deepseek_form, joint_batch_exponents};
use crate::losses::{Group, Run, Setting};
use crate::rows::{Kind, Method, Row};

/// The authors' own fit keeps runs this close to the best of the group.
const NEAR_WINDOW: f64 = 0.0025;

/// A group with its bowl.
pub struct Fitted<'g> {
    pub group: &'g Group,
    /// The runs in the window.
    pub kept: Vec<Run>,
    pub bowl: Bowl,
}

impl<'g> Fitted<'g> {
    /// Fits the bowl to the runs within `window` of the best one.
    pub fn new(group: &'g Group, window: f64) -> Result<Fitted<'g>> {
        let kept = group.within(window);
        let (n, d, count) = (group.n, group.d, kept.len());
        ensure!(
            count >= LEAST_RUNS,
            "N = {n}, D = {d}: a bowl needs {LEAST_RUNS} runs in the window, there are {count}; a wider window has more"
        );
        let bowl = Bowl::fit(&kept).with_context(|| {
            format!("N = {n}, D = {d}: the losses are no convex bowl; a wider window or less noise helps")
        })?;
        Ok(Fitted { group, kept, bowl })
    }

    fn optimum(&self) -> Optimum {
        (self.group.n, self.group.d, self.bowl.minimum)
    }
}

/// All rows of a cell: `dense` gives the laws, `moe` only judges them.
///
/// # Errors
/// When a group is too small or no bowl, or the groups do not determine a law.
pub fn rows(cell: &Cell, dense: &[Group], moe: &[Group], random: &mut Generator) -> Result<Vec<Row>> {
    let window = cell.analysis.window;
    let fitted: Vec<Fitted> = dense.iter().map(|group| Fitted::new(group, window)).collect::<Result<_>>()?;
    let optima: Vec<Optimum> = fitted.iter().map(Fitted::optimum).collect();
    let refit = PowerLaw::fit(&optima)?;
    let bootstrap = Bootstrap::draw(&fitted, cell.analysis.resamples, random)?;

    let mut rows: Vec<Row> = fitted.iter().map(|fit| bowl_row(cell, fit)).collect();
    rows.extend(dense.iter().chain(moe).map(|group| best_run_row(cell, group)));
    rows.push(refit_row(cell, &refit, &optima, &bootstrap)?);
    rows.extend(other_law_rows(cell, dense, &bootstrap)?);
    rows.extend(gap_rows(cell, &fitted, &refit)?);
    rows.extend(moe.iter().flat_map(|group| mixture_gap_rows(cell, group, &refit)));
    rows.extend(fitted.iter().enumerate().map(|(index, fit)| boot_row(cell, fit.group, index, &bootstrap)));
    rows.extend(shown_group(dense).into_iter().flat_map(|group| run_rows(cell, group)));
    Ok(rows)
}

/// The group of the figure's first panel: the largest N with its smallest D.
fn shown_group(groups: &[Group]) -> Option<&Group> {
    groups.iter().max_by(|a, b| a.n.total_cmp(&b.n).then(b.d.total_cmp(&a.d)))
}

/// The columns that every row about a group has.
fn group_row(cell: &Cell, group: &Group, kind: Kind) -> Row {
    Row {
        kind,
        source: cell.source,
        seed: cell.seed,
        family: group.family,
        n: Some(group.n),
        n_active: Some(group.n_active),
        d: Some(group.d),
        ..Row::default()
    }
}

fn bowl_row(cell: &Cell, fit: &Fitted) -> Row {
    let bowl = &fit.bowl;
    let (eig_min, eig_max) = bowl.eigenvalues();
    let [h_lr, h_mixed, h_b] = bowl.curvature;
    Row {
        method: Some(Method::Bowl),
        runs: Some(fit.group.runs.len()),
        kept: Some(fit.kept.len()),
        lr_opt: Some(bowl.minimum.rate()),
        b_opt: Some(bowl.minimum.batch()),
        eig_min: Some(eig_min),
        eig_max: Some(eig_max),
        r2: Some(bowl.r2),
        floor: Some(bowl.floor),
        h_lr: Some(h_lr),
        h_mixed: Some(h_mixed),
        h_b: Some(h_b),
        ..group_row(cell, fit.group, Kind::Group)
    }
}

fn best_run_row(cell: &Cell, group: &Group) -> Row {
    let best = group.best();
    Row {
        method: Some(Method::GridMin),
        runs: Some(group.runs.len()),
        lr_opt: Some(best.rate),
        b_opt: Some(best.batch),
        ..group_row(cell, group, Kind::Group)
    }
}

fn law_row(cell: &Cell, method: Method, law: &PowerLaw) -> Row {
    let [a0, a_n, a_d, b0, b_d] = law.coefficients().map(Some);
    let (source, seed) = (cell.source, cell.seed);
    Row { kind: Kind::Law, source, seed, method: Some(method), a0, a_n, a_d, b0, b_d, ..Row::default() }
}

/// The law of the bowl minima, with its bootstrap.
fn refit_row(cell: &Cell, refit: &PowerLaw, optima: &[Optimum], bootstrap: &Bootstrap) -> Result<Row> {
    let [low, _, high] = bootstrap.coefficients();
    let [a0_lo, a_n_lo, a_d_lo, b0_lo, b_d_lo] = low.coefficients().map(Some);
    let [a0_hi, a_n_hi, a_d_hi, b0_hi, b_d_hi] = high.coefficients().map(Some);
    let [joint_b_n, joint_b_d] = joint_batch_exponents(optima)?.map(Some);
    let (points, redrawn) = (Some(optima.len()), Some(bootstrap.redrawn));
    let row = law_row(cell, Method::Refit, refit);
    let row = Row { a0_lo, a0_hi, a_n_lo, a_n_hi, a_d_lo, a_d_hi, b0_lo, b0_hi, b_d_lo, b_d_hi, ..row };
    Ok(Row { joint_b_n, joint_b_d, points, redrawn, ..row })
}

/// Laws to compare the refit with.
fn other_law_rows(cell: &Cell, groups: &[Group], bootstrap: &Bootstrap) -> Result<[Row; 4]> {
    let optimum = |group: &Group, run: &Run| (group.n, group.d, run.setting);
    let best: Vec<Optimum> = groups.iter().map(|group| optimum(group, group.best())).collect();
    let near = groups.iter().flat_map(|group| {
        let runs = group.within(NEAR_WINDOW);
        runs.into_iter().map(move |run| optimum(group, &run))
    });
    let near: Vec<Optimum> = near.collect();
    let [_, median, _] = bootstrap.coefficients();
    let fit = |method, optima: &[Optimum]| -> Result<Row> {
        Ok(Row { points: Some(optima.len()), ..law_row(cell, method, &PowerLaw::fit(optima)?) })
    };
    Ok([
        law_row(cell, Method::RefitMedian, &median),
        fit(Method::GridMin, &best)?,
        fit(Method::NearMin, &near)?,
        law_row(cell, Method::Published, &PowerLaw::published()),
    ])
}

fn gap_row(cell: &Cell, group: &Group, method: Method, recommended: Setting) -> Row {
    Row {
        method: Some(method),
        lr_opt: Some(recommended.rate()),
        b_opt: Some(recommended.batch()),
        excess: Some(group.nearest(recommended).excess),
        ..group_row(cell, group, Kind::Gap)
    }
}

/// Every law on every dense group.
fn gap_rows(cell: &Cell, fitted: &[Fitted], refit: &PowerLaw) -> Result<Vec<Row>> {
    let published = PowerLaw::published();
    // Groups come in rising order of N, then D.
    let copied = fitted[0].bowl.minimum;
    let mut rows = Vec::new();
    for fit in fitted {
        let group = fit.group;
        let others = fitted.iter().filter(|other| other.group.n != group.n);
        let held_out = PowerLaw::fit(&others.map(Fitted::optimum).collect::<Vec<_>>())?;
        rows.extend([
            gap_row(cell, group, Method::Published, published.predict(group.n, group.d)),
            gap_row(cell, group, Method::Refit, refit.predict(group.n, group.d)),
            gap_row(cell, group, Method::Loso, held_out.predict(group.n, group.d)),
            gap_row(cell, group, Method::DeepseekForm, deepseek_form(group)),
            gap_row(cell, group, Method::Copied, copied),
        ]);
    }
    Ok(rows)
}

/// The dense laws on a mixture of experts, with total and with active parameters as its size.
fn mixture_gap_rows(cell: &Cell, group: &Group, refit: &PowerLaw) -> [Row; 3] {
    [
        gap_row(cell, group, Method::Published, PowerLaw::published().predict(group.n, group.d)),
        gap_row(cell, group, Method::Refit, refit.predict(group.n, group.d)),
        gap_row(cell, group, Method::RefitActive, refit.predict(group.n_active, group.d)),
    ]
}

fn boot_row(cell: &Cell, group: &Group, index: usize, bootstrap: &Bootstrap) -> Row {
    let minima = &bootstrap.minima[index];
    let [lr_lo, _, lr_hi] = interval(minima.iter().map(|minimum| minimum.rate())).map(Some);
    let [b_lo, _, b_hi] = interval(minima.iter().map(|minimum| minimum.batch())).map(Some);
    let batches = bootstrap.laws.iter().map(|law| law.predict(group.n, group.d).batch());
    let [law_b_lo, _, law_b_hi] = interval(batches).map(Some);
    let row = group_row(cell, group, Kind::Boot);
    Row { method: Some(Method::Bowl), lr_lo, lr_hi, b_lo, b_hi, law_b_lo, law_b_hi, ..row }
}

fn run_rows(cell: &Cell, group: &Group) -> impl Iterator<Item = Row> {
    group.runs.iter().map(move |run| Row {
        lr_opt: Some(run.rate),
        b_opt: Some(run.batch),
        excess: Some(run.excess),
        ..group_row(cell, group, Kind::Run)
    })
}
