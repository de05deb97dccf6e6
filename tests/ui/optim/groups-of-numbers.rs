use recurve::optim::Groups;

fn main() {
    let groups = Groups::new().group("encoder", 1e-3).rest(1e-4);
    drop(groups);
}
