//! Runs cells on all cores, the most expensive first.
//!
//! Under `make -j` a process owns one implicit job token; every further thread takes a token from
//! make's jobserver for the time of a cell, so that all papers together use the cores once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::panics;

/// What became of one cell.
pub(crate) struct Outcome<T> {
    /// Index of the cell in the plan.
    pub index: usize,
    /// What the work returned, or the message of its error or panic.
    pub result: Result<T, String>,
}

/// Runs the cells `todo` (already in the order wanted) on `threads` threads.
///
/// `work` computes a cell; `done` is called with each outcome, one at a time, in the order in
/// which they finish. `done` returns false to stop starting further cells.
pub(crate) fn run<T, W, D>(todo: &[usize], threads: usize, work: W, done: D)
where
    T: Send,
    W: Fn(usize) -> anyhow::Result<T> + Sync,
    D: FnMut(Outcome<T>) -> bool + Send,
{
    // SAFETY: called before any thread of ours exists; the descriptors named by make in MAKEFLAGS
    // are inherited for this purpose and nothing else in this process opens or closes them.
    let jobserver = unsafe { jobserver::Client::from_env() };
    let next = AtomicUsize::new(0);
    let done = Mutex::new(done);
    let worker = |first: bool| {
        loop {
            let token = match &jobserver {
                Some(client) if !first => match wait_for_token(client, || next.load(Ordering::Relaxed) < todo.len()) {
                    Some(token) => Some(token),
                    None => return,
                },
                _ => None,
            };
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(&index) = todo.get(position) else { return };
            let outcome = Outcome { index, result: panics::catch(|| work(index)) };
            drop(token);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            if !done(outcome) {
                next.store(todo.len(), Ordering::Relaxed);
            }
        }
    };
    let worker = &worker;
    std::thread::scope(|scope| {
        for _ in 1..threads.min(todo.len()) {
            scope.spawn(|| worker(false));
        }
        worker(true);
    });
}

/// Waits for a job token while there is work; `None` when there is none left, or no token can be had.
///
/// It asks again and again rather than block: tokens may all be with other papers that themselves wait, and a thread
/// that blocks on the last one would keep a finished paper from ending.
fn wait_for_token(client: &jobserver::Client, work_left: impl Fn() -> bool) -> Option<jobserver::Acquired> {
    while work_left() {
        match client.try_acquire() {
            Ok(Some(token)) => return Some(token),
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_runs_once_and_failures_are_values() {
        for threads in [1, 2, 16] {
            let todo: Vec<usize> = (0..100).collect();
            let mut seen = vec![0; 100];
            let mut failures = Vec::new();
            run(
                &todo,
                threads,
                |index| match index {
                    13 => anyhow::bail!("no luck"),
                    14 => panic!("number {index}"),
                    _ => Ok(vec![index as u8]),
                },
                |outcome| {
                    seen[outcome.index] += 1;
                    match outcome.result {
                        Ok(rows) => assert_eq!(rows, vec![outcome.index as u8]),
                        Err(message) => failures.push((outcome.index, message)),
                    }
                    true
                },
            );
            assert!(seen.iter().all(|&count| count == 1));
            failures.sort();
            assert_eq!(failures[0], (13, "no luck".to_string()));
            assert!(failures[1].1.contains("schedule.rs:") && failures[1].1.ends_with(": number 14"));
        }
    }

    #[test]
    fn stopping_starts_nothing_more() {
        let todo: Vec<usize> = (0..100).collect();
        let mut count = 0;
        run(
            &todo,
            1,
            |_| Ok(()),
            |_| {
                count += 1;
                count < 5
            },
        );
        assert_eq!(count, 5);
    }
}
