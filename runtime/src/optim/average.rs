//! Running means of parameters.

use std::fmt;

use crate::array::element::Float;
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{AnyBuffer, AnyParam, Buffer, Id, Listing, Module, Param, buffers};
use crate::optim::demand_fraction;

/// The exponential moving average of the parameters of a model, which follows it through training and often tests better.
///
/// At each [`update`](Self::update) each average `a` of a parameter `p` becomes `decay a + (1 - decay) p`, in its element
/// type; it starts at the parameter, so there is no bias to correct. Tied parameters have one average, and are tied in
/// [`model`](Self::model) too. Buffers are those of the last update. Polyak and Juditsky 1992,
/// <https://doi.org/10.1137/0330046>, in the exponential form of Tarvainen and Valpola 2017,
/// <https://arxiv.org/abs/1703.01780>. With [`set_decay`](Self::set_decay)`(n / (n + 1))` before the `n`-th update, from 1,
/// it is the plain mean (SWA).
///
/// ```
/// use recurve::optim::Ema;
/// use recurve::{Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([0.0_f64]));
/// let mut average = Ema::new(&model, 0.75);
/// model.set(Tensor::from([8.0]))?;
/// average.update(&model)?;
/// assert_eq!(average.model().get().item(), 2.0);
///
/// average.swap(&mut model)?; // test with the averages …
/// assert_eq!(model.get().item(), 2.0);
/// average.swap(&mut model)?; // … and train on
/// assert_eq!(model.get().item(), 8.0);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "AveragedModel")]
#[doc(alias = "swa_utils")]
pub struct Ema<M> {
    averages: M,
    decay: f64,
    /// The average of each parameter, by the parameter's identity.
    params: DistinctMap<Id, AnyParam>,
    buffers: DistinctMap<Id, AnyBuffer>,
}

impl<M: Module> Ema<M> {
    /// The averages start at the values of `model`.
    ///
    /// # Panics
    ///
    /// When `decay` is outside of `[0, 1)`.
    #[track_caller]
    pub fn new(model: &M, decay: f64) -> Self {
        demand_fraction("Ema", "decay", decay);
        let averages = model.duplicate();
        let (of_model, of_averages) = (Listing::lenient(model), Listing::lenient(&averages));
        let ids = of_model.entries.iter().map(|entry| entry.handle.id());
        let params = ids.zip(of_averages.entries.into_iter().map(|entry| entry.handle)).collect();
        let ids = buffers_of(model).map(|buffer| buffer.id());
        let buffers = ids.zip(buffers_of(&averages)).collect();
        Self { averages, decay, params, buffers }
    }

    /// Moves each average towards the parameter of `model`.
    ///
    /// # Errors
    ///
    /// When `model` is not the model of [`new`](Self::new); the averages are unchanged then.
    pub fn update(&mut self, model: &M) -> Result<()> {
        let decay = self.decay;
        for (average, param) in self.pairs(model)? {
            match (average, &param) {
                (AnyParam::F32(average), AnyParam::F32(param)) => blend(average, param, decay),
                (AnyParam::F64(average), AnyParam::F64(param)) => blend(average, param, decay),
                _ => unreachable!("a copy has the element types of the original"),
            }
        }
        for (mut own, other) in self.buffer_pairs(model) {
            set_as(&mut own, &other);
        }
        Ok(())
    }

    /// The model of the averages: with parameters of its own, tied where those of the original are.
    pub fn model(&self) -> &M {
        &self.averages
    }

    /// The model of the averages, to keep.
    pub fn into_model(self) -> M {
        self.averages
    }

    /// Exchanges the values of `model` and the averages, buffers too: once before a test, and once after it. Nothing is copied
    /// but the elements of a [`Flat`](crate::flat::Flat) model, which stay in their places.
    ///
    /// # Errors
    ///
    /// When `model` is not the model of [`new`](Self::new); nothing is changed then.
    pub fn swap(&mut self, model: &mut M) -> Result<()> {
        for (average, param) in self.pairs(model)? {
            match (average, &param) {
                (AnyParam::F32(average), AnyParam::F32(param)) => average.exchange(param),
                (AnyParam::F64(average), AnyParam::F64(param)) => average.exchange(param),
                _ => unreachable!("a copy has the element types of the original"),
            }
        }
        for (mut own, mut other) in self.buffer_pairs(model) {
            let kept = values(&own);
            set_as(&mut own, &other);
            set_as(&mut other, &kept);
        }
        Ok(())
    }

    /// How much of themselves the averages keep.
    pub fn decay(&self) -> f64 {
        self.decay
    }

    /// Changes how much of themselves the averages keep.
    ///
    /// # Panics
    ///
    /// When `decay` is outside of `[0, 1)`.
    #[track_caller]
    pub fn set_decay(&mut self, decay: f64) {
        demand_fraction("Ema", "decay", decay);
        self.decay = decay;
    }
}

impl<M: Module> Ema<M> {
    /// Each average with its parameter, once all are known to be there.
    fn pairs(&self, model: &M) -> Result<Vec<(&AnyParam, AnyParam)>> {
        let listing = Listing::strict(model)?;
        if let Some(at) = (0..listing.entries.len()).find(|&at| self.of(&listing, at).is_none()) {
            let message =
                "there is no average of this parameter: it belongs to another model; pass the model of `Ema::new`";
            return Err(Error::new(ErrorKind::Name, listing.name(at).to_owned(), message));
        }
        if listing.entries.len() < self.params.len() {
            let message = format!(
                "expected the model of `Ema::new` with {} parameters, found a part of it with {}",
                self.params.len(),
                listing.entries.len()
            );
            return Err(Error::new(ErrorKind::Name, "Ema", message));
        }
        let pairs = (0..listing.entries.len())
            .filter_map(|at| Some((self.of(&listing, at)?, listing.entries[at].handle.share())));
        Ok(pairs.collect())
    }

    fn of(&self, listing: &Listing, at: usize) -> Option<&AnyParam> {
        self.params.get(&listing.entries[at].handle.id())
    }

    /// Each buffer of the averages with that of the model.
    fn buffer_pairs(&self, model: &M) -> Vec<(AnyBuffer, AnyBuffer)> {
        let pair = |buffer: AnyBuffer| Some((self.buffers.get(&buffer.id())?.share(), buffer));
        buffers_of(model).filter_map(pair).collect()
    }
}

/// The decay, not the values; the model's type need not implement `Debug`.
impl<M> fmt::Debug for Ema<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ema {{ decay: {}, {} parameters }}", self.decay, self.params.len())
    }
}

fn blend<F: Float>(average: &Param<F>, param: &Param<F>, decay: f64) {
    let value = param.stored();
    average.write(|average| {
        F::scale(average, decay);
        F::add_scaled(average, value.as_slice(), 1.0 - decay);
    });
}

/// The values alone, in a buffer that nobody else has.
fn values(buffer: &AnyBuffer) -> AnyBuffer {
    match buffer {
        AnyBuffer::F32(buffer) => AnyBuffer::F32(Buffer::new(buffer.get())),
        AnyBuffer::F64(buffer) => AnyBuffer::F64(Buffer::new(buffer.get())),
    }
}

fn set_as(own: &mut AnyBuffer, other: &AnyBuffer) {
    let outcome = match (own, other) {
        (AnyBuffer::F32(own), AnyBuffer::F32(other)) => own.set(other.get()),
        (AnyBuffer::F64(own), AnyBuffer::F64(other)) => own.set(other.get()),
        _ => unreachable!("a copy has the element types of the original"),
    };
    outcome.unwrap_or_else(|_| unreachable!("buffers keep their shapes"));
}

/// The buffers of a model. A tied buffer once: exchanging twice would be as not exchanging.
fn buffers_of(model: &impl Module) -> impl Iterator<Item = AnyBuffer> {
    buffers(model).into_iter().map(|listed| listed.handle)
}
