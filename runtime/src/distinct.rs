//! Maps whose keys are made by this library and distinct already, identities and addresses, and sets of paths.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map that is looked up for each parameter, often at each training step, and never iterated.
pub(crate) type DistinctMap<K, V> = HashMap<K, V, BuildHasherDefault<DistinctHasher>>;

/// A set that is made for each list of parameters.
pub(crate) type DistinctSet<K> = HashSet<K, BuildHasherDefault<DistinctHasher>>;

/// Spreads the bits of one number, which is enough: nobody chooses the keys.
#[derive(Default)]
pub(crate) struct DistinctHasher(u64);

impl Hasher for DistinctHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.write_u64(u64::from_ne_bytes(*word)));
        rest.iter().for_each(|byte| self.write_u64((*byte).into()));
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}
