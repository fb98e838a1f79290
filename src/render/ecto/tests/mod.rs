//! The unformatted text of every kind of operation.

mod files;

use expect_test::{Expect, expect};

use super::*;
use crate::diff::operation::Direction;
use crate::plan::samples::*;
use crate::snapshot::{Attribute, CheckConstraint, ColumnType, Deferrable, Field, OnDelete};

fn check(operation: Operation, expected: Expect) {
    let up = operation_up(&operation, &RenderOptions::default());
    let down = operation_down(&operation).unwrap_or_else(|error| format!("error: {error}"));
    expected.assert_eq(&format!("{up}\n--\n{down}\n"));
}

fn in_schema(mut operation: Operation) -> Operation {
    operation.on.schema = Some("blog".to_owned());
    operation
}

fn of_tenants(mut operation: Operation) -> Operation {
    operation.on.multitenancy = by_context();
    operation.on.old_multitenancy = by_context();
    operation
}

fn of_organizations(mut operation: Operation) -> Operation {
    operation.on.multitenancy = by_attribute("org_id");
    operation.on.old_multitenancy = by_attribute("org_id");
    operation
}

fn typed(source: &str, name: &str) -> Attribute {
    Attribute { column_type: ColumnType::Atom(name.to_owned()), ..attribute(source) }
}

#[test]
fn columns() {
    check(
        on("posts", add(uuid_key())),
        expect![[r#"
            add :id, :uuid, null: false, default: fragment("gen_random_uuid()"), primary_key: true
            --
            remove :id
        "#]],
    );
    let price = Attribute { precision: Some(10), scale: Some(2), size: Some(5), ..typed("unit price", "decimal") };
    check(
        on("posts", add(price.clone())),
        expect![[r#"
            add :"unit price", :decimal, size: 5, precision: 10, scale: 2
            --
            remove :"unit price"
        "#]],
    );
    check(
        on("posts", add(Attribute { generated: true, ..typed("number", "bigint") })),
        expect![[r#"
            add :number, :bigserial
            --
            remove :number
        "#]],
    );
    let tags = Attribute { column_type: ColumnType::Array(Box::new(price.column_type.clone())), ..attribute("tags") };
    check(
        on("posts", Change::AlterAttribute { old_attribute: price, new_attribute: tags }),
        expect![[r#"
            modify :tags, {:array, :decimal}
            --
            modify :tags, :decimal, size: 5, precision: 10, scale: 2
        "#]],
    );
    check(
        in_schema(on(
            "posts",
            Change::RenameAttribute { old_attribute: attribute("title"), new_attribute: attribute("headline") },
        )),
        expect![[r#"
            rename table(:posts, prefix: "blog"), :title, to: :headline
            --
            rename table(:posts, prefix: "blog"), :headline, to: :title
        "#]],
    );
    check(
        on("posts", Change::RemoveAttribute { attribute: attribute("title"), commented: true }),
        expect![[r#"
            # Attribute removal has been commented out to avoid data loss. See the migration generator documentation for more
            # If you uncomment this, be sure to also uncomment the corresponding attribute *addition* in the `down` migration
            # remove :title

            --
            # This is the `down` migration of the statement:
            #
            #     remove :title
            #

            # add :title, :text
        "#]],
    );
}

#[test]
fn references() {
    let mut author = referring("author_id", "authors", "id");
    if let Some(reference) = &mut author.references {
        reference.schema = Some("people".to_owned());
        reference.on_delete = Some(OnDelete::Nilify(vec!["author_id".to_owned()]));
        reference.on_update = Some("update".to_owned());
    }
    check(
        on("posts", add(author.clone())),
        expect![[r#"
            add :author_id, references(:authors, column: :id, name: "authors_id_fkey", type: :text, prefix: "people", on_delete: {:nilify, [:author_id]}, on_update: :update_all)
            --
            remove :author_id
        "#]],
    );
    check(
        in_schema(on("posts", give_reference(author.clone()))),
        expect![[r#"
            modify :author_id, references(:authors, column: :id, name: "authors_id_fkey", type: :text, prefix: "people", on_delete: {:nilify, [:author_id]}, on_update: :update_all)
            --
            modify :author_id, :text
        "#]],
    );
    let mut of_org = referring("author_id", "authors", "id");
    if let Some(reference) = &mut of_org.references {
        reference.multitenancy = by_attribute("org_id");
        reference.match_tenant = Some(true);
        reference.match_with = Some([("kind".to_owned(), "type".to_owned())].into());
    }
    check(
        of_organizations(on("posts", add(of_org.clone()))),
        expect![[r#"
            add :author_id, references(:authors, column: :id, with: [kind: :type, org_id: :org_id], match: :full, name: "authors_id_fkey", type: :text)
            --
            remove :author_id
        "#]],
    );
    let mut of_tenant = referring("author_id", "authors", "id");
    if let Some(reference) = &mut of_tenant.references {
        reference.multitenancy = by_context();
    }
    check(
        of_tenants(on("posts", add(of_tenant.clone()))),
        expect![[r#"
            add :author_id, references(:authors, column: :id, name: "authors_id_fkey", type: :text, prefix: prefix())
            --
            remove :author_id
        "#]],
    );
    // A public table cannot refer to a tenant's.
    check(
        on("posts", add(of_tenant)),
        expect![[r#"
            add :author_id, :text
            --
            remove :author_id
        "#]],
    );
    check(
        in_schema(on("posts", drop_foreign_key(of_org, Direction::Down))),
        expect![[r#"

            --
            drop constraint(:posts, "authors_id_fkey", prefix: "blog")
        "#]],
    );
    if let Some(reference) = &mut author.references {
        reference.deferrable = Deferrable::Initially;
    }
    check(
        on("posts", Change::AlterDeferrability { references: author.references, direction: Direction::Up }),
        expect![[r#"
            execute("ALTER TABLE posts ALTER CONSTRAINT authors_id_fkey DEFERRABLE INITIALLY DEFERRED");
            --

        "#]],
    );
}

#[test]
fn indexes() {
    let mut by_slug = identity("slug", &["slug"]);
    by_slug.keys.push(Field::Expression("lower(title)".to_owned()));
    by_slug.base_filter = Some("deleted_at IS NULL".to_owned());
    check(
        of_organizations(on("posts", unique_index(by_slug.clone(), false))),
        expect![[r#"
            create unique_index(:posts, [:org_id, :slug, "lower(title)"], where: "(deleted_at IS NULL)", name: "posts_slug_index")
            --
            drop_if_exists unique_index(:posts, [:org_id, :slug, "lower(title)"], name: "posts_slug_index")
        "#]],
    );
    by_slug.filter = Some("state = \"x\"".to_owned());
    by_slug.nils_distinct = false;
    check(
        in_schema(on("posts", Change::RemoveUniqueIndex { identity: by_slug })),
        expect![[r#"
            drop_if_exists unique_index(:posts, [:slug, "lower(title)"], name: "posts_slug_index", prefix: "blog")
            --
            create unique_index(:posts, [:slug, "lower(title)"], name: "posts_slug_index", prefix: "blog", nulls_distinct: false, where: "(state = \"x\") AND (deleted_at IS NULL)")
        "#]],
    );
    let mut custom = custom_index(&["title"]);
    custom.fields.push(Field::Directed { order: "desc".to_owned(), value: "stars".to_owned() });
    custom.unique = true;
    custom.using = Some("gin".to_owned());
    custom.include = Some(vec!["body".to_owned()]);
    custom.filter = Some("stars > 1".to_owned());
    let base_filter = Some("deleted_at IS NULL".to_owned());
    check(
        in_schema(on("posts", Change::AddCustomIndex { index: custom, base_filter })),
        expect![[r#"
            create index(:posts, [:title, desc: :stars], unique: true, using: "gin", where: "deleted_at IS NULL AND stars > 1", include: ["body"], prefix: "blog")
            --
            drop_if_exists index(:posts, [:title, desc: :stars], prefix: "blog")
        "#]],
    );
    check(
        of_organizations(on("posts", Change::AddReferenceIndex { source: "author_id".to_owned(), filter: None })),
        expect![[r#"
            create index(:posts, [:org_id, :author_id])
            --
            drop_if_exists index(:posts, [:org_id, :author_id])
        "#]],
    );
}

#[test]
fn constraints_and_primary_keys() {
    let constraint = CheckConstraint {
        name: "stars_positive".to_owned(),
        attributes: vec!["stars".to_owned()],
        check: "stars > 0".to_owned(),
        base_filter: Some(Some("deleted_at IS NULL".to_owned())),
    };
    check(
        in_schema(on("posts", Change::AddCheckConstraint { constraint: constraint.clone() })),
        expect![[r#"
            create constraint(:posts, :stars_positive, check: """
              (stars > 0) OR NOT (deleted_at IS NULL)
            """, prefix: "blog")

            --
            drop_if_exists constraint(:posts, :stars_positive, prefix: "blog")
        "#]],
    );
    let old = CheckConstraint { base_filter: None, ..constraint };
    check(
        on("posts", Change::RemoveCheckConstraint { constraint: old }),
        expect![[r#"
            drop_if_exists constraint(:posts, :stars_positive)
            --
            error: no function clause matching in AshPostgres.MigrationGenerator.Operation.RemoveCheckConstraint.down/1: the snapshot of table "posts" has a check constraint "stars_positive" without a `base_filter`; add `"base_filter": null` to it
        "#]],
    );
    let keys = vec!["id".to_owned(), "org_id".to_owned()];
    check(
        of_tenants(on("posts", Change::AddPrimaryKeyDown { keys: keys.clone(), remove_old: true })),
        expect![[r##"

            --
            execute("ALTER TABLE \"#{prefix()}\".\"posts\" DROP constraint posts_pkey")

            execute("ALTER TABLE \"#{prefix()}\".\"posts\" ADD PRIMARY KEY (id, org_id)")

        "##]],
    );
    check(
        in_schema(on("posts", Change::AddPrimaryKey { keys: keys.clone() })),
        expect![[r#"
            execute("ALTER TABLE \"blog.posts\" ADD PRIMARY KEY (id, org_id)")

            --

        "#]],
    );
    check(
        in_schema(on("posts", Change::RemovePrimaryKey { keys })),
        expect![[r#"
            drop constraint("posts", "posts_pkey", prefix: "blog")
            --

        "#]],
    );
}

#[test]
fn tables_and_statements() {
    let moved = Change::MoveTableSchema { old_schema: None, new_schema: Some("blog".to_owned()) };
    check(
        in_schema(on("posts", moved)),
        expect![[r#"
            execute("CREATE SCHEMA IF NOT EXISTS blog")

            execute("ALTER TABLE \"posts\" SET SCHEMA \"blog\"")
            --
            execute("ALTER TABLE \"blog\".\"posts\" SET SCHEMA \"public\"")
        "#]],
    );
    check(
        of_tenants(on("posts", Change::RenameTable { old_table: "old-posts".to_owned() })),
        expect![[r#"
            rename table(:"old-posts", prefix: prefix()), to: table(:posts, prefix: prefix())
            --
            rename table(:posts, prefix: prefix()), to: table(:"old-posts", prefix: prefix())
        "#]],
    );
    check(
        on("posts", Change::RemoveCustomStatement { statement: statement("s") }),
        expect![[r#"
            execute("""
            SELECT 's down'
            """)

            --
            execute("""
            SELECT 's up'
            """)

        "#]],
    );
}
