//! One hash per operation, to see which operation changed its bits.
//!
//! A new machine, C library, compiler or dependency may change a last bit somewhere. A changed figure
//! says that it happened, a probe says where: each [`Probe`] runs one operation on fixed inputs and
//! hashes the bits of all results. The hashes are committed as text (`name hash`, a line each) and
//! compared by a test. Inputs come from exact arithmetic and uniform draws, so that a probe depends on
//! no operation but its own.
//!
//! Other crates probe what they wrap in the same way:
//!
//! ```
//! use numerics::probes::{Probe, compare, render};
//!
//! let probes = [Probe::new("wrapped/square-root", |digest| {
//!     digest.doubles((0..100).map(|i| f64::from(i).sqrt()));
//! })];
//! let recorded = render(&probes);
//! assert!(compare(&probes, &recorded).is_ok());
//! assert!(compare(&probes, "wrapped/square-root 0000000000000000\n").is_err());
//! ```

mod arrays;
mod functions;
mod random;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// An operation on fixed inputs, with the name that a changed hash is reported under.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    name: &'static str,
    compute: fn(&mut Digest),
}

impl Probe {
    /// A probe named by family and operation, such as `elementary/exp`; names have no spaces.
    #[must_use]
    pub const fn new(name: &'static str, compute: fn(&mut Digest)) -> Self {
        Self { name, compute }
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs the operation and hashes its results: 16 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut digest = Digest(Sha256::new());
        (self.compute)(&mut digest);
        digest.0.finalize()[..8].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Collects the bits of a probe's results.
#[derive(Debug)]
pub struct Digest(Sha256);

impl Digest {
    /// Adds a double. Every NaN counts as the same: its sign and payload differ between architectures.
    pub fn double(&mut self, value: f64) {
        let bits = if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
        self.0.update(bits.to_le_bytes());
    }

    /// Adds doubles in order.
    pub fn doubles(&mut self, values: impl IntoIterator<Item = impl Borrow<f64>>) {
        for value in values {
            self.double(*value.borrow());
        }
    }

    /// Adds a single-precision number, NaN as in [`double`](Self::double).
    pub fn single(&mut self, value: f32) {
        let bits = if value.is_nan() { f32::NAN.to_bits() } else { value.to_bits() };
        self.0.update(bits.to_le_bytes());
    }

    /// Adds single-precision numbers in order.
    pub fn singles(&mut self, values: impl IntoIterator<Item = impl Borrow<f32>>) {
        for value in values {
            self.single(*value.borrow());
        }
    }

    /// Adds integers in order.
    pub fn integers(&mut self, values: impl IntoIterator<Item = u64>) {
        for value in values {
            self.0.update(value.to_le_bytes());
        }
    }
}

/// The probes of this crate.
#[must_use]
pub fn all() -> Vec<Probe> {
    [functions::PROBES, arrays::PROBES, random::PROBES].concat()
}

/// The text that [`compare`] expects: one line `name hash` per probe.
#[must_use]
pub fn render(probes: &[Probe]) -> String {
    probes.iter().fold(String::new(), |mut text, probe| {
        let _ = writeln!(text, "{} {}", probe.name(), probe.hash());
        text
    })
}

/// Runs the probes and compares their hashes with recorded ones.
///
/// # Errors
/// One line per probe whose hash differs or is not recorded, and per recorded name without a probe.
pub fn compare(probes: &[Probe], recorded: &str) -> Result<(), String> {
    let mut expected: BTreeMap<&str, &str> =
        recorded.lines().map(|line| line.split_once(' ').unwrap_or((line, ""))).collect();
    let mut differences = String::new();
    for probe in probes {
        let (name, hash) = (probe.name(), probe.hash());
        let _ = match expected.remove(name) {
            Some(same) if same == hash => Ok(()),
            Some(other) => writeln!(differences, "{name}: the bits changed ({other} was recorded, now {hash})"),
            None => writeln!(differences, "{name}: nothing is recorded (now {hash})"),
        };
    }
    for name in expected.into_keys() {
        let _ = writeln!(differences, "{name}: recorded, but there is no such probe");
    }
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}
