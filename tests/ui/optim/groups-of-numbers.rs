use recurve::optim::Groups;

fn main() {
    let groups = Groups::new().group("encoder", 1e-3);
    drop(groups);
}
