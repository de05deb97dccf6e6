use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell, Tensor, recurrent, value_and_grad};

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = zeros;
        state h: [H] = learned;
        step(x: [D]) -> [H] { h = tanh(w @ x + hh); h }
    }
}

fn main() -> recurve::Result<()> {
    let cell = Broken::new(3, 4, &mut StdRng::seed_from_u64(1));
    println!("{cell:?} {:?} {:?} {}", cell.w.shape(), cell.initial_h, cell.hidden());
    let (ys, BrokenState { h }) = cell.scan(&Tensor::ones([5, 2, 3]), None)?;
    assert_eq!(ys.last()?, h);
    value_and_grad(&cell, |cell| cell.step(&Tensor::ones([2, 3]), BrokenState { h }).map(|(y, _)| y.sum())).map(drop)
}
