//! What is saved comes back, bit for bit, with its ties.

use recurve::cells::*;
use recurve::data::Standardisation;
use recurve::files::{self, Checkpoint};
use recurve::nn::{Activation, Dropout, Embedding, LayerNorm, Linear};
use recurve::rand::rngs::StdRng;
use recurve::{Buffer, Module, Param, Result, Tensor};
use safetensors::SafeTensors;

use super::{Bits, Folder, Head, language};
use crate::support::{random, rng};

#[track_caller]
fn comes_back<M: Module>(make: impl Fn(&mut StdRng) -> M) {
    let (old, mut new) = (make(&mut rng(1)), make(&mut rng(2)));
    assert_ne!(Bits::of(&old), Bits::of(&new), "the test needs two models");
    files::from_bytes(&mut new, &files::to_bytes(&old).unwrap()).unwrap();
    assert_eq!(Bits::of(&old), Bits::of(&new));
}

#[test]
fn every_cell_of_the_library() {
    macro_rules! cells {
        ($($cell:ident),*) => {$(
            comes_back(|rng| $cell::new(3, 4, rng));
            comes_back(|rng| $cell::<f64>::with_dtype(5, 2, rng));
        )*};
    }
    cells!(Rnn, RnnRelu, Gru, GruResetBefore, Lstm, PeepholeLstm, LayerNormLstm, Mgu, IndRnn, UpdateGateRnn, DecayGru);
    cells!(AntisymmetricRnn);
    comes_back(|rng| (DecoderGru::new(3, 5, 4, rng), DecoderGru::<f64>::with_dtype(2, 3, 5, rng)));
    comes_back(|rng| (IntersectionRnn::new(4, rng), IntersectionRnn::<f64>::with_dtype(3, rng)));
    comes_back(|rng| (Scrn::new(3, 4, 2, rng), Scrn::<f64>::with_dtype(2, 3, 5, rng)));
    comes_back(|rng| {
        let (mut gru, mut lstm) = (Gru::new(3, 4, rng), Lstm::<f64>::with_dtype(4, 2, rng));
        (gru.b_r, lstm.b_f) = (None, None);
        vec![(gru, Some(lstm), ScrnLike(Scrn::new(3, 4, 2, rng)))]
    });
}

/// The cells of which the test above must know: a new one fails here until it is named there.
#[test]
fn every_cell_is_in_the_test() {
    let cells = include_str!("../../../runtime/src/cells/mod.rs");
    let exported = cells.lines().filter(|line| line.starts_with("pub use"));
    let names = exported.flat_map(|line| line.split(['{', '}', ',', ' ']).filter(|name| name.ends_with("State")));
    let names: Vec<&str> = names.map(|name| name.trim_end_matches("State")).collect();
    assert!(names.len() >= 15, "{names:?}");
    let source = include_str!("round_trips.rs");
    let test = source.split("fn every_cell_of_the_library").nth(1).unwrap().split("#[test]").next().unwrap();
    for name in names {
        assert!(test.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == name), "{name} is missing");
    }
}

#[test]
fn every_layer_of_the_library() {
    comes_back(|rng| (Linear::new(3, 4, rng), Linear::<f64>::with_dtype(4, 3, rng).without_bias()));
    comes_back(|rng| (Embedding::new(5, 3, rng), Embedding::<f64>::with_dtype(2, 7, rng)));
    comes_back(|rng| {
        (LayerNorm::new(3), LayerNorm::<f64>::with_dtype(4), Param::<f64>::new(Tensor::uniform([1], 0.0, 1.0, rng)))
    });
    comes_back(|rng| (Linear::new(3, 4, rng), Activation::Tanh, Dropout::new(0.5), Linear::new(4, 1, rng)));
    comes_back(|rng| {
        let train: Tensor<f64> = Tensor::normal([9, 3], 1.0, 2.0, rng);
        Standardisation::fit([&train]).unwrap()
    });
}

/// A cell inside of a tuple struct.
#[derive(Module)]
struct ScrnLike(Scrn);

#[test]
fn a_tree_of_everything_with_ties_buffers_and_skipped_fields() -> Result<()> {
    let folder = Folder::new();
    let path = folder.path("model.safetensors");
    let (old, mut new) = (language(1), language(2));
    let ids: Vec<_> = new.parameters()?.iter().map(|parameter| parameter.id()).collect();
    old.save(&path)?;
    new.load(&path)?;
    assert_eq!(Bits::of(&old), Bits::of(&new));
    assert_eq!(new.name, "seed 2", "a skipped field belongs to the program");
    let after: Vec<_> = new.parameters()?.iter().map(|parameter| parameter.id()).collect();
    assert_eq!(after, ids, "handles stay those of the model");
    Ok(())
}

#[test]
fn ties_survive() -> Result<()> {
    let mut new = language(2);
    files::from_bytes(&mut new, &files::to_bytes(&language(1))?)?;
    new.output.set(random(&[3, 5], 7))?;
    assert_eq!(new.embedding.weight.get(), random(&[3, 5], 7).transpose(0, 1));
    let Head::Linear { weight } = &new.heads["first head"] else { unreachable!("as made") };
    assert_eq!(weight.id(), new.embedding.weight.id());
    new.norm.again.set(random(&[3], 8))?;
    assert_eq!(new.norm.mean.get(), random(&[3], 8));
    let Head::Twice(first, second) = &new.heads["\"zwei\"\n"] else { unreachable!("as made") };
    assert_eq!(first.weight.id(), second.weight.id());
    Ok(())
}

#[test]
fn other_programs_read_each_parameter_once_under_its_first_path() -> Result<()> {
    let mut model = language(1);
    model.freeze("cells.0.u_r")?;
    let bytes = files::to_bytes(&model)?;
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<&str> = file.names();
    names.sort();
    let mut expected: Vec<String> = model.parameters()?.iter().map(|parameter| parameter.path().to_owned()).collect();
    expected.extend(["norm.mean", "norm.variance"].map(str::to_owned));
    expected.sort();
    assert_eq!(names, expected);
    assert!(!names.contains(&"output") && !names.contains(&"norm.again"));
    let weight = file.tensor("embedding.weight").unwrap();
    assert_eq!((weight.shape(), format!("{:?}", weight.dtype())), (&[5, 3][..], "F64".to_owned()));
    let elements: Vec<f64> = weight.data().as_chunks().0.iter().map(|word| f64::from_le_bytes(*word)).collect();
    assert_eq!(elements, model.embedding.weight.get().to_vec());
    assert_eq!(format!("{:?}", file.tensor("scale").unwrap().dtype()), "F32");

    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    let own = |key: &str| metadata.get(&format!("recurve.{key}")).map(String::as_str);
    assert_eq!((own("version"), own("alias.output")), (Some("2"), Some("embedding.weight")));
    assert_eq!((own("transposed.output"), own("transposed.embedding.weight")), (Some("true"), None));
    assert_eq!(own("alias.heads.first head.Linear.weight"), Some("embedding.weight"));
    assert_eq!((own("alias.norm.again"), own("frozen.cells.0.u_r")), (Some("norm.mean"), Some("true")));
    assert_eq!(own("frozen.table"), None, "an attribute belongs to the program");
    Ok(())
}

#[test]
fn all_arrays_are_aligned_and_equal_models_give_equal_bytes() -> Result<()> {
    let bytes = files::to_bytes(&language(1))?;
    assert_eq!(bytes, files::to_bytes(&language(1))?);
    assert_eq!(bytes, Checkpoint::of(&language(1).duplicate())?.to_bytes()?);
    let (header, file) =
        (u64::from_le_bytes(bytes[..8].try_into().unwrap()), SafeTensors::deserialize(&bytes).unwrap());
    assert!(header.is_multiple_of(8));
    let start = bytes.as_ptr() as usize;
    for (name, view) in file.iter() {
        let offset = view.data().as_ptr() as usize - start;
        assert!(offset.is_multiple_of(view.dtype().bitsize() / 8), "{name} begins at byte {offset}");
    }
    Ok(())
}

#[test]
fn a_checkpoint_that_was_read_can_be_saved_again() -> Result<()> {
    let (model, mut other) = (language(1), language(2));
    let bytes = Checkpoint::of(&model)?.with_metadata("epoch", "12")?.with_metadata("", "\t\u{1}ü")?.to_bytes()?;
    let read = Checkpoint::from_bytes(&bytes)?;
    assert_eq!((read.metadata("epoch")?, read.metadata("")?), ("12", "\t\u{1}ü"));
    let again = Checkpoint::from_bytes(&read.to_bytes()?)?;
    assert_eq!(again.load(&mut other)?, model.parameters()?.len() + 2);
    assert_eq!(Bits::of(&other), Bits::of(&model));
    Ok(())
}

#[test]
fn frozen_marks_come_back_and_are_left_alone_by_a_partial_load() -> Result<()> {
    let (mut old, mut new, mut partial) = (language(1), language(2), language(3));
    old.freeze("cells.1")?;
    new.freeze("scale")?;
    partial.freeze("scale")?;
    let checkpoint = Checkpoint::of(&old)?;
    checkpoint.load(&mut new)?;
    assert_eq!(Bits::of(&old), Bits::of(&new), "with marks");
    checkpoint.only("cells").only("scale").load(&mut partial)?;
    assert!(partial.scale.is_frozen() && !partial.cells[1].w_r.is_frozen());
    assert_eq!(partial.cells[1].w_r.get(), old.cells[1].w_r.get());
    assert_eq!(partial.embedding.weight.get(), language(3).embedding.weight.get());
    Ok(())
}

#[test]
fn the_smallest_models_and_the_strangest_numbers() -> Result<()> {
    files::from_bytes(&mut (), &files::to_bytes(&())?)?;
    let numbers = [f64::NAN, -f64::NAN, -0.0, f64::INFINITY, 5e-324, f64::MIN, f64::from_bits(0x7ff0_0000_0000_0001)];
    let (old, mut new) = (Param::new(Tensor::from(numbers)), Param::new(Tensor::<f64>::zeros([7])));
    files::from_bytes(&mut new, &files::to_bytes(&old)?)?;
    let bits = |param: &Param<f64>| param.get().to_vec().iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&new), bits(&old));

    let old = (Param::new(Tensor::<f32>::zeros([0, 3])), Param::new(Tensor::from(f32::MIN_POSITIVE / 4.0)));
    let mut new = (Param::new(Tensor::<f32>::zeros([0, 3])), Param::new(Tensor::<f32>::zeros([])));
    files::from_bytes(&mut new, &files::to_bytes(&old)?)?;
    assert_eq!(new.1.get(), old.1.get());
    Ok(())
}

#[test]
fn a_checkpoint_keeps_its_moment() -> Result<()> {
    let mut model = (Param::new(Tensor::from([1.0_f64])), Buffer::new(Tensor::from([2.0_f32])));
    let checkpoint = Checkpoint::of(&model)?;
    model.0.set(Tensor::from([7.0]))?;
    model.1.set(Tensor::from([8.0]))?;
    let loaded = std::thread::spawn(move || checkpoint.to_bytes()).join().unwrap()?;
    files::from_bytes(&mut model, &loaded)?;
    assert_eq!((model.0.get().item(), model.1.get().item()), (1.0, 2.0));
    Ok(())
}

#[test]
fn a_matrix_comes_back_whichever_way_round_it_is_stored() -> Result<()> {
    let made_first = |value: Tensor<f64>| {
        let weight = Param::new(value);
        (weight.share(), weight.share_transposed())
    };
    let made_second = |value: Tensor<f64>| {
        let weight = Param::new(value.transpose(0, 1));
        (weight.share_transposed(), weight)
    };
    for shape in [[3, 3], [2, 5]] {
        let (old, other) = (made_first(random(&shape, 1)), made_second(random(&shape, 2)));
        let (mut new, mut back) = (made_second(random(&shape, 3)), made_first(random(&shape, 4)));
        files::from_bytes(&mut new, &files::to_bytes(&old)?)?;
        assert_eq!((new.0.get(), new.1.get()), (old.0.get(), old.1.get()));
        files::from_bytes(&mut back, &files::to_bytes(&other)?)?;
        assert_eq!(Bits::of(&back), Bits::of(&other));
    }
    Ok(())
}

#[test]
fn a_part_of_a_file_is_a_model_of_its_own() -> Result<()> {
    let (whole, mut cell) = (language(1), language(2).cells.swap_remove(1));
    let checkpoint = Checkpoint::from_bytes(&files::to_bytes(&whole)?)?;
    assert_eq!(checkpoint.part("cells.1")?.load(&mut cell)?, 9);
    assert_eq!(Bits::of(&cell), Bits::of(&whole.cells[1]));
    // Only a further name of the embedding lies below the head.
    let mut weight = Param::new(Tensor::zeros([5, 3]));
    checkpoint.part("heads.first head.Linear.weight")?.load(&mut weight)?;
    assert_eq!(weight.get(), whole.embedding.weight.get());
    let mut turned = Param::new(Tensor::zeros([3, 5]));
    checkpoint.part("output")?.load(&mut turned)?;
    assert_eq!(turned.get(), whole.output.get());
    Ok(())
}
