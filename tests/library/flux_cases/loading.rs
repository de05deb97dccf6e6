//! Cases 61 to 66: what a load takes over, and what it refuses.

use recurve::files::{self, Checkpoint};
use recurve::nn::Dropout;
use recurve::{Buffer, Module, Param, Result, Tensor};

use super::{Dense, a, b, flat, tied};
use crate::support::assert_error;

fn relu(x: f64) -> f64 {
    x.max(0.0)
}

/// A layer with everything that is no parameter.
type Layer = (Dense, Buffer<f64>, fn(f64) -> f64, Dropout, usize);

fn layer(seed: u64, activation: fn(f64) -> f64, rate: f64) -> Layer {
    let statistics = Buffer::new(crate::support::random(&[2], seed + 7));
    (Dense::random(3, 2, true, seed), statistics, activation, Dropout::new(rate), 3)
}

#[test]
fn case_61_parameters_and_buffers_are_taken_over_and_settings_stay() -> Result<()> {
    let (old, mut new) = (layer(1, relu, 0.5), layer(2, f64::tanh, 0.25));
    files::from_bytes(&mut new, &files::to_bytes(&old)?)?;
    assert_eq!((flat(&new), new.1.get()), (flat(&old), old.1.get()));
    assert_eq!((new.2)(-1.0), f64::tanh(-1.0));
    assert_eq!(new.3.probability, 0.25);
    Ok(())
}

#[test]
fn case_62_other_nodes_and_other_sizes_are_errors() -> Result<()> {
    let chain = |sizes: &[[usize; 2]]| -> Vec<Dense> {
        sizes.iter().map(|[input, output]| Dense::random(*input, *output, false, 1)).collect()
    };
    let checkpoint = Checkpoint::of(&chain(&[[3, 2], [2, 4]]))?;
    let unchanged = "checkpoint: does not fit the model, which is unchanged";
    assert_error(checkpoint.load(&mut chain(&[[3, 2]])), &format!("{unchanged}: unexpected `1.weight`"));
    let mut longer = chain(&[[3, 2], [2, 4], [4, 1]]);
    assert_error(checkpoint.load(&mut longer), &format!("{unchanged}: missing `2.weight`"));
    let mut wider = chain(&[[3, 2], [2, 5]]);
    let message = format!("{unchanged}: `1.weight` should have shape [5, 2], found [4, 2]");
    assert_error(checkpoint.load(&mut wider), &message);
    Ok(())
}

#[test]
fn case_63_a_tied_destination_takes_equal_sources_and_stays_tied() -> Result<()> {
    let (equal, mut model) = ((a(), a(), b()), (b(), a()));
    let x = model.0.share();
    let mut tied = (x.share(), x, model.1.share());
    Checkpoint::of(&equal)?.load(&mut tied)?;
    assert_eq!((flat(&tied), tied.0.id()), (vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], tied.1.id()));
    model.0.set(Tensor::from([7.0, 8.0, 9.0]))?;
    assert_eq!(tied.1.get().to_vec(), [7.0, 8.0, 9.0]);
    assert_error(
        Checkpoint::of(&(a(), b(), b()))?.load(&mut tied),
        "checkpoint: does not fit the model, which is unchanged: `0` and `1` are one parameter in the model, but differ",
    );
    assert_eq!(tied.1.get().to_vec(), [7.0, 8.0, 9.0]);
    Ok(())
}

#[test]
fn case_64_a_bias_on_one_side_alone_is_an_error_and_never_dropped() -> Result<()> {
    let (biased, bare) = (|| Dense::random(3, 2, true, 1), || Dense::random(3, 2, false, 1));
    let unchanged = "checkpoint: does not fit the model, which is unchanged";
    assert_error(Checkpoint::of(&bare())?.load(&mut biased()), &format!("{unchanged}: missing `bias`"));
    assert_error(Checkpoint::of(&biased())?.load(&mut bare()), &format!("{unchanged}: unexpected `bias`"));
    assert_eq!(Checkpoint::of(&biased())?.only("weight").load(&mut bare())?, 1);
    Ok(())
}

#[test]
fn case_65_sub_models_and_the_same_tree_in_other_containers() -> Result<()> {
    let layers = |seed| vec![Dense::random(3, 2, true, seed), Dense::random(2, 2, true, seed + 1)];
    let whole = (layers(1), Dropout::new(0.5));
    let mut tuple = (Dense::random(3, 2, true, 3), Dense::random(2, 2, true, 4));
    Checkpoint::of(&whole)?.part("0")?.load(&mut tuple)?;
    assert_eq!(flat(&tuple), flat(&whole));
    // A layer without parameters on one side alone is no difference, either way.
    let (with, without) = ((layers(5), Dropout::new(0.5)), (layers(6),));
    let (mut bare, mut dropping) = ((layers(7),), (layers(8), Dropout::new(0.25)));
    Checkpoint::of(&with)?.load(&mut bare)?;
    Checkpoint::of(&without)?.load(&mut dropping)?;
    assert_eq!((flat(&bare), flat(&dropping)), (flat(&with), flat(&without)));
    assert_eq!(dropping.1.probability, 0.25);
    Ok(())
}

#[test]
fn case_66_a_file_has_names_ties_and_buffers_and_no_settings() -> Result<()> {
    let model = (tied(), layer(1, relu, 0.5));
    let checkpoint = Checkpoint::from_bytes(&files::to_bytes(&model)?)?;
    let mut names: Vec<&str> = checkpoint.names().collect();
    names.sort();
    assert_eq!(names, ["0.x", "0.y", "0.z", "1.0.bias", "1.0.weight", "1.1"]);
    let mut other = (tied(), layer(2, relu, 0.5));
    other.0.x.set(Tensor::zeros([3]))?;
    checkpoint.load(&mut other)?;
    other.0.y.set(Param::new(Tensor::from([9.0, 9.0, 9.0])).get())?;
    assert_eq!(other.0.x.get().to_vec(), [9.0; 3]);
    assert_eq!(other.parameters()?.len(), 4);
    Ok(())
}
