use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell, Module, Tensor, recurrent};

recurrent! {
    /// Doc.
    pub cell Broken(input: D, input: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        step(x: [D]) -> [H] { h = h + w @ x; h }
    }
}

fn main() {
    let cell = Broken::<f64>::with_dtype(2, 3, &mut StdRng::seed_from_u64(1)).cast::<f32>().unwrap();
    let (ys, state) = cell.scan(Tensor::ones([1, 2, 3]), None).unwrap();
    println!("{:?} {:?} {}", ys.data(), state.clone(), cell.input());
}
