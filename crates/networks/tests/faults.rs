//! Wrong shapes and uses panic with a message that names them: shapes when the tape is built.

use networks::{Init, Tape, Window};

fn tape() -> Tape<f32> {
    Tape::new(4)
}

#[test]
#[should_panic(expected = "linear: batch x 5 times 6 x 2; the columns of the first must be the rows of the second")]
fn linear() {
    let mut tape = tape();
    let x = tape.input("x", 1, 5);
    let w = tape.parameter("w", 6, 2, Init::HeNormal);
    tape.product(x, w);
}

#[test]
#[should_panic(expected = "linear: the bias is 1 x 3, and must be 1 x 2")]
fn bias() {
    let mut tape = tape();
    let x = tape.input("x", 1, 5);
    let w = tape.parameter("w", 5, 2, Init::HeNormal);
    let b = tape.parameter("b", 1, 3, Init::HeNormal);
    tape.linear(x, w, b);
}

#[test]
#[should_panic(expected = "product_transposed: 3 rows of the batch where a full one has 4")]
fn short_batch() {
    let mut tape = tape();
    let x = tape.input("x", 1, 5);
    tape.product_transposed(x, x);
    tape.set(x, &[0.0; 15]);
    tape.forward(&[]);
}

#[test]
#[should_panic(expected = "reorder: example 2 of 2")]
fn no_such_example() {
    let mut tape = tape();
    let x = tape.input("x", 1, 1);
    let order = tape.labels("order", 1);
    tape.reorder(x, order);
    tape.set(x, &[0.0; 2]);
    tape.set_labels(order, &[0_u8, 2]);
    tape.forward(&[]);
}

#[test]
#[should_panic(expected = "add: (batch of 4) x 5 and 3 x 5 have different shapes")]
fn add() {
    let mut tape = tape();
    let x = tape.input("x", 4, 5);
    let y = tape.parameter("y", 3, 5, Init::HeNormal);
    tape.add(x, y);
}

#[test]
#[should_panic(expected = "cross_entropy: the logits are (batch of 4) x 5, and each example has 1 labels")]
fn labels() {
    let mut tape = tape();
    let x = tape.input("x", 4, 5);
    let labels = tape.labels("labels", 1);
    tape.cross_entropy(x, labels);
}

#[test]
#[should_panic(expected = "attention: (batch of 4) x 20 does not divide into query, key and value of 3 heads")]
fn attention() {
    let mut tape = tape();
    let x = tape.input("x", 4, 20);
    tape.attention(x, 3, |i, j| j <= i);
}

#[test]
#[should_panic(
    expected = "queries of (batch of 4) x 6 need a key and a value for each row, and one operand is (batch of 4) x 6"
)]
fn attention_to_earlier() {
    let mut tape = tape();
    let (x, pairs) = (tape.input("x", 4, 6), tape.input("pairs", 4, 12));
    tape.attention_to_earlier(x, pairs, x, 3);
}

#[test]
#[should_panic(expected = "which must have 18 rows")]
fn convolution() {
    let mut tape = tape();
    let x = tape.input("x", 25, 2);
    let w = tape.parameter("w", 9, 2, Init::HeNormal);
    tape.convolution(x, w, None, Window::same(5, 5));
}

#[test]
#[should_panic(expected = "max_pool: (batch of 25) x 2 is no image of 5 x 4 pixels")]
fn pooling() {
    let mut tape = tape();
    let x = tape.input("x", 25, 2);
    tape.max_pool(x, 5, 4);
}

#[test]
#[should_panic(expected = "reshape: (batch of 4) x 5 cannot become 1 x 19")]
fn reshape() {
    let mut tape = tape();
    let x = tape.input("x", 4, 5);
    tape.reshape(x, 1, 19);
}

#[test]
#[should_panic(expected = "two parameters have the name w")]
fn names() {
    let mut tape = tape();
    tape.parameter("w", 1, 1, Init::HeNormal);
    tape.parameter("w", 1, 1, Init::HeNormal);
}

#[test]
#[should_panic(expected = "backward starts at a 1 x 1 value, and this one is batch x 5")]
fn backward() {
    let mut tape = tape();
    let x = tape.input("x", 1, 5);
    tape.set(x, &[1.0; 5]);
    let y = tape.relu(x);
    tape.loss_and_gradient(y, &[], &mut []);
}

#[test]
#[should_panic(expected = "input x was never loaded")]
fn not_loaded() {
    let mut tape = tape();
    let x = tape.input("x", 1, 5);
    tape.relu(x);
    tape.forward(&[]);
}

#[test]
#[should_panic(expected = "input x holds 2 examples, but input y holds 3")]
fn different_batches() {
    let mut tape = tape();
    let (x, y) = (tape.input("x", 1, 2), tape.input("y", 1, 2));
    tape.add(x, y);
    tape.set(x, &[0.0; 4]);
    tape.set(y, &[0.0; 6]);
    tape.forward(&[]);
}

#[test]
#[should_panic(expected = "input x has room for 4 examples, and 5 were given")]
fn too_many() {
    let mut tape = tape();
    let x = tape.input("x", 1, 2);
    tape.set(x, &[0.0; 10]);
}

#[test]
#[should_panic(expected = "9 numbers were given for 10 parameters")]
fn parameters() {
    let mut tape = tape();
    tape.parameter("w", 5, 2, Init::HeNormal);
    tape.forward(&[0.0; 9]);
}

#[test]
#[should_panic(expected = "cross_entropy: label 3 among 3 classes")]
fn label_out_of_range() {
    let mut tape = tape();
    let x = tape.input("x", 1, 3);
    let labels = tape.labels("labels", 1);
    tape.cross_entropy(x, labels);
    tape.set(x, &[0.0; 3]);
    tape.set_labels(labels, &[3_u8]);
    tape.forward(&[]);
}
