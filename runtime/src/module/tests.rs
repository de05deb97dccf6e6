//! The tables, the layouts and the printed forms of models.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{any, prop_assert_eq, proptest};

use crate::{Buffer, BufferRef, Gradients, Module, Param, ParamRef, Rebuilt, Result, Segment, Tensor, Visitor, grad};

#[derive(Module)]
struct Model {
    embedding: Param,
    decoder: Param,
    #[module(frozen)]
    table: Param<f64>,
    norms: Vec<Norm>,
    heads: BTreeMap<String, Param>,
}

#[derive(Module)]
struct Norm {
    gain: Param,
    mean: Buffer,
    count: Buffer<f64>,
}

fn model() -> Model {
    let embedding = Param::new(Tensor::zeros([1200, 30]));
    let count = Buffer::new(Tensor::zeros([1]));
    let norm =
        || Norm { gain: Param::new(Tensor::ones([30])), mean: Buffer::new(Tensor::zeros([30])), count: count.share() };
    Model {
        decoder: embedding.share_transposed(),
        heads: BTreeMap::from([("speaker".to_owned(), embedding.share())]),
        embedding,
        table: Param::new(Tensor::zeros([7])),
        norms: vec![norm(), norm()],
    }
}

#[test]
fn a_summary_lists_ties_frozen_parameters_and_buffers() -> Result<()> {
    let mut model = model();
    model.freeze("norms.1.gain")?;
    let expected = "\
parameter      shape       type   count  notes
embedding      [1200, 30]  f32   36_000  shared with decoder transposed, heads.speaker
table          [7]         f64        7  frozen
norms.0.gain   [30]        f32       30
norms.1.gain   [30]        f32       30  frozen
norms.0.mean   [30]        f32       30  buffer
norms.0.count  [1]         f64        1  buffer; shared with norms.1.count
norms.1.mean   [30]        f32       30  buffer
4 parameters with 36_067 elements, 37 of them frozen; 3 buffers with 61 elements";
    let summary = model.summary()?;
    assert_eq!(summary.to_string(), expected);
    assert_eq!((summary.count(), summary.frozen_count(), summary.buffer_count()), (36_067, 37, 61));
    assert_eq!(summary.parameters().len(), 4);
    Ok(())
}

#[test]
fn summaries_of_the_smallest_models() -> Result<()> {
    let single = Param::new(Tensor::<f32>::zeros([]));
    let expected = "\
parameter    shape  type  count  notes
(the model)  []     f32       1
1 parameter with 1 element";
    assert_eq!(single.summary()?.to_string(), expected);
    let header = "parameter  shape  type  count  notes\n0 parameters with 0 elements";
    assert_eq!(().summary()?.to_string(), header);
    Ok(())
}

#[test]
fn printed_forms_name_shapes_and_marks_but_no_values() -> Result<()> {
    let weight = Param::new(Tensor::<f32>::zeros([3, 2]));
    let mut turned = weight.share_transposed();
    assert_eq!(format!("{weight:?}"), "Param<f32> [3, 2]");
    turned.set_frozen(true);
    assert_eq!(format!("{turned:?}"), "Param<f32> [2, 3] transposed frozen");
    assert_eq!(format!("{:?}", Buffer::new(Tensor::<f64>::zeros([4]))), "Buffer<f64> [4]");
    assert_eq!(format!("{:?}", Rebuilt::default()), "Rebuilt { 0 parameters, 0 buffers }");
    let (_, restructure) = (Param::new(Tensor::<f64>::zeros([2])), ()).flatten::<f64>()?;
    let expected = "Restructure { layout: Layout { entries: [LayoutEntry { path: \"0\", range: 0..2, shape: [2], \
                    dtype: F64 }] }, .. }";
    assert_eq!(format!("{restructure:?}"), expected);
    Ok(())
}

#[test]
fn gradients_print_as_a_map() -> Result<()> {
    let model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([2.0_f64])));
    let gradients: Gradients = grad(&model, |m| Ok::<_, crate::Error>(m.1.get().square().sum()))?;
    let printed = format!("{gradients:?}");
    assert!(printed.starts_with("{\"0\": None, \"1\": Some(F64("), "{printed}");
    Ok(())
}

#[test]
fn layouts_are_comparable_and_do_not_depend_on_values() -> Result<()> {
    let (first, second) = (model().flatten::<f32>()?.1, model().flatten::<f64>()?.1);
    assert_eq!(first.layout(), second.layout());
    assert_eq!(first.layout().range("norms.1.gain"), Some(36_030..36_060));
    assert_eq!(first.layout().range("decoder"), None, "a parameter has its first path");
    assert_eq!(first.layout().count(), 36_060);
    let mut other = model();
    other.freeze("embedding")?;
    assert_ne!(other.flatten::<f64>()?.1.layout(), first.layout());
    Ok(())
}

/// Matrices of which each slot uses one, as it was made or transposed.
fn tied_at_random(slots: &[(usize, bool)]) -> Vec<Param<f64>> {
    let value = |at: usize| Tensor::from([[at as f64, 0.5], [-1.5, 2.5]]);
    let matrices: Vec<Param<f64>> = (0..4).map(|at| Param::new(value(at))).collect();
    let slot = |&(at, turned): &(usize, bool)| match turned {
        true => matrices[at].share_transposed(),
        false => matrices[at].share(),
    };
    slots.iter().map(slot).collect()
}

/// For each slot the first slot with the same parameter, and the value.
fn uses(model: &[Param<f64>]) -> Vec<(usize, Tensor<f64>)> {
    let first = |param: &Param<f64>| model.iter().position(|other| other.id() == param.id()).unwrap();
    model.iter().map(|param| (first(param), param.get())).collect()
}

proptest! {
    #[test]
    fn any_sharing_survives_copies_casts_and_vectors(slots in vec((0..4_usize, any::<bool>()), 0..9)) {
        let model = tied_at_random(&slots);
        let (flat, restructure) = model.flatten::<f64>()?;
        let expected = uses(&model);
        prop_assert_eq!(uses(&model.share()), expected.clone());
        prop_assert_eq!(uses(&model.duplicate()), expected.clone());
        prop_assert_eq!(uses(&model.cast::<f32>()?.cast::<f64>()?), expected.clone());
        prop_assert_eq!(uses(&restructure.restructure(&flat)?), expected.clone());
        prop_assert_eq!(model.count(), flat.count());
        for entry in restructure.layout().entries() {
            let first: usize = entry.path.parse().unwrap();
            let mut moved = flat.clone();
            moved.as_mut_slice()[entry.range.clone()].iter_mut().for_each(|element| *element += 1.0);
            let found = uses(&restructure.restructure(&moved)?);
            let moved_uses = expected.iter().map(|(at, value)| (*at, if *at == first { value + 1.0 } else { value.clone() }));
            prop_assert_eq!(found, moved_uses.collect::<Vec<_>>());
        }
    }
}

#[test]
#[should_panic(expected = "so its new value should be a matrix, found shape [4]")]
fn a_transposed_handle_is_rebuilt_as_a_matrix() {
    let turned = Param::new(Tensor::<f64>::zeros([2, 2])).share_transposed();
    let _ = Rebuilt::default().param(&turned, |value| value.flatten());
}

/// Prints every event of a traversal.
#[derive(Default)]
struct Events(Vec<String>);

impl Visitor for Events {
    fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.0.push(format!("{segment}{}", if frozen { " frozen" } else { "" }));
    }

    fn leave(&mut self) {
        self.0.push("end".to_owned());
    }

    fn param(&mut self, param: ParamRef<'_>) {
        self.0.push(format!("{param:?}"));
    }

    fn buffer(&mut self, buffer: BufferRef<'_>) {
        self.0.push(format!("{buffer:?}"));
    }
}

#[test]
fn traversals_are_depth_first_in_declaration_order() {
    let mut events = Events::default();
    let model = Model { norms: Vec::new(), ..model() };
    model.visit(&mut events);
    let expected = [
        "embedding",
        "F32(Param<f32> [1200, 30])",
        "end",
        "decoder",
        "F32(Param<f32> [30, 1200] transposed)",
        "end",
        "table frozen",
        "F64(Param<f64> [7])",
        "end",
        "norms",
        "end",
        "heads",
        "speaker",
        "F32(Param<f32> [1200, 30])",
        "end",
        "end",
    ];
    assert_eq!(events.0, expected);
}
