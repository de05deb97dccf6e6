//! Flat models: where their parameters are, who sees what, and that ties hold.

mod objective;
mod random;
mod sharing;

use super::Flat;
use crate::optim::{Adam, Ema, Rule};
use crate::{Buffer, Error, Gradients, Module, Param, Result, Tensor, grad, value_and_grad};

/// A weight that is used twice, once transposed, and parameters of both element types.
#[derive(Module)]
struct Model {
    weight: Param<f64>,
    bias: Param<f64>,
    single: Param<f32>,
    decoder: Param<f64>,
    list: Vec<Param<f64>>,
    mean: Buffer<f64>,
}

fn model() -> Model {
    let weight = Param::new(Tensor::from([[1.0, -2.0, 3.0], [0.5, 0.25, -1.0]]));
    Model {
        decoder: weight.share_transposed(),
        weight,
        bias: Param::new(Tensor::from([7.0, 8.0])),
        single: Param::new(Tensor::from([0.125_f32, -0.5, 2.0])),
        list: vec![Param::new(Tensor::scalar(9.0)), Param::new(Tensor::from([10.0, 11.0]))],
        mean: Buffer::new(Tensor::from([100.0])),
    }
}

fn loss(m: &Model) -> Result<Tensor<f64>> {
    let x = Tensor::from([[0.5, -0.25], [1.5, 0.75], [-1.0, 2.0]]);
    let h = (x.matmul(&m.weight.get()) * 0.1).tanh();
    let y = h.matmul(&m.decoder.get()) * 0.1 + m.bias.get() * 0.01;
    let rest = m.list[0].get() * m.list[1].get().sum() + m.single.get().cast::<f64>().square().sum();
    Ok(y.square().sum() + rest * 0.01)
}

/// Each parameter's address is that of the buffer and its offset, and the slices are aligned.
fn assert_in_place<M: Module>(flat: &Flat<M>) {
    let (singles, doubles) = (flat.params::<f32>(), flat.params::<f64>());
    assert_eq!((singles.as_ptr().addr() % 64, doubles.as_ptr().addr() % 64), (0, 0));
    let parameters = flat.parameters().unwrap();
    for entry in flat.layout().entries() {
        let parameter = parameters.iter().find(|parameter| parameter.path() == entry.path).unwrap();
        match parameter.get() {
            crate::AnyTensor::F32(value) => {
                assert_eq!(value.as_slice().as_ptr_range(), singles[entry.range.clone()].as_ptr_range())
            }
            crate::AnyTensor::F64(value) => {
                assert_eq!(value.as_slice().as_ptr_range(), doubles[entry.range.clone()].as_ptr_range())
            }
        }
    }
}

/// The values that `set` and a forward pass see.
const DOUBLES: [f64; 11] = [1.0, -2.0, 3.0, 0.5, 0.25, -1.0, 7.0, 8.0, 9.0, 10.0, 11.0];

#[test]
fn a_training_loop_copies_nothing_and_stays_in_place() -> Result<()> {
    let mut flat = Flat::new(model())?;
    assert_eq!((&*flat.params::<f64>(), &*flat.params::<f32>()), (&DOUBLES[..], &[0.125, -0.5, 2.0][..]));
    assert_in_place(&flat);
    let base = flat.params::<f64>().as_ptr();
    let mut optimizer = Adam::new(0.01).setup(&flat)?;
    let mut average = Ema::new(&flat, 0.5);
    for _ in 0..5 {
        let before = flat.params::<f64>().to_vec();
        let (_, gradients) = value_and_grad(&flat, |m| loss(m))?;
        optimizer.update(&mut flat, &gradients)?;
        average.update(&flat)?;
        assert_in_place(&flat);
        assert_eq!((flat.params::<f64>().as_ptr(), flat.copies()), (base, 0));
        assert!(before.iter().zip(&*flat.params::<f64>()).all(|(before, after)| before != after));
    }
    let trained = flat.params::<f64>().to_vec();
    average.swap(&mut flat)?;
    assert_ne!(*flat.params::<f64>(), trained[..]);
    average.swap(&mut flat)?;
    assert_eq!((&*flat.params::<f64>(), flat.params::<f64>().as_ptr()), (&trained[..], base));
    Ok(())
}

#[test]
fn values_that_are_set_go_to_their_places() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let base = flat.params::<f64>().as_ptr();
    for mut parameter in flat.trainables_mut()? {
        let value = parameter.get().to_f64_vec().into_iter().map(|v| v + 1.0).collect::<Vec<_>>();
        let value = Tensor::from_vec(value, parameter.shape())?;
        match parameter.dtype() {
            crate::DType::F32 => parameter.set(value.cast::<f32>())?,
            _ => parameter.set(value)?,
        }
    }
    assert_eq!(*flat.params::<f64>(), DOUBLES.map(|v| v + 1.0));
    flat.list[1].share().set(Tensor::from([4.0, 6.0]))?;
    flat.weight.share_transposed().set(Tensor::from([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]))?;
    assert_eq!(*flat.params::<f64>(), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0, 8.0, 9.0, 10.0, 4.0, 6.0]);
    assert_in_place(&flat);
    assert_eq!((flat.params::<f64>().as_ptr(), flat.copies()), (base, 0));
    Ok(())
}

#[test]
fn writes_to_the_slice_are_seen_everywhere() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let outside = flat.weight.share();
    let version = outside.version();
    flat.params_mut::<f64>()[..6].copy_from_slice(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    flat.view_mut::<f64>("list.1")?.fill(-1.0);
    flat.view_mut::<f32>("single")?[1] = 0.25;
    assert_eq!(outside.get().to_vec(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_ne!(outside.version(), version);
    assert_eq!(flat.decoder.get().to_vec(), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    assert_eq!(
        (&*flat.view::<f64>("list.1")?, &*flat.view::<f32>("single")?),
        (&[-1.0; 2][..], &[0.125, 0.25, 2.0][..])
    );
    assert_eq!(flat.flatten::<f64>()?.0.to_vec()[6..], [7.0, 8.0, 0.125, 0.25, 2.0, 9.0, -1.0, -1.0]);
    assert_eq!(flat.duplicate().list[1].get().to_vec(), [-1.0; 2]);
    assert_eq!(flat.trainables()?[0].get().to_f64_vec(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(flat.copies(), 0);
    Ok(())
}

#[test]
fn a_snapshot_keeps_its_values_at_the_cost_of_one_copy() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let mut optimizer = Adam::new(0.01).setup(&flat)?;
    let snapshots = (flat.bias.get(), flat.weight.get());
    for copies in [1, 1, 1] {
        let gradients = grad(&flat, |m| loss(m))?;
        optimizer.update(&mut flat, &gradients)?;
        assert_eq!(flat.copies(), copies);
        assert_in_place(&flat);
    }
    assert_eq!((snapshots.0.to_vec(), snapshots.1.to_vec()), (vec![7.0, 8.0], DOUBLES[..6].to_vec()));
    assert_ne!(flat.bias.get().to_vec(), [7.0, 8.0]);
    Ok(())
}

#[test]
fn a_slice_that_is_read_stays_while_another_handle_writes() -> Result<()> {
    let flat = Flat::new(model())?;
    let mut outside = flat.bias.share();
    let slice = flat.params::<f64>();
    outside.set(Tensor::from([0.0, 0.0]))?;
    assert_eq!((*slice).to_vec(), DOUBLES);
    drop(slice);
    assert_eq!((flat.params::<f64>()[6..8].to_vec(), flat.copies()), (vec![0.0, 0.0], 1));
    assert_in_place(&flat);
    Ok(())
}

#[test]
fn a_slice_that_is_written_refuses_other_handles_on_its_thread() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let (mut outside, single) = (flat.bias.share(), flat.single.share());
    let mut optimizer = Adam::new(0.1).setup(&outside)?;
    let gradients = Gradients::from_flat(&outside, &Tensor::from([1.0, 1.0]))?;
    let mut slice = flat.params_mut::<f64>();
    assert_eq!(single.get().to_vec(), [0.125, -0.5, 2.0], "another element type, another buffer");
    let refused = [
        outside.set(Tensor::zeros([2])).unwrap_err(),
        optimizer.update(&mut outside, &gradients).unwrap_err(),
        outside.trainables_mut()?.remove(0).set(Tensor::<f64>::zeros([2])).unwrap_err(),
    ];
    for error in refused {
        assert!(error.to_string().contains("borrowed by `params_mut` on this thread; drop the guard first"), "{error}");
    }
    let read = std::panic::catch_unwind(|| outside.get());
    assert!(read.is_err());
    slice[6] = 1.5;
    let reader = std::thread::spawn(move || outside.get().to_vec());
    slice[7] = 2.5;
    drop(slice);
    assert_eq!(reader.join().unwrap(), [1.5, 2.5], "another thread waits");
    Ok(())
}

#[test]
fn frozen_parameters_stay_outside_and_later_ones_keep_their_range() -> Result<()> {
    let mut plain = model();
    plain.freeze("bias")?;
    let mut flat = Flat::new(plain)?;
    assert_eq!(flat.layout().range("bias"), None);
    assert_eq!(flat.params::<f64>().len(), 9);
    let layout = flat.layout().clone();
    flat.freeze("list.0")?;
    let gradients = grad(&flat, |m| loss(m))?;
    assert_eq!((flat.layout(), flat.params::<f64>().len()), (&layout, 9));
    let slice = gradients.as_slice::<f64>().unwrap();
    assert_eq!((slice.len(), slice[6]), (9, 0.0), "a frozen parameter has zeros there");
    assert_eq!(slice[7..], gradients.get(&flat.list[1]).unwrap().to_vec());
    assert_eq!(gradients.flatten::<f64>()?.count(), 6 + 3 + 2, "but nothing in the vector of the trainable ones");
    let mut optimizer = Adam::new(0.1).setup(&flat)?;
    optimizer.update(&mut flat, &gradients)?;
    assert_eq!((flat.list[0].get().item(), flat.bias.get().to_vec()), (9.0, vec![7.0, 8.0]));
    assert_in_place(&flat);
    let copy = flat.duplicate();
    assert_eq!(copy.layout(), &layout, "a copy has the same ranges");
    assert_in_place(&copy);
    Ok(())
}

#[test]
fn gradients_arrive_in_one_slice() -> Result<()> {
    let flat = Flat::new(model())?;
    let (_, gradients) = value_and_grad(&flat, |m| loss(m))?;
    let (_, apart) = value_and_grad(&*flat, loss)?;
    let plain = flat.duplicate().into_inner();
    let (_, expected) = value_and_grad(&plain, loss)?;
    for (name, gradients) in [("whole", &gradients), ("inner", &apart)] {
        let slice = gradients.as_slice::<f64>().unwrap();
        for entry in flat.layout().entries() {
            let expected = expected.by_path(&entry.path)?.unwrap();
            assert_eq!(Some(expected), gradients.by_path(&entry.path)?, "{name}");
            match gradients.by_path(&entry.path)?.unwrap().get::<f64>() {
                Some(part) => assert_eq!(part.as_slice().as_ptr_range(), slice[entry.range.clone()].as_ptr_range()),
                None => assert_eq!(gradients.as_slice::<f32>().unwrap(), expected.get::<f32>().unwrap().as_slice()),
            }
        }
        assert_eq!(gradients.flatten::<f64>()?, expected.flatten::<f64>()?);
    }
    assert!(expected.as_slice::<f64>().is_none());
    let (_, mut some) = value_and_grad(&flat, |m| Ok::<_, Error>(m.bias.get().square().sum()))?;
    assert_eq!(some.as_slice::<f64>().unwrap(), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 14.0, 16.0, 0.0, 0.0, 0.0]);
    assert!(some.by_path("weight")?.is_none(), "a gap in the slice is no gradient");
    some.set("bias", None)?;
    assert!(some.as_slice::<f64>().is_none());
    assert_eq!(some.as_slice::<f32>().unwrap(), [0.0; 3]);
    Ok(())
}

#[test]
fn a_gradient_that_is_not_finite_is_found_in_the_slice() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let gradients = grad(&flat, |m| Ok::<_, Error>(loss(m)? + (m.list[1].get() - 11.0).sqrt().sum()))?;
    let before = flat.params::<f64>().to_vec();
    let error = Adam::new(0.1).setup(&flat)?.update(&mut flat, &gradients).unwrap_err();
    assert!(error.to_string().starts_with("list.1: the gradient is not finite, found NaN at [0]"), "{error}");
    assert_eq!(*flat.params::<f64>(), before[..]);
    Ok(())
}

#[test]
fn a_parameter_lives_in_one_flat_model_only() -> Result<()> {
    let first = Flat::new(model())?;
    let error = Flat::new((Param::new(Tensor::<f64>::zeros([2])), first.bias.share())).unwrap_err();
    assert!(error.to_string().starts_with("1: the parameter lives in another `Flat` already"), "{error}");
    let bias = first.bias.share();
    drop(first);
    let flat = Flat::new(bias)?;
    assert_eq!(*flat.params::<f64>(), [7.0, 8.0]);
    let plain = flat.into_inner();
    assert_eq!(plain.get().to_vec(), [7.0, 8.0]);
    assert!(plain.group().is_none());
    let gradient = grad(&plain, |p| Flat::new(p.share())?.get().square().sum().try_reshape([]));
    assert!(gradient.unwrap_err().to_string().contains("is tracked, and cannot be moved"));
    Ok(())
}

#[test]
fn names_and_types_that_are_not_there_are_errors() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let error = flat.view::<f64>("decoder").unwrap_err();
    let expected = "decoder: no parameter in the buffer has this as its first path; there are `weight`, `bias`, \
                    `single`, `list.0`, `list.1`";
    assert_eq!(error.to_string(), expected);
    let error = flat.view_mut::<f64>("single").unwrap_err();
    assert_eq!(error.to_string(), "single: expected elements of type f64, found a parameter of f32");
    Ok(())
}

#[test]
fn a_twin_is_gathered_and_a_tracked_vector_makes_twins() -> Result<()> {
    let flat = Flat::new(model())?;
    let mut seen = Vec::new();
    grad(&flat, |m| {
        seen = m.params::<f64>().to_vec();
        assert_eq!(*m.view::<f64>("list.1")?, [10.0, 11.0]);
        loss(m)
    })?;
    assert_eq!(seen, DOUBLES);
    let (vector, restructure) = flat.flatten::<f64>()?;
    let vector = Param::new(vector);
    let through = grad(&vector, |v| loss(&restructure.restructure(&v.get())?.share()))?;
    let direct = grad(&flat, |m| loss(m))?;
    assert_eq!(through.get(&vector).unwrap(), direct.flatten::<f64>()?);
    let again = restructure.restructure(&vector.get().to_vec())?;
    assert_in_place(&again);
    assert_in_place(&flat);
    Ok(())
}

#[test]
fn models_without_parameters_are_flat_too() -> Result<()> {
    let mut flat = Flat::new((Param::new(Tensor::<f32>::zeros([0, 3])), 1.5_f32))?;
    assert!(flat.params::<f32>().is_empty() && flat.params_mut::<f64>().is_empty());
    assert_eq!(flat.layout().range("0"), Some(0..0));
    assert_eq!(format!("{:?}", Flat::new(())?), "Flat { layout: Layout { entries: [] }, .. }");
    Ok(())
}
