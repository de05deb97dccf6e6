//! Ties survive every operation: one row for each. The check that a row ends in finds each tie that was cut before, so
//! it would find one that the operation cuts.

use recurve::files::{self, Checkpoint};
use recurve::flat::Objective;
use recurve::optim::{Accumulate, Adam, Ema, Groups, Optimizer, Rule, Sgd};
use recurve::{Buffer, Flat, Float, Gradients, Module, Param, Result, Tensor, grad};

use crate::support::random;

/// One matrix in three places, once transposed, beside another parameter, and one buffer in two.
#[derive(Module)]
struct Tied<F: Float> {
    embedding: Param<F>,
    hidden: Param<F>,
    output: Param<F>,
    more: Vec<Param<F>>,
    mean: Buffer<F>,
    again: Buffer<F>,
}

type Model = Tied<f64>;

const SHAPE: [usize; 2] = [4, 3];

fn tied() -> Model {
    let (embedding, mean) = (Param::new(random(&SHAPE, 1)), Buffer::new(random(&[3], 3)));
    let more = vec![embedding.share()];
    let hidden = Param::new(random(&[3, 3], 2));
    Tied { output: embedding.share_transposed(), embedding, hidden, more, again: mean.share(), mean }
}

/// The same values with one of the three ties cut.
fn cut(at: usize) -> Model {
    let mut model = tied();
    match at {
        0 => model.output = model.output.duplicate(),
        1 => model.more[0] = model.more[0].duplicate(),
        _ => model.again = Buffer::new(model.again.get()),
    }
    model
}

fn loss(m: &Model) -> Result<Tensor<f64>> {
    let words = Tensor::from([0_usize, 3, 1, 1, 2]);
    let x = m.embedding.get().index_select(0, &words)? + m.mean.get() + m.again.get();
    let h = x.matmul(&m.hidden.get()).tanh() * m.more[0].get().sum_axes(0);
    Ok(h.matmul(&m.output.get()).log_softmax(-1).square().mean())
}

/// Whether all places are one parameter or buffer: by identity, by what is listed, by what is read, and by what is
/// written at each place and read at the others. The model is as before.
fn is_tied<F: Float>(model: &Tied<F>) -> bool {
    let places = [(&model.embedding, false), (&model.output, true), (&model.more[0], false)];
    let turn = |value: Tensor<F>, turned: bool| if turned { value.transpose(0, 1) } else { value };
    let all_read = |value: &Tensor<F>| places.iter().all(|(param, turned)| turn(param.get(), *turned) == *value);
    let kept = model.embedding.get();
    let mut found = all_read(&kept) && places.iter().all(|(param, _)| param.id() == model.embedding.id());
    let before = places.map(|(param, _)| param.get());
    for (at, (param, turned)) in places.into_iter().enumerate() {
        let mark = Tensor::full(SHAPE, F::from_f64(at as f64)) + &kept;
        param.share().set(turn(mark.clone(), turned)).unwrap();
        found &= all_read(&mark);
    }
    places.into_iter().zip(before).for_each(|((param, _), value)| param.share().set(value).unwrap());
    let (mean, again) = (model.mean.get(), model.again.get());
    model.again.share().set(Tensor::ones([3])).unwrap();
    found &= model.mean.get() == Tensor::ones([3]) && model.mean.id() == model.again.id();
    model.mean.share().set(mean).unwrap();
    model.again.share().set(again).unwrap();
    let parameters = model.parameters().unwrap();
    found && parameters.len() == 2 && parameters[0].aliases() == ["output", "more.0"] && model.count() == 12 + 9
}

fn step<R: Rule>(model: &mut Model, opt: &mut Optimizer<R>) -> Result<()> {
    let gradients = grad(model, loss)?;
    opt.update(model, &gradients)
}

fn step_flat<R: Rule>(model: &mut Flat<Model>, opt: &mut Optimizer<R>) -> Result<()> {
    let gradients = grad(model, |m: &Flat<Model>| loss(m))?;
    opt.update(model, &gradients)
}

/// Another model with the same ties and without a common value.
fn other(model: &Model) -> Result<Model> {
    let other = model.duplicate();
    let (flat, _) = other.flatten::<f64>()?;
    let mut made = other.flatten::<f64>()?.1.restructure(&(flat * 0.5 + 1.0))?;
    // Buffers are those of the original.
    let mean = Buffer::new(Tensor::zeros([3]));
    let is_shared = made.mean.id() == made.again.id();
    made.again = if is_shared { mean.share() } else { Buffer::new(Tensor::zeros([3])) };
    made.mean = mean;
    Ok(made)
}

/// An operation, and whether its results are tied.
type Row = (&'static str, fn(Model) -> Result<bool>);

const MAKING: [Row; 13] = [
    ("nothing", |m| Ok(is_tied(&m))),
    ("duplicate", |m| Ok(is_tied(&m.duplicate()) && is_tied(&m))),
    ("share", |m| Ok(is_tied(&m.share()))),
    ("cast", |m| Ok(is_tied(&m.cast::<f32>()?))),
    ("cast there and back", |m| Ok(is_tied(&m.cast::<f32>()?.cast::<f64>()?))),
    ("restructure from a tensor", |m| {
        let (flat, restructure) = m.flatten::<f64>()?;
        Ok(is_tied(&restructure.restructure(&(flat * 2.0))?))
    }),
    ("restructure from a slice", |m| {
        let (flat, restructure) = m.flatten::<f64>()?;
        Ok(flat.count() == 21 && is_tied(&restructure.restructure(flat.as_slice())?))
    }),
    ("restructure from a tracked vector", |m| {
        let (flat, restructure) = m.flatten::<f64>()?;
        let vector = Param::new(flat);
        let gradients = grad(&vector, |v| loss(&restructure.restructure(&v.get())?))?;
        let expected = grad(&m, loss)?.flatten::<f64>()?;
        let (found, count) = (gradients.get(&vector).unwrap(), expected.count());
        Ok(count == 21 && (found - expected).abs().max().item() < 1e-14 && is_tied(&m))
    }),
    ("an objective", |m| {
        let tied = std::cell::Cell::new(false);
        let objective = Objective::new(&m, |m: &Model| {
            tied.set(is_tied(&m.duplicate()));
            loss(m)
        })?;
        let (_, gradient) = objective.value_and_gradient(&objective.start())?;
        Ok(gradient.len() == 21 && tied.get())
    }),
    ("zip", |m| Ok(m.zip(&other(&m)?)?.len() == 2 && is_tied(&m))),
    ("zip_with", |m| {
        let between = m.zip_with(&other(&m)?, |_, a: &Tensor<f64>, b: &Tensor<f64>| (a + b) * 0.5)?;
        Ok(is_tied(&between) && between.embedding.get() != m.embedding.get())
    }),
    ("map_params", |m| Ok(is_tied(&m.map_params(|_, value: &Tensor<f64>| value.exp())?))),
    ("gradients as a model", |m| {
        let gradients = grad(&m, loss)?;
        let tree = gradients.to_model(&m);
        let back = Gradients::from_model(&m, &tree)?;
        Ok(gradients.len() == 2 && is_tied(&tree) && back.flatten::<f64>()? == gradients.flatten::<f64>()?)
    }),
];

const FLAT: [Row; 6] = [
    ("Flat", |m| Ok(is_tied(&*Flat::new(m)?))),
    ("a copy of a Flat", |m| Ok(is_tied(&*Flat::new(m)?.duplicate()))),
    ("a Flat of another type", |m| Ok(is_tied(&*Flat::new(m)?.cast::<f32>()?))),
    ("out of a Flat", |m| Ok(is_tied(&Flat::new(m)?.into_inner()))),
    ("the slice of a Flat", |m| {
        let mut flat = Flat::new(m)?;
        flat.params_mut::<f64>().iter_mut().for_each(|element| *element *= 2.0);
        Ok(flat.params::<f64>().len() == 21 && is_tied(&flat))
    }),
    ("50 steps of a Flat", |m| {
        let mut flat = Flat::new(m)?;
        let mut opt = Adam::new(0.01).setup(&flat)?;
        (0..50).try_for_each(|_| step_flat(&mut flat, &mut opt))?;
        Ok(is_tied(&flat) && flat.embedding.get() != tied().embedding.get())
    }),
];

const TRAINING: [Row; 9] = [
    ("50 steps", |mut m| {
        let mut opt = Adam::new(0.01).setup(&m)?;
        (0..50).try_for_each(|_| step(&mut m, &mut opt))?;
        Ok(is_tied(&m) && opt.states_mut().len() == 2 && m.embedding.get() != tied().embedding.get())
    }),
    ("an explicit loop", |mut m| {
        let mut opt = Sgd::new(0.1).momentum(0.5).setup(&m)?;
        let gradients = grad(&m, loss)?;
        for ((s, p), (_, g)) in opt.states_mut().zip(m.trainables_mut()?).zip(gradients.iter()) {
            s.update(p, g.unwrap().clone())?;
        }
        Ok(is_tied(&m))
    }),
    ("accumulation", |mut m| {
        let expected = m.output.get() - grad(&m, loss)?.get(&m.output).unwrap() * 0.1;
        let mut opt = (Accumulate::new(2), Sgd::new(0.1)).setup(&m)?;
        (0..2).try_for_each(|_| step(&mut m, &mut opt))?;
        Ok(is_tied(&m) && (m.output.get() - expected).abs().max().item() < 1e-15)
    }),
    ("groups", |mut m| {
        let mut opt = Groups::new().group("output", Sgd::new(0.0)).rest(Sgd::new(0.1)).setup(&m)?;
        step(&mut m, &mut opt)?;
        Ok(is_tied(&m) && m.embedding.get() == tied().embedding.get() && m.hidden.get() != tied().hidden.get())
    }),
    ("freezing one place", |mut m| {
        let mut opt = Adam::new(0.1).setup(&m)?;
        m.freeze("output")?;
        step(&mut m, &mut opt)?;
        let stays = is_tied(&m) && m.embedding.get() == tied().embedding.get() && m.more[0].is_frozen();
        m.thaw("more.0")?;
        step(&mut m, &mut opt)?;
        Ok(stays && is_tied(&m) && m.embedding.get() != tied().embedding.get())
    }),
    ("freezing one place of a Flat", |m| {
        let mut flat = Flat::new(m)?;
        let mut opt = Adam::new(0.1).setup(&flat)?;
        flat.freeze("output")?;
        step_flat(&mut flat, &mut opt)?;
        Ok(is_tied(&flat) && flat.embedding.get() == tied().embedding.get() && flat.more[0].is_frozen())
    }),
    ("freezing one place in the optimiser", |mut m| {
        let mut opt = Adam::new(0.1).setup(&m)?;
        opt.freeze("more")?;
        step(&mut m, &mut opt)?;
        Ok(is_tied(&m) && m.embedding.get() == tied().embedding.get() && m.hidden.get() != tied().hidden.get())
    }),
    ("averages", |mut m| {
        let mut ema = Ema::new(&m, 0.75);
        let (start, goal) = (m.output.get(), random(&[3, 4], 8));
        m.output.set(goal.clone())?;
        ema.update(&m)?;
        let expected = start * 0.75 + goal * 0.25;
        let once = (ema.model().embedding.get().transpose(0, 1) - expected).abs().max().item() < 1e-15;
        Ok(once && is_tied(ema.model()) && is_tied(&m))
    }),
    ("exchanged averages", |mut m| {
        let mut ema = Ema::new(&m, 0.75);
        let goal = random(&[3, 4], 8);
        m.output.set(goal.clone())?;
        ema.swap(&mut m)?;
        let there = is_tied(&m) && is_tied(ema.model()) && m.embedding.get() == tied().embedding.get();
        ema.swap(&mut m)?;
        Ok(there && is_tied(&m) && m.embedding.get() == goal.transpose(0, 1))
    }),
];

const FILES: [Row; 5] = [
    ("a file", |m| {
        let mut loaded = other(&m)?;
        files::from_bytes(&mut loaded, &files::to_bytes(&m)?)?;
        Ok(is_tied(&loaded) && loaded.output.get() == m.output.get() && loaded.again.get() == m.again.get())
    }),
    ("a file into a Flat", |m| {
        let mut loaded = Flat::new(other(&m)?)?;
        files::from_bytes(&mut loaded, &files::to_bytes(&m)?)?;
        Ok(is_tied(&loaded) && loaded.params::<f64>()[..12] == *m.embedding.get().as_slice())
    }),
    ("a file of a Flat", |m| {
        let mut loaded = other(&m)?;
        files::from_bytes(&mut loaded, &files::to_bytes(&Flat::new(m)?)?)?;
        Ok(is_tied(&loaded))
    }),
    ("a part of a file", |m| {
        let (mut loaded, pair) = (other(&m)?, (3_usize, m));
        Checkpoint::from_bytes(&files::to_bytes(&pair)?)?.part("1")?.load(&mut loaded)?;
        Ok(is_tied(&loaded) && loaded.more[0].get() == pair.1.more[0].get())
    }),
    ("training that goes on", |mut m| {
        let (mut loaded, mut opt) = (other(&m)?, Adam::new(0.1).setup(&m)?);
        step(&mut m, &mut opt)?;
        let mut resumed = Adam::new(0.1).setup(&loaded)?;
        Checkpoint::of_training(&m, &opt)?.resume(&mut loaded, &mut resumed)?;
        step(&mut m, &mut opt)?;
        step(&mut loaded, &mut resumed)?;
        Ok(is_tied(&loaded) && loaded.embedding.get() == m.embedding.get() && resumed.states_mut().len() == 2)
    }),
];

fn rows() -> impl Iterator<Item = Row> {
    MAKING.into_iter().chain(FLAT).chain(TRAINING).chain(FILES)
}

#[test]
fn ties_survive_every_operation() -> Result<()> {
    for (name, operate) in rows() {
        assert!(operate(tied())?, "{name}: a tie was cut");
    }
    Ok(())
}

#[test]
fn each_row_finds_each_tie_that_was_cut() -> Result<()> {
    for (name, operate) in rows() {
        for at in 0..3 {
            let model = cut(at);
            assert_eq!(model.output.get(), tied().output.get(), "the test needs equal values");
            assert!(!operate(model)?, "{name}: tie {at} was cut, and it did not notice");
        }
    }
    Ok(())
}
