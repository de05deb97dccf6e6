//! Tensors that share elements: writing to one of them, or stepping a parameter in place, changes no other.

use recurve::optim::{Adam, AdamW, ClipGlobalNorm, ClipNorm, ClipValue, Rule, Sgd};
use recurve::{AnyTensor, Error, Gradients, Module, Param, Result, Tensor, concat, grad, value_and_grad_aux};

use crate::support::random;

/// Tensors that may share their elements with `x`, which has shape `[4, 6]`.
fn relatives(x: &Tensor<f64>) -> Vec<(&'static str, Tensor<f64>)> {
    vec![
        ("itself", x.clone()),
        ("detached", x.detach()),
        ("reshaped", x.reshape([2, 12])),
        ("flattened", x.flatten()),
        ("with an axis more", x.unsqueeze(1)),
        ("with an axis more and less", x.unsqueeze(0).squeeze(0)),
        ("its first rows", x.slice(0, 0..2)),
        ("its last rows", x.slice(0, 2..4)),
        ("one row", x.select_index(0, 1)),
        ("a slice of a slice", x.slice(0, 1..4).slice(0, 1..3)),
        ("a column", x.slice(1, 2..3)),
        ("the first half", x.split(0, 2).swap_remove(0)),
        ("all rows", x.slice(0, 0..4)),
        ("the same axes", x.permute([0, 1])),
        ("transposed twice", x.transpose(0, 1).transpose(0, 1)),
        ("broadcast to its own shape", x.broadcast_to([4, 6])),
        ("joined alone", concat(&[x], 0).expect("one tensor")),
        ("cast to its own type", x.cast::<f64>()),
        ("a sum over no axis of size", x.unsqueeze(0).sum_axes(0)),
    ]
}

#[test]
fn writing_to_a_relative_changes_only_it() {
    let original = random(&[4, 6], 1);
    let expected: Vec<Vec<f64>> = relatives(&original).iter().map(|(_, x)| x.to_vec()).collect();
    for at in 0..expected.len() {
        let mut all = relatives(&original);
        all[at].1.as_mut_slice().fill(7.0);
        for (place, (name, x)) in all.iter().enumerate() {
            let unchanged = if place == at { vec![7.0; x.count()] } else { expected[place].clone() };
            assert_eq!(x.to_vec(), unchanged, "{name}, after writing to what is {}", all[at].0);
        }
        assert_eq!(original, random(&[4, 6], 1), "the original, after writing to what is {}", all[at].0);
    }
}

#[test]
fn writing_to_the_original_changes_no_relative() {
    let mut original = random(&[4, 6], 2);
    let before = relatives(&original);
    let expected: Vec<Vec<f64>> = before.iter().map(|(_, x)| x.to_vec()).collect();
    original.as_mut_slice().fill(7.0);
    for ((name, x), expected) in before.iter().zip(expected) {
        assert_eq!(x.to_vec(), expected, "{name}");
    }
}

#[test]
fn writing_to_a_part_reaches_the_right_place() {
    let original = random(&[4, 6], 3);
    let mut part = original.slice(0, 1..4).slice(0, 1..3);
    part.as_mut_slice()[0] = 7.0;
    let mut expected = original.to_vec()[12..24].to_vec();
    expected[0] = 7.0;
    assert_eq!((part.shape(), part.to_vec()), (&[2, 6][..], expected));
}

/// The parameter before and after some steps in place, with everything that was taken from it kept.
fn steps_spare_what_is_kept(rule: impl Rule) {
    let mut weight = Param::new(random(&[4, 6], 4));
    let turned = weight.share_transposed();
    let mut opt = rule.setup(&weight).unwrap();
    for step in 0..3 {
        let (values, turned_values) = (weight.get(), turned.get());
        let kept = relatives(&values);
        let expected: Vec<Vec<f64>> = kept.iter().map(|(_, x)| x.to_vec()).collect();
        let (whole, transposed) = (values.to_vec(), turned_values.to_vec());
        let gradients = Gradients::from_list(&weight, [Some(random(&[4, 6], 5 + step).into())]).unwrap();
        opt.update(&mut weight, &gradients).unwrap();
        assert!(weight.get().as_slice().iter().zip(&whole).all(|(new, old)| new != old), "every element moves");
        assert_eq!(weight.get().transpose(0, 1), turned.get());
        assert_eq!((values.to_vec(), turned_values.to_vec()), (whole, transposed));
        for ((name, x), expected) in kept.iter().zip(expected) {
            assert_eq!(x.to_vec(), expected, "{name}");
        }
    }
}

#[test]
fn a_step_in_place_spares_the_tensors_that_are_kept() {
    steps_spare_what_is_kept(Sgd::new(0.1));
    steps_spare_what_is_kept(Sgd::new(0.1).momentum(0.9).weight_decay(0.1));
    steps_spare_what_is_kept(Sgd::new(0.1).nesterov(0.9));
    steps_spare_what_is_kept(Adam::new(0.1));
    steps_spare_what_is_kept(AdamW::new(0.1));
    steps_spare_what_is_kept((ClipGlobalNorm::new(0.5), ClipValue::new(0.5), ClipNorm::new(1.0), Adam::new(0.1)));
}

/// Two parameters that were made from one tensor, stepped by gradients that are one tensor, too.
fn steps_apart(rule: impl Rule + Copy) {
    let value = random(&[5], 9);
    let mut shared = (Param::new(value.clone()), Param::new(value.clone()));
    let mut apart = (Param::new(random(&[5], 9)), Param::new(random(&[5], 9)));
    let gradient = random(&[5], 10);
    let one = Gradients::from_list(&shared, [Some((&gradient).into()), Some((&gradient * 1.0).into())]).unwrap();
    let two = || [Some(AnyTensor::from(&gradient)), Some(AnyTensor::from(&gradient))];
    let same = Gradients::from_list(&apart, two()).unwrap();
    let (mut first, mut second) = (rule.setup(&shared).unwrap(), rule.setup(&apart).unwrap());
    for _ in 0..4 {
        first.update(&mut shared, &one).unwrap();
        second.update(&mut apart, &same).unwrap();
        assert_eq!(super::bits(&shared), super::bits(&apart));
        assert_eq!(shared.0.get(), shared.1.get());
    }
    assert_eq!((value, gradient), (random(&[5], 9), random(&[5], 10)));
    assert_eq!(one.get(&shared.1), Some(random(&[5], 10)));
    assert_eq!(same.get(&apart.0), Some(random(&[5], 10)));
}

#[test]
fn parameters_and_gradients_that_share_elements_are_stepped_apart() {
    steps_apart(Sgd::new(0.1).momentum(0.9).weight_decay(0.1));
    steps_apart(Sgd::new(0.1).momentum(0.9).dampening(0.5));
    steps_apart(Adam::new(0.1).weight_decay(0.1));
    steps_apart(AdamW::new(0.1).weight_decay(0.1));
    steps_apart((ClipGlobalNorm::new(0.7), ClipValue::new(0.5), ClipNorm::new(0.8), Sgd::new(0.1).nesterov(0.5)));
}

#[test]
fn a_parameter_can_be_its_own_gradient() -> Result<()> {
    let mut weight = Param::new(random(&[6], 11));
    let start = weight.get();
    let own = Gradients::from_list(&weight, [Some(weight.get().into())])?;
    let mut opt = Sgd::new(0.25).momentum(0.5).setup(&weight)?;
    opt.update(&mut weight, &own)?;
    assert_eq!(weight.get(), &start * 0.75);
    assert_eq!(own.get(&weight), Some(start.clone()));
    opt.update(&mut weight, &own)?;
    assert_eq!(own.get(&weight), Some(start.clone()));
    assert_eq!(weight.get(), &start * 0.75 - (&start * 1.5) * 0.25);
    Ok(())
}

#[test]
fn setting_one_parameter_to_the_value_of_another_ties_nothing() -> Result<()> {
    let mut model = (Param::new(random(&[5], 12)), Param::new(random(&[5], 13)));
    let value = model.0.get();
    model.1.set(value)?;
    let gradients = grad(&model, |m| Ok::<_, Error>((m.0.get() * 2.0).sum()))?;
    Sgd::new(0.5).setup(&model)?.update_partial(&mut model, &gradients)?;
    assert_eq!(model.1.get(), random(&[5], 12));
    assert_eq!(model.0.get(), random(&[5], 12) - 1.0);
    Ok(())
}

#[test]
fn results_of_a_closure_keep_their_values_while_the_model_is_trained() -> Result<()> {
    let mut model = (Param::new(random(&[4, 6], 14)), Param::new(random(&[6], 15)));
    let mut opt = Adam::new(0.1).setup(&model)?;
    let mut kept = Vec::new();
    for _ in 0..4 {
        let (loss, (weight, row, y), gradients) = value_and_grad_aux(&model, |(weight, bias)| {
            let weight = weight.get();
            let y = (&weight + bias.get()).tanh();
            Ok::<_, Error>((y.square().sum(), (weight.clone(), weight.select_index(0, 2), y)))
        })?;
        let slopes = gradients.flatten::<f64>()?;
        let copies = [&loss, &weight, &row, &y, &slopes].map(Tensor::to_vec);
        opt.update(&mut model, &gradients)?;
        kept.push(([loss, weight, row, y, slopes], copies, gradients));
    }
    for (tensors, copies, gradients) in kept {
        assert_eq!(tensors.each_ref().map(Tensor::to_vec), copies);
        assert_eq!(gradients.flatten::<f64>()?.to_vec(), copies[4]);
    }
    Ok(())
}

#[test]
fn writing_to_the_flat_vector_or_to_gradients_changes_nothing_else() -> Result<()> {
    let model = (Param::new(random(&[4], 16)), Param::new(random(&[3], 17)));
    let before = super::bits(&model);
    let (mut flat, restructure) = model.flatten::<f64>()?;
    let rebuilt = restructure.restructure(&flat)?;
    flat.as_mut_slice().fill(0.0);
    assert_eq!((super::bits(&model), super::bits(&rebuilt)), (before.clone(), before));
    // Of a model that is one parameter the vector could be the parameter itself.
    let single = Param::new(random(&[4], 18));
    let (mut flat, restructure) = single.flatten::<f64>()?;
    let rebuilt = restructure.restructure(&flat)?;
    flat.as_mut_slice().fill(0.0);
    assert_eq!((single.get(), rebuilt.get()), (random(&[4], 18), random(&[4], 18)));
    let gradients = grad(&single, |x| Ok::<_, Error>((x.get() * random(&[4], 19)).sum()))?;
    gradients.get(&single).unwrap().as_mut_slice().fill(0.0);
    gradients.flatten::<f64>()?.as_mut_slice().fill(0.0);
    assert_eq!(gradients.get(&single), Some(random(&[4], 19)));
    Ok(())
}

#[test]
fn a_write_inside_of_a_closure_is_a_constant_and_spoils_no_saved_value() -> Result<()> {
    let x = Param::new(random(&[6], 20));
    let gradients = grad(&x, |x| {
        let x = x.get();
        let square = x.square();
        let mut written = x.clone();
        written.as_mut_slice().fill(5.0);
        let mut reshaped = square.reshape([2, 3]);
        reshaped.as_mut_slice().fill(3.0);
        assert!(!written.is_tracked() && !reshaped.is_tracked());
        Ok::<_, Error>((square * &written).sum() + reshaped.sum() + written.sum())
    })?;
    assert_eq!(gradients.get(&x), Some(x.get() * 10.0));
    Ok(())
}
