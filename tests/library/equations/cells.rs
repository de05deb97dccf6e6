//! Every cell of the library against its own definition and against finite differences.

use crate::support::rng;
use recurve::cells::*;
use recurve::testing::check_cell;
use recurve::{CompiledCell, Result};

/// Checks a cell whose parameters are all moved away from their initial values, which are zeros and ones in parts.
fn check<C: CompiledCell<Element = f64>>(mut cell: C, tensors: &[&str]) -> Result<()> {
    let mut random = rng(7);
    for mut parameter in cell.trainables_mut()? {
        let shape = parameter.shape();
        parameter.set(recurve::Tensor::<f64>::uniform(shape, 0.1, 0.9, &mut random))?;
    }
    let found = check_cell(&cell)?;
    let names: Vec<&str> = found.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    assert_eq!(names, tensors);
    Ok(())
}

#[test]
fn rnn() -> Result<()> {
    check(Rnn::with_dtype(3, 4, &mut rng(1)), &["w", "u", "b", "inputs", "state.h"])
}

#[test]
fn rnn_relu() -> Result<()> {
    check(RnnRelu::with_dtype(3, 4, &mut rng(1)), &["w", "u", "b", "inputs", "state.h"])
}

#[test]
fn gru() -> Result<()> {
    let weights = ["w_r", "w_z", "w_n", "u_r", "u_z", "u_n", "b_r", "b_z", "b_n", "c_n"];
    check(Gru::with_dtype(3, 4, &mut rng(1)), &[&weights[..], &["inputs", "state.h"]].concat())
}

#[test]
fn gru_reset_before() -> Result<()> {
    let weights = ["w_r", "w_z", "w_n", "u_r", "u_z", "u_n", "b_r", "b_z", "b_n"];
    check(GruResetBefore::with_dtype(3, 4, &mut rng(1)), &[&weights[..], &["inputs", "state.h"]].concat())
}

const LSTM: [&str; 8] = ["w_i", "w_f", "w_g", "w_o", "u_i", "u_f", "u_g", "u_o"];
const LSTM_DATA: [&str; 3] = ["inputs", "state.h", "state.c"];

#[test]
fn lstm() -> Result<()> {
    let names = [&LSTM[..], &["b_i", "b_g", "b_o", "b_f"], &LSTM_DATA].concat();
    check(Lstm::with_dtype(3, 4, &mut rng(1)), &names)
}

#[test]
fn peephole_lstm() -> Result<()> {
    let names = [&LSTM[..], &["p_i", "p_f", "p_o", "b_i", "b_g", "b_o", "b_f"], &LSTM_DATA].concat();
    check(PeepholeLstm::with_dtype(3, 4, &mut rng(1)), &names)
}

#[test]
fn layer_norm_lstm() -> Result<()> {
    let norms = ["g_i", "g_f", "g_g", "g_o", "g_c", "s_i", "s_g", "s_o", "s_c", "s_f"];
    check(LayerNormLstm::with_dtype(3, 4, &mut rng(1)), &[&LSTM[..], &norms, &LSTM_DATA].concat())
}

#[test]
fn minimal_gated_unit() -> Result<()> {
    let names = ["w_f", "w_n", "u_f", "u_n", "b_f", "b_n", "inputs", "state.h"];
    check(Mgu::with_dtype(3, 4, &mut rng(1)), &names)
}

#[test]
fn independent() -> Result<()> {
    check(IndRnn::with_dtype(3, 4, &mut rng(1)), &["w", "u", "b", "inputs", "state.h"])
}

#[test]
fn antisymmetric() -> Result<()> {
    check(AntisymmetricRnn::with_dtype(3, 4, &mut rng(1)), &["w", "u", "b", "inputs", "state.h"])
}

#[test]
fn structurally_constrained() -> Result<()> {
    let names = ["w_s", "w_h", "p", "u", "inputs", "state.h", "state.s"];
    check(Scrn::with_dtype(3, 4, 2, &mut rng(1)), &names)
}

#[test]
fn decay_gru() -> Result<()> {
    let weights = ["w_r", "w_z", "w_n", "u_r", "u_z", "u_n", "b_r", "b_z", "b_n", "c_n", "w_d", "b_d"];
    let names = [&weights[..], &["inputs.0", "inputs.1", "state.h"]].concat();
    check(DecayGru::with_dtype(3, 4, &mut rng(1)), &names)
}

#[test]
fn decoder_gru() -> Result<()> {
    let weights = ["w_r", "w_z", "w_n", "u_r", "u_z", "u_n", "v_r", "v_z", "v_n", "b_r", "b_z", "b_n"];
    let names = [&weights[..], &["inputs.0", "inputs.1", "state.h"]].concat();
    check(DecoderGru::with_dtype(3, 5, 4, &mut rng(1)), &names)
}

#[test]
fn intersection() -> Result<()> {
    let weights = ["w_y", "w_h", "w_d", "w_t", "u_y", "u_h", "u_d", "u_t", "b_y", "b_h", "b_d", "b_t"];
    let names = [&weights[..], &["inputs", "state.h"]].concat();
    check(IntersectionRnn::with_dtype(4, &mut rng(1)), &names)
}

#[test]
fn update_gate() -> Result<()> {
    let names = ["w_g", "w_c", "u_g", "u_c", "b_g", "b_c", "initial_h", "inputs", "state.h"];
    check(UpdateGateRnn::with_dtype(3, 4, &mut rng(1)), &names)
}
