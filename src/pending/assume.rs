//! Taking unknown facts as they are in the newest snapshot.
//!
//! A fact that cannot be read from the source holds a placeholder in the desired snapshot. Compared as it is, the
//! placeholder would show up as a change that nobody made. So it is replaced by what the newest snapshot says, and
//! reported as assumed; a fact that the snapshot does not have either stays unknown.

use crate::snapshot::Snapshot;

/// Replaces the facts at `paths` (`attributes.price.type`, see [`crate::resource::Unresolved`]) by those of `stored`.
/// Returns, for each path in order, whether `stored` had the fact.
pub fn assume_unchanged<'a>(
    desired: &mut Snapshot,
    paths: impl IntoIterator<Item = &'a str>,
    stored: &Snapshot,
) -> Vec<bool> {
    paths.into_iter().map(|path| assume(desired, path, stored)).collect()
}

fn assume(desired: &mut Snapshot, path: &str, stored: &Snapshot) -> bool {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    match head {
        "" => {
            for list in ["attributes", "identities", "custom_indexes", "custom_statements", "check_constraints"] {
                assume(desired, list, stored);
            }
        }
        "attributes" => return attributes(desired, rest, stored),
        "identities" => {
            return keep_or_take(&mut desired.identities, &stored.identities, rest, |identity| &identity.name);
        }
        "custom_statements" => {
            return keep_or_take(&mut desired.custom_statements, &stored.custom_statements, rest, |s| &s.name);
        }
        "check_constraints" => {
            return keep_or_take(&mut desired.check_constraints, &stored.check_constraints, rest, |c| &c.name);
        }
        "custom_indexes" => desired.custom_indexes.clone_from(&stored.custom_indexes),
        "base_filter" => base_filter(desired, stored),
        "multitenancy" => desired.multitenancy.clone_from(&stored.multitenancy),
        "create_table_options" => desired.create_table_options.clone_from(&stored.create_table_options),
        "has_create_action" => desired.has_create_action = stored.has_create_action,
        "strict" => desired.strict = stored.strict,
        _ => return false,
    }
    true
}

/// The base filter is repeated in every identity and check constraint.
fn base_filter(desired: &mut Snapshot, stored: &Snapshot) {
    desired.base_filter.clone_from(&stored.base_filter);
    for identity in &mut desired.identities {
        identity.base_filter.clone_from(&stored.base_filter);
    }
    for constraint in &mut desired.check_constraints {
        constraint.base_filter = Some(stored.base_filter.clone());
    }
}

/// With an empty `rest` the list may lack members: the stored ones that it does not have are added. Otherwise `rest`
/// begins with the name of one member, which is taken whole; `false` when that member is new.
fn keep_or_take<T: Clone>(desired: &mut Vec<T>, stored: &[T], rest: &str, name: impl Fn(&T) -> &String) -> bool {
    if rest.is_empty() {
        *desired = complete(desired, stored, name);
        return true;
    }
    let mut found = false;
    for old in stored.iter().filter(|old| is_below(rest, name(old))) {
        found = true;
        match desired.iter_mut().find(|new| name(new) == name(old)) {
            Some(new) => new.clone_from(old),
            None => desired.push(old.clone()),
        }
    }
    found
}

/// Everything that is stored, as it is desired where it is; then what is new. The old order is kept, so that nothing
/// seems rearranged.
fn complete<T: Clone>(desired: &[T], stored: &[T], name: impl Fn(&T) -> &String) -> Vec<T> {
    let find = |list: &[T], wanted: &T| list.iter().find(|member| name(member) == name(wanted)).cloned();
    let kept = stored.iter().map(|old| find(desired, old).unwrap_or_else(|| old.clone()));
    let new = desired.iter().filter(|new| find(stored, new).is_none()).cloned();
    kept.chain(new).collect()
}

/// Whether `rest` is `name`, or `name` with a field behind it.
fn is_below(rest: &str, name: &str) -> bool {
    rest.strip_prefix(name).is_some_and(|field| field.is_empty() || field.starts_with('.'))
}

fn attributes(desired: &mut Snapshot, rest: &str, stored: &Snapshot) -> bool {
    if rest.is_empty() {
        desired.attributes = complete(&desired.attributes, &stored.attributes, |attribute| &attribute.source);
        return true;
    }
    let Some(old) = stored.attributes.iter().find(|attribute| is_below(rest, &attribute.source)) else {
        return false;
    };
    let field = rest[old.source.len()..].trim_start_matches('.');
    let Some(new) = desired.attributes.iter_mut().find(|attribute| attribute.source == old.source) else {
        desired.attributes.push(old.clone());
        return true;
    };
    match field.split('.').next().unwrap_or_default() {
        "type" | "size" | "precision" | "scale" => {
            new.column_type.clone_from(&old.column_type);
            (new.size, new.precision, new.scale) = (old.size, old.precision, old.scale);
        }
        "default" => new.default.clone_from(&old.default),
        "allow_nil?" | "allow_nil" => new.allow_nil = old.allow_nil,
        "primary_key?" | "primary_key" => new.primary_key = old.primary_key,
        "generated?" | "generated" => new.generated = old.generated,
        "references" => new.references.clone_from(&old.references),
        _ => new.clone_from(old),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Attribute, ColumnType, Identity};

    fn attribute(source: &str, column_type: &str) -> Attribute {
        Attribute {
            source: source.into(),
            column_type: ColumnType::Atom(column_type.into()),
            size: None,
            precision: None,
            scale: None,
            default: "nil".into(),
            allow_nil: true,
            primary_key: false,
            generated: false,
            references: None,
        }
    }

    fn table(attributes: Vec<Attribute>) -> Snapshot {
        Snapshot { attributes, ..Snapshot::empty("posts", "App.Repo") }
    }

    fn columns(snapshot: &Snapshot) -> Vec<String> {
        let show = |attribute: &Attribute| format!("{} {:?}", attribute.source, attribute.column_type);
        snapshot.attributes.iter().map(show).collect()
    }

    #[test]
    fn a_field_is_taken_from_the_stored_column() {
        let mut desired = table(vec![attribute("price", "unknown"), attribute("new", "text")]);
        let stored = table(vec![attribute("price", "money")]);
        let known = assume_unchanged(&mut desired, ["attributes.price.type", "attributes.new.type"], &stored);
        assert_eq!(known, [true, false]);
        assert_eq!(columns(&desired), ["price Atom(\"money\")", "new Atom(\"text\")"]);
    }

    #[test]
    fn columns_that_may_exist_are_kept_in_their_place() {
        let mut desired = table(vec![attribute("id", "uuid"), attribute("title", "text")]);
        let stored = table(vec![attribute("id", "uuid"), attribute("archived_at", "utc_datetime_usec")]);
        assert_eq!(assume_unchanged(&mut desired, ["attributes"], &stored), [true]);
        let expected = ["id Atom(\"uuid\")", "archived_at Atom(\"utc_datetime_usec\")", "title Atom(\"text\")"];
        assert_eq!(columns(&desired), expected);
    }

    #[test]
    fn a_part_of_an_identity_that_is_new_stays_unknown() {
        let identity = |name: &str, filter: Option<&str>| Identity {
            name: name.into(),
            index_name: format!("posts_{name}_index"),
            keys: Vec::new(),
            filter: filter.map(str::to_owned),
            base_filter: None,
            all_tenants: false,
            nils_distinct: true,
        };
        let mut desired =
            Snapshot { identities: vec![identity("new", None), identity("old", None)], ..table(Vec::new()) };
        let stored = Snapshot { identities: vec![identity("old", Some("a > 1"))], ..table(Vec::new()) };
        let paths = ["identities.new.where", "identities.old.where"];
        assert_eq!(assume_unchanged(&mut desired, paths, &stored), [false, true]);
        assert_eq!(desired.identities[1].filter.as_deref(), Some("a > 1"));
    }

    #[test]
    fn unknown_paths_stay_unknown() {
        let mut desired = table(Vec::new());
        assert_eq!(assume_unchanged(&mut desired, ["table"], &table(Vec::new())), [false]);
    }
}
