//! The constraints of Ash's own types, which are what `constraints` of an attribute or argument may hold.

use std::sync::LazyLock;

use serde::Deserialize;

use super::OptionType;

/// A constraint of one or more types.
#[derive(Debug)]
pub struct Constraint {
    /// The types' short names; `array` is that of lists.
    pub types: Vec<String>,
    pub name: String,
    pub option_type: OptionType,
    /// The type as it is written in the data.
    pub type_text: String,
    pub doc: String,
}

/// The constraints of a type by its short name: `string`, `array`.
pub fn constraints_of(short_name: &str) -> impl Iterator<Item = &'static Constraint> {
    DATA.constraint.iter().filter(move |constraint| constraint.types.iter().any(|ty| ty == short_name))
}

/// The short name of a type in the namespace of Ash: `string` for `Ash.Type.String`.
pub fn short_name(module: &[String]) -> Option<&'static str> {
    let [ash, ty, name] = module else { return None };
    let is_it = |it: &&Module| ash == "Ash" && ty == "Type" && it.module == *name;
    DATA.module.iter().find(is_it).map(|it| it.short_name.as_str())
}

struct Data {
    module: Vec<Module>,
    constraint: Vec<Constraint>,
}

#[derive(Deserialize)]
struct Module {
    short_name: String,
    module: String,
}

#[derive(Deserialize)]
struct File {
    module: Vec<Module>,
    constraint: Vec<FileConstraint>,
}

#[derive(Deserialize)]
struct FileConstraint {
    types: Vec<String>,
    name: String,
    r#type: String,
    doc: String,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    let text = include_str!("../../grammar/vocabulary/constraints.toml");
    let file: File = toml::from_str(text).expect("the data is part of the program and tested");
    let read = |it: FileConstraint| Constraint {
        option_type: OptionType::parse(&it.r#type),
        types: it.types,
        name: it.name,
        type_text: it.r#type,
        doc: it.doc,
    };
    Data { module: file.module, constraint: file.constraint.into_iter().map(read).collect() }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_can_be_read_and_has_each_constraint_of_a_type_once() {
        let mut seen = Vec::new();
        for constraint in &DATA.constraint {
            assert_ne!(constraint.option_type, OptionType::Unreadable, "{}", constraint.name);
            for ty in &constraint.types {
                let one = (ty, &constraint.name);
                assert!(!seen.contains(&one), "{one:?}");
                seen.push(one);
                assert!(ty == "array" || DATA.module.iter().any(|it| it.short_name == *ty), "{ty}");
            }
        }
    }

    #[test]
    fn modules_have_short_names() {
        let named = |path: &str| short_name(&path.split('.').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(named("Ash.Type.CiString"), Some("ci_string"));
        assert_eq!(named("My.Type.CiString"), None);
        assert_eq!(named("Ash.Type"), None);
    }
}
