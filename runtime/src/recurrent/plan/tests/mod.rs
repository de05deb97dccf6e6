//! Plans as text, their costs, and what runs.

mod costs;
mod gru;
mod live;
mod mixed;
mod polynomials;
mod queries;
mod read;
mod text;
