//! One table whose columns, keys, references and indexes change, and another one that comes and goes.

use ashls::diff::{Answers, RenamedColumn};
use proptest::prelude::*;

use super::Model;

/// What a resource declares.
#[derive(Debug, Clone)]
pub struct Post {
    /// Renamed when it has another one before.
    name: &'static str,
    title: Option<(&'static str, bool, Option<&'static str>)>,
    count: Option<(&'static str, bool)>,
    owner: Option<(bool, &'static str, bool)>,
    identity: bool,
    /// Whether the identity's index has a name of its own.
    named: bool,
    index: Option<bool>,
    check: Option<u8>,
    statement: Option<u8>,
    double_key: bool,
    /// A whole number, maybe one that the database counts.
    ordinal: Option<bool>,
    /// Whether there is another table beside it, which is dropped when it goes.
    second: bool,
}

pub fn post() -> impl Strategy<Value = Post> {
    let title = (prop::sample::select(vec![":string", ":integer", ":uuid", ":decimal"]), any::<bool>(), any::<bool>());
    let title = title.prop_map(|(kind, required, default)| {
        let value = match kind {
            ":string" => Some("\"new\""),
            ":integer" => Some("3"),
            _ => None,
        };
        (kind, required, value.filter(|_| default))
    });
    let count = (prop::sample::select(vec![":integer", ":decimal", ":boolean"]), any::<bool>());
    let on_delete = prop::sample::select(vec![
        "",
        "on_delete: :delete",
        "on_delete: :nilify",
        "on_update: :update",
        "deferrable: true",
        "deferrable: :initially",
    ]);
    let owner = (any::<bool>(), on_delete, any::<bool>());
    let parts = (
        prop::option::weighted(0.8, title),
        prop::option::weighted(0.7, count),
        prop::option::weighted(0.6, owner),
        any::<bool>(),
        prop::option::of(any::<bool>()),
        prop::option::of(0..2u8),
        prop::option::of(0..2u8),
        (prop::bool::weighted(0.3), prop::bool::weighted(0.8), prop::sample::select(vec!["title", "headline"])),
        (any::<bool>(), prop::option::of(any::<bool>())),
    );
    parts.prop_map(|(title, count, owner, identity, index, check, statement, others, (named, ordinal))| Post {
        name: others.2,
        named,
        ordinal,
        second: others.1,
        identity: identity && title.is_some(),
        index: index.filter(|_| count.is_some()),
        check: check.filter(|_| count.as_ref().is_some_and(|(kind, _)| *kind != ":boolean")),
        title,
        count,
        owner,
        statement,
        double_key: others.0,
    })
}

impl Model for Post {
    fn library(&self) -> String {
        let mut attributes = "    uuid_primary_key :id\n".to_owned();
        let (mut postgres, mut rest) = (String::new(), String::new());
        if self.double_key {
            attributes.push_str("    attribute :number, :integer, primary_key?: true, allow_nil?: false\n");
        }
        if let Some((kind, required, default)) = &self.title {
            let default = default.map(|value| format!(", default: {value}")).unwrap_or_default();
            attributes.push_str(&format!("    attribute :{}, {kind}, allow_nil?: {}{default}\n", self.name, !required));
        }
        if let Some((kind, required)) = &self.count {
            attributes.push_str(&format!("    attribute :count, {kind}, allow_nil?: {}\n", !required));
        }
        if let Some(counted) = self.ordinal {
            attributes
                .push_str(&format!("    attribute :ordinal, :integer, allow_nil?: false, generated?: {counted}\n"));
            if counted {
                postgres.push_str("    migration_types ordinal: :bigint\n");
            }
        }
        if let Some((required, option, index)) = &self.owner {
            let options = [*option, if *index { "index?: true" } else { "" }];
            let options: Vec<&str> = options.into_iter().filter(|option| !option.is_empty()).collect();
            if !options.is_empty() {
                postgres
                    .push_str(&format!("    references do\n      reference :owner, {}\n    end\n", options.join(", ")));
            }
            rest.push_str(&format!(
                "  relationships do\n    belongs_to :owner, A.Owner, allow_nil?: {}\n  end\n",
                !required
            ));
        }
        if self.identity {
            if self.named {
                postgres.push_str("    identity_index_names label: \"labels\"\n");
            }
            rest.push_str(&format!("  identities do\n    identity :label, [:{}]\n  end\n", self.name));
        }
        if let Some(unique) = self.index {
            postgres.push_str(&format!("    custom_indexes do\n      index [:count], unique: {unique}\n    end\n"));
        }
        if let Some(least) = self.check {
            postgres.push_str(&format!(
                "    check_constraints do\n      check_constraint :count, \"enough\", check: \"count > {least}\"\n    end\n"
            ));
        }
        if let Some(value) = self.statement {
            postgres.push_str(&format!(
                "    custom_statements do\n      statement :numbers do\n        up \"CREATE VIEW numbers AS SELECT {value} AS \
                 number\"\n        down \"DROP VIEW numbers\"\n      end\n    end\n"
            ));
        }
        let second = if self.second { "resource A.Second" } else { "" };
        let post = format!(
            "defmodule A.Post do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n  postgres do\n    table \
             \"posts\"\n    repo A.Repo\n{postgres}  end\n  attributes do\n{attributes}  end\n{rest}end\n"
        );
        format!("{}{post}", REST.replace("SECOND", second))
    }

    fn answers(&self, _: &Post) -> Answers {
        Answers {
            renamed_columns: [("title", "headline"), ("headline", "title")].map(rename).into(),
            dropped_tables: vec!["seconds".to_owned()],
            otherwise: Some(false),
            ..Answers::default()
        }
    }
}

const REST: &str = "defmodule A.D do\n  use Ash.Domain\n  resources do\n    resource A.Post\n    resource A.Owner\n    SECOND\n  end\nend\n\
                    defmodule A.Owner do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n  postgres do\n    \
                    table \"owners\"\n    repo A.Repo\n  end\n  attributes do\n    uuid_primary_key :id\n  end\nend\n\
                    defmodule A.Second do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n  postgres do\n    \
                    table \"seconds\"\n    repo A.Repo\n  end\n  attributes do\n    uuid_primary_key :id\n  end\nend\n";

fn rename((from, to): (&str, &str)) -> RenamedColumn {
    RenamedColumn { table: "posts".to_owned(), from: from.to_owned(), to: to.to_owned() }
}
