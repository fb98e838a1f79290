//! What the names in an option's value refer to: `keys` of an identity are attributes of the resource.
//!
//! Knows the DSL's own options only; a value whose option is not listed refers to nothing.

/// What a name in a value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An attribute of the resource.
    Attribute,
    /// An attribute, a calculation or an aggregate of the resource.
    Field,
    /// An attribute of the relationship's destination.
    DestinationAttribute,
    /// An attribute of the join resource of a `many_to_many`.
    ThroughAttribute,
    Relationship,
    Identity,
    Action,
    /// A resource module.
    Resource,
    /// A repo module.
    Repo,
    /// A type: a short name or a module.
    Type,
}

/// The role of the names in the value of `option` of the section or entity at `path`.
pub fn role(path: &str, option: &str) -> Option<Role> {
    let entity = path.split('.').nth(1).unwrap_or_default();
    let section = path.split('.').next().unwrap_or_default();
    let role = match (section, option) {
        ("postgres" | "sqlite", "repo") => Role::Repo,
        ("identities", "keys" | "field_names") => Role::Field,
        ("postgres" | "sqlite", "fields" | "include") if entity == "custom_indexes" => Role::Attribute,
        ("postgres", "attribute") if entity == "check_constraints" => Role::Attribute,
        ("postgres" | "sqlite", "relationship") if entity == "references" => Role::Relationship,
        (
            "postgres" | "sqlite",
            "migration_types" | "migration_defaults" | "storage_types" | "migration_ignore_attributes",
        ) => Role::Attribute,
        ("postgres" | "sqlite", "identity_index_names" | "identity_wheres_to_sql" | "skip_unique_indexes") => {
            Role::Identity
        }
        ("relationships", "destination" | "through") => Role::Resource,
        ("relationships", "source_attribute") => Role::Attribute,
        ("relationships", "destination_attribute") => Role::DestinationAttribute,
        ("relationships", "source_attribute_on_join_resource" | "destination_attribute_on_join_resource") => {
            Role::ThroughAttribute
        }
        ("relationships", "join_relationship") => Role::Relationship,
        (
            "actions",
            "accept" | "default_accept" | "require_attributes" | "allow_nil_input" | "upsert_fields" | "get_by",
        ) => Role::Attribute,
        ("actions", "upsert_identity") => Role::Identity,
        ("aggregates", "relationship_path") => Role::Relationship,
        ("multitenancy", "attribute") => Role::Attribute,
        ("code_interface", "action") => Role::Action,
        ("code_interface", "get_by_identity") => Role::Identity,
        ("code_interface", "get_by") => Role::Attribute,
        ("resources", "resource") => Role::Resource,
        ("field_policies", "fields") => Role::Field,
        (_, "type" | "attribute_type") => Role::Type,
        _ => return None,
    };
    Some(role)
}

/// Whether an option lists fields and relationships, mixed with other atoms: `defaults [:read, create: [:title]]`.
pub fn is_list_of_fields(path: &str, option: &str) -> bool {
    matches!(option, "sort" | "default_sort" | "load") || (path == "actions" && option == "defaults")
}

/// Which positional arguments of one of Ash's own changes, validations, preparations and checks name fields or
/// relationships (`Ash.Resource.Change.Builtins`, `Ash.Resource.Validation.Builtins`, `Ash.Policy.Check.Builtins`).
pub fn names_fields(function: &str) -> Option<std::ops::Range<usize>> {
    let arguments = match function {
        "set_attribute" | "set_new_attribute" | "atomic_update" | "atomic_set" | "increment" | "optimistic_lock" => {
            0..1
        }
        "present" | "absent" | "changing" | "match" | "compare" | "one_of" | "string_length" | "byte_size" => 0..1,
        "attribute_equals" | "attribute_does_not_equal" | "attribute_in" | "numericality" | "data_one_of" => 0..1,
        "relate_actor" | "relates_to_actor_via" | "relating_to_actor" | "changing_attributes" | "concat" => 0..1,
        // The first argument of the action has a name of its own.
        "manage_relationship" => 1..2,
        "build" | "load" => 0..1,
        _ => return None,
    };
    Some(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsl::Vocabulary;

    #[test]
    fn options_with_a_role_exist() {
        let checked = [
            ("identities.identity", "keys", Role::Field),
            ("postgres.custom_indexes.index", "fields", Role::Attribute),
            ("postgres.check_constraints.check_constraint", "attribute", Role::Attribute),
            ("sqlite.references.reference", "relationship", Role::Relationship),
            ("postgres", "identity_wheres_to_sql", Role::Identity),
            ("relationships.belongs_to", "destination", Role::Resource),
            ("relationships.many_to_many", "source_attribute_on_join_resource", Role::ThroughAttribute),
            ("actions.create", "upsert_identity", Role::Identity),
            ("aggregates.count", "relationship_path", Role::Relationship),
            ("calculations.calculate", "type", Role::Type),
        ];
        for (path, option, expected) in checked {
            let node = Vocabulary::resource().node(path).unwrap();
            assert!(node.option(option).is_some(), "{path}.{option}");
            assert_eq!(role(path, option), Some(expected), "{path}.{option}");
        }
        assert_eq!(role("attributes.attribute", "source"), None);
    }
}
