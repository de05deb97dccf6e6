//! Damaged files: an error, whatever the damage, and the model as it was.

use recurve::files::{self, Checkpoint};
use recurve::optim::{Adam, Optimizer, Rule};
use recurve::{Buffer, ErrorKind, Gradients, Module, Param, Result, Tensor};

use super::{Bits, Folder};
use crate::support::{assert_error, random};

/// A small model with all that a file can say.
type Small = (Vec<Param<f64>>, Param<f32>, Buffer<f64>);

fn small(seed: u64) -> (Small, Optimizer<Adam>) {
    let weight = Param::new(random(&[2, 3], seed));
    let list = vec![weight.share_transposed(), weight, Param::new(random(&[2], seed + 10))];
    let mut model = (list, Param::new(random(&[3], seed + 20).cast()), Buffer::new(random(&[1], seed + 30)));
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    let gradients = Gradients::from_flat(&model, &random(&[11], seed + 40)).unwrap();
    opt.update(&mut model, &gradients).unwrap();
    (model, opt)
}

fn file() -> Vec<u8> {
    let (mut model, mut opt) = small(1);
    model.0[2].set_frozen(true);
    opt.freeze("1").unwrap();
    Checkpoint::of_training(&model, &opt).unwrap().with_metadata("epoch", "3").unwrap().to_bytes().unwrap()
}

/// All values and states.
fn everything(model: &Small, opt: &Optimizer<Adam>) -> Vec<u8> {
    Checkpoint::of_training(model, opt).unwrap().to_bytes().unwrap()
}

/// Asserts that bytes which differ from the file are refused as damaged, or mean the same as the file, and that what is
/// refused changes nothing.
#[track_caller]
fn refuse(bytes: &[u8], target: &mut (Small, Optimizer<Adam>), before: &[u8], what: &dyn std::fmt::Display) -> bool {
    let (model, opt) = target;
    match Checkpoint::from_bytes(bytes) {
        Ok(checkpoint) => {
            assert_eq!(checkpoint.to_bytes().unwrap(), file(), "{what}: loaded something else");
            false
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Data, "{what}: {error}");
            assert!(files::from_bytes(model, bytes).is_err());
            assert!(everything(model, opt) == before, "{what}: half loaded");
            true
        }
    }
}

#[test]
fn a_changed_byte_anywhere_is_refused() {
    let (file, mut target) = (file(), small(2));
    let before = everything(&target.0, &target.1);
    let mut harmless = 0;
    for at in 0..file.len() {
        for mask in [0x01, 0x20, 0x80, 0xff] {
            let mut bytes = file.clone();
            bytes[at] ^= mask;
            let refused = refuse(&bytes, &mut target, &before, &format_args!("byte {at}, mask {mask:#x}"));
            harmless += usize::from(!refused);
        }
    }
    assert_eq!(harmless, 0, "only blanks between the header and the elements could change harmlessly");
}

#[test]
fn a_file_of_another_length_is_refused() {
    let (file, mut target) = (file(), small(2));
    let before = everything(&target.0, &target.1);
    for length in 0..file.len() {
        assert!(refuse(&file[..length], &mut target, &before, &format_args!("{length} bytes")));
    }
    for more in [&[0_u8][..], &[0; 8], &file] {
        let bytes = [&file[..], more].concat();
        assert!(refuse(&bytes, &mut target, &before, &format_args!("{} bytes too many", more.len())));
    }
}

#[test]
fn exchanged_elements_and_names_are_refused() {
    let (file, mut target) = (file(), small(2));
    let before = everything(&target.0, &target.1);
    let header = 8 + u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    for at in (header..file.len() - 16).step_by(8) {
        let mut bytes = file.clone();
        let (left, right) = bytes[at..at + 16].split_at_mut(8);
        left.swap_with_slice(right);
        if bytes != file {
            assert!(refuse(&bytes, &mut target, &before, &format_args!("exchange at {at}")));
        }
    }
    let text = String::from_utf8(file[8..header].to_vec()).unwrap();
    let exchanged = text.replace(":first\"", ":x\"").replace(":second\"", ":first\"").replace(":x\"", ":second\"");
    assert_ne!(exchanged.trim_end(), text.trim_end());
    let padded = format!("{:width$}", exchanged.trim_end(), width = header - 8);
    let bytes = [&file[..8], &padded.as_bytes()[..header - 8], &file[header..]].concat();
    assert!(refuse(&bytes, &mut target, &before, &"exchanged moments"));
}

#[test]
fn the_errors_say_what_is_wrong() -> Result<()> {
    let folder = Folder::new();
    let (mut model, _) = small(2);
    let before = Bits::of(&model);
    let path = folder.path("absent");
    let words = "cannot be read: No such file or directory (os error 2)";
    assert_error(files::load(&mut model, &path), &format!("{}: {words}", path.display()));
    std::fs::write(&path, "not a model at all").unwrap();
    let words = "expected a safetensors file, but header too large";
    assert_error(files::load(&mut model, &path), &format!("{}: {words}", path.display()));
    let mut bytes = file();
    *bytes.last_mut().unwrap() ^= 1;
    assert_error(
        files::from_bytes(&mut model, &bytes),
        "checkpoint: the content does not have the checksum that is noted in it: it is damaged, or another program changed \
         it; such a program should leave out all metadata whose key begins with `recurve.`",
    );
    assert_eq!(Bits::of(&model), before);
    Ok(())
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_old_one() -> Result<()> {
    let folder = Folder::new();
    let (model, _) = small(1);
    let error = model.save(folder.path("absent/model")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Data);
    assert!(error.message().starts_with("cannot be written: "), "{error}");
    let path = folder.path("model");
    model.save(&path)?;
    let old = std::fs::read(&path).unwrap();
    // A model that cannot be saved: no temporary file is left either.
    let twice = std::collections::BTreeMap::from([("optimizer:".to_owned(), Param::new(Tensor::<f32>::zeros([1])))]);
    assert_error(twice.save(&path), "optimizer:: files use this name themselves; rename the field or the map key");
    assert_eq!(std::fs::read(&path).unwrap(), old);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
    Ok(())
}
