//! Published extensions: what they add, as data. Each rule names the source file it was read from.

/// What an extension adds to a resource.
pub struct Rule {
    pub extension: &'static str,
    /// The extension's own DSL section, where its options stand; nested sections after a dot.
    pub section: &'static str,
    /// Whether it runs before `belongs_to` attributes are added.
    pub before_belongs_to: bool,
    /// Whether each attribute goes in front of all others, as `Spark.Dsl.Transformer.add_entity/3` does by default.
    pub prepends: bool,
    /// Whether a calculation takes the place of an attribute of the same name.
    pub yields_to_calculations: bool,
    pub attributes: &'static [Added],
    pub relationships: &'static [AddedBelongsTo],
    pub identities: &'static [AddedIdentity],
    /// Whether it adds a create action.
    pub creates: bool,
}

/// An attribute that is added unless there is one of that name.
pub struct Added {
    pub name: Name,
    pub ty: AddedType,
    pub allow_nil: bool,
    pub primary_key: bool,
    pub generated: bool,
    pub default: AddedDefault,
}

/// A name that may be configured.
pub enum Name {
    Fixed(&'static str),
    /// Option of the section, and its default.
    Option(&'static str, &'static str),
}

/// The type of an added attribute.
pub enum AddedType {
    /// A short name or a module.
    Named(&'static str),
    /// Option of the section, and its default.
    Option(&'static str, &'static str),
}

/// The default of an added attribute.
pub enum AddedDefault {
    Nil,
    /// `&module.name/0`.
    Function(&'static str, &'static str),
    EmptyMap,
    /// The value of an option of the section.
    Option(&'static str),
}

/// A `belongs_to` that is added unless there is a relationship of that name.
pub struct AddedBelongsTo {
    pub name: Name,
    /// Option of the section that names the destination.
    pub destination: &'static str,
    /// `None`: `<name>_id`.
    pub source_attribute: Option<Name>,
    /// `None`: the configured default; otherwise a type, or that of the destination's primary key.
    pub attribute_type: Option<AddedType>,
    pub destination_key_type: bool,
    pub allow_nil: bool,
}

/// An identity that is added unless there is one of that name.
pub struct AddedIdentity {
    pub name: &'static str,
    pub keys: &'static [Name],
    /// The versions of the extension's package that add it.
    pub versions: Versions,
}

/// Versions of a package: major, minor, patch. A package that `mix.lock` does not name counts as the newest.
pub enum Versions {
    All,
    Before(&'static str, (u64, u64, u64)),
    From(&'static str, (u64, u64, u64)),
}

impl Versions {
    /// Whether the version that `locked` finds for a package is among these.
    pub fn include(&self, locked: impl Fn(&str) -> Option<(u64, u64, u64)>) -> bool {
        match self {
            Versions::All => true,
            Versions::Before(package, first) => locked(package).is_some_and(|version| version < *first),
            Versions::From(package, first) => locked(package).is_none_or(|version| version >= *first),
        }
    }
}

/// The rule of an extension.
pub fn rule(extension: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.extension == extension)
}

/// Whether an extension is in the catalogue, be it as one that adds nothing.
pub fn is_known(extension: &str) -> bool {
    WITHOUT_COLUMNS.contains(&extension) || SPECIAL.contains(&extension) || rule(extension).is_some()
}

/// Extensions with rules of their own, in `special`.
pub const SPECIAL: &[&str] = &[
    "AshAi",
    "AshAuthentication",
    "AshCloak",
    "AshEvents.EventLog",
    "AshStorage.AttachmentResource",
    "AshStorage.BlobResource",
    "AshUUID",
];

/// Extensions, authorizers and notifiers that add no columns, identities or foreign keys.
const WITHOUT_COLUMNS: &[&str] = &[
    "Ash.Notifier.PubSub",
    "Ash.Policy.Authorizer",
    "Ash.Reactor.Notifications",
    "Ash.Resource.Dsl",
    "AshAdmin.Resource",
    "AshAuthentication.Notifier",
    "AshAuthentication.Phoenix",
    "AshCsv.DataLayer",
    "AshDiagram.Resource",
    "AshEvents.Events",
    "AshGraphql.Resource",
    "AshJason.Resource",
    "AshJsonApi.Resource",
    "AshLua.Resource",
    "AshObanTriggers",
    "AshOban",
    "AshOps.Resource",
    "AshOutstanding.Resource",
    "AshPaperTrail.Resource",
    "AshPhoenix",
    "AshPolicyAuthorizer.Authorizer",
    "AshRateLimiter",
    "AshSlug",
    "AshStorage",
    "AshTypescript.Resource",
    "AshPostgres.DataLayer",
    "AshSqlite.DataLayer",
];

const fn plain(name: &'static str, ty: &'static str, allow_nil: bool) -> Added {
    Added {
        name: Name::Fixed(name),
        ty: AddedType::Named(ty),
        allow_nil,
        primary_key: false,
        generated: false,
        default: AddedDefault::Nil,
    }
}

const fn configured(option: &'static str, default: &'static str, ty: &'static str, allow_nil: bool) -> Added {
    Added { name: Name::Option(option, default), ..plain("", ty, allow_nil) }
}

const fn now(name: Name) -> Added {
    Added { name, default: AddedDefault::Function("DateTime", "utc_now"), ..plain("", "utc_datetime_usec", false) }
}

const UUID_KEY: Added =
    Added { primary_key: true, default: AddedDefault::Function("Ash.UUID", "generate"), ..plain("id", "uuid", false) };

const EMPTY: Rule = Rule {
    extension: "",
    section: "",
    before_belongs_to: false,
    prepends: false,
    yields_to_calculations: false,
    attributes: &[],
    relationships: &[],
    identities: &[],
    creates: false,
};

const STRATEGY: Name = Name::Option("strategy_attribute_name", "strategy");
const UID: Name = Name::Option("uid_attribute_name", "uid");

const RULES: &[Rule] = &[
    // ash_archival: lib/ash_archival/resource/transformers/setup_archival.ex
    Rule {
        extension: "AshArchival.Resource",
        section: "archive",
        attributes: &[Added {
            name: Name::Option("attribute", "archived_at"),
            ty: AddedType::Option("attribute_type", "utc_datetime_usec"),
            ..plain("", "", true)
        }],
        ..EMPTY
    },
    // ash_state_machine: lib/transformers/add_state.ex
    Rule {
        extension: "AshStateMachine",
        section: "state_machine",
        attributes: &[Added {
            default: AddedDefault::Option("default_initial_state"),
            ..configured("state_attribute", "state", "atom", false)
        }],
        ..EMPTY
    },
    // ash_authentication: lib/ash_authentication/token_resource/transformer.ex
    Rule {
        extension: "AshAuthentication.TokenResource",
        section: "token",
        prepends: true,
        attributes: &[
            Added { primary_key: true, ..plain("jti", "string", false) },
            plain("subject", "string", false),
            plain("expires_at", "utc_datetime", false),
            plain("purpose", "string", false),
            plain("extra_data", "map", true),
            now(Name::Option("created_at_attribute_name", "created_at")),
            now(Name::Fixed("updated_at")),
        ],
        creates: true,
        ..EMPTY
    },
    // ash_authentication: lib/ash_authentication/user_identity/transformer.ex
    Rule {
        extension: "AshAuthentication.UserIdentity",
        section: "user_identity",
        before_belongs_to: true,
        prepends: true,
        attributes: &[
            UUID_KEY,
            configured("strategy_attribute_name", "strategy", "string", false),
            configured("uid_attribute_name", "uid", "string", false),
            configured("access_token_attribute_name", "access_token", "string", true),
            configured("access_token_expires_at_attribute_name", "access_token_expires_at", "utc_datetime_usec", true),
            configured("refresh_token_attribute_name", "refresh_token", "string", true),
        ],
        relationships: &[AddedBelongsTo {
            name: Name::Option("user_relationship_name", "user"),
            destination: "user_resource",
            source_attribute: Some(Name::Option("user_id_attribute_name", "user_id")),
            attribute_type: None,
            destination_key_type: true,
            allow_nil: true,
        }],
        identities: &[
            AddedIdentity {
                name: "unique_on_",
                keys: &[STRATEGY, UID, Name::Option("user_id_attribute_name", "user_id")],
                versions: Versions::Before("ash_authentication", (4, 14, 0)),
            },
            AddedIdentity {
                name: "unique_on_",
                keys: &[STRATEGY, UID],
                versions: Versions::From("ash_authentication", (4, 14, 0)),
            },
        ],
        creates: true,
        ..EMPTY
    },
    // ash_authentication 5: lib/ash_authentication/oidc_connection/transformer.ex
    Rule {
        extension: "AshAuthentication.OidcConnection",
        section: "oidc_connection",
        before_belongs_to: true,
        prepends: true,
        yields_to_calculations: true,
        attributes: &[
            Added { name: Name::Option("id_attribute_name", "id"), ..UUID_KEY },
            configured("base_url_field", "base_url", "string", false),
            configured("client_id_field", "client_id", "string", false),
            configured("client_secret_field", "client_secret", "string", false),
            configured("display_name_field", "display_name", "string", true),
            configured("icon_url_field", "icon_url", "string", true),
        ],
        ..EMPTY
    },
    // ash_authentication: lib/ash_authentication/audit_log_resource/transformer.ex
    Rule {
        extension: "AshAuthentication.AuditLogResource",
        section: "audit_log.attributes",
        prepends: true,
        attributes: &[
            Added {
                primary_key: true,
                default: AddedDefault::Function("Ash.UUIDv7", "generate"),
                ..configured("id", "id", "uuid_v7", false)
            },
            configured("subject", "subject", "string", true),
            configured("identity", "identity", "string", true),
            configured("client_ip", "client_ip", "string", true),
            configured("strategy", "strategy", "atom", false),
            configured("audit_log", "audit_log", "atom", false),
            now(Name::Option("logged_at", "logged_at")),
            configured("action_name", "action_name", "atom", false),
            configured("status", "status", "atom", false),
            Added { default: AddedDefault::EmptyMap, ..configured("extra_data", "extra_data", "map", false) },
            configured("resource", "resource", "atom", false),
        ],
        creates: true,
        ..EMPTY
    },
    // ash_translation 0.3 and its forerunner ash_trans: lib/resource/transformers/create_translation_resource.ex; the
    // attribute's type is an embedded resource
    Rule { extension: "AshTranslation.Resource", ..TRANSLATIONS },
    Rule { extension: "AshTrans.Resource", ..TRANSLATIONS },
    // ash_double_entry: lib/account/transformers/add_structure.ex
    Rule {
        extension: "AshDoubleEntry.Account",
        section: "account",
        before_belongs_to: true,
        attributes: &[
            Added { generated: true, ..UUID_KEY },
            plain("identifier", "string", false),
            plain("currency", "string", false),
            now(Name::Fixed("inserted_at")),
        ],
        identities: &[AddedIdentity {
            name: "unique_identifier",
            keys: &[Name::Fixed("identifier")],
            versions: Versions::All,
        }],
        creates: true,
        ..EMPTY
    },
    // ash_double_entry: lib/balance/transformers/add_structure.ex
    Rule {
        extension: "AshDoubleEntry.Balance",
        section: "balance",
        before_belongs_to: true,
        attributes: &[Added { generated: true, ..UUID_KEY }, plain("balance", "AshMoney.Types.Money", false)],
        relationships: &[
            AddedBelongsTo {
                name: Name::Fixed("transfer"),
                destination: "transfer_resource",
                source_attribute: None,
                attribute_type: Some(AddedType::Named("AshDoubleEntry.ULID")),
                destination_key_type: false,
                allow_nil: false,
            },
            AddedBelongsTo {
                name: Name::Fixed("account"),
                destination: "account_resource",
                source_attribute: None,
                attribute_type: None,
                destination_key_type: false,
                allow_nil: false,
            },
        ],
        identities: &[AddedIdentity {
            name: "unique_references",
            keys: &[Name::Fixed("account_id"), Name::Fixed("transfer_id")],
            versions: Versions::All,
        }],
        creates: true,
        ..EMPTY
    },
    // ash_double_entry: lib/transfer/transformers/add_structure.ex
    Rule {
        extension: "AshDoubleEntry.Transfer",
        section: "transfer",
        before_belongs_to: true,
        attributes: &[
            Added {
                primary_key: true,
                default: AddedDefault::Function("AshDoubleEntry.ULID", "generate"),
                ..plain("id", "AshDoubleEntry.ULID", false)
            },
            plain("amount", "AshMoney.Types.Money", false),
            now(Name::Fixed("timestamp")),
            now(Name::Fixed("inserted_at")),
        ],
        relationships: &[TRANSFER_FROM, TRANSFER_TO],
        creates: true,
        ..EMPTY
    },
];

const TRANSLATIONS: Rule =
    Rule { section: "translations", prepends: true, attributes: &[plain("translations", "map", true)], ..EMPTY };

const TRANSFER_FROM: AddedBelongsTo = AddedBelongsTo {
    name: Name::Fixed("from_account"),
    destination: "account_resource",
    source_attribute: None,
    attribute_type: None,
    destination_key_type: false,
    allow_nil: true,
};

const TRANSFER_TO: AddedBelongsTo = AddedBelongsTo { name: Name::Fixed("to_account"), ..TRANSFER_FROM };
