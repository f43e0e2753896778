//! The encoder of queries and documents, and the modules that are trained inside it while it is frozen.

use common::networks::{Init, Labels, Tape, Value};
use common::prelude::*;

/// What is trained in fine-tuning.
#[derive(Clone, Copy, Debug, Eq, Parameters, PartialEq)]
pub enum Method {
    /// Everything.
    Full,
    /// Scattered adapters: a bottleneck z + U relu(D z) in each layer.
    Adapter,
    /// Connected modules: adapters whose states add up to a path of their own from the input to the output.
    Iaa,
    /// Low-rank updates of the first matrix of each layer.
    Lora,
    /// Biases and offsets only.
    Bias,
}

/// Sizes of the network and of the modules.
#[derive(Parameters)]
pub struct Sizes {
    /// Numbers of a text: d.
    pub width: usize,
    /// Hidden units of a layer: h.
    pub hidden: usize,
    /// Skip strength of the frozen network: rho.
    #[range(0.0..)]
    pub rho: f64,
    /// Texts of a batch: B.
    #[range(2..)]
    pub batch: usize,
    /// Temperature of the contrastive loss: tau.
    temperature: f64,
    /// Rank of scattered adapters.
    pub adapter_rank: usize,
    /// Rank of connected modules.
    pub iaa_rank: usize,
    /// Rank of low-rank updates.
    pub lora_rank: usize,
}

/// What keeps a pair out of a softmax.
pub const MASKED: f32 = -1e9;

/// The network for one method on a tape: pairs of texts, the loss of a batch of them.
pub struct Encoder {
    pub tape: Tape<f32>,
    texts: [Value; 2],
    /// Row i holds what is added to the scores of text i with all partners.
    mask: Value,
    partners: Labels,
    encoded: Value,
    loss: Value,
    /// The numbers of the network that are not trained, by name.
    frozen: Vec<(String, Value)>,
    batch: usize,
}

impl Encoder {
    /// An encoder of `depth` layers in which `method` is trained.
    pub fn new(sizes: &Sizes, depth: usize, method: Method) -> Encoder {
        let mut tape = Tape::new(sizes.batch);
        let texts = ["u", "v"].map(|name| tape.input(name, 1, sizes.width));
        let mut network = Network { sizes, method, tape, frozen: Vec::new() };
        let layers: Vec<Layer> = (0..depth).map(|l| network.layer(l)).collect();
        let path = (method == Method::Iaa).then(|| network.path());
        let encoded = texts.map(|text| network.encode(text, &layers, path));
        let Network { mut tape, frozen, .. } = network;
        let scores = tape.product_transposed(encoded[0], encoded[1]);
        let scores = tape.scale(scores, 1.0 / sizes.temperature);
        let mask = tape.input("mask", 1, sizes.batch);
        let scores = tape.add(scores, mask);
        let partners = tape.labels("partner", 1);
        let each = tape.cross_entropy(scores, partners);
        let loss = tape.mean(each);
        Encoder { tape, texts, mask, partners, encoded: encoded[0], loss, frozen, batch: sizes.batch }
    }

    /// Takes over the numbers of a pre-trained network: those that are trained into `theta`, the others onto the tape.
    pub fn inherit(&mut self, pretrained: &Encoder, numbers: &[f32], theta: &mut [f32]) {
        for parameter in pretrained.tape.parameters() {
            let from = &numbers[parameter.range.clone()];
            if let Some((_, value)) = self.frozen.iter().find(|(name, _)| *name == parameter.name) {
                self.tape.set(*value, from);
            } else {
                theta[self.tape.named(&parameter.name).range.clone()].copy_from_slice(from);
            }
        }
    }

    /// Loss of a batch of pairs, and its derivatives. Pairs with the same key in `keys` do not compete.
    pub fn loss_and_gradient(
        &mut self,
        theta: &[f32],
        pairs: [(&Array2<f32>, &[usize]); 2],
        keys: &[usize],
        gradient: &mut [f32],
    ) -> f64 {
        for (text, (rows, chosen)) in self.texts.into_iter().zip(pairs) {
            self.tape.gather(text, rows.view(), chosen);
        }
        let mask = self.tape.input_mut(self.mask, self.batch);
        for (i, row) in mask.chunks_exact_mut(self.batch).enumerate() {
            for (j, number) in row.iter_mut().enumerate() {
                *number = if i != j && keys[i] == keys[j] { MASKED } else { 0.0 };
            }
        }
        let numbers: Vec<usize> = (0..self.batch).collect();
        self.tape.set_labels(self.partners, &numbers);
        f64::from(self.tape.loss_and_gradient(self.loss, theta, gradient))
    }

    /// Texts as vectors of length 1.
    pub fn encode(&mut self, theta: &[f32], texts: ArrayView2<f32>) -> Array2<f32> {
        let mut encoded = Array2::zeros(texts.dim());
        self.tape.predict(theta, self.texts[0], texts, self.encoded, encoded.view_mut());
        encoded
    }
}

/// The values of one layer: network, then module.
struct Layer {
    first: [Value; 2],
    second: [Value; 2],
    norm: [Value; 2],
    module: Option<Module>,
}

/// What a method adds to a layer.
#[derive(Clone, Copy)]
enum Module {
    /// Down and up.
    Adapter([Value; 2]),
    /// Down, up, and from the state of the layer before.
    Connected([Value; 3]),
    /// Down and up beside the first matrix.
    LowRank([Value; 2]),
}

/// A network that is being built.
struct Network<'a> {
    sizes: &'a Sizes,
    method: Method,
    tape: Tape<f32>,
    frozen: Vec<(String, Value)>,
}

impl Network<'_> {
    /// A matrix of the network: trained, or frozen.
    fn matrix(&mut self, name: String, rows: usize, columns: usize, init: Init) -> Value {
        let is_offset = rows == 1 && !name.ends_with("gain");
        let is_trained = match self.method {
            Method::Full => true,
            Method::Bias => is_offset,
            _ => false,
        };
        match is_trained {
            true => self.tape.parameter(&name, rows, columns, init),
            false => {
                let value = self.tape.fixed_input(&name, rows, columns);
                self.frozen.push((name, value));
                value
            }
        }
    }

    fn layer(&mut self, l: usize) -> Layer {
        let (d, h) = (self.sizes.width, self.sizes.hidden);
        // Uniform on ±1.7 / √fan_in.
        let weight = Init::FanIn(1.7);
        let zero = Init::Constant(0.0);
        Layer {
            first: [self.matrix(format!("{l}.W1"), d, h, weight), self.matrix(format!("{l}.b1"), 1, h, zero)],
            second: [self.matrix(format!("{l}.W2"), h, d, weight), self.matrix(format!("{l}.b2"), 1, d, zero)],
            norm: [
                self.matrix(format!("{l}.gain"), 1, d, Init::Constant(1.0)),
                self.matrix(format!("{l}.offset"), 1, d, zero),
            ],
            module: self.module(l),
        }
    }

    /// Down-projections are drawn, up-projections start at 0: every method starts at the network's own output.
    fn module(&mut self, l: usize) -> Option<Module> {
        let &Sizes { width: d, hidden: h, adapter_rank, iaa_rank, lora_rank, .. } = self.sizes;
        let (down, zero) = (Init::FanIn(1.0), Init::Constant(0.0));
        let mut new =
            |name: &str, rows, columns, init| self.tape.parameter(&format!("{l}.{name}"), rows, columns, init);
        match self.method {
            Method::Full | Method::Bias => None,
            Method::Adapter => {
                Some(Module::Adapter([new("D", d, adapter_rank, down), new("U", adapter_rank, d, zero)]))
            }
            Method::Iaa => Some(Module::Connected([
                new("D", d, iaa_rank, down),
                new("U", iaa_rank, d, zero),
                new("C", iaa_rank, iaa_rank, zero),
            ])),
            Method::Lora => Some(Module::LowRank([new("Va", d, lora_rank, down), new("Ua", lora_rank, h, zero)])),
        }
    }

    /// Into the path beside the layers, and out of it.
    fn path(&mut self) -> [Value; 2] {
        let (d, r) = (self.sizes.width, self.sizes.iaa_rank);
        [self.tape.parameter("D", d, r, Init::FanIn(1.0)), self.tape.parameter("U", r, d, Init::Constant(0.0))]
    }

    /// h_L / |h_L| of a text.
    fn encode(&mut self, text: Value, layers: &[Layer], path: Option<[Value; 2]>) -> Value {
        let mut h = text;
        let mut state = path.map(|[into, _]| self.tape.product(text, into));
        for layer in layers {
            let z = self.feed_forward(h, layer);
            let z = self.adapted(z, layer, &mut state);
            let sum = match self.sizes.rho {
                0.0 => z,
                rho => {
                    let kept = self.tape.scale(h, rho);
                    self.tape.add(kept, z)
                }
            };
            h = self.tape.layer_norm(sum, layer.norm[0], layer.norm[1]);
        }
        if let (Some([_, out]), Some(state)) = (path, state) {
            let beside = self.tape.product(state, out);
            h = self.tape.add(h, beside);
        }
        self.tape.unit_rows(h)
    }

    /// W2 relu(W1 h + b1) + b2.
    fn feed_forward(&mut self, h: Value, layer: &Layer) -> Value {
        let mut inner = self.tape.linear(h, layer.first[0], layer.first[1]);
        if let Some(Module::LowRank([down, up])) = layer.module {
            let low = self.tape.product(h, down);
            let update = self.tape.product(low, up);
            inner = self.tape.add(inner, update);
        }
        let inner = self.tape.relu(inner);
        self.tape.linear(inner, layer.second[0], layer.second[1])
    }

    /// z with what an adapter adds; a connected one also reads and moves the state.
    fn adapted(&mut self, z: Value, layer: &Layer, state: &mut Option<Value>) -> Value {
        let [down, up, across] = match layer.module {
            None | Some(Module::LowRank(_)) => return z,
            Some(Module::Adapter([down, up])) => [Some(down), Some(up), None],
            Some(Module::Connected([down, up, across])) => [Some(down), Some(up), Some(across)],
        };
        let (Some(down), Some(up)) = (down, up) else { return z };
        let mut a = self.tape.product(z, down);
        if let (Some(across), Some(before)) = (across, *state) {
            let from = self.tape.product(before, across);
            a = self.tape.add(a, from);
        }
        let a = self.tape.relu(a);
        if let Some(before) = *state {
            *state = Some(self.tape.add(before, a));
        }
        let added = self.tape.product(a, up);
        self.tape.add(z, added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes() -> Sizes {
        Sizes {
            width: 40,
            hidden: 80,
            rho: 0.0,
            batch: 4,
            temperature: 0.05,
            adapter_rank: 5,
            iaa_rank: 4,
            lora_rank: 3,
        }
    }

    #[test]
    fn numbers_of_trained_parameters() {
        let count = |depth, method| Encoder::new(&sizes(), depth, method).tape.parameter_count();
        let methods = [Method::Full, Method::Adapter, Method::Iaa, Method::Lora, Method::Bias];
        assert_eq!(methods.map(|method| count(10, method)), [66_000, 4_000, 3_680, 3_600, 1_600]);
        assert_eq!(methods.map(|method| count(2, method)), [13_200, 800, 992, 720, 320]);
    }

    #[test]
    fn every_method_starts_at_the_network_that_it_inherits() {
        let mut draws = Streams::new("test").open("encoder", 0);
        let mut base = Encoder::new(&sizes(), 3, Method::Full);
        let numbers = base.tape.initial(&mut draws);
        let texts = Array2::from_shape_fn((6, 40), |_| draws.normal() as f32);
        let expected = base.encode(&numbers, texts.view());
        for method in [Method::Adapter, Method::Iaa, Method::Lora, Method::Bias] {
            let mut encoder = Encoder::new(&sizes(), 3, method);
            let mut theta = encoder.tape.initial(&mut draws);
            encoder.inherit(&base, &numbers, &mut theta);
            assert_eq!(encoder.encode(&theta, texts.view()), expected, "{method:?}");
        }
    }
}
