//! Recurrent layers of PyTorch, whose gates are stacked.

use super::array::Array;
use super::checkpoint::{Checkpoint, Name, Stored};
use crate::error::{ErrorKind, Result};
use crate::ops::concat;
use crate::tensor::Tensor;

/// One layer and direction of PyTorch's `nn.RNN`, `nn.GRU` or `nn.LSTM` in a state dict, for
/// [`Checkpoint::import`] and [`Checkpoint::export`].
///
/// The gates of a weight lie behind each other along the first axis; each is `[H, D]` or `[H, H]` in both libraries:
///
/// | PyTorch | [`Rnn`](crate::cells::Rnn), [`RnnRelu`](crate::cells::RnnRelu) | [`Gru`](crate::Gru) | [`Lstm`](crate::Lstm) |
/// |---|---|---|---|
/// | `weight_ih_l0` | `w` | `w_r`, `w_z`, `w_n` | `w_i`, `w_f`, `w_g`, `w_o` |
/// | `weight_hh_l0` | `u` | `u_r`, `u_z`, `u_n` | `u_i`, `u_f`, `u_g`, `u_o` |
/// | `bias_ih_l0` | `b` | `b_r`, `b_z`, `b_n` | `b_i`, `b_f`, `b_g`, `b_o` |
/// | `bias_hh_l0` | in `b` | in `b_r`, in `b_z`, `c_n` | in `b_i`, `b_f`, `b_g`, `b_o` |
///
/// Where only the sum of the two biases matters, it is what the cell has: an import adds them, an export writes the cell's
/// bias as `bias_ih` and zeros as `bias_hh`. Only the GRU's candidate needs both. Without biases (`bias=False`) the cell's
/// are `None`. Layers with a projection (`proj_size`) have no counterpart among the cells here.
///
/// In Python: `safetensors.torch.save_file(model.state_dict(), "gru.safetensors")`. A model `rnn = nn.GRU(3, 4)`,
/// `output = nn.Linear(4, 2)` becomes the model here as follows; `Linear` and `Embedding` have PyTorch's names and shapes.
///
/// ```no_run
/// use recurve::files::{Checkpoint, PyTorch};
/// use recurve::nn::Linear;
/// use recurve::{Gru, Module, Result, rand::{SeedableRng, rngs::StdRng}};
///
/// #[derive(Module)]
/// struct Classifier {
///     cell: Gru,
///     output: Linear,
/// }
///
/// fn main() -> Result<()> {
///     let mut rng = StdRng::seed_from_u64(1);
///     let mut model = Classifier { cell: Gru::new(3, 4, &mut rng), output: Linear::new(4, 2, &mut rng) };
///     Checkpoint::read("gru.safetensors")?.import(&PyTorch::gru("rnn"), "cell")?.load(&mut model)?;
///     Checkpoint::of(&model)?.export("cell", &PyTorch::gru("rnn"))?.save("back.safetensors")
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PyTorch {
    gates: &'static Gates,
    path: String,
    layer: usize,
    reverse: bool,
}

/// The names of a cell here, in PyTorch's order of the gates.
#[derive(Debug, PartialEq, Eq)]
struct Gates {
    name: &'static str,
    input: &'static [&'static str],
    hidden: &'static [&'static str],
    biases: &'static [Bias],
}

/// The biases of a gate.
#[derive(Debug, PartialEq, Eq)]
enum Bias {
    /// The sum of PyTorch's two.
    Sum(&'static str),
    /// Those of the input's and of the hidden state's product.
    Both(&'static str, &'static str),
}

impl Bias {
    /// The bias that an export writes as `bias_ih`, and as `bias_hh`.
    fn names(&self) -> [Option<&'static str>; 2] {
        match self {
            Self::Sum(name) => [Some(name), None],
            Self::Both(input, hidden) => [Some(input), Some(hidden)],
        }
    }
}

const RNN: Gates = Gates { name: "RNN", input: &["w"], hidden: &["u"], biases: &[Bias::Sum("b")] };

const GRU: Gates = Gates {
    name: "GRU",
    input: &["w_r", "w_z", "w_n"],
    hidden: &["u_r", "u_z", "u_n"],
    biases: &[Bias::Sum("b_r"), Bias::Sum("b_z"), Bias::Both("b_n", "c_n")],
};

const LSTM: Gates = Gates {
    name: "LSTM",
    input: &["w_i", "w_f", "w_g", "w_o"],
    hidden: &["u_i", "u_f", "u_g", "u_o"],
    biases: &[Bias::Sum("b_i"), Bias::Sum("b_f"), Bias::Sum("b_g"), Bias::Sum("b_o")],
};

impl PyTorch {
    /// The first layer of the `nn.RNN` at `path` in the state dict, for [`Rnn`](crate::cells::Rnn) and
    /// [`RnnRelu`](crate::cells::RnnRelu). The path of a state dict of the layer itself is empty.
    pub fn rnn(path: impl Into<String>) -> Self {
        Self { gates: &RNN, path: path.into(), layer: 0, reverse: false }
    }

    /// The first layer of the `nn.GRU` at `path`, for [`Gru`](crate::Gru).
    pub fn gru(path: impl Into<String>) -> Self {
        Self { gates: &GRU, ..Self::rnn(path) }
    }

    /// The first layer of the `nn.LSTM` at `path`, for [`Lstm`](crate::Lstm).
    pub fn lstm(path: impl Into<String>) -> Self {
        Self { gates: &LSTM, ..Self::rnn(path) }
    }

    /// The layer with this number, from 0.
    #[must_use]
    pub fn layer(self, layer: usize) -> Self {
        Self { layer, ..self }
    }

    /// The backward direction of a bidirectional layer.
    #[must_use]
    #[doc(alias = "bidirectional")]
    pub fn reverse(self) -> Self {
        Self { reverse: true, ..self }
    }

    /// `encoder.weight_ih_l0`.
    fn name(&self, kind: &str) -> String {
        let direction = if self.reverse { "_reverse" } else { "" };
        joined(&self.path, &format!("{kind}_l{}{direction}", self.layer))
    }
}

/// A path below another.
fn joined(around: &str, name: &str) -> String {
    if around.is_empty() { name.to_owned() } else { format!("{around}.{name}") }
}

impl Checkpoint {
    /// With a recurrent layer of PyTorch as the cell at `path`; see [`PyTorch`] for the names. What else there is stays.
    ///
    /// # Errors
    ///
    /// When an array is missing, is no f32 or f64, or does not divide into the gates, when the layer has a projection, and
    /// when a name of the cell is taken.
    ///
    /// ```
    /// use recurve::files::{Checkpoint, PyTorch};
    /// use recurve::{Lstm, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let mut rng = StdRng::seed_from_u64(1);
    /// let (old, mut new) = (Lstm::new(3, 4, &mut rng), Lstm::new(3, 4, &mut rng));
    /// let second = PyTorch::lstm("encoder").layer(1);
    /// let stacked = Checkpoint::of(&old)?.export("", &second)?; // encoder.weight_ih_l1, …
    /// stacked.import(&second, "")?.load(&mut new)?;
    /// assert_eq!(new.w_f.get(), old.w_f.get());
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn import(&self, layer: &PyTorch, path: &str) -> Result<Self> {
        let mut made = self.clone();
        if made.take(&layer.name("weight_hr")).is_some() {
            let message = format!("`{}` is a projection, which no cell here has", layer.name("weight_hr"));
            return Err(self.error(ErrorKind::Name, message));
        }
        for (kind, names) in [("weight_ih", layer.gates.input), ("weight_hh", layer.gates.hidden)] {
            let name = layer.name(kind);
            let Some(stacked) = made.take(&name) else { return Err(self.lacks(&name)) };
            let gates = self.split(&name, stacked, names.len(), 2)?;
            names.iter().zip(gates).for_each(|(gate, value)| made.add(joined(path, gate), value));
        }
        let names = [layer.name("bias_ih"), layer.name("bias_hh")];
        match [made.take(&names[0]), made.take(&names[1])] {
            [None, None] => {}
            [Some(input), Some(hidden)] => {
                let count = layer.gates.biases.len();
                let pairs = (self.split(&names[0], input, count, 1)?, self.split(&names[1], hidden, count, 1)?);
                for (bias, (input, hidden)) in layer.gates.biases.iter().zip(pairs.0.into_iter().zip(pairs.1)) {
                    made.add_bias(path, bias, input, hidden).map_err(|message| {
                        self.error(ErrorKind::Shape, format!("`{}` and `{}` {message}", names[0], names[1]))
                    })?;
                }
            }
            [None, _] => return Err(self.lacks(&names[0])),
            [_, None] => return Err(self.lacks(&names[1])),
        }
        made.check_names()?;
        Ok(made)
    }

    /// With the cell at `path` as a recurrent layer of PyTorch; see [`PyTorch`] for the names. What else there is stays, but
    /// for the states of an optimiser.
    ///
    /// A bias that the cell lacks is written as zeros if it has another, and not at all if it has none.
    ///
    /// # Errors
    ///
    /// When an array of the cell is missing, tied or transposed, or has another shape than its gate, and when a name of the
    /// layer is taken.
    pub fn export(&self, path: &str, layer: &PyTorch) -> Result<Self> {
        let mut made = Self { states: None, ..self.clone() };
        for (kind, gates) in [("weight_ih", layer.gates.input), ("weight_hh", layer.gates.hidden)] {
            let names = gates.iter().map(|gate| joined(path, gate));
            let parts = names.map(|name| made.take_alone(&name)?.ok_or_else(|| self.lacks(&name)));
            let parts: Vec<Array> = parts.collect::<Result<_>>()?;
            made.add(layer.name(kind), self.stacked(path, layer, &parts)?);
        }
        let mut biases = [Vec::new(), Vec::new()];
        for bias in layer.gates.biases {
            for (list, name) in biases.iter_mut().zip(bias.names()) {
                list.push(match name {
                    Some(name) => made.take_alone(&joined(path, name))?,
                    None => None,
                });
            }
        }
        if let Some(like) = biases.iter().flatten().flatten().next().cloned() {
            for (kind, biases) in ["bias_ih", "bias_hh"].iter().zip(biases) {
                let parts: Vec<Array> = biases.into_iter().map(|bias| bias.unwrap_or_else(|| zeros(&like))).collect();
                made.add(layer.name(kind), self.stacked(path, layer, &parts)?);
            }
        }
        made.check_names()?;
        Ok(made)
    }

    /// Removes a name, and returns its array in the orientation of the name.
    fn take(&mut self, path: &str) -> Option<Array> {
        let at = self.names.iter().position(|name| name.path == path)?;
        let Name { array, transposed, .. } = self.names.remove(at);
        let value = &self.arrays[array].value;
        if transposed { value.transposed() } else { Some(value.clone()) }
    }

    /// As `take`, for an array that has no other names.
    fn take_alone(&mut self, path: &str) -> Result<Option<Array>> {
        let Some(array) = self.array_of(path) else { return Ok(None) };
        if let Some(other) = self.names.iter().find(|name| name.array == array && name.path != path) {
            let message = format!(
                "`{path}` and `{}` are one parameter, which a layer of PyTorch cannot be; export a copy with separate \
                 parameters",
                other.path
            );
            return Err(self.error(ErrorKind::Sharing, message));
        }
        Ok(self.take(path))
    }

    fn add(&mut self, path: String, value: Array) {
        self.names.push(Name { path, array: self.arrays.len(), transposed: false });
        self.arrays.push(Stored { value, frozen: false });
    }

    fn add_bias(&mut self, path: &str, bias: &Bias, input: Array, hidden: Array) -> Result<(), String> {
        match bias {
            Bias::Sum(name) => {
                let sum = sum(&input, &hidden).ok_or("should have the same shape and element type")?;
                self.add(joined(path, name), sum);
            }
            Bias::Both(first, second) => {
                self.add(joined(path, first), input);
                self.add(joined(path, second), hidden);
            }
        }
        Ok(())
    }

    fn lacks(&self, name: &str) -> crate::Error {
        let names: Vec<&str> = self.names().collect();
        let message = format!("there is no array `{name}`; there are {}", crate::module::in_words(&names));
        self.error(ErrorKind::Name, message)
    }

    /// The gates of a stacked array.
    fn split(&self, name: &str, stacked: Array, count: usize, rank: usize) -> Result<Vec<Array>> {
        let shape = stacked.shape();
        if shape.len() != rank || !shape[0].is_multiple_of(count) {
            let rest = if rank == 2 { ", .." } else { "" };
            let message = format!("`{name}` should have shape [{count} H{rest}], found {shape:?}");
            return Err(self.error(ErrorKind::Shape, message));
        }
        match &stacked {
            Array::F32(tensor) => Ok(tensor.split(0, count).into_iter().map(Array::F32).collect()),
            Array::F64(tensor) => Ok(tensor.split(0, count).into_iter().map(Array::F64).collect()),
            other => {
                let message = format!("`{name}` should hold f32 or f64, found {}", other.type_name());
                Err(self.error(ErrorKind::Type, message))
            }
        }
    }

    fn stacked(&self, path: &str, layer: &PyTorch, parts: &[Array]) -> Result<Array> {
        stacked(parts).ok_or_else(|| {
            let message = format!(
                "the arrays of the cell {path:?} should be gates of one size and type, as in an `nn.{}`, found {}",
                layer.gates.name,
                parts
                    .iter()
                    .map(|part| format!("{:?} {}", part.shape(), part.type_name()))
                    .collect::<Vec<_>>()
                    .join(", ")
            );
            self.error(ErrorKind::Shape, message)
        })
    }
}

fn sum(left: &Array, right: &Array) -> Option<Array> {
    if left.shape() != right.shape() {
        return None;
    }
    match (left, right) {
        (Array::F32(left), Array::F32(right)) => Some(Array::F32(left + right)),
        (Array::F64(left), Array::F64(right)) => Some(Array::F64(left + right)),
        _ => None,
    }
}

fn zeros(like: &Array) -> Array {
    match like {
        Array::F32(tensor) => Array::F32(Tensor::zeros(*tensor.shape_value())),
        Array::F64(tensor) => Array::F64(Tensor::zeros(*tensor.shape_value())),
        other => other.clone(),
    }
}

/// Arrays of one shape and type behind each other.
fn stacked(parts: &[Array]) -> Option<Array> {
    let first = parts.first()?;
    if parts.iter().any(|part| part.shape() != first.shape() || part.shape().is_empty()) {
        return None;
    }
    let singles: Option<Vec<&Tensor<f32>>> =
        parts.iter().map(|part| if let Array::F32(tensor) = part { Some(tensor) } else { None }).collect();
    if let Some(singles) = singles {
        return concat(&singles, 0).ok().map(Array::F32);
    }
    let doubles: Option<Vec<&Tensor<f64>>> =
        parts.iter().map(|part| if let Array::F64(tensor) = part { Some(tensor) } else { None }).collect();
    concat(&doubles?, 0).ok().map(Array::F64)
}
