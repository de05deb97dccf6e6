//! The recurrent products of the cell are used: without them the trained model is worse.

use super::{Options, SpeakerModel, train};
use crate::utterances::{Utterance, padded, read};
use clap::Parser;
use recurve::nn::Mode;
use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Result, Tensor};

fn right(model: &SpeakerModel, test: &[Utterance]) -> Result<usize> {
    let (frames, speakers) = padded(&test.iter().collect::<Vec<_>>())?;
    Ok(model.logits(&frames, Mode::Eval)?.argmax(-1).equal(&speakers).count_true())
}

#[test]
fn without_recurrent_products_accuracy_is_lost() -> Result<()> {
    let options = Options::parse_from(["speakers", "--epochs", "10", "--quiet"]);
    let mut rng = StdRng::seed_from_u64(options.seed);
    let training = read(&options.data.join("JapaneseVowels_TRAIN.ts"))?;
    let test = read(&options.data.join("JapaneseVowels_TEST.ts"))?;
    let mut model = SpeakerModel::new(&training, &mut rng);
    train(&mut model, &training, &options, &mut rng)?;
    let with = right(&model, &test)?;
    model.cell.u.set(Tensor::zeros(model.cell.u.shape()))?;
    let without = right(&model, &test)?;
    // 360 and 341 of 370 where this was written
    assert!(with >= 352 && without + 10 <= with, "{with} of 370 with, {without} without");
    Ok(())
}
