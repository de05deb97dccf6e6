//! Random trees with random ties, and random damage.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::module::{Buffer, Param};
use crate::tensor::Tensor;

/// Two lists of matrices, and a buffer in two places.
type Tree = (Vec<Param<f64>>, Vec<(Param<f32>, Buffer<f64>)>);

/// Slots of a tree: which of a few parameters, and whether transposed.
type Slots = Vec<(usize, bool)>;

fn matrix(seed: f64, at: usize) -> Tensor<f64> {
    Tensor::from([[seed + at as f64, -0.5, 1.0 / seed], [1e-300 * seed, -seed, 0.0]])
}

fn tree(slots: &Slots, seed: f64, frozen: usize) -> Tree {
    let parameters: Vec<Param<f64>> = (0..4).map(|at| Param::new(matrix(seed, at))).collect();
    parameters[frozen % 4].freeze(frozen < 4);
    let first = slots.iter().map(|&(at, turned)| match turned {
        true => parameters[at].share_transposed(),
        false => parameters[at].share(),
    });
    let single: Vec<Param<f32>> = (0..4).map(|at| Param::new(matrix(seed, at).cast())).collect();
    let buffer = Buffer::new(matrix(seed, 9));
    (first.collect(), slots.iter().take(3).map(|&(at, _)| (single[at].share(), buffer.share())).collect())
}

/// All that each handle shows, and the first place of the same parameter.
fn shown(tree: &Tree) -> Vec<(Vec<u64>, bool, usize)> {
    let bits = |tensor: Tensor<f64>| tensor.as_slice().iter().map(|value| value.to_bits()).collect();
    let place = |param: &Param<f64>| tree.0.iter().position(|other| other.id() == param.id()).unwrap();
    let first = tree.0.iter().map(|param| (bits(param.get()), param.is_frozen(), place(param)));
    let place = |param: &Param<f32>| tree.1.iter().position(|(other, _)| other.id() == param.id()).unwrap();
    let second = tree.1.iter().flat_map(|(param, buffer)| {
        let param = (bits(param.get().cast()), param.is_frozen(), place(param));
        [param, (bits(buffer.get()), false, 0)]
    });
    first.chain(second).collect()
}

proptest! {
    #[test]
    fn what_is_saved_is_loaded(slots in vec((0..4_usize, any::<bool>()), 0..9), frozen in 0..8_usize) {
        let (old, mut new) = (tree(&slots, 3.0, frozen), tree(&slots, 7.0, 5));
        from_bytes(&mut new, &to_bytes(&old)?)?;
        prop_assert_eq!(shown(&new), shown(&old));
        prop_assert_eq!(to_bytes(&new)?, to_bytes(&old)?);
    }

    #[test]
    fn damage_is_refused_and_changes_nothing(
        slots in vec((0..4_usize, any::<bool>()), 1..6),
        places in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let (old, mut new) = (tree(&slots, 3.0, 1), tree(&slots, 7.0, 5));
        let file = to_bytes(&old)?;
        let mut bytes = file.clone();
        places.iter().for_each(|(place, byte)| bytes[place.index(file.len())] = *byte);
        if cut {
            bytes.truncate(end.index(file.len()));
        }
        let before = shown(&new);
        match from_bytes(&mut new, &bytes) {
            Ok(()) => prop_assert_eq!(shown(&new), shown(&old)),
            Err(_) => prop_assert_eq!(shown(&new), before),
        }
    }

    #[test]
    fn no_bytes_panic(header in ".{0,200}", rest in vec(any::<u8>(), 0..40)) {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(rest);
        let mut model = Param::new(Tensor::<f32>::zeros([2]));
        prop_assert!(from_bytes(&mut model, &bytes).is_err());
        prop_assert_eq!(model.get().to_vec(), [0.0, 0.0]);
    }

    #[test]
    fn any_text_can_be_a_name_and_metadata(key in "[^.]{1,9}", text in any::<String>()) {
        prop_assume!(!key.starts_with("recurve.") && !key.starts_with("optimizer:"));
        let tree = |value: f32| std::collections::BTreeMap::from([(key.clone(), Param::new(Tensor::from([value])))]);
        let bytes = Checkpoint::of(&tree(1.0))?.with_metadata(key.clone(), text.clone())?.to_bytes()?;
        let (read, mut new) = (Checkpoint::from_bytes(&bytes)?, tree(2.0));
        read.load(&mut new)?;
        prop_assert_eq!((new[&key].get().item(), read.metadata(&key)?), (1.0, text.as_str()));
    }
}
