use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{CompiledCell, Tensor, recurrent, testing::check_cell};

recurrent! {
    cell Broken(input: D, hidden: H) {
        param w: [H, D] = zeros;
        context m: [H];
        state h: [H];
        step(x: [D], t: []) -> ([H], []) { h = w @ x + m; (h, t $) }
    }
}

fn run<C: CompiledCell<Element = f64>>(cell: &C) -> recurve::Result<()> { check_cell(cell).map(drop) }

fn main() -> recurve::Result<()> {
    let cell = Broken::<f64>::with_dtype(3, 4, &mut StdRng::seed_from_u64(1));
    let [xs, ts, m] = [&[5, 2, 3][..], &[5, 2], &[2, 4]].map(Tensor::ones);
    let (_, BrokenState { h: _ }) = recurve::Cell::scan(&cell, &(xs, ts, m), None)?;
    run(&cell)
}
