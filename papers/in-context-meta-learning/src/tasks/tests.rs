use common::datasets::fashion_mnist;

use super::*;

fn examples(classes: usize) -> Examples<f32> {
    standardised(&fashion_mnist().unwrap(), classes)
}

fn streams() -> Streams {
    Streams::new("test")
}

#[test]
fn images_are_centred_and_of_norm_seven() {
    let examples = examples(3);
    assert_eq!((examples.inputs.dim(), examples.labels.iter().max()), ((6000, PIXELS), Some(&2)));
    let inputs = examples.inputs.mapv(f64::from);
    assert!(inputs.mean_axis(ndarray::Axis(0)).unwrap().iter().all(|mean| mean.abs() < 1e-6));
    let squared_norm = inputs.mapv(|x| x * x).sum() / 6000.0;
    assert!((squared_norm - 49.0).abs() < 1e-4);
}

#[test]
fn a_sequence_shows_projections_and_ordered_labels() {
    let (examples, streams) = (examples(4), streams());
    let tasks = Tasks::new(&streams, "tasks", 5);
    let (mut inputs, mut labels) = (vec![0.0; 6 * PIXELS], vec![0; 6]);
    let mut task = Task::room(4, 6);
    task.draw(tasks.number(3));
    task.tell(&examples, &mut streams.open("draws", 0), &mut inputs, &mut labels);
    let mut order = task.order.clone();
    order.sort_unstable();
    assert_eq!(order, [0, 1, 2, 3]);
    let projection = Array2::from_shape_vec((PIXELS, PIXELS), task.projection.clone()).unwrap();
    for ((input, &label), &index) in inputs.chunks_exact(PIXELS).zip(&labels).zip(&task.chosen) {
        let expected = projection.dot(&examples.inputs.row(index));
        assert!(expected.iter().zip(input).all(|(expected, x)| (expected - x).abs() < 1e-4));
        assert_eq!(label, task.order[examples.labels[index]]);
    }
    // Entries of variance 1/49 keep the norm on average.
    let variance = projection.mapv(|entry| entry * entry).mean().unwrap();
    assert!((variance * 49.0 - 1.0).abs() < 0.1);
}

#[test]
fn a_task_is_a_function_of_its_name_seed_and_number() {
    let streams = streams();
    let projection = |name, seed, k| {
        let mut task = Task::room(4, 1);
        task.draw(Tasks::new(&streams, "other", 1).number(9));
        task.draw(Tasks::new(&streams, name, seed).number(k));
        (task.projection, task.order)
    };
    let task = projection("tasks", 0, 2);
    assert_eq!(task, projection("tasks", 0, 2));
    for other in [projection("tasks", 0, 3), projection("tasks", 1, 2), projection("new tasks", 0, 2)] {
        assert_ne!(task.0, other.0);
    }
}
