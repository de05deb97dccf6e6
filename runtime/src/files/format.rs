//! The bytes of a file: arrays with names, metadata, and the checksum over both.
//!
//! Reading is the safetensors crate's. Writing is not: the crate writes metadata in the order of a hash map, and the same
//! model should give the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use safetensors::tensor::TensorView;
use safetensors::{SafeTensorError, SafeTensors};

use super::array::Array;
use crate::error::{Error, ErrorKind, Result};

/// What a file holds. Arrays are in the order of the file.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) arrays: Vec<(String, Array)>,
    pub(super) metadata: BTreeMap<String, String>,
}

/// The key of the checksum in the metadata.
pub(super) const CHECKSUM: &str = "recurve.checksum";

/// The arrays in the bytes of any safetensors file, in alphabetical order, and its metadata; `place` is its name in errors.
pub(crate) fn open<'a>(place: &str, bytes: &'a [u8]) -> Result<(Views<'a>, BTreeMap<String, String>)> {
    let damaged = |error: SafeTensorError| {
        // The crate's words end like sentences of their own.
        let words = error.to_string();
        let message = format!("expected a safetensors file, but {}", words.trim_end_matches('.'));
        Error::new(ErrorKind::Data, place.to_owned(), message)
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let metadata = header.metadata().clone().unwrap_or_default().into_iter().collect();
    let views = SafeTensors::deserialize(bytes).map_err(damaged)?.tensors().into_iter().collect();
    Ok((views, metadata))
}

/// Arrays by name, not yet converted.
pub(crate) type Views<'a> = BTreeMap<String, TensorView<'a>>;

/// The contents of a file, after a look at its checksum if it has one.
pub(super) fn read(place: &str, bytes: &[u8]) -> Result<Contents> {
    let (views, metadata) = open(place, bytes)?;
    if let Some(noted) = metadata.get(CHECKSUM) {
        let mut digest = Digest::of_metadata(&metadata);
        for (name, view) in &views {
            digest.header(name, &format!("{:?}", view.dtype()), view.shape(), view.data().len());
            digest.words(view.data());
        }
        if *noted != digest.in_words() {
            let message = "the content does not have the checksum that is noted in it: it is damaged, or another program \
                           changed it; such a program should leave out all metadata whose key begins with `recurve.`";
            return Err(Error::new(ErrorKind::Data, place.to_owned(), message));
        }
    }
    let arrays = views.into_iter().map(|(name, view)| (name, Array::read(&view))).collect();
    Ok(Contents { arrays, metadata })
}

impl Contents {
    /// Notes the checksum, and puts the arrays with the widest elements first, so that all are aligned.
    pub(super) fn sealed(mut self) -> Self {
        let mut sorted: Vec<&(String, Array)> = self.arrays.iter().collect();
        sorted.sort_by(|(left, _), (right, _)| left.cmp(right));
        let mut digest = Digest::of_metadata(&self.metadata);
        for (name, array) in sorted {
            digest.header(name, array.label().0, array.shape(), byte_count(array));
            array.each_part(|part| digest.words(part));
        }
        self.metadata.insert(CHECKSUM.to_owned(), digest.in_words());
        self.arrays.sort_by_key(|(_, array)| std::cmp::Reverse(array.label().1));
        self
    }

    /// Writes the file: the length of the header, the header, and the elements.
    pub(super) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let mut header = self.header().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        to.write_all(&(header.len() as u64).to_le_bytes())?;
        to.write_all(&header)?;
        let mut outcome = Ok(());
        for (_, array) in &self.arrays {
            array.each_part(|part| {
                if outcome.is_ok() {
                    outcome = to.write_all(part);
                }
            });
        }
        outcome
    }

    fn header(&self) -> String {
        let pairs = self.metadata.iter().map(|(key, text)| format!("{}:{}", quoted(key), quoted(text)));
        let mut parts = Vec::with_capacity(1 + self.arrays.len());
        if !self.metadata.is_empty() {
            parts.push(format!("\"__metadata__\":{{{}}}", pairs.collect::<Vec<_>>().join(",")));
        }
        let mut start = 0;
        for (name, array) in &self.arrays {
            let (sizes, end) = (array.shape(), start + byte_count(array));
            let sizes = sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            let (name, dtype) = (quoted(name), array.label().0);
            parts
                .push(format!("{name}:{{\"dtype\":\"{dtype}\",\"shape\":[{sizes}],\"data_offsets\":[{start},{end}]}}"));
            start = end;
        }
        format!("{{{}}}", parts.join(","))
    }
}

fn byte_count(array: &Array) -> usize {
    array.shape().iter().product::<usize>() * array.label().1
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\0'..='\u{1f}' => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A checksum that differs for certain when one word of 8 bytes does: each step is one to one.
///
/// From `h = 0xcbf29ce484222325`, each little-endian word `w` makes of `h` the number
/// `rotate_left((h xor w) · 0x9e3779b97f4a7c15, 26)`. A text is its length in bytes and its words, the last one filled up
/// with zeros. The words are those of all metadata by key, but the checksum's, and then for each array by name: name, element
/// type, number of axes, sizes, number of bytes, and the bytes.
struct Digest(u64);

impl Digest {
    fn of_metadata(metadata: &BTreeMap<String, String>) -> Self {
        let mut digest = Self(0xcbf2_9ce4_8422_2325);
        for (key, text) in metadata.iter().filter(|(key, _)| *key != CHECKSUM) {
            digest.text(key);
            digest.text(text);
        }
        digest
    }

    fn header(&mut self, name: &str, dtype: &str, shape: &[usize], bytes: usize) {
        self.text(name);
        self.text(dtype);
        self.word(shape.len() as u64);
        shape.iter().for_each(|&size| self.word(size as u64));
        self.word(bytes as u64);
    }

    fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        self.words(text.as_bytes());
    }

    fn words(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| self.word(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.word(u64::from_le_bytes(last));
        }
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }

    fn in_words(&self) -> String {
        format!("{:016x}", self.0)
    }
}
