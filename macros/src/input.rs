//! The type that a derive stands on, as the derives see it. Keeps the original nodes, for errors.

use crate::attributes::{Dialect, FieldAttributes, TypeAttributes};
use crate::errors::Errors;
use crate::messages;
use crate::refusal;
use crate::runtime::{Runtime, generated};
use quote::quote;
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, Index, Member, Type};

/// A struct or an enum.
pub(crate) struct Input<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) ident: Ident,
    pub(crate) runtime: Runtime,
    pub(crate) attributes: TypeAttributes,
    pub(crate) shape: Shape<'a>,
    /// Whether all types of fields are the runtime's own, so that nothing about them can be wrong.
    pub(crate) known: bool,
}

/// The fields, once or for each variant.
pub(crate) enum Shape<'a> {
    Struct(Vec<Field<'a>>),
    Enum(Vec<Variant<'a>>),
}

pub(crate) struct Variant<'a> {
    pub(crate) ident: Ident,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    pub(crate) ty: &'a Type,
    pub(crate) attributes: FieldAttributes,
    /// Whether the attributes were read without an error. If not, nobody knows what the field was meant to be.
    pub(crate) understood: bool,
}

impl<'a> Input<'a> {
    /// Reads the type with its attributes; notes what is wrong and leaves it out.
    pub(crate) fn read(errors: &mut Errors, original: &'a DeriveInput, dialect: &Dialect) -> Self {
        let attributes = dialect.of_type(errors, &original.attrs);
        let shape = match &original.data {
            Data::Struct(data) => Shape::Struct(read_fields(errors, &data.fields, dialect)),
            Data::Enum(data) => {
                let variants = data.variants.iter();
                Shape::Enum(variants.map(|variant| Variant::read(errors, variant, dialect)).collect())
            }
            Data::Union(data) => {
                let (token, ident) = (&data.union_token, &original.ident);
                errors.error(quote!(#token #ident), messages::union(dialect.derive));
                Shape::Struct(Vec::new())
            }
        };
        Self {
            original,
            ident: as_generated(&original.ident),
            runtime: Runtime::new(attributes.runtime.clone()),
            attributes,
            shape,
            known: false,
        }
    }

    /// All fields, in the order of declaration.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field<'a>> {
        self.field_lists().into_iter().flatten()
    }

    /// The fields of the struct, or those of each variant.
    pub(crate) fn field_lists(&self) -> Vec<&[Field<'a>]> {
        match &self.shape {
            Shape::Struct(fields) => vec![fields.as_slice()],
            Shape::Enum(variants) => variants.iter().map(|variant| variant.fields.as_slice()).collect(),
        }
    }

    /// Whether the compiler will refuse the type itself, so that a full expansion would only repeat its errors.
    pub(crate) fn left_to_the_compiler(&self) -> bool {
        let refused = self.fields().any(|field| refusal::left_to_the_compiler(field.ty));
        let twins = |fields: &[Field<'_>]| {
            let mut members = BTreeSet::new();
            !fields.iter().all(|field| members.insert(field.declared_name()))
        };
        refused || self.field_lists().into_iter().any(twins)
    }
}

impl<'a> Variant<'a> {
    fn read(errors: &mut Errors, original: &'a syn::Variant, dialect: &Dialect) -> Self {
        dialect.of_variant(errors, &original.attrs);
        Self { ident: as_generated(&original.ident), fields: read_fields(errors, &original.fields, dialect) }
    }

    /// The name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

impl<'a> Field<'a> {
    fn read(errors: &mut Errors, original: &'a syn::Field, member: Member, dialect: &Dialect) -> Self {
        let member = match member {
            Member::Named(ident) => Member::Named(as_generated(&ident)),
            Member::Unnamed(Index { index, span }) => Member::Unnamed(Index { index, span: generated(span) }),
        };
        let before = errors.count();
        let attributes = dialect.of_field(errors, &original.attrs);
        Self { member, ty: &original.ty, attributes, understood: errors.count() == before }
    }

    /// The segment of this field in the names of its parameters.
    pub(crate) fn name(&self) -> String {
        match &self.attributes.rename {
            Some(name) => name.value(),
            None => self.declared_name(),
        }
    }

    /// What the field is called in the source.
    pub(crate) fn declared_name(&self) -> String {
        match &self.member {
            Member::Named(ident) => ident.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        }
    }

    pub(crate) fn skipped(&self) -> bool {
        self.attributes.skip.is_some()
    }

    pub(crate) fn frozen(&self) -> bool {
        self.attributes.frozen.is_some()
    }
}

fn read_fields<'a>(errors: &mut Errors, fields: &'a Fields, dialect: &Dialect) -> Vec<Field<'a>> {
    let members = fields.members();
    fields.iter().zip(members).map(|(original, member)| Field::read(errors, original, member, dialect)).collect()
}

/// A name at its place, but as code of the macro.
fn as_generated(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(generated(ident.span()));
    ident
}
