use recurve::data::pad;

fn main() {
    let sequences = [vec![1.0_f32, 2.0], vec![3.0]];
    assert!(pad(sequences).is_ok());
}
