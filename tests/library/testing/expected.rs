//! Files of expected values: what is read, what is compared, and what is said of files and arrays that are wrong.

use crate::support::assert_error;
use recurve::testing::Expected;
use recurve::{Error, ErrorKind, Module, Param, Result, Tensor, value_and_grad};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

type Row<'a> = (&'a str, Dtype, &'a [usize], Vec<u8>);

fn f64s(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn bytes(rows: &[Row<'_>]) -> Vec<u8> {
    let view = |(name, dtype, shape, data): &Row<'_>| {
        let name: String = (*name).to_owned();
        (name, TensorView::new(*dtype, shape.to_vec(), &data.clone().leak()[..]).expect("data of this shape"))
    };
    let metadata = [("hidden".to_owned(), "3".to_owned())].into_iter().collect();
    safetensors::serialize(rows.iter().map(view), Some(metadata)).expect("arrays that fit")
}

fn file(rows: &[Row<'_>]) -> Expected {
    Expected::from_bytes("file", &bytes(rows)).expect("a file that is right")
}

/// A model with a matrix and a vector, and the values and gradients of `sum(w v)`.
fn sample() -> Expected {
    file(&[
        ("param.0", Dtype::F64, &[2, 3], f64s(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])),
        ("param.1", Dtype::F32, &[3], [0.5_f32, -1.0, 2.0].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("y", Dtype::F64, &[2], f64s(&[4.5, 9.0])),
        ("grad.0", Dtype::F64, &[2, 3], f64s(&[0.5, -1.0, 2.0, 0.5, -1.0, 2.0])),
        ("grad.1", Dtype::F64, &[3], f64s(&[5.0, 7.0, 9.0])),
        ("labels", Dtype::I32, &[2], [3_i32, 0].iter().flat_map(|v| v.to_le_bytes()).collect()),
    ])
}

type Model = (Param<f64>, Param<f32>);

fn model() -> Model {
    (Param::new(Tensor::zeros([2, 3])), Param::new(Tensor::zeros([3])))
}

fn product((w, v): &Model) -> Tensor<f64> {
    w.get().dot(&v.get().cast::<f64>())
}

#[test]
fn a_port_is_proved() -> Result<()> {
    let expected = sample();
    let mut model = model();
    expected.load_into(&mut model, "param.")?;
    assert_eq!(model.1.get().to_vec(), [0.5, -1.0, 2.0]);
    let (_, gradients) = value_and_grad(&model, |model| {
        expected.compare("y", &product(model), 1e-12)?;
        Ok::<_, Error>(product(model).sum())
    })?;
    expected.compare_gradients(&gradients, &model, "grad.", 1e-6)?;
    assert_eq!(expected.indices("labels")?.to_vec(), [3, 0]);
    assert_eq!(expected.metadata("hidden")?, "3");
    assert_eq!(expected.names().count(), 6);
    expected.finish()
}

#[test]
fn names_are_mapped() -> Result<()> {
    let expected = sample();
    let mut model = (Param::new(Tensor::<f64>::zeros([3])), Param::new(Tensor::<f64>::zeros([2])));
    expected.load_into_with(&mut model, |path| if path == "0" { "grad.1".into() } else { "y".into() })?;
    assert_eq!(model.0.get().to_vec(), [5.0, 7.0, 9.0]);
    Ok(())
}

#[test]
fn what_was_forgotten_is_named() -> Result<()> {
    let expected = sample();
    expected.load_into(&mut model(), "param.")?;
    expected.input("grad.0")?;
    // To look at a result is not to compare it.
    expected.get("grad.1")?;
    assert!(expected.compare("y", &Tensor::from([4.5, 9.1]), 1e-3).is_err());
    assert_error(expected.finish(), "file: never read as an input nor compared: `grad.1`, `labels`, `y`");
    Ok(())
}

#[test]
fn differences_are_named() {
    let expected = sample();
    let numbers = |numbers: [f64; 6]| Tensor::from(numbers).reshape([2, 3]);
    let found = numbers([0.5, -1.0, 2.0, 0.5, -1.25, f64::NAN]);
    assert_error(
        expected.compare("grad.0", &found, 1e-10),
        "file: `grad.0` at [1, 1] should be -1, found -1.25 (tolerance 1e-10; 2 of 6 elements differ)",
    );
    let message = "file: `grad.0` should have shape [2, 3], found [3, 2]";
    assert_error(expected.compare("grad.0", &found.transpose(0, 1), 1.0), message);
    assert_error(
        expected.compare("z", &found, 1.0),
        "file: there is no array `z`; there are `grad.0`, `grad.1`, `labels`, `param.0`, `param.1`, `y`",
    );
    assert_error(expected.input("labels"), "file: `labels` holds whole numbers; read it with `indices`");
    assert_error(expected.indices("y"), "file: `y` holds real numbers; read it with `input`");
    assert_error(expected.metadata("layers"), "file: the metadata has no `layers`; there are `hidden`");
    // 1 + |expected| makes the tolerance relative for large and absolute for small numbers.
    assert!(expected.compare("y", &Tensor::from([4.5_f32 + 0.005, 9.0 - 0.009]), 1e-3).is_ok());
    assert!(expected.compare("y", &Tensor::from([4.5_f32 + 0.006, 9.0]), 1e-3).is_err());
}

#[test]
fn infinities_agree_with_themselves_only() {
    let expected = file(&[("x", Dtype::F64, &[3], f64s(&[f64::INFINITY, f64::NEG_INFINITY, 1.0]))]);
    let compare = |first: f64, last: f64| expected.compare("x", &Tensor::from([first, f64::NEG_INFINITY, last]), 1.0);
    assert!(compare(f64::INFINITY, 1.0).is_ok());
    for (first, last) in [(5.0, 1.0), (f64::NEG_INFINITY, 1.0), (f64::NAN, 1.0), (f64::INFINITY, f64::INFINITY)] {
        assert!(compare(first, last).is_err(), "{first} and {last}");
    }
}

#[test]
fn wrong_gradients_are_named() -> Result<()> {
    let expected = sample();
    let mut model = model();
    expected.load_into(&mut model, "param.")?;
    let (_, gradients) = value_and_grad(&model, |model| Ok::<_, Error>((product(model) * 2.0).sum()))?;
    let message = "file: `grad.0` at [0, 0] should be 0.5, found 1 (tolerance 1e-6; 6 of 6 elements differ)";
    assert_error(expected.compare_gradients(&gradients, &model, "grad.", 1e-6), message);
    let (_, gradients) = value_and_grad(&model, |(w, _)| Ok::<_, Error>(w.get().sum()))?;
    let none = expected.compare_gradients(&gradients, &model, "grad.", 0.84);
    assert_error(none, "file: `grad.0` at [0, 1] should be -1, found 1 (tolerance 8.4e-1; 2 of 6 elements differ)");
    Ok(())
}

#[test]
fn a_module_that_does_not_fit_is_unchanged() {
    let mut model = vec![Param::new(Tensor::<f64>::zeros([2, 3])), Param::new(Tensor::zeros([4]))];
    model.push(Param::new(Tensor::zeros([1])));
    let error = sample().load_into(&mut model, "param.").unwrap_err();
    assert_eq!(
        error.to_string(),
        "file: the module is unchanged, because `param.1` should have shape [4], found [3]; and there is no array \
         `param.2`; there are `grad.0`, `grad.1`, `labels`, `param.0`, `param.1`, `y`"
    );
    assert!(model.flatten::<f64>().unwrap().0.as_slice().iter().all(|value| *value == 0.0));
}

#[test]
fn files_that_are_damaged_are_errors() {
    let whole = bytes(&[("x", Dtype::F64, &[2], f64s(&[1.0, 2.0]))]);
    for length in 0..whole.len() {
        let error = Expected::from_bytes("file", &whole[..length]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.to_string().starts_with("file: expected a safetensors file, but "), "{error}");
    }
    let half = bytes(&[("x", Dtype::F16, &[2], vec![0; 4])]);
    assert_error(
        Expected::from_bytes("file", &half),
        "file: `x` should hold f64, f32, whole numbers or truth values, found F16",
    );
    let deep = bytes(&[("x", Dtype::F64, &[1; 9], f64s(&[1.0]))]);
    assert_error(
        Expected::from_bytes("file", &deep),
        "file: `x` should have at most 8 axes, found shape [1, 1, 1, 1, 1, 1, 1, 1, 1]",
    );
    let negative = file(&[("x", Dtype::I8, &[2], vec![1, 255])]);
    assert_error(negative.indices("x"), "file: `x` should hold indices, found -1");
    let missing = Expected::read("no/such/file").unwrap_err();
    assert!(missing.to_string().starts_with("no/such/file: cannot be read: "), "{missing}");
}

#[test]
fn all_whole_numbers_are_read() -> Result<()> {
    let kinds = [
        (Dtype::I64, 7_i64.to_le_bytes().to_vec()),
        (Dtype::I32, 7_i32.to_le_bytes().to_vec()),
        (Dtype::I16, 7_i16.to_le_bytes().to_vec()),
        (Dtype::I8, vec![7]),
        (Dtype::U32, 7_u32.to_le_bytes().to_vec()),
        (Dtype::U16, 7_u16.to_le_bytes().to_vec()),
        (Dtype::U8, vec![7]),
    ];
    for (dtype, data) in kinds {
        assert_eq!(file(&[("x", dtype, &[], data)]).indices("x")?, Tensor::scalar(7), "{dtype:?}");
    }
    assert_eq!(file(&[("x", Dtype::BOOL, &[2], vec![1, 0])]).indices("x")?.to_vec(), [1, 0]);
    assert_eq!(file(&[("x", Dtype::F32, &[0, 3], vec![])]).input("x")?.shape(), [0, 3]);
    Ok(())
}
