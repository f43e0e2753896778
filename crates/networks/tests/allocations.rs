//! After the first steps, training and evaluation allocate nothing.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use ndarray::Array2;
use networks::{Adam, Batches, Classifier, Init, Number, Optimizer, Tape, Value};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting.
struct Counting;

// SAFETY: every call is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs the work three times and counts the allocations of the last.
fn allocations(mut work: impl FnMut()) -> usize {
    work();
    work();
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

fn step<T: Number>((mut tape, loss): (Tape<T>, Value)) -> usize {
    let mut theta = tape.initial(&mut common::generator("init"));
    let mut gradient = vec![T::ZERO; theta.len()];
    let mut adam = Adam::new(theta.len());
    allocations(|| {
        tape.loss_and_gradient(loss, &theta, &mut gradient);
        adam.step(&mut theta, &gradient, 0.01);
    })
}

#[test]
fn steps_allocate_nothing() {
    assert_eq!(step(common::perceptron::<f32>()), 0);
    assert_eq!(step(common::transformer::<f32>()), 0);
    assert_eq!(step(common::convolutional::<f64>()), 0);
}

#[test]
fn epochs_and_scores_allocate_nothing() {
    let mut net = Classifier::<f32>::mlp(16, &[5, 8, 3], Init::HeNormal, Init::HeNormal);
    let theta = net.tape.initial(&mut common::generator("init"));
    let mut gradient = vec![0.0; theta.len()];
    let x = Array2::from_shape_fn((50, 5), |(i, j)| (i * j % 7) as f32);
    let labels: Vec<u8> = (0..50).map(|i| i % 3).collect();
    let (mut batches, mut order) = (Batches::new(0..50, 16), common::generator("order"));
    let count = allocations(|| {
        for _ in 0..batches.per_epoch() {
            net.gradient(&theta, x.view(), &labels, batches.next(&mut order), &mut gradient);
        }
        net.score(&theta, x.view(), &labels);
    });
    assert_eq!(count, 0);
}
