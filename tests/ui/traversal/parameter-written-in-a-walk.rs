use recurve::{Leaf, Module, Param, ParamRef, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let visited = model.walk(|_, leaf| {
        if let Leaf::ParamHandle(ParamRef::F32(param)) = leaf {
            param.set(Tensor::from([2.0])).unwrap();
        }
    });
    assert!(visited.is_ok());
}
