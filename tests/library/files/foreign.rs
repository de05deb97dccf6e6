//! Files from elsewhere: other frameworks, later versions, made by hand.

use recurve::files::{self, Checkpoint};
use recurve::{Module, Param, Result, Tensor};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};

use crate::support::assert_error;

/// The bytes of a file with arrays of f32, and metadata.
fn file(arrays: &[(&str, &[usize], &[f32])], metadata: &[(&str, &str)]) -> Vec<u8> {
    let data: Vec<Vec<u8>> =
        arrays.iter().map(|(.., elements)| elements.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
    let views = arrays
        .iter()
        .zip(&data)
        .map(|((name, shape, _), data)| (*name, TensorView::new(Dtype::F32, shape.to_vec(), data).unwrap()));
    let metadata = metadata.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    serialize(views, Some(metadata)).unwrap()
}

#[derive(Module)]
struct Tied {
    embedding: Param,
    bias: Param,
    output: Param,
}

fn tied() -> Tied {
    let embedding = Param::new(Tensor::zeros([1, 2]));
    Tied { output: embedding.share(), embedding, bias: Param::new(Tensor::zeros([1])) }
}

const BIAS: (&str, &[usize], &[f32]) = ("bias", &[1], &[3.0]);

#[test]
fn a_tie_may_be_stored_under_any_of_its_names_or_under_all() -> Result<()> {
    for names in [&["embedding"][..], &["output"], &["embedding", "output"]] {
        let mut arrays: Vec<_> = names.iter().map(|name| (*name, &[1, 2][..], &[1.0, 2.0][..])).collect();
        arrays.push(BIAS);
        let mut model = tied();
        model.bias.set_frozen(true);
        assert_eq!(Checkpoint::from_bytes(&file(&arrays, &[("format", "pt")]))?.load(&mut model)?, 2);
        assert_eq!((model.output.get().to_vec(), model.bias.get().to_vec()), (vec![1.0, 2.0], vec![3.0]));
        assert_eq!(model.output.id(), model.embedding.id());
        assert!(model.bias.is_frozen(), "the file knows of no marks");
    }
    Ok(())
}

#[test]
fn a_tie_with_two_values_is_refused() {
    let arrays = [("embedding", &[1, 2][..], &[1.0, 2.0][..]), ("output", &[1, 2], &[1.0, 2.5]), BIAS];
    let mut model = tied();
    assert_error(
        files::from_bytes(&mut model, &file(&arrays, &[])),
        "checkpoint: does not fit the model, which is unchanged: `embedding` and `output` are one parameter in the model, \
         but differ",
    );
    assert_eq!(model.bias.get().item(), 0.0);
}

#[test]
fn a_missing_tie_is_named_once() {
    let mut model = tied();
    assert_error(
        files::from_bytes(&mut model, &file(&[BIAS], &[])),
        "checkpoint: does not fit the model, which is unchanged: missing `embedding`",
    );
}

#[test]
fn arrays_of_other_types_are_named_and_can_be_left_out() -> Result<()> {
    let (halves, wide) = ([0_u8; 2], [0_u8; 4]);
    let views = [
        ("bias", TensorView::new(Dtype::F16, vec![1], &halves).unwrap()),
        ("output", TensorView::new(Dtype::I32, vec![1, 1, 1, 1, 1, 1, 1, 1, 1], &wide).unwrap()),
    ];
    let bytes = serialize(views, None).unwrap();
    let checkpoint = Checkpoint::from_bytes(&bytes)?;
    assert_error(
        checkpoint.cast().load(&mut tied()),
        "checkpoint: does not fit the model, which is unchanged: `output` should have shape [1, 2], found [1, 1, 1, 1, 1, \
         1, 1, 1, 1]; `output` should hold f32, found i32; `bias` should hold f32, found f16; to round f32 and f64 to the \
         types of the model, load by `Checkpoint::cast`",
    );
    let checkpoint = Checkpoint::from_bytes(&bytes)?;
    assert_error(
        checkpoint.to_bytes(),
        "checkpoint: `bias` has elements of type f16, which this library does not write",
    );
    Ok(())
}

#[test]
fn later_versions_and_incomplete_metadata_are_refused() {
    let read = |metadata: &[(&str, &str)]| Checkpoint::from_bytes(&file(&[BIAS], metadata));
    assert_error(
        read(&[("recurve.version", "3"), ("recurve.checksum", "0")]),
        "checkpoint: the content does not have the checksum that is noted in it: it is damaged, or another program changed \
         it; such a program should leave out all metadata whose key begins with `recurve.`",
    );
    assert_error(
        read(&[("recurve.version", "3")]),
        "checkpoint: the format has version \"3\", and this version of recurve reads up to version \"2\"; read the file by \
         the version of recurve that wrote it, or a later one",
    );
    let incomplete = "checkpoint: the file is damaged: its metadata lack the version or the checksum";
    assert_error(read(&[("recurve.version", "1")]), incomplete);
    assert_error(read(&[("recurve.version", "2")]), incomplete);
    assert_error(read(&[("recurve.alias.output", "bias")]), incomplete);
}
