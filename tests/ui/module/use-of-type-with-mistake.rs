use recurve::{Float, Module, Param};

#[derive(Module)]
struct Model<F: Float> {
    #[module(skpi)]
    weight: Param<F>,
}

fn double<F: Float>(model: &Model<F>) -> Option<Model<f64>> {
    println!("{}", model.share().count());
    model.cast::<f64>().ok()
}

fn main() {}
