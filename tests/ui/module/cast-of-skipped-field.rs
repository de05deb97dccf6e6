use recurve::{Float, Module, Param};

#[derive(Clone)]
struct Statistics<F>(F);

#[derive(Module)]
struct Model<F: Float> {
    weight: Param<F>,
    #[module(skip)]
    statistics: Statistics<F>,
}

fn double(model: &Model<f32>) {
    model.cast::<f64>().ok();
}

fn main() {}
