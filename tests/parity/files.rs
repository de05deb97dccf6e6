//! State dicts of PyTorch's recurrent layers, read by `files` and run against PyTorch's outputs.

use recurve::cells::{Gru, GruState, Lstm, LstmState, Rnn, RnnRelu, RnnReluState, RnnState};
use recurve::files::{Checkpoint, PyTorch};
use recurve::{Cell, Result, Tensor};

use crate::support::{Golden, assert_close, rng};

fn state_dict(name: &str) -> Result<Checkpoint> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    Checkpoint::read(format!("{folder}/{name}.safetensors"))?.part("param")
}

/// Reads the layer, compares the outputs, writes the layer and reads it again.
fn compare<C, const N: usize>(
    name: &str,
    make: impl Fn(u64) -> C,
    layer: PyTorch,
    states: [&str; N],
    state: impl Fn([Tensor<f64>; N]) -> C::State,
) -> Result<()>
where
    C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>,
{
    let golden = Golden::load(name);
    let first = || states.map(|name| golden.input(name).squeeze(0));
    let file = state_dict(name)?;
    let mut cell = make(1);
    file.import(&layer, "")?.load(&mut cell)?;
    let (ys, _) = cell.scan(golden.input("x"), state(first()))?;
    golden.check("y", ys.data());

    let written = Checkpoint::of(&cell)?.export("", &layer)?;
    let mut names: Vec<&str> = written.names().collect();
    names.sort();
    assert_eq!(names, file.names().collect::<Vec<_>>());
    let mut again = make(2);
    Checkpoint::from_bytes(&written.to_bytes()?)?.import(&layer, "")?.load(&mut again)?;
    let (other, _) = again.scan(golden.input("x"), state(first()))?;
    assert_close("written and read", other.data(), ys.data());
    Ok(())
}

#[test]
fn gru() -> Result<()> {
    let make = |seed| Gru::<f64>::with_dtype(5, 4, &mut rng(seed));
    compare("gru", make, PyTorch::gru(""), ["h0"], |[h]| GruState { h })?;
    let make = |seed| Gru::<f64>::with_dtype(2, 1, &mut rng(seed));
    compare("gru_input2_hidden1", make, PyTorch::gru(""), ["h0"], |[h]| GruState { h })?;
    let bare =
        |seed| Gru { b_r: None, b_z: None, b_n: None, c_n: None, ..Gru::<f64>::with_dtype(5, 4, &mut rng(seed)) };
    compare("gru_no_bias", bare, PyTorch::gru(""), ["h0"], |[h]| GruState { h })
}

#[test]
fn lstm() -> Result<()> {
    let make = |seed| Lstm::<f64>::with_dtype(5, 4, &mut rng(seed));
    compare("lstm", make, PyTorch::lstm(""), ["h0", "c0"], |[h, c]| LstmState { h, c })
}

#[test]
fn rnn() -> Result<()> {
    let make = |seed| Rnn::<f64>::with_dtype(5, 4, &mut rng(seed));
    compare("rnn_tanh", make, PyTorch::rnn(""), ["h0"], |[h]| RnnState { h })?;
    let make = |seed| RnnRelu::<f64>::with_dtype(5, 4, &mut rng(seed));
    compare("rnn_relu", make, PyTorch::rnn(""), ["h0"], |[h]| RnnReluState { h })
}
