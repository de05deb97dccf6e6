//! The buffers of a model, each once, with all its paths.

use super::names::Path;
use super::{Buffer, BufferRef, Id, Module, ParamRef, Segment, Visitor, each_param};
use crate::array::element::DType;
use crate::array::shape::Shape;
use crate::distinct::DistinctMap;

/// A handle of a buffer whose element type is known only at run time.
#[derive(Debug)]
pub(crate) enum AnyBuffer {
    F32(Buffer<f32>),
    F64(Buffer<f64>),
}

impl AnyBuffer {
    pub(crate) fn as_ref(&self) -> BufferRef<'_> {
        match self {
            Self::F32(buffer) => BufferRef::F32(buffer),
            Self::F64(buffer) => BufferRef::F64(buffer),
        }
    }

    pub(crate) fn id(&self) -> Id {
        self.as_ref().id()
    }

    pub(crate) fn share(&self) -> Self {
        self.as_ref().to_any()
    }

    pub(crate) fn shape(&self) -> Shape {
        each_param!(AnyBuffer, self, buffer => buffer.shape())
    }

    pub(crate) fn dtype(&self) -> DType {
        match self {
            Self::F32(_) => DType::F32,
            Self::F64(_) => DType::F64,
        }
    }
}

impl BufferRef<'_> {
    pub(crate) fn to_any(self) -> AnyBuffer {
        match self {
            Self::F32(buffer) => AnyBuffer::F32(buffer.share()),
            Self::F64(buffer) => AnyBuffer::F64(buffer.share()),
        }
    }
}

/// A buffer with the first path at which it is used, and the further ones.
#[derive(Debug)]
pub(crate) struct ListedBuffer {
    pub(crate) path: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) handle: AnyBuffer,
}

/// The buffers of a model: each once, in the order of first sight.
pub(crate) fn buffers(model: &impl Module) -> Vec<ListedBuffer> {
    let mut found = Buffers::default();
    model.visit(&mut found);
    found.rows
}

#[derive(Default)]
struct Buffers {
    path: Path,
    rows: Vec<ListedBuffer>,
    index: DistinctMap<Id, usize>,
}

impl Visitor for Buffers {
    fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.path.enter(segment, frozen);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn param(&mut self, _: ParamRef<'_>) {}

    fn buffer(&mut self, buffer: BufferRef<'_>) {
        let path = self.path.as_str().to_owned();
        let next = self.rows.len();
        let at = *self.index.entry(buffer.id()).or_insert(next);
        if at < next {
            return self.rows[at].aliases.push(path);
        }
        self.rows.push(ListedBuffer { path, aliases: Vec::new(), handle: buffer.to_any() });
    }
}
