//! What a run will take, said before it begins.

use std::fmt;

use serde_json::{Value, json};

use crate::cell::PlannedCell;

/// What the cells that are not cached will take.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub cells: usize,
    pub cached: usize,
    pub threads: usize,
    /// Seconds until the last cell has finished.
    pub seconds: f64,
    /// Bytes that the cells need that run at once.
    pub memory: f64,
    /// Bytes of their rows, judged by those that are cached.
    pub disk: Option<f64>,
}

/// What cached cells have told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Experience {
    pub cells: usize,
    /// Seconds that they were estimated at, and that they took.
    pub estimated: f64,
    pub took: f64,
    /// Bytes of their rows.
    pub bytes: f64,
}

impl Experience {
    /// A cached cell that was estimated at `cost` seconds, took so many, and whose rows have so many bytes.
    pub fn add(&mut self, cost: f64, seconds: f64, bytes: usize) {
        self.cells += 1;
        self.estimated += cost;
        self.took += seconds;
        self.bytes += bytes as f64;
    }
}

impl Estimate {
    /// Of the cells `missing`, on so many threads.
    pub fn new(missing: &[&PlannedCell], experience: Experience, threads: usize) -> Estimate {
        // How much slower this machine is than the one that the costs were written for.
        let slower = match experience.took > 0.1 && experience.estimated > 0.0 {
            true => experience.took / experience.estimated,
            false => 1.0,
        };
        let total: f64 = missing.iter().map(|cell| cell.cost).sum();
        let longest = missing.iter().map(|cell| cell.cost).fold(0.0, f64::max);
        let mut memory: Vec<f64> = missing.iter().map(|cell| cell.memory).collect();
        memory.sort_by(|a, b| b.total_cmp(a));
        let each = experience.bytes / experience.cells as f64;
        Estimate {
            cells: missing.len(),
            cached: experience.cells,
            threads: threads.min(missing.len()).max(1),
            seconds: slower * (total / threads as f64).max(longest),
            memory: memory.iter().take(threads).sum(),
            disk: (experience.cells > 0).then_some(each * missing.len() as f64),
        }
    }
}

impl Estimate {
    pub fn json(&self) -> Value {
        let Estimate { cells, cached, threads, seconds, memory, disk } = self;
        json!({
            "cells": cells, "cached": cached, "threads": threads, "seconds": seconds, "memory": memory, "disk": disk,
        })
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Estimate { cells, cached, threads, seconds, .. } = self;
        write!(f, "{cells} cells to compute, {cached} cached; about {} on {threads} ", duration(*seconds))?;
        f.write_str(if *threads == 1 { "thread" } else { "threads" })?;
        if self.memory >= 1e6 {
            write!(f, ", {} of memory", bytes(self.memory))?;
        }
        match self.disk {
            Some(disk) if disk >= 1e6 => write!(f, ", {} on disk", bytes(disk)),
            _ => Ok(()),
        }
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "a second".to_string(),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} minutes", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} hours", s / 3600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

fn bytes(bytes: f64) -> String {
    match bytes {
        b if b < 1e9 => format!("{:.0} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(cost: f64, memory: f64) -> PlannedCell {
        PlannedCell { identity: String::new(), cost, memory, data: Vec::new(), run: Box::new(|_| Ok(Vec::new())) }
    }

    #[test]
    fn cached_cells_correct_the_estimate() {
        let cells = [cell(10.0, 3e6), cell(20.0, 2e6), cell(30.0, 1e6)];
        let missing: Vec<&PlannedCell> = cells.iter().collect();
        let fresh = Estimate::new(&missing, Experience::default(), 2);
        assert_eq!(fresh.to_string(), "3 cells to compute, 0 cached; about 30 s on 2 threads, 5 MB of memory");
        let experience = Experience { cells: 4, estimated: 1.0, took: 10.0, bytes: 8e6 };
        let slow = Estimate::new(&missing, experience, 2);
        assert_eq!(
            slow.to_string(),
            "3 cells to compute, 4 cached; about 5 minutes on 2 threads, 5 MB of memory, 6 MB on disk"
        );
        assert_eq!(Estimate::new(&missing[..1], Experience::default(), 8).threads, 1);
    }
}
