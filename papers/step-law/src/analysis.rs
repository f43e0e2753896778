//! From the losses of all groups to bowls, laws and the excess loss of what the laws recommend.

use anyhow::{Context, ensure};
use common::prelude::*;

use crate::Cell;
use crate::bootstrap::{Bootstrap, interval};
use crate::bowl::{Bowl, LEAST_RUNS};
use crate::law::{Optimum, PowerLaw, deepseek_form, joint_batch_exponents};
use crate::losses::{Group, Run, Setting};
use crate::rows::{BootRow, GapRow, GroupRow, LawRow, Method, Row, RunRow};

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
    fn new(group: &'g Group, window: f64) -> Result<Fitted<'g>> {
        let kept = group.within(window);
        let (n, d, count) = (group.n, group.d, kept.len());
        ensure!(
            count >= LEAST_RUNS,
            "N = {n}, D = {d}: {count} runs are in the window, a bowl needs {LEAST_RUNS}; widen the window"
        );
        let bowl = Bowl::fit(&kept).with_context(|| format!("N = {n}, D = {d}: the losses are no bowl"))?;
        Ok(Fitted { group, kept, bowl })
    }

    fn optimum(&self) -> Optimum {
        (self.group.n, self.group.d, self.bowl.minimum)
    }
}

/// All rows of a cell: `dense` gives the laws, `moe` only judges them.
///
/// # Errors
/// When a group is too small or no bowl, or its groups do not determine a law.
pub fn rows(cell: &Cell, dense: &[Group], moe: &[Group], random: &mut Generator) -> Result<Vec<Row>> {
    let window = cell.analysis.window;
    let fitted: Vec<Fitted> = dense
        .iter()
        .map(|group| Fitted::new(group, window))
        .collect::<Result<_>>()?;
    let optima: Vec<_> = fitted.iter().map(Fitted::optimum).collect();
    let refit = PowerLaw::fit(&optima)?;
    let bootstrap = Bootstrap::draw(&fitted, cell.analysis.resamples, random)?;

    let mut rows: Vec<Row> = fitted.iter().map(|fit| bowl_row(cell, fit)).collect();
    rows.extend(dense.iter().chain(moe).map(|group| best_run_row(cell, group)));
    rows.extend(law_rows(cell, dense, &optima, &refit, &bootstrap)?);
    rows.extend(gap_rows(cell, &fitted, &refit)?);
    rows.extend(moe.iter().flat_map(|group| mixture_gap_rows(cell, group, &refit)));
    rows.extend(
        fitted
            .iter()
            .zip(&bootstrap.minima)
            .map(|(fit, minima)| boot_row(cell, fit.group, minima, &bootstrap.laws)),
    );
    rows.extend(shown_group(dense).into_iter().flat_map(|group| run_rows(cell, group)));
    Ok(rows)
}

/// The group of the figure's first panel: the largest N with its smallest D.
fn shown_group(groups: &[Group]) -> Option<&Group> {
    groups
        .iter()
        .max_by(|a, b| a.n.total_cmp(&b.n).then(b.d.total_cmp(&a.d)))
}

fn optimum_row(cell: &Cell, group: &Group, method: Method, (lr_opt, b_opt): (f64, f64)) -> GroupRow {
    GroupRow {
        source: cell.source,
        seed: cell.seed,
        family: group.family,
        method,
        n: group.n,
        n_active: group.n_active,
        d: group.d,
        runs: group.runs.len(),
        kept: group.within(cell.analysis.window).len(),
        lr_opt,
        b_opt,
        eig_min: None,
        eig_max: None,
        r2: None,
        floor: None,
        h_lr: None,
        h_mixed: None,
        h_b: None,
    }
}

fn bowl_row(cell: &Cell, fit: &Fitted) -> Row {
    let bowl = &fit.bowl;
    let (eig_min, eig_max) = bowl.eigenvalues();
    let [h_lr, h_mixed, h_b] = bowl.curvature;
    Row::Group(GroupRow {
        eig_min: Some(eig_min),
        eig_max: Some(eig_max),
        r2: Some(bowl.r2),
        floor: Some(bowl.floor),
        h_lr: Some(h_lr),
        h_mixed: Some(h_mixed),
        h_b: Some(h_b),
        ..optimum_row(
            cell,
            fit.group,
            Method::Bowl,
            (bowl.minimum.rate(), bowl.minimum.batch()),
        )
    })
}

fn best_run_row(cell: &Cell, group: &Group) -> Row {
    let best = group.best();
    Row::Group(optimum_row(cell, group, Method::GridMin, (best.rate, best.batch)))
}

/// The refit with its bootstrap, and the other laws to compare with.
fn law_rows(
    cell: &Cell,
    groups: &[Group],
    optima: &[Optimum],
    refit: &PowerLaw,
    bootstrap: &Bootstrap,
) -> Result<Vec<Row>> {
    let best: Vec<_> = groups
        .iter()
        .map(|group| (group.n, group.d, group.best().setting))
        .collect();
    let near = |group: &Group| {
        let runs = group.within(NEAR_WINDOW).into_iter();
        runs.map(|run| (group.n, group.d, run.setting)).collect::<Vec<_>>()
    };
    let near: Vec<_> = groups.iter().flat_map(near).collect();
    let quantiles = bootstrap.coefficients();
    let [a0, a_n, a_d, b0, b_d] = quantiles;
    let median = PowerLaw {
        a0: a0[1],
        a_n: a_n[1],
        a_d: a_d[1],
        b0: b0[1],
        b_d: b_d[1],
    };
    let (joint_b_n, joint_b_d) = joint_batch_exponents(optima)?;
    let plain = |method, law: &PowerLaw, points| law_row(cell, groups, method, law, points);
    Ok(vec![
        Row::Law(LawRow {
            a0_lo: Some(a0[0]),
            a0_hi: Some(a0[2]),
            a_n_lo: Some(a_n[0]),
            a_n_hi: Some(a_n[2]),
            a_d_lo: Some(a_d[0]),
            a_d_hi: Some(a_d[2]),
            b0_lo: Some(b0[0]),
            b0_hi: Some(b0[2]),
            b_d_lo: Some(b_d[0]),
            b_d_hi: Some(b_d[2]),
            joint_b_n: Some(joint_b_n),
            joint_b_d: Some(joint_b_d),
            redrawn: Some(bootstrap.redrawn),
            ..plain(Method::Refit, refit, Some(optima.len()))
        }),
        Row::Law(plain(Method::RefitMedian, &median, None)),
        Row::Law(plain(Method::GridMin, &PowerLaw::fit(&best)?, Some(best.len()))),
        Row::Law(plain(Method::NearMin, &PowerLaw::fit(&near)?, Some(near.len()))),
        Row::Law(plain(Method::Published, &PowerLaw::published(), None)),
    ])
}

fn law_row(cell: &Cell, groups: &[Group], method: Method, law: &PowerLaw, points: Option<usize>) -> LawRow {
    let PowerLaw { a0, a_n, a_d, b0, b_d } = *law;
    LawRow {
        source: cell.source,
        seed: cell.seed,
        family: groups[0].family,
        method,
        a0,
        a0_lo: None,
        a0_hi: None,
        a_n,
        a_n_lo: None,
        a_n_hi: None,
        a_d,
        a_d_lo: None,
        a_d_hi: None,
        b0,
        b0_lo: None,
        b0_hi: None,
        b_d,
        b_d_lo: None,
        b_d_hi: None,
        joint_b_n: None,
        joint_b_d: None,
        points,
        redrawn: None,
    }
}

fn gap_row(cell: &Cell, group: &Group, method: Method, recommended: Setting) -> Row {
    Row::Gap(GapRow {
        source: cell.source,
        seed: cell.seed,
        family: group.family,
        method,
        n: group.n,
        n_active: group.n_active,
        d: group.d,
        lr_opt: recommended.rate(),
        b_opt: recommended.batch(),
        excess: group.nearest(recommended).excess,
    })
}

/// Every law on every dense group.
fn gap_rows(cell: &Cell, fitted: &[Fitted], refit: &PowerLaw) -> Result<Vec<Row>> {
    // Groups come in rising order of N, then D.
    let copied = fitted[0].bowl.minimum;
    let mut rows = Vec::new();
    for fit in fitted {
        let group = fit.group;
        let others = fitted.iter().filter(|other| other.group.n != group.n);
        let without_size = PowerLaw::fit(&others.map(Fitted::optimum).collect::<Vec<_>>())?;
        rows.extend([
            gap_row(
                cell,
                group,
                Method::Published,
                PowerLaw::published().predict(group.n, group.d),
            ),
            gap_row(cell, group, Method::Refit, refit.predict(group.n, group.d)),
            gap_row(cell, group, Method::Loso, without_size.predict(group.n, group.d)),
            gap_row(cell, group, Method::DeepseekForm, deepseek_form(group)),
            gap_row(cell, group, Method::Copied, copied),
        ]);
    }
    Ok(rows)
}

/// The dense laws on a mixture of experts, with total and with active parameters as its size.
fn mixture_gap_rows(cell: &Cell, group: &Group, refit: &PowerLaw) -> [Row; 3] {
    [
        gap_row(
            cell,
            group,
            Method::Published,
            PowerLaw::published().predict(group.n, group.d),
        ),
        gap_row(cell, group, Method::Refit, refit.predict(group.n, group.d)),
        gap_row(cell, group, Method::RefitActive, refit.predict(group.n_active, group.d)),
    ]
}

fn boot_row(cell: &Cell, group: &Group, minima: &[Setting], laws: &[PowerLaw]) -> Row {
    let [lr_lo, _, lr_hi] = interval(minima.iter().map(|minimum| minimum.rate()));
    let [b_lo, _, b_hi] = interval(minima.iter().map(|minimum| minimum.batch()));
    let [law_b_lo, _, law_b_hi] = interval(laws.iter().map(|law| law.predict(group.n, group.d).batch()));
    Row::Boot(BootRow {
        source: cell.source,
        seed: cell.seed,
        family: group.family,
        method: Method::Bowl,
        n: group.n,
        d: group.d,
        lr_lo,
        lr_hi,
        b_lo,
        b_hi,
        law_b_lo,
        law_b_hi,
    })
}

fn run_rows(cell: &Cell, group: &Group) -> impl Iterator<Item = Row> {
    group.runs.iter().map(move |run| {
        Row::Run(RunRow {
            source: cell.source,
            seed: cell.seed,
            family: group.family,
            n: group.n,
            d: group.d,
            lr: run.rate,
            b: run.batch,
            excess: run.excess,
        })
    })
}
