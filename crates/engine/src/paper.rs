//! What a paper is to the engine: how its cells, figure and claims follow from its parameters.

use anyhow::{Context, anyhow};
use numerics::random::Streams;
use parameters::{ConfigError, Documentation, Override, Parameters, Settings};
use plotting::Figure;
use tables::{Column, Rows, Table};

use crate::cell::{Plan, PlannedCell};
use crate::claim::Claim;
use crate::{Result, panics};

/// A paper: the sweep it runs, the figure it draws and the claims it checks. Made by `common::paper!`.
///
/// The flow is one way: parameters give cells, each cell gives rows, all rows in the order of the cells give the table,
/// and the table gives the figure and the claims.
pub struct Paper<C: 'static> {
    /// Lists the cells in the order of the table; depends on nothing but the parameters.
    pub cells: fn(&'static C, &mut Plan),
    /// Adds rows that follow from those of several cells: a fit, a mean that the paper tabulates. A pure function of
    /// parameters and table; changing it runs no cell.
    pub derived: Option<Derive<C>>,
    /// Draws the figure.
    pub figure: fn(&C, &Table) -> Figure,
    /// Measures the claims.
    pub claims: fn(&C, &Table) -> Vec<Claim>,
}

/// What adds derived rows to the table of the cells' rows.
pub type Derive<C> = fn(&C, &Table, &mut Rows);

type DeriveRows = dyn Fn(&Table, &mut Rows) + Send + Sync;
type Draw = dyn Fn(&Table) -> Figure + Send + Sync;
type MeasureClaims = dyn Fn(&Table) -> Vec<Claim> + Send + Sync;

/// A paper with its parameters read and its types erased: what follows is compiled once for all papers.
pub(crate) struct Prepared {
    pub cells: Vec<PlannedCell>,
    derived: Option<Box<DeriveRows>>,
    figure: Box<Draw>,
    claims: Box<MeasureClaims>,
}

/// A paper without the type of its parameters, which comes in nowhere else.
pub(crate) trait Erased {
    /// Reads and checks the parameters and lists the cells.
    ///
    /// # Errors
    /// With all faults of the parameters, or why the cells cannot be run.
    fn prepare(&self, settings: &Settings) -> std::result::Result<Prepared, ConfigError>;

    /// The settings with each value in the one form that its parameter has.
    fn canonical(&self, settings: Settings) -> Settings;

    /// The same of a change from outside.
    fn canonical_override(&self, change: Override) -> Override;

    /// What the parameters mean.
    fn documentation(&self, settings: &Settings) -> Documentation;
}

impl<C: Parameters + Send + Sync> Erased for Paper<C> {
    fn prepare(&self, settings: &Settings) -> std::result::Result<Prepared, ConfigError> {
        // Cells borrow from the parameters and live as long as the program, which reads them once or twice.
        let config: &'static C = Box::leak(Box::new(settings.read()?));
        let (derived, figure, claims) = (self.derived, self.figure, self.claims);
        Ok(Prepared {
            cells: plan(settings, |plan| (self.cells)(config, plan))?,
            derived: derived
                .map(|derive| -> Box<DeriveRows> { Box::new(move |table, rows| derive(config, table, rows)) }),
            figure: Box::new(move |table| figure(config, table)),
            claims: Box::new(move |table| claims(config, table)),
        })
    }

    fn canonical(&self, settings: Settings) -> Settings {
        settings.canonical::<C>()
    }

    fn canonical_override(&self, change: Override) -> Override {
        change.canonical::<C>()
    }

    fn documentation(&self, settings: &Settings) -> Documentation {
        settings.documentation::<C>()
    }
}

/// The cells that `list` adds to a plan.
fn plan(settings: &Settings, list: impl FnOnce(&mut Plan)) -> std::result::Result<Vec<PlannedCell>, ConfigError> {
    let mut plan = Plan::default();
    let listed = panics::catch(|| {
        list(&mut plan);
        Ok(())
    });
    let cells = if plan.is_faulty() { plan.finish() } else { listed.and_then(|()| plan.finish()) };
    cells.map_err(|fault| settings.error(fault))
}

impl Prepared {
    /// Computes cell `index` and returns its rows, serialised.
    pub fn run(&self, index: usize, random: &Streams) -> Result<Vec<u8>> {
        (self.cells[index].run)(random)
    }

    /// Joins the rows of all cells, given in their order, and adds those derived from them.
    pub fn table(&self, results: &[Vec<u8>]) -> Result<Table> {
        let read = |bytes: &Vec<u8>| -> Result<Vec<(String, Column)>> {
            postcard::from_bytes(bytes).context("stored rows are unreadable")
        };
        let mut parts = results.iter().map(read).collect::<Result<Vec<_>>>()?;
        if let Some(derive) = &self.derived {
            let (table, mut rows) = (Table::stack(parts.clone())?, Rows::default());
            told(panics::catch(|| {
                derive(&table, &mut rows);
                Ok(())
            }))
            .context("the derived rows could not be made")?;
            parts.push(rows.into_columns());
        }
        Table::stack(parts)
    }

    /// Draws the figure.
    pub fn figure(&self, table: &Table) -> Result<Figure> {
        told(panics::catch(|| Ok((self.figure)(table)))).context("the figure could not be drawn")
    }

    /// Measures the claims.
    pub fn claims(&self, table: &Table) -> Result<Vec<Claim>> {
        told(panics::catch(|| Ok((self.claims)(table)))).context("the claims could not be measured")
    }
}

fn told<T>(result: std::result::Result<T, String>) -> Result<T> {
    result.map_err(|message| anyhow!("{message}"))
}
