//! Ties and frozen parameters.

use recurve::optim::{Adam, Rule};
use recurve::{Gradients, Module, Param, Result, Tensor, value_and_grad};

use crate::support::{assert_close_to, random};
use crate::{Network, step_made_up};

const VOCABULARY: usize = 7;
const FEATURES: usize = 4;

/// Rows of a table as inputs, and a table as the output layer. `transposed` if that is `[features, vocabulary]`.
#[derive(Module)]
struct Language {
    embedding: Param<f64>,
    output: Param<f64>,
    transposed: bool,
}

impl Language {
    fn loss(&self, words: &Tensor<usize>, weights: &Tensor<f64>) -> Result<Tensor<f64>> {
        let h = self.embedding.get().index_select(0, words)?.tanh();
        let output = if self.transposed { self.output.get() } else { self.output.get().transpose(0, 1) };
        Ok((h.matmul(&output) * weights).sin().square().sum())
    }

    fn gradients(&self, step: u64) -> Gradients {
        let words = Tensor::from([1_usize, 5, 5, (step % 7) as usize, 0]);
        let weights = random(&[5, VOCABULARY], 1000 + step);
        value_and_grad(self, |m| m.loss(&words, &weights)).unwrap().1
    }
}

/// 20 steps of an untied model, both of whose tables are stepped by the sum of their gradients.
fn untied_by_hand() -> Vec<f64> {
    let table = || Param::new(random(&[VOCABULARY, FEATURES], 9));
    let mut model = Language { embedding: table(), output: table(), transposed: false };
    let mut opt = Adam::new(0.05).setup(&model).unwrap();
    for step in 0..20 {
        let gradients = model.gradients(step);
        let (first, second) = (gradients.get(&model.embedding).unwrap(), gradients.get(&model.output).unwrap());
        assert!((&first - &second).abs().max().item() > 0.1, "the two uses have different gradients");
        let sum = first + second;
        let sums = Gradients::from_list(&model, [Some(sum.clone().into()), Some(sum.into())]).unwrap();
        opt.update(&mut model, &sums).unwrap();
    }
    assert_eq!(model.embedding.get(), model.output.get());
    model.embedding.get().to_vec()
}

#[track_caller]
fn assert_trains_as_by_hand(mut model: Language) {
    assert_eq!(model.count(), VOCABULARY * FEATURES);
    let mut opt = Adam::new(0.05).setup(&model).unwrap();
    assert_eq!(opt.states_mut().len(), 1);
    for step in 0..20 {
        let gradients = model.gradients(step);
        opt.update(&mut model, &gradients).unwrap();
    }
    let named = &model.parameters().unwrap()[0];
    assert_close_to("tied", &named.get().to_f64_vec(), &untied_by_hand(), 1e-12);
}

#[test]
fn a_tied_model_trains_as_an_untied_one_whose_gradients_are_summed() {
    let embedding = Param::new(random(&[VOCABULARY, FEATURES], 9));
    assert_trains_as_by_hand(Language { output: embedding.share(), embedding, transposed: false });
}

#[test]
fn a_tie_through_a_transpose_trains_as_well() {
    let embedding = Param::new(random(&[VOCABULARY, FEATURES], 9));
    assert_trains_as_by_hand(Language { output: embedding.share_transposed(), embedding, transposed: true });
}

/// The values after some steps with made-up gradients, `second` frozen during the steps in `frozen`.
fn walk(steps: &[u64], frozen: &[u64]) -> Network {
    let mut model = Network::new(4);
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    for &step in steps {
        let full = random(&[27], step);
        let first = full.slice(0, 0..15).reshape([3, 5]);
        let scale = full.slice(0, 25..27);
        if frozen.contains(&step) {
            model.freeze("second").unwrap();
            let list = [Some(first.into()), Some(scale.into())];
            let gradients = Gradients::from_list(&model, list).unwrap();
            let before = model.second.get();
            opt.update(&mut model, &gradients).unwrap();
            assert_eq!(model.second.get(), before);
            model.thaw("second").unwrap();
        } else {
            let gradients = Gradients::from_flat(&model, &full).unwrap();
            opt.update(&mut model, &gradients).unwrap();
        }
    }
    model
}

#[test]
fn a_frozen_parameter_neither_moves_nor_loses_its_state() {
    let paused = walk(&[1, 2, 3, 4, 5], &[3, 4]);
    let never_paused = walk(&[1, 2, 3, 4, 5], &[]);
    let without = walk(&[1, 2, 5], &[]);
    assert_eq!(paused.first.get(), never_paused.first.get());
    assert_eq!(paused.scale.get(), never_paused.scale.get());
    assert_eq!(paused.second.get(), without.second.get(), "as if the steps in between had not been");
    assert_ne!(paused.second.get(), never_paused.second.get());
}

#[test]
fn gradients_taken_before_a_freeze_are_not_used_after_it() {
    let mut model = Network::new(4);
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    let gradients = model.gradients(1);
    let before = model.second.get().to_vec();
    model.freeze("second").unwrap();
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(model.second.get().to_vec(), before);
}

#[test]
fn freezing_one_handle_stops_the_parameter() {
    let embedding = Param::new(random(&[VOCABULARY, FEATURES], 9));
    let mut model = (Language { output: embedding.share(), embedding, transposed: false }, Param::new(random(&[3], 1)));
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    model.0.output.set_frozen(true);
    let before = model.0.embedding.get().to_vec();
    step_made_up(&mut model, &mut opt, 1);
    assert_eq!(model.0.embedding.get().to_vec(), before);
    assert_ne!(model.1.get(), random(&[3], 1));
}
