//! PyTorch's `nn.GRU`: outputs, last state and all gradients.

use crate::support::Golden;
use recurve::{Cell, Gru, GruState, Module, Param, Result, Tensor, concat, value_and_grad};

#[test]
fn gru() -> Result<()> {
    compare("gru", true, 17)
}

#[test]
fn gru_no_bias() -> Result<()> {
    compare("gru_no_bias", false, 13)
}

#[test]
fn gru_input2_hidden1() -> Result<()> {
    compare("gru_input2_hidden1", true, 17)
}

/// A cell with its data: all that the reference has gradients of.
#[derive(Module)]
struct Run {
    gru: Gru<f64>,
    xs: Param<f64>,
    h: Param<f64>,
}

fn compare(name: &str, biased: bool, arrays: usize) -> Result<()> {
    let golden = Golden::load(name);
    let run = Run { gru: read(&golden, biased), xs: param(golden.input("x")), h: param(golden.input("h0").squeeze(0)) };
    assert_eq!(run.gru.input(), golden.option("input") as usize);
    assert_eq!(run.gru.hidden(), golden.option("hidden") as usize);
    let (gy, ghn) = (golden.input("gy"), golden.input("ghn"));
    let (loss, gradients) = value_and_grad(&run, |run| -> Result<_> {
        let (ys, state) = run.gru.scan(run.xs.get(), GruState { h: run.h.get() })?;
        golden.check("y", ys.data());
        golden.check("hn", &state.h.unsqueeze(0));
        Ok((ys.data() * &gy).sum() + (state.h.unsqueeze(0) * &ghn).sum())
    })?;
    golden.check_number("loss", &loss);
    let gradient = |param: &Param<f64>| gradients.get(param).expect("the loss depends on everything");
    golden.check("grad.x", &gradient(&run.xs));
    golden.check("grad.h0", &gradient(&run.h).unsqueeze(0));
    let Gru { w_r, w_z, w_n, u_r, u_z, u_n, b_r, b_z, b_n, c_n } = &run.gru;
    golden.check("grad.weight_ih_l0", &stacked([w_r, w_z, w_n].map(gradient)));
    golden.check("grad.weight_hh_l0", &stacked([u_r, u_z, u_n].map(gradient)));
    if let (Some(b_r), Some(b_z), Some(b_n), Some(c_n)) = (b_r, b_z, b_n, c_n) {
        golden.check("grad.bias_ih_l0", &stacked([b_r, b_z, b_n].map(gradient)));
        golden.check("grad.bias_hh_l0", &stacked([b_r, b_z, c_n].map(gradient)));
    }
    golden.finish(arrays);
    Ok(())
}

/// The cell with the reference's parameters.
fn read(golden: &Golden, biased: bool) -> Gru<f64> {
    let thirds = |key: &str| -> [Tensor<f64>; 3] {
        golden.input(key).split(0, 3).try_into().unwrap_or_else(|_| unreachable!("three gates"))
    };
    let [w_r, w_z, w_n] = thirds("param.weight_ih_l0").map(param);
    let [u_r, u_z, u_n] = thirds("param.weight_hh_l0").map(param);
    let [b_r, b_z, b_n, c_n] = if biased {
        let ([r, z, n], [hidden_r, hidden_z, hidden_n]) = (thirds("param.bias_ih_l0"), thirds("param.bias_hh_l0"));
        [r + hidden_r, z + hidden_z, n, hidden_n].map(|bias| Some(param(bias)))
    } else {
        [const { None }; 4]
    };
    Gru { w_r, w_z, w_n, u_r, u_z, u_n, b_r, b_z, b_n, c_n }
}

fn param(value: Tensor<f64>) -> Param<f64> {
    Param::new(value)
}

fn stacked(thirds: [Tensor<f64>; 3]) -> Tensor<f64> {
    concat(&thirds.each_ref(), 0).expect("equal widths")
}
