use recurve::data::windows;

fn main() {
    let series = vec![1_u8, 2, 3];
    let found = windows(&series, 2, 1);
    assert!(found.is_ok());
}
