//! Just enough of the DSL's vocabulary to tell entities from half-typed words.

/// Sections, and the entities or sections each may hold. `""` is the module.
const SECTIONS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "actions",
            "aggregates",
            "attributes",
            "authentication",
            "calculations",
            "changes",
            "code_interface",
            "identities",
            "multitenancy",
            "paper_trail",
            "policies",
            "postgres",
            "preparations",
            "pub_sub",
            "relationships",
            "resource",
            "sqlite",
            "state_machine",
            "token",
            "validations",
        ],
    ),
    ("actions", &["create", "read", "update", "destroy", "action"]),
    ("aggregates", &["count", "sum", "first", "list", "max", "min", "avg", "exists", "custom"]),
    (
        "attributes",
        &[
            "attribute",
            "uuid_primary_key",
            "uuid_v7_primary_key",
            "integer_primary_key",
            "create_timestamp",
            "update_timestamp",
            "timestamps",
            "money",
        ],
    ),
    ("authentication", &["tokens", "strategies"]),
    ("strategies", &["password", "magic_link"]),
    ("calculations", &["calculate"]),
    ("changes", &["change"]),
    ("code_interface", &["define", "define_calculation"]),
    ("identities", &["identity"]),
    ("policies", &["policy", "bypass", "policy_group"]),
    ("postgres", &["references", "custom_indexes", "custom_statements", "check_constraints", "manage_tenant"]),
    ("sqlite", &["references", "custom_indexes", "custom_statements"]),
    ("preparations", &["prepare"]),
    ("pub_sub", &["publish", "publish_all"]),
    ("relationships", &["belongs_to", "has_many", "has_one", "many_to_many"]),
    ("state_machine", &["transitions"]),
    ("transitions", &["transition"]),
    ("validations", &["validate"]),
    ("references", &["reference"]),
    ("custom_indexes", &["index"]),
    ("custom_statements", &["statement"]),
    ("check_constraints", &["check_constraint"]),
];

/// Entities inside entities.
const NESTED: &[(&str, &[&str])] = &[
    ("create", &["argument", "change", "validate", "metadata"]),
    ("update", &["argument", "change", "validate", "metadata"]),
    ("destroy", &["argument", "change", "validate", "metadata"]),
    ("action", &["argument", "prepare", "validate"]),
    ("read", &["argument", "prepare", "metadata"]),
    ("calculate", &["argument"]),
    ("policy", &["authorize_if", "forbid_if", "authorize_unless", "forbid_unless"]),
    ("bypass", &["authorize_if", "forbid_if", "authorize_unless", "forbid_unless"]),
    ("policy_group", &["policy"]),
    ("password", &["resettable"]),
];

pub fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|(section, _)| *section == name && !name.is_empty())
        || ["multitenancy", "paper_trail", "resource", "token", "tokens", "manage_tenant"].contains(&name)
}

/// Whether `owner` (a section, an entity, or `""` for the module) may hold `name`.
pub fn holds(owner: &str, name: &str) -> bool {
    SECTIONS.iter().chain(NESTED).any(|(known, names)| *known == owner && names.contains(&name))
}
