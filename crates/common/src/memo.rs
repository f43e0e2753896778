//! What the cells of a process share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

/// A value of a [`Memo`]: clones are the same value.
pub type Shared<V> = Arc<V>;

/// Values that are expensive to compute and the same for many cells: each is computed once per process.
///
/// A cell stays a pure function as long as a value is one of its key alone. So a key holds every parameter that the
/// value depends on; random numbers come from a generator that the key determines.
///
/// ```
/// use common::memo::Memo;
///
/// static SQUARES: Memo<u64, u64> = Memo::new();
///
/// let square = SQUARES.get(7, || Ok(7 * 7))?;
/// assert_eq!((*square, *SQUARES.get(7, || unreachable!("it is known"))?), (49, 49));
/// # anyhow::Ok(())
/// ```
#[derive(Debug, Default)]
pub struct Memo<K, V> {
    places: Mutex<BTreeMap<K, Arc<Place<V>>>>,
}

/// Where a value comes to be.
type Place<V> = Mutex<Option<Arc<V>>>;

impl<K: Ord, V> Memo<K, V> {
    /// A memory without values.
    pub const fn new() -> Self {
        Memo { places: Mutex::new(BTreeMap::new()) }
    }

    /// The value of a key, computed unless it is known. Who asks meanwhile for the same key waits, for another does not.
    ///
    /// # Errors
    /// Those of `compute`; nothing is remembered then.
    pub fn get(&self, key: K, compute: impl FnOnce() -> Result<V>) -> Result<Shared<V>> {
        let place = Arc::clone(self.places.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        // A computation that panicked has left the place empty.
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = place.as_ref() {
            return Ok(Arc::clone(value));
        }
        Ok(Arc::clone(place.insert(Arc::new(compute()?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_value_is_computed_once() {
        let (memo, computed) = (Memo::new(), AtomicUsize::new(0));
        let compute = || {
            computed.fetch_add(1, Ordering::Relaxed);
            Ok("value")
        };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(*memo.get((1, 2.5_f64.to_bits()), compute).unwrap(), "value"));
            }
        });
        assert_eq!(computed.load(Ordering::Relaxed), 1);
        memo.get((2, 0), compute).unwrap();
        assert_eq!(computed.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn failures_are_not_remembered() {
        let memo: Memo<u8, u8> = Memo::new();
        assert!(memo.get(0, || bail!("not yet")).is_err());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| memo.get(0, || panic!("no"))));
        assert!(panicked.is_err());
        assert_eq!(*memo.get(0, || Ok(3)).unwrap(), 3);
    }
}
