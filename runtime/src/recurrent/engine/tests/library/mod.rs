//! The library's cells, run as users run them.

mod bits;
mod counts;
mod precision;

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::array::element::Float;
use crate::recurrent::engine::scan::tensors;
use crate::recurrent::engine::{Equations, Replace};
use crate::recurrent::{CompiledCell, Pass, Sequence};
use crate::tensors::Tensors as _;
use crate::{Param, Tensor, value_and_grad};

/// Tests of each cell, in each element type: `test` is generic over the cell and gets a function that makes it.
macro_rules! for_each_cell {
    ($test:ident) => {
        for_each_cell! { $test
            rnn: Rnn(3, 5), rnn_relu: RnnRelu(3, 5), gru: Gru(3, 5), gru_reset_before: GruResetBefore(3, 5),
            lstm: Lstm(3, 5), peephole_lstm: PeepholeLstm(3, 5), layer_norm_lstm: LayerNormLstm(3, 5), mgu: Mgu(3, 5),
            ind_rnn: IndRnn(3, 5), antisymmetric_rnn: AntisymmetricRnn(3, 5), scrn: Scrn(3, 5, 4),
            decay_gru: DecayGru(3, 5), decoder_gru: DecoderGru(3, 6, 5), intersection_rnn: IntersectionRnn(5),
            update_gate_rnn: UpdateGateRnn(3, 5),
        }
    };
    ($test:ident $($name:ident: $cell:ident($($size:expr),*),)*) => {
        $(
            #[test]
            fn $name() {
                fn make<F: crate::Float>(factor: usize) -> crate::cells::$cell<F> {
                    let rng = &mut <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
                    crate::cells::$cell::with_dtype($(factor * $size,)* rng)
                }
                $test(make::<f32>, make::<f64>);
            }
        )*
        #[test]
        fn all_cells_are_there() {
            super::assert_all(&[$(stringify!($cell)),*]);
        }
    };
}
use for_each_cell;

/// Each name under which the module of cells exports one is in the list.
fn assert_all(names: &[&str]) {
    let table = include_str!("../../../../cells/mod.rs");
    let exported = table.lines().filter(|line| line.starts_with("pub use")).flat_map(|line| {
        let names = line.rsplit("::").next().unwrap_or_default();
        names.split([',', ' ', '{', '}', ';']).filter(|name| !name.is_empty() && !name.ends_with("State"))
    });
    let mut exported: Vec<&str> = exported.collect();
    let mut names = names.to_vec();
    exported.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, exported);
}

type Tensors<C> = Vec<Tensor<<C as CompiledCell>::Element>>;

type Params<C> = Vec<Param<<C as CompiledCell>::Element>>;

/// A cell with what it reads.
struct Sample<C: Equations> {
    /// The cell; its inputs in the order of declaration, contexts last; its initial states.
    model: (C, Params<C>, Params<C>),
    extent: [usize; 2],
    lengths: Option<Vec<usize>>,
}

/// What a run gave, by tensor.
#[derive(Default)]
struct Run {
    /// Outputs, then last states, then gradients.
    tensors: Vec<(String, Vec<f64>)>,
}

fn random<F: Float>(shape: &[usize], scale: f64, rng: &mut StdRng) -> Tensor<F> {
    (Tensor::<f64>::normal(shape.to_vec(), 0.0, 1.0, rng) * scale).cast()
}

fn numbers<F: Float>(tensor: &Tensor<F>) -> Vec<f64> {
    tensor.as_slice().iter().map(|value| value.to_f64()).collect()
}

impl<C: Equations> Sample<C> {
    /// With all parameters drawn anew, the biases too.
    fn new(cell: &C, extent: [usize; 2], lengths: Option<Vec<usize>>) -> Self {
        let rng = &mut StdRng::seed_from_u64(5);
        let (flat, restructure) = cell.flatten::<C::Element>().unwrap();
        let width = (flat.count() as f64).powf(0.25);
        let cell = restructure.restructure(&random::<C::Element>(flat.shape(), 0.8 / width, rng)).unwrap();
        let mut inputs = Vec::new();
        cell.input_from(&mut |name| panic!("{name} is not in the header"), &mut |input| {
            let lead = if input.context { &extent[1..] } else { &extent };
            let value = random(&[lead, input.sizes].concat(), 0.7, rng);
            // The length of a step is positive.
            let value = if input.sizes.is_empty() { value.exp() } else { value };
            inputs.push(Param::new(value.clone()));
            value
        });
        let start: Tensors<C> = tensors(&cell.initial_state(extent[1]).unwrap());
        let states = start.iter().map(|state| Param::new(random(state.shape(), 0.7, rng))).collect();
        Self { model: (cell, inputs, states), extent, lengths }
    }

    /// Outputs and last states.
    fn scan(&self, cell: &C, inputs: &Params<C>, states: &Params<C>) -> Tensors<C> {
        let mut inputs = inputs.iter();
        let input = cell.input_from(&mut |_| 0, &mut |_| inputs.next().unwrap().get());
        let mut states = states.iter();
        let state = cell.initial_state(self.extent[1]).unwrap();
        let state = state.map_tensors(&mut Replace(&mut || states.next().unwrap().get()));
        let sequence = Sequence::time_major(input).read_with("sample", C::CONTEXTS).unwrap();
        let sequence = match &self.lengths {
            Some(lengths) => sequence.lengths(lengths).unwrap(),
            None => sequence,
        };
        let (outputs, state) = cell.scan(sequence, Some(state)).unwrap();
        [tensors(outputs.data()), tensors(&state)].concat()
    }

    fn run(&self, pass: Pass) -> Run {
        let (cell, inputs, states) = &self.model;
        let mut run = Run::default();
        let mut loss = |results: Tensors<C>| {
            let rng = &mut StdRng::seed_from_u64(9);
            let mut loss = Tensor::scalar(C::Element::ZERO);
            for (at, result) in results.iter().enumerate() {
                run.tensors.push((format!("result {at}"), numbers(result)));
                loss = loss + (result * random(result.shape(), 0.3, rng)).sum();
            }
            Ok::<_, crate::Error>(loss)
        };
        let gradients = match pass {
            Pass::Inference => {
                loss(self.scan(cell, inputs, states)).unwrap();
                return run;
            }
            Pass::Training { input_gradients: false } => {
                value_and_grad(cell, |cell| loss(self.scan(cell, inputs, states))).unwrap().1
            }
            Pass::Training { input_gradients: true } => {
                value_and_grad(&self.model, |(cell, inputs, states)| loss(self.scan(cell, inputs, states))).unwrap().1
            }
        };
        for (path, gradient) in gradients.iter() {
            let gradient = gradient.and_then(|gradient| gradient.get::<C::Element>());
            run.tensors.push((path.to_owned(), gradient.map(numbers).unwrap_or_default()));
        }
        run
    }
}
