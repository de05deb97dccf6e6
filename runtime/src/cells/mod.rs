//! Recurrent cells, each written as the equations of its paper with [`recurrent!`](crate::recurrent).
//!
//! | cell | outputs | state | paper |
//! |---|---|---|---|
//! | [`Rnn`], [`RnnRelu`] | `[B, H]` | `h` | Elman 1990; Le et al. 2015 |
//! | [`Gru`], [`GruResetBefore`] | `[B, H]` | `h` | Cho et al. 2014 |
//! | [`Lstm`], [`PeepholeLstm`], [`LayerNormLstm`] | `[B, H]` | `h`, `c` | Gers et al. 2000, 2002; Ba et al. 2016 |
//! | [`Mgu`] | `[B, H]` | `h` | Zhou et al. 2016 |
//! | [`IndRnn`] | `[B, H]` | `h` | Li et al. 2018 |
//! | [`AntisymmetricRnn`] | `[B, H]` | `h` | Chang et al. 2019 |
//! | [`Scrn`] | `[B, H + S]` | `h`, `s` | Mikolov et al. 2014 |
//! | [`DecayGru`], whose steps have a length | `[B, H]` | `h` | Che et al. 2016 |
//! | [`DecoderGru`], which reads a context | `[B, H]` | `h` | Cho et al. 2014 |
//! | [`IntersectionRnn`], with two outputs | `[B, H]`, `[B, H]` | `h` | Collins et al. 2016 |
//! | [`UpdateGateRnn`], whose first state is learned | `[B, H]` | `h` | Collins et al. 2016 |
//!
//! Unless a cell says otherwise, weights start evenly between ±1/sqrt(`H`), as in PyTorch, and biases at zero. A bias is
//! optional: set the field to `None`, and it counts as zeros and is not trained.

mod antisymmetric;
mod decay_gru;
mod decoder_gru;
mod gru;
mod independent;
mod intersection;
mod lstm;
mod minimal_gated;
mod rnn;
mod structurally_constrained;
mod update_gate;

pub use antisymmetric::{AntisymmetricRnn, AntisymmetricRnnState};
pub use decay_gru::{DecayGru, DecayGruState};
pub use decoder_gru::{DecoderGru, DecoderGruState};
pub use gru::{Gru, GruResetBefore, GruResetBeforeState, GruState};
pub use independent::{IndRnn, IndRnnState};
pub use intersection::{IntersectionRnn, IntersectionRnnState};
pub use lstm::{LayerNormLstm, LayerNormLstmState, Lstm, LstmState, PeepholeLstm, PeepholeLstmState};
pub use minimal_gated::{Mgu, MguState};
pub use rnn::{Rnn, RnnRelu, RnnReluState, RnnState};
pub use structurally_constrained::{Scrn, ScrnState};
pub use update_gate::{UpdateGateRnn, UpdateGateRnnState};
