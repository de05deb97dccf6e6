pub(crate) mod sabotage {
    use crate::array::element::Float;
    use crate::ops::rules::Contribution;
    pub(crate) fn apply<F: Float>(_: &str, _: usize, c: Contribution<F>) -> Contribution<F> {
        c
    }
}
