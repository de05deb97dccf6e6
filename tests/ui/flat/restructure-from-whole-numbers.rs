use recurve::{Module, Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32, 2.0]));
    let (_, restructure) = model.flatten::<f32>().unwrap();
    let twin = restructure.restructure(&vec![1, 2]).unwrap();
    assert_eq!(twin.get().count(), 2);
}
