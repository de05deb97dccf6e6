//! Cases 18 to 23: from a flat vector back to the model.

use recurve::{Buffer, ErrorKind, Module, Param, Result, Tensor, grad};

use super::{Dense, a, b, tied};
use crate::support::random;

#[test]
fn case_18_the_flat_vector_gives_the_model_back_and_keeps_ties() -> Result<()> {
    let model = tied();
    let (flat, restructure) = model.flatten::<f64>()?;
    let same = restructure.restructure(&flat)?;
    assert_eq!((same.x.get(), same.y.get(), same.z.get()), (model.x.get(), model.y.get(), model.z.get()));
    let other = restructure.restructure(&Tensor::from([4.0, 5.0, 6.0, 7.0, 8.0, 9.0]))?;
    assert_eq!(other.y.get().to_vec(), [4.0, 5.0, 6.0]);
    assert_eq!(other.z.get().to_vec(), [7.0, 8.0, 9.0]);
    assert_eq!(other.x.id(), other.y.id());
    assert_ne!(other.x.id(), model.x.id());
    Ok(())
}

fn halve(x: &Tensor<f64>) -> Tensor<f64> {
    x * 0.5
}

#[derive(Module)]
struct Flagged {
    enabled: bool,
    activation: fn(&Tensor<f64>) -> Tensor<f64>,
    weight: Param<f64>,
}

#[test]
fn case_19_flags_and_functions_survive() -> Result<()> {
    let model = Flagged { enabled: false, activation: halve, weight: a() };
    let (flat, restructure) = model.flatten::<f64>()?;
    let again = restructure.restructure(&(flat * 2.0))?;
    assert!(!again.enabled);
    assert_eq!((again.activation)(&again.weight.get()).to_vec(), [1.0, 2.0, 3.0]);
    Ok(())
}

#[test]
fn case_20_short_and_long_vectors_are_errors_that_name_both_lengths() -> Result<()> {
    let (_, restructure) = tied().flatten::<f64>()?;
    for length in [5, 7] {
        let error = restructure.restructure(&Tensor::<f64>::zeros([length])).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        let expected = format!("restructure: the model has 6 trainable elements, found a vector of {length}");
        assert_eq!(error.to_string(), expected);
    }
    Ok(())
}

#[test]
fn case_21_an_empty_model_has_an_empty_vector_of_any_type() -> Result<()> {
    let model = ((), "no parameters", 3_usize);
    let (flat, restructure) = model.flatten::<f32>()?;
    assert_eq!(flat.shape(), [0]);
    assert_eq!(restructure.restructure(&flat)?, model);
    assert_eq!(restructure.restructure(&Tensor::<f64>::zeros([0]))?, model);
    let error = restructure.restructure(&Tensor::from([1.0_f32])).unwrap_err();
    assert_eq!(error.to_string(), "restructure: the model has 0 trainable elements, found a vector of 1");
    let beside = (model, Param::new(Tensor::from([1.0_f32])));
    assert_eq!(beside.flatten::<f32>()?.0.to_vec(), [1.0], "the empty part asks for no wider type");
    Ok(())
}

#[derive(Module)]
struct BatchNorm {
    gain: Param<f64>,
    shift: Param<f64>,
    mean: Buffer<f64>,
    variance: Buffer<f64>,
}

#[test]
fn case_22_buffers_are_outside_of_the_vector_and_gradients_have_the_sizes_of_their_inputs() -> Result<()> {
    let positive = random(&[3], 4).square() + 0.5;
    let (mean, variance) = (Buffer::new(random(&[3], 3)), Buffer::new(positive));
    let model = BatchNorm { gain: Param::new(random(&[3], 1)), shift: Param::new(random(&[3], 2)), mean, variance };
    let (flat, restructure) = model.flatten::<f64>()?;
    assert_eq!((model.count(), flat.count()), (6, 6));
    let both = (Param::new(flat), Param::new(random(&[2, 3], 5)));
    let gradients = grad(&both, |(vector, x)| {
        let m = restructure.restructure(&vector.get())?;
        let y = (x.get() - m.mean.get()) / m.variance.get().sqrt() * m.gain.get() + m.shift.get();
        Ok::<_, recurve::Error>(y.square().sum())
    })?;
    assert_eq!(gradients.get(&both.0).unwrap().shape(), [6]);
    assert_eq!(gradients.get(&both.1).unwrap().shape(), [2, 3]);
    assert!(gradients.get(&both.0).unwrap().to_vec().iter().all(|value| *value != 0.0));
    Ok(())
}

#[test]
fn case_23_writing_to_a_rebuilt_model_changes_neither_the_vector_nor_the_original() -> Result<()> {
    let model = (a(), Dense::random(2, 3, true, 6), b());
    let (flat, restructure) = model.flatten::<f64>()?;
    let before = flat.to_vec();
    let mut rebuilt = restructure.restructure(&flat)?;
    for mut parameter in rebuilt.trainables_mut()? {
        let zeros = Tensor::<f64>::zeros(parameter.shape());
        parameter.set(zeros)?;
    }
    let mut elements = rebuilt.0.get();
    elements.as_mut_slice().fill(7.0);
    assert_eq!(rebuilt.flatten::<f64>()?.0, Tensor::zeros([15]));
    assert_eq!(flat.to_vec(), before);
    assert_eq!(model.flatten::<f64>()?.0.to_vec(), before);
    Ok(())
}
