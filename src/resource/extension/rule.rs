//! Applying a rule of the catalogue to a draft.

use super::catalogue::{Added, AddedBelongsTo, AddedDefault, AddedIdentity, AddedType, Name, Rule};
use super::{Draft, Surroundings};
use crate::elixir::eval::{Node, Origin, Value};
use crate::resource::attribute::{self, Attribute};
use crate::resource::finding::{Fact, Findings};
use crate::resource::identity::IdentityDeclaration;
use crate::resource::options::Options;
use crate::resource::relationship::{Relationship, RelationshipKind, default_belongs_to_type};
use crate::resource::sections::{Declaration, declaration, nested};

/// Adds what `rule` says.
pub fn apply(rule: &Rule, draft: &mut Draft, surroundings: &Surroundings, findings: &mut Findings) {
    let section = section(surroundings.declaration, rule.section);
    let site = Site {
        origin: section.as_ref().map_or(&surroundings.declaration.origin, |section| &section.origin).clone(),
        section,
    };
    let mut applied = || -> Fact<()> {
        for added in rule.attributes {
            let attribute = site.attribute(added)?;
            if rule.yields_to_calculations && draft.calculations.contains(&attribute.name) {
                continue;
            }
            add_attribute(draft, attribute, rule.prepends);
        }
        for added in rule.relationships {
            let relationship = site.belongs_to(added, surroundings)?;
            if !draft.relationships.iter().any(|known| known.name == relationship.name) {
                match rule.prepends {
                    true => draft.relationships.insert(0, relationship),
                    false => draft.relationships.push(relationship),
                }
            }
        }
        let locked = |package: &str| surroundings.context.locked_version(package);
        for added in rule.identities.iter().filter(|added| added.versions.include(locked)) {
            let identity = site.identity(added)?;
            let keys = identity.keys.clone()?;
            let same_keys = |known: &IdentityDeclaration| {
                known
                    .keys
                    .as_ref()
                    .is_ok_and(|known| known.len() == keys.len() && known.iter().all(|key| keys.contains(key)))
            };
            let known = |known: &IdentityDeclaration| match added.name.ends_with('_') {
                true => same_keys(known),
                false => known.name == identity.name,
            };
            if !draft.identities.iter().any(known) {
                draft.identities.push(identity);
            }
        }
        draft.has_create_action |= rule.creates;
        Ok(())
    };
    if let Err(unknown) = applied() {
        findings.unknown("attributes", &unknown);
    }
}

/// Adds an attribute unless there is one of that name.
pub fn add_attribute(draft: &mut Draft, attribute: Attribute, prepend: bool) {
    if draft.attributes.iter().any(|known| known.name == attribute.name) {
        return;
    }
    match prepend {
        true => draft.attributes.insert(0, attribute),
        false => draft.attributes.push(attribute),
    }
}

/// A section, nested names after dots.
pub fn section(declaration: &Declaration, path: &str) -> Option<Node> {
    let mut names = path.split('.');
    let mut section = declaration.merged(names.next()?)?;
    for name in names {
        section = nested(&section, name)?;
    }
    Some(section)
}

/// An attribute without options.
pub fn bare_attribute(name: &str, ty: Value, allow_nil: bool, origin: &Origin) -> Attribute {
    Attribute {
        name: name.to_owned(),
        ty,
        constraints: Value::List(Vec::new()),
        source: Ok(name.to_owned()),
        allow_nil: Ok(allow_nil),
        primary_key: Ok(false),
        generated: Ok(false),
        default: Value::nil(),
        origin: origin.clone(),
        places: Vec::new(),
        added_by: None,
    }
}

/// A type by its short name or module.
pub fn type_named(name: &str) -> Value {
    if name.contains('.') { Value::module(name) } else { Value::atom(name) }
}

struct Site {
    origin: Origin,
    section: Option<Node>,
}

impl Site {
    fn options(&self) -> Option<Options<'_>> {
        self.section.as_ref().map(|section| Options::entity(section, 0))
    }

    fn value(&self, option: &str) -> Option<Value> {
        self.options()?.get(option).map(|(value, _)| value).filter(|value| !value.is_nil())
    }

    fn name(&self, name: &Name) -> Fact<String> {
        match name {
            Name::Fixed(name) => Ok((*name).to_owned()),
            Name::Option(option, default) => {
                let given = match self.options() {
                    Some(options) => options.atom(option)?,
                    None => None,
                };
                Ok(given.unwrap_or_else(|| (*default).to_owned()))
            }
        }
    }

    fn attribute(&self, added: &Added) -> Fact<Attribute> {
        let ty = match &added.ty {
            AddedType::Named(name) => type_named(name),
            AddedType::Option(option, default) => self.value(option).unwrap_or_else(|| type_named(default)),
        };
        let default = match &added.default {
            AddedDefault::Nil => Value::nil(),
            AddedDefault::Function(module, name) => attribute::function(module, name),
            AddedDefault::EmptyMap => Value::Map(Default::default()),
            AddedDefault::Option(option) => self.value(option).unwrap_or_else(Value::nil),
        };
        Ok(Attribute {
            primary_key: Ok(added.primary_key),
            generated: Ok(added.generated),
            default,
            ..bare_attribute(&self.name(&added.name)?, ty, added.allow_nil, &self.origin)
        })
    }

    fn belongs_to(&self, added: &AddedBelongsTo, surroundings: &Surroundings) -> Fact<Relationship> {
        let name = self.name(&added.name)?;
        let destination = match self.options() {
            Some(options) => {
                let read = |value: &Value| value.as_module().map(str::to_owned);
                options.read(added.destination, "a module", read)?.unwrap_or_default()
            }
            None => String::new(),
        };
        let key = added.destination_key_type.then(|| primary_key(&destination, surroundings)).flatten();
        let attribute_type = match (&key, &added.attribute_type) {
            (Some((_, ty)), _) => ty.clone(),
            (None, Some(AddedType::Named(name))) => type_named(name),
            _ => default_belongs_to_type(surroundings.context),
        };
        let source_attribute = match &added.source_attribute {
            Some(source) => self.name(source)?,
            None => format!("{name}_id"),
        };
        Ok(Relationship {
            kind: RelationshipKind::BelongsTo,
            destination: Ok(destination),
            source_attribute: Ok(source_attribute),
            destination_attribute: Ok(key.map_or_else(|| "id".to_owned(), |(name, _)| name)),
            context_table: Ok(None),
            context_schema: Ok(None),
            define_attribute: Ok(true),
            attribute_type,
            allow_nil: Ok(added.allow_nil),
            primary_key: Ok(false),
            origin: self.origin.clone(),
            name,
        })
    }

    fn identity(&self, added: &AddedIdentity) -> Fact<IdentityDeclaration> {
        let keys: Vec<String> = added.keys.iter().map(|key| self.name(key)).collect::<Fact<_>>()?;
        let mut sorted = keys.clone();
        sorted.sort();
        let name = match added.name.ends_with('_') {
            true => format!("{}{}", added.name, sorted.join("_and_")),
            false => added.name.to_owned(),
        };
        Ok(IdentityDeclaration {
            name,
            keys: Ok(if added.name.ends_with('_') { sorted } else { keys }),
            has_where: false,
            nils_distinct: Ok(true),
            all_tenants: Ok(false),
            origin: self.origin.clone(),
        })
    }
}

/// Name and type of the only primary key that a resource declares itself.
fn primary_key(module: &str, surroundings: &Surroundings) -> Option<(String, Value)> {
    let declaration = declaration(module, surroundings.context)?;
    let attributes = attribute::attributes(&declaration, &mut Findings::default());
    let mut keys = attributes.into_iter().filter(|attribute| attribute.primary_key == Ok(true));
    let key = keys.next()?;
    keys.next().is_none().then_some((key.name, key.ty))
}
