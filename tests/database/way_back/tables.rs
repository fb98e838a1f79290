//! Tables that get another name, move to another schema and back, and become the tenants' or everybody's, with what hangs on them.

use ashls::diff::Answers;
use proptest::prelude::*;

use super::Model;

/// Two tables, one of which may refer to the other, and one that may refer to it.
#[derive(Debug, Clone)]
pub struct Site {
    name: &'static str,
    schema: Option<&'static str>,
    tenancy: Tenancy,
    owner_schema: Option<&'static str>,
    owner_tenancy: Tenancy,
    /// Options of the reference to the owner, when there is one.
    owner: Option<&'static str>,
    /// Whether the identity counts for all tenants together.
    identity: Option<bool>,
    /// The same for a custom index.
    index: Option<bool>,
    check: bool,
    title: bool,
    /// The table that refers to the posts: before or behind them in the alphabet.
    follower: Option<&'static str>,
}

/// How the rows of tenants are told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Tenancy {
    None,
    Attribute,
    Context,
}

/// A site, and the same with some of its parts taken from another one.
pub fn sites() -> impl Strategy<Value = (Site, Site)> {
    (site(), site(), prop::collection::vec(prop::bool::weighted(0.3), 8)).prop_map(|(old, other, changed)| {
        let mut new = old.clone();
        let parts: [fn(&mut Site, &Site); 8] = [
            |new, other| new.name = other.name,
            |new, other| new.schema = other.schema,
            |new, other| new.tenancy = other.tenancy,
            |new, other| (new.owner_schema, new.owner_tenancy) = (other.owner_schema, other.owner_tenancy),
            |new, other| new.owner = other.owner,
            |new, other| (new.identity, new.title) = (other.identity, other.title),
            |new, other| (new.index, new.check) = (other.index, other.check),
            |new, other| new.follower = other.follower,
        ];
        for (part, _) in parts.iter().zip(&changed).filter(|(_, changed)| **changed) {
            part(&mut new, &other);
        }
        (old, new)
    })
}

fn site() -> impl Strategy<Value = Site> {
    let schema = || prop::sample::select(vec![None, None, Some("blog")]);
    let tenancy = || prop::sample::select(vec![Tenancy::None, Tenancy::None, Tenancy::Attribute, Tenancy::Context]);
    let owner = prop::sample::select(vec!["", "index?: true", "on_delete: :delete", "deferrable: :initially"]);
    let parts = (
        (prop::sample::select(vec!["posts", "articles"]), schema(), tenancy()),
        (schema(), tenancy(), prop::option::of(owner)),
        prop::option::of(any::<bool>()),
        prop::option::of(any::<bool>()),
        (any::<bool>(), any::<bool>()),
        prop::option::weighted(0.3, prop::sample::select(vec!["comments", "votes"])),
    );
    parts.prop_map(|((name, schema, tenancy), owner, identity, index, (check, title), follower)| Site {
        name,
        schema,
        tenancy,
        owner_schema: owner.0,
        owner_tenancy: owner.1,
        owner: owner.2,
        identity,
        index,
        check,
        title,
        follower,
    })
}

impl Model for Site {
    fn library(&self) -> String {
        let follower = if self.follower.is_some() { "    resource A.Follower\n" } else { "" };
        // One resource of everybody and one of the tenants always stay: the generator does nothing about the last one that
        // goes.
        let mut text = format!(
            "defmodule A.D do\n  use Ash.Domain\n  resources do\n    resource A.Post\n    resource A.Owner\n    resource A.Tag\n    \
             resource A.Label\n{follower}  end\nend\n"
        );
        let plain = |name, table, tenancy| Resource { name, table, schema: None, tenancy, ..Resource::default() };
        text.push_str(&plain("Tag", "tags", Tenancy::None).source());
        text.push_str(&plain("Label", "labels", Tenancy::Context).source());
        let owner = Resource { schema: self.owner_schema, ..plain("Owner", "owners", self.owner_tenancy) };
        text.push_str(&owner.source());
        text.push_str(&self.post().source());
        if let Some(table) = self.follower {
            let relationships = "    belongs_to :post, A.Post\n".to_owned();
            text.push_str(&Resource { relationships, ..plain("Follower", table, self.tenancy) }.source());
        }
        text
    }

    fn answers(&self, old: &Site) -> Answers {
        let place = |site: &Site| match site.schema.filter(|_| site.tenancy != Tenancy::Context) {
            Some(schema) => format!("{schema}.{}", site.name),
            None => site.name.to_owned(),
        };
        let mut renamed_tables = vec![(place(old), place(self))];
        for schema in [None, Some("blog")] {
            let name = |schema: Option<&str>| match schema {
                Some(schema) => format!("{schema}.owners"),
                None => "owners".to_owned(),
            };
            renamed_tables.push((name(schema), name(schema.xor(Some("blog")))));
        }
        renamed_tables.push(("comments".to_owned(), "votes".to_owned()));
        renamed_tables.push(("votes".to_owned(), "comments".to_owned()));
        let dropped_tables = ["posts", "articles", "owners", "comments", "votes"];
        let dropped_tables = dropped_tables.map(str::to_owned).into();
        Answers { renamed_tables, dropped_tables, otherwise: Some(false), ..Answers::default() }
    }
}

impl Site {
    fn post(&self) -> Resource {
        let mut post = Resource {
            name: "Post",
            table: self.name,
            schema: self.schema,
            tenancy: self.tenancy,
            attributes: "    attribute :count, :integer\n".to_owned(),
            ..Resource::default()
        };
        if self.title {
            post.attributes.push_str("    attribute :title, :string\n");
        }
        if let Some(options) = self.owner {
            post.relationships.push_str("    belongs_to :owner, A.Owner\n");
            if !options.is_empty() {
                let references = format!("    references do\n      reference :owner, {options}\n    end\n");
                post.postgres.push_str(&references);
            }
        }
        if let Some(all) = self.identity {
            post.identities = format!("    identity :number, [:count], all_tenants?: {all}\n");
        }
        if let Some(all) = self.index {
            let index = format!("    custom_indexes do\n      index [:count], all_tenants?: {all}\n    end\n");
            post.postgres.push_str(&index);
        }
        if self.check {
            post.postgres.push_str(
                "    check_constraints do\n      check_constraint :count, \"enough\", check: \"count > 0\"\n    end\n",
            );
        }
        post
    }
}

/// The parts of a resource file.
struct Resource {
    name: &'static str,
    table: &'static str,
    schema: Option<&'static str>,
    tenancy: Tenancy,
    postgres: String,
    attributes: String,
    relationships: String,
    identities: String,
}

impl Default for Resource {
    fn default() -> Resource {
        let [postgres, attributes, relationships, identities] = [const { String::new() }; 4];
        let (name, table) = ("", "");
        Resource { name, table, schema: None, tenancy: Tenancy::None, postgres, attributes, relationships, identities }
    }
}

impl Resource {
    fn source(&self) -> String {
        let schema = match self.schema.filter(|_| self.tenancy != Tenancy::Context) {
            Some(schema) => format!("    schema \"{schema}\"\n"),
            None => String::new(),
        };
        let (tenancy, column) = match self.tenancy {
            Tenancy::None => ("", ""),
            Tenancy::Attribute => {
                ("    strategy :attribute\n    attribute :org_id\n", "    attribute :org_id, :integer\n")
            }
            Tenancy::Context => ("    strategy :context\n", ""),
        };
        let section = |name: &str, body: &str| match body {
            "" => String::new(),
            body => format!("  {name} do\n{body}  end\n"),
        };
        let Resource { name, table, postgres, .. } = self;
        let postgres = format!("    table \"{table}\"\n    repo A.Repo\n{schema}{postgres}");
        let attributes = format!("    uuid_primary_key :id\n{column}{}", self.attributes);
        let sections = [
            section("postgres", &postgres),
            section("multitenancy", tenancy),
            section("attributes", &attributes),
            section("relationships", &self.relationships),
            section("identities", &self.identities),
        ];
        let sections = sections.concat();
        format!(
            "defmodule A.{name} do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n{sections}end\n"
        )
    }
}
