use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell, Tensor, recurrent};

recurrent! {
    /// A cell.
    pub cell Plain(input: D, hidden: H) {
        param w: [H, D] = zeros;
        state h: [H];
        step(x: [D]) -> [H] { h = tanh(w @ x + h); h }
    }
}

fn main() -> recurve::Result<()> {
    let cell = Plain::new(3, 4, &mut StdRng::seed_from_u64(1));
    let state = cell.initial_state(2)?;
    cell.step(&(Tensor::ones([2, 3]), Tensor::ones([2])), state)?;
    Ok(())
}
