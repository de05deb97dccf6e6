use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell, Tensor, recurrent};

recurrent! {
    /// Doc.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H] = learned;
        step(x: [D], dt: []) -> ([H], [H]) { h = h + w @ dt * x; (h, h) }
    }
}

fn main() {
    let cell = Broken::new(2, 3, &mut StdRng::seed_from_u64(1));
    let state = BrokenState { h: cell.initial_h.get() };
    let ((y, _), last) = cell.step(&(Tensor::ones([cell.hidden(), 2]), Tensor::ones([2])), state).unwrap();
    let (ys, _) = cell.scan(&(y.unsqueeze(0), cell.w.get()), last).unwrap();
    println!("{:?} {cell:?}", ys.data());
}
