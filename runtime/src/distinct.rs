//! Maps whose keys are made by this library and distinct already: identities and addresses.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map that is looked up for each parameter, often at each training step, and never iterated.
pub(crate) type DistinctMap<K, V> = HashMap<K, V, BuildHasherDefault<DistinctHasher>>;

/// Spreads the bits of one number, which is enough: nobody chooses the keys.
#[derive(Default)]
pub(crate) struct DistinctHasher(u64);

impl Hasher for DistinctHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}
