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
    /// Like [`Role::Field`], of the relationship's destination.
    DestinationField,
    /// An attribute of the join resource of a `many_to_many`.
    ThroughAttribute,
    Relationship,
    Identity,
    Calculation,
    Aggregate,
    Action,
    /// A resource module.
    Resource,
    Domain,
    /// A repo module.
    Repo,
    /// A type: a short name or a module.
    Type,
    /// The name of a table, as a string.
    Table,
    /// The name of a schema, as a string.
    Schema,
    /// The name of a column, as a string.
    Column,
    /// The method of an index, as a string.
    IndexMethod,
}

/// The role of the names in the value of `option` of the section or entity at `path`.
pub fn role(path: &str, option: &str) -> Option<Role> {
    let mut parts = path.split('.');
    let (section, entity) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_sql = matches!(section, "postgres" | "sqlite");
    let role = match (section, option) {
        ("postgres" | "sqlite", "repo") => Role::Repo,
        ("postgres" | "sqlite", "table" | "after_tables") => Role::Table,
        ("postgres", "schema" | "prefix") => Role::Schema,
        ("identities", "keys" | "field_names") => Role::Field,
        ("identities", "eager_check_with" | "pre_check_with") => Role::Domain,
        ("postgres" | "sqlite", "fields" | "error_fields") if entity == "custom_indexes" => Role::Attribute,
        ("postgres" | "sqlite", "include") if entity == "custom_indexes" => Role::Column,
        ("postgres" | "sqlite", "using") if entity == "custom_indexes" => Role::IndexMethod,
        ("postgres", "attribute") if entity == "check_constraints" => Role::Attribute,
        ("postgres", "template") if entity == "manage_tenant" => Role::Attribute,
        ("postgres" | "sqlite", "match_with") if entity == "references" => Role::Attribute,
        ("postgres" | "sqlite", "relationship") if entity == "references" => Role::Relationship,
        ("postgres", "calculations_to_sql") => Role::Calculation,
        ("postgres", "simple_join_first_aggregates") => Role::Aggregate,
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
        ("relationships", "sort" | "default_sort") => Role::DestinationField,
        ("relationships", "source_attribute_on_join_resource" | "destination_attribute_on_join_resource") => {
            Role::ThroughAttribute
        }
        ("relationships", "join_relationship") => Role::Relationship,
        ("relationships" | "code_interface", "domain") => Role::Domain,
        (
            "actions",
            "accept" | "default_accept" | "require_attributes" | "allow_nil_input" | "upsert_fields" | "get_by",
        ) => Role::Attribute,
        ("actions", "action_select") => Role::Field,
        ("actions", "upsert_identity") => Role::Identity,
        ("aggregates", "relationship_path") => Role::Relationship,
        ("aggregates", "field" | "sort") => Role::DestinationField,
        ("multitenancy", "attribute") => Role::Attribute,
        ("code_interface" | "resources", "action") => Role::Action,
        ("code_interface" | "resources", "get_by_identity") => Role::Identity,
        ("code_interface" | "resources", "get_by") => Role::Attribute,
        ("code_interface" | "resources", "calculation") => Role::Calculation,
        ("resources", "resource") => Role::Resource,
        ("resource", "hide_inspect_fields" | "show_inspect_fields") => Role::Field,
        ("resource", "atomic_validation_default_target_attribute") => Role::Attribute,
        ("field_policies", "fields") => Role::Field,
        ("pub_sub", "action") => Role::Action,
        (_, "type" | "attribute_type" | "returns") => Role::Type,
        _ if is_sql => return None,
        _ => return by_name(section, option),
    };
    Some(role)
}

/// Options of extensions say in their names what they take: `state_attribute`, `read_action`.
fn by_name(section: &str, option: &str) -> Option<Role> {
    let own = [
        "actions",
        "aggregates",
        "attributes",
        "calculations",
        "changes",
        "code_interface",
        "identities",
        "multitenancy",
        "preparations",
        "relationships",
        "resource",
        "resources",
        "validations",
    ];
    if own.contains(&section) {
        return None;
    }
    let last = option.rsplit('_').next().unwrap_or_default();
    match last {
        "attribute" | "attributes" | "field" => Some(Role::Attribute),
        "action" | "actions" => Some(Role::Action),
        "identity" => Some(Role::Identity),
        "relationship" => Some(Role::Relationship),
        _ => None,
    }
}

/// Whether an option lists fields and relationships, mixed with other atoms: `defaults [:read, create: [:title]]`.
pub fn is_list_of_fields(path: &str, option: &str) -> bool {
    let is_sort = matches!(option, "sort" | "default_sort" | "load");
    is_sort && role(path, option) != Some(Role::DestinationField) || (path == "actions" && option == "defaults")
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
            ("aggregates.sum", "field", Role::DestinationField),
            ("relationships.has_many", "default_sort", Role::DestinationField),
            ("postgres.custom_statements.statement", "after_tables", Role::Table),
            ("postgres.custom_indexes.index", "include", Role::Column),
        ];
        for (path, option, expected) in checked {
            let node = Vocabulary::resource().node(path).unwrap();
            assert!(node.option(option).is_some(), "{path}.{option}");
            assert_eq!(role(path, option), Some(expected), "{path}.{option}");
        }
        assert_eq!(role("attributes.attribute", "source"), None);
        assert_eq!(role("oban.triggers.trigger", "worker_read_action"), Some(Role::Action));
        assert_eq!(role("state_machine", "state_attribute"), Some(Role::Attribute));
        assert_eq!(role("state_machine", "initial_states"), None);
    }
}
