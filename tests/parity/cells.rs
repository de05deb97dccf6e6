//! Cells against PyTorch: outputs, last states and all gradients.

use crate::support::{Golden, f64s, rng};
use recurve::cells::{
    GruResetBefore, GruResetBeforeState, LayerNormLstm, LayerNormLstmState, Lstm, LstmState, PeepholeLstm,
    PeepholeLstmState, Rnn, RnnRelu, RnnReluState, RnnState,
};
use recurve::{Cell, Module, Param, Result, Tensor, concat, value_and_grad};

#[test]
fn gru_reset_before() -> Result<()> {
    let cell = GruResetBefore::with_dtype(5, 4, &mut rng(1));
    compare_loop("gru_reset_before", cell, ["h"], |[h]| GruResetBeforeState { h }, |state| [state.h], 27)
}

#[test]
fn peephole_lstm() -> Result<()> {
    let cell = PeepholeLstm::with_dtype(5, 4, &mut rng(1));
    let state = |[h, c]: [_; 2]| PeepholeLstmState { h, c };
    compare_loop("peephole_lstm", cell, ["h", "c"], state, |state| [state.h, state.c], 43)
}

#[test]
fn layer_norm_lstm() -> Result<()> {
    let cell = LayerNormLstm::with_dtype(5, 4, &mut rng(1));
    let state = |[h, c]: [_; 2]| LayerNormLstmState { h, c };
    compare_loop("layer_norm_lstm", cell, ["h", "c"], state, |state| [state.h, state.c], 49)
}

#[test]
fn lstm() -> Result<()> {
    let cell = Lstm::with_dtype(5, 4, &mut rng(1));
    let state = |[h, c]: [_; 2]| LstmState { h, c };
    let gates = [["w_i", "w_f", "w_g", "w_o"], ["u_i", "u_f", "u_g", "u_o"], ["b_i", "b_f", "b_g", "b_o"]];
    compare_stacked("lstm", cell, gates, ["h", "c"], state, |state| [state.h, state.c], 21)
}

#[test]
fn rnn_tanh() -> Result<()> {
    let cell = Rnn::with_dtype(5, 4, &mut rng(1));
    compare_stacked("rnn_tanh", cell, [["w"], ["u"], ["b"]], ["h"], |[h]| RnnState { h }, |state| [state.h], 17)
}

#[test]
fn rnn_relu() -> Result<()> {
    let cell = RnnRelu::with_dtype(5, 4, &mut rng(1));
    compare_stacked("rnn_relu", cell, [["w"], ["u"], ["b"]], ["h"], |[h]| RnnReluState { h }, |state| [state.h], 17)
}

/// A cell with its data: all that the reference has gradients of.
#[derive(Module)]
struct Run<C> {
    cell: C,
    xs: Param<f64>,
    start: Vec<Param<f64>>,
}

/// How a file of the reference names the arrays of a state.
struct Names<const N: usize> {
    start: [String; N],
    end: [String; N],
    weights_of_end: [String; N],
    gradients: [String; N],
}

/// A file of a cell that was written as a loop: parameters by their own names.
fn compare_loop<C, const N: usize>(
    name: &str,
    mut cell: C,
    states: [&str; N],
    state: impl Fn([Tensor<f64>; N]) -> C::State,
    parts: impl Fn(C::State) -> [Tensor<f64>; N],
    arrays: usize,
) -> Result<()>
where
    C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>,
{
    let golden = Golden::load(name);
    fill(&mut cell, |path| golden.input(&format!("param.{path}")))?;
    let names = Names {
        start: states.map(|state| format!("state0.{state}")),
        end: states.map(|state| format!("state.{state}")),
        weights_of_end: states.map(|state| format!("gstate.{state}")),
        gradients: states.map(|state| format!("grad.state0.{state}")),
    };
    for (path, gradient) in run(&golden, cell, &names, state, parts)? {
        golden.check(&format!("grad.{path}"), &gradient);
    }
    golden.finish(arrays);
    Ok(())
}

/// A file of one of PyTorch's layers: the gates of weights stacked, and two biases, whose sum is the cell's.
fn compare_stacked<C, const N: usize, const G: usize>(
    name: &str,
    mut cell: C,
    gates: [[&str; G]; 3],
    states: [&str; N],
    state: impl Fn([Tensor<f64>; N]) -> C::State,
    parts: impl Fn(C::State) -> [Tensor<f64>; N],
    arrays: usize,
) -> Result<()>
where
    C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>,
{
    let golden = Golden::load(name);
    let biases = golden.input("param.bias_ih_l0") + golden.input("param.bias_hh_l0");
    let stacks = [golden.input("param.weight_ih_l0"), golden.input("param.weight_hh_l0"), biases];
    fill(&mut cell, |path| {
        let place = |names: &[&str; G]| names.iter().position(|name| *name == path);
        let (stack, gate) = gates.iter().enumerate().find_map(|(stack, names)| Some((stack, place(names)?))).unwrap();
        stacks[stack].split(0, G).swap_remove(gate)
    })?;
    let names = Names {
        start: states.map(|state| format!("{state}0")),
        end: states.map(|state| format!("{state}n")),
        weights_of_end: states.map(|state| format!("g{state}n")),
        gradients: states.map(|state| format!("grad.{state}0")),
    };
    let found = run(&golden, cell, &names, state, parts)?;
    let stacked = |names: &[&str; G]| {
        let parts = names.map(|name| &found.iter().find(|(path, _)| path == name).unwrap().1);
        concat(&parts, 0).expect("equal widths")
    };
    golden.check("grad.weight_ih_l0", &stacked(&gates[0]));
    golden.check("grad.weight_hh_l0", &stacked(&gates[1]));
    golden.check("grad.bias_ih_l0", &stacked(&gates[2]));
    golden.check("grad.bias_hh_l0", &stacked(&gates[2]));
    golden.finish(arrays);
    Ok(())
}

/// Gives every parameter of a cell a value.
fn fill(cell: &mut impl Module, value: impl Fn(&str) -> Tensor<f64>) -> Result<()> {
    for mut parameter in cell.trainables_mut()? {
        let value = value(parameter.path());
        parameter.set(value)?;
    }
    Ok(())
}

/// Compares all but the gradients of parameters, which it returns by their paths.
fn run<C, const N: usize>(
    golden: &Golden,
    cell: C,
    names: &Names<N>,
    state: impl Fn([Tensor<f64>; N]) -> C::State,
    parts: impl Fn(C::State) -> [Tensor<f64>; N],
) -> Result<Vec<(String, Tensor<f64>)>>
where
    C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>,
{
    let xs = Param::new(golden.input("x"));
    let sizes = [xs.shape()[1], golden.option("hidden") as usize];
    let start = names.start.iter().map(|name| Param::new(golden.input(name).reshape(sizes))).collect();
    let run = Run { cell, xs, start };
    let (loss, gradients) = value_and_grad(&run, |run| -> Result<_> {
        let start = std::array::from_fn(|at| run.start[at].get());
        let (ys, end) = run.cell.scan(run.xs.get(), state(start))?;
        golden.check("y", ys.data());
        let mut loss = (ys.data() * golden.input("gy")).sum();
        for (at, end) in parts(end).into_iter().enumerate() {
            let weights = golden.input(&names.weights_of_end[at]);
            let end = end.reshape(weights.shape());
            golden.check(&names.end[at], &end);
            loss = loss + (end * weights).sum();
        }
        Ok(loss)
    })?;
    golden.check_number("loss", &loss);
    let gradient = |param: &Param<f64>| gradients.get(param).expect("the loss depends on everything");
    golden.check("grad.x", &gradient(&run.xs));
    for (name, start) in names.gradients.iter().zip(&run.start) {
        golden.check(name, &gradient(start).reshape(golden.input(name).shape()));
    }
    let parameters = run.cell.trainables()?;
    let by_path = |path: &str| gradients.by_path(&format!("cell.{path}")).map(|found| f64s(found.expect("a gradient")));
    parameters.iter().map(|parameter| Ok((parameter.path().to_owned(), by_path(parameter.path())?))).collect()
}
