//! Functions that Ash imports into the blocks of actions: a call of one by itself compiles, and has no effect.

use crate::dsl::Node;

/// `Ash.Resource.Change.Builtins`, for actions that write.
const CHANGES: &[&str] = &[
    "after_action",
    "after_transaction",
    "atomic_set",
    "atomic_update",
    "before_action",
    "before_transaction",
    "cascade_destroy",
    "cascade_update",
    "debug_log",
    "ensure_selected",
    "filter",
    "get_and_lock",
    "get_and_lock_for_update",
    "increment",
    "load",
    "manage_relationship",
    "optimistic_lock",
    "prevent_change",
    "relate_actor",
    "select",
    "set_attribute",
    "set_context",
    "set_new_attribute",
    "update_change",
];

/// `Ash.Resource.Preparation.Builtins`, for the others.
const PREPARATIONS: &[&str] = &["after_action", "before_action", "build", "set_context"];

/// `Ash.Resource.Validation.Builtins`, for all of them.
const VALIDATIONS: &[&str] = &[
    "absent",
    "action_is",
    "all",
    "any",
    "argument_does_not_equal",
    "argument_equals",
    "argument_in",
    "attribute_does_not_equal",
    "attribute_equals",
    "attribute_in",
    "attributes_absent",
    "attributes_present",
    "byte_size",
    "changing",
    "compare",
    "confirm",
    "data_one_of",
    "match",
    "negate",
    "numericality",
    "one_of",
    "pre_flight_authorization",
    "present",
    "string_length",
];

/// The entity that such a function belongs behind, in the block of `node`.
pub fn entity_before(node: &Node, function: &str) -> Option<&'static str> {
    let (entity, functions) = match &*node.path {
        "actions.create" | "actions.update" | "actions.destroy" => ("change", CHANGES),
        "actions.read" | "actions.action" => ("prepare", PREPARATIONS),
        _ => return None,
    };
    match () {
        () if functions.contains(&function) => Some(entity),
        () if VALIDATIONS.contains(&function) => Some("validate"),
        () => None,
    }
}
