use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell, CompiledCell, Module, Tensor, recurrent};

recurrent! {
    /// Doc.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        step(x: [D]) -> [H] { h += w @ x; h }
    }
}

fn main() {
    let cell: Broken = Broken::new(2, 3, &mut StdRng::seed_from_u64(1));
    let x = cell.input_from(&mut |_| 1, &mut |input| Tensor::ones([1, input.sizes[0]]));
    let (y, BrokenState { h }) = cell.step(&x, cell.initial_state(1).unwrap()).unwrap();
    println!("{} {:?} {y:?} {h:?}", cell.count(), cell.share().w);
}
