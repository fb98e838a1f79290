//! Where declarations come from that do not stand in the resource itself: what an extension adds, what a wrapper or a
//! fragment brings.

use std::sync::Arc;

use super::analyzer::Documentation;
use super::bodies::bodies;
use super::names::{self, MemberKind, Name, owner, scope_of};
use crate::elixir::eval::Origin;
use crate::elixir::{SourceModule, source_modules};
use crate::project::Project;
use crate::resource::{Attribute, Resource};
use crate::syntax::{Call, Expr, Kind};
use crate::text::Range;

/// Says where what the name at `offset` stands for comes from, or what a `use`, a fragment or an extension brings; `None`
/// for what stands where one looks for it.
pub fn provenance(
    project: &Project,
    path: &str,
    text: &str,
    tree: &Arc<Vec<Expr>>,
    offset: usize,
) -> Option<Documentation> {
    let modules = source_modules(&path.into(), tree);
    let around = modules.iter().filter(|module| module.range.touches(offset));
    let module = around.min_by_key(|module| module.range.len())?;
    if bodies(module.body()).is_empty() {
        return None;
    }
    let expr = module.body().iter().find(|expr| expr.range.touches(offset))?;
    if let Some(call) = expr.as_call().filter(|call| call.local_name() == Some("use")) {
        return brought(project, module, call, offset);
    }
    let found = names::names_of(project, path, text, tree).into_iter().find(|it| it.range.touches(offset))?;
    let Name::Member { module: name, kind: MemberKind::Attribute, name: attribute } = &found.name else { return None };
    if found.declares {
        return None;
    }
    let resource = project.resource(name)?;
    let text = of_attribute(project, resource, resource.attribute(attribute)?)?;
    Some(Documentation { range: found.range, title: format!("{name}.{attribute}"), text })
}

/// Where an attribute comes from that the resource does not declare itself.
fn of_attribute(project: &Project, resource: &Resource, attribute: &Attribute) -> Option<String> {
    if let Some(extension) = &attribute.added_by {
        return Some(format!("Added by the extension `{extension}`."));
    }
    if let Some(it) = resource.relationships.iter().find(|it| it.origin == attribute.origin) {
        return Some(format!("Added by the relationship `{}`.", it.name));
    }
    // What a macro adds stands where it is used.
    let used = project.module(&resource.module).and_then(|module| used_at(module, &attribute.origin));
    if let Some(wrapper) = used {
        let written = attribute.origin.written.as_deref();
        let inner = written.and_then(|written| Some((module_of(project, written)?, &written.file)));
        return Some(match inner.filter(|(inner, _)| **inner != *wrapper) {
            Some((inner, file)) => format!("Brought by `use {wrapper}`, declared in `{inner}` ({file})."),
            None => format!("Brought by `use {wrapper}`."),
        });
    }
    let elsewhere = attribute.origin.file != resource.origin.file;
    elsewhere.then(|| match module_of(project, &attribute.origin) {
        Some(module) => format!("Declared in `{module}` ({}).", attribute.origin.file),
        None => format!("Declared in {}.", attribute.origin.file),
    })
}

/// The module of the `use` that a place lies in.
pub fn used_at(module: &SourceModule, origin: &Origin) -> Option<String> {
    if module.file != origin.file {
        return None;
    }
    let uses = module.body().iter().filter(|expr| expr.range.contains(origin.range)).filter_map(Expr::as_call);
    let used = uses.filter(|call| call.local_name() == Some("use")).find_map(|call| call.arguments.first())?;
    match &used.kind {
        Kind::Alias(parts) => scope_of(module).expand_alias(parts),
        _ => None,
    }
}

fn module_of(project: &Project, origin: &Origin) -> Option<Arc<str>> {
    let modules = project.modules_of(&origin.file);
    let around = modules.iter().filter(|module| module.range.contains(origin.range));
    around.min_by_key(|module| module.range.len()).map(|module| module.name.clone())
}

/// What the module at the cursor, in a `use`, adds to the resource.
fn brought(project: &Project, module: &SourceModule, call: &Call, offset: usize) -> Option<Documentation> {
    let resource = owner(project, module)?;
    let scope = scope_of(module);
    let mut at: Option<(Range, String)> = None;
    for argument in &call.arguments {
        super::visit::each(argument, &mut |expr| {
            if let Kind::Alias(parts) = &expr.kind
                && expr.range.touches(offset)
            {
                at = scope.expand_alias(parts).map(|name| (expr.range, name));
            }
            true
        });
    }
    let (range, name) = at?;
    let source = project.module(&name);
    let inside = |origin: &Origin| {
        source.is_some_and(|source| source.file == origin.file && source.range.contains(origin.range))
            || used_at(module, origin).is_some_and(|used| used == name)
    };
    let columns: Vec<String> = resource
        .attributes
        .iter()
        .filter(|it| match &it.added_by {
            Some(extension) => **extension == *name,
            None => inside(&it.origin),
        })
        .map(|it| match it.ty.as_atom() {
            Some(ty) => format!("`{}` `:{ty}`", it.name),
            None => format!("`{}`", it.name),
        })
        .collect();
    let relationships =
        resource.relationships.iter().filter(|it| inside(&it.origin)).map(|it| format!("`{}`", it.name));
    let identities = resource.identities.iter().filter(|it| inside(&it.origin)).map(|it| format!("`{}`", it.name));
    let lists =
        [("Attributes", columns), ("Relationships", relationships.collect()), ("Identities", identities.collect())];
    let lines: Vec<String> = lists
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("- {what}: {}", names.join(", ")))
        .collect();
    let text = format!("Brings to {}:\n\n{}", resource.module, lines.join("\n"));
    (!lines.is_empty()).then_some(Documentation { range, title: name, text })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::project::Project;
    use crate::syntax::SourceTree;

    const POST: &str = "defmodule Blog.Post do
  use Blog.Resource, extensions: [AshArchival.Resource], fragments: [Blog.Owned]
  postgres do
    table \"posts\"
    repo Blog.Repo
  end
  attributes do
    attribute :title, :string
  end
  identities do
    identity :one, [:title, :archived_at, :stamp, :owner_id, :revision]
  end
end
";

    fn check(marked: &str, expected: Expect) {
        let post = POST.replacen(&marked.replace("$0", ""), marked, 1);
        let offset = post.find("$0").unwrap();
        let text = post.replace("$0", "");
        let files = [
            ("mix.exs", "defmodule Blog.MixProject do\n  use Mix.Project\n  def project, do: [app: :blog]\nend\n"),
            ("config/config.exs", "import Config\nconfig :blog, ash_domains: [Blog], ecto_repos: [Blog.Repo]\n"),
            ("lib/repo.ex", "defmodule Blog.Repo do\n  use AshPostgres.Repo, otp_app: :blog\nend\n"),
            (
                "lib/blog.ex",
                "defmodule Blog do\n  use Ash.Domain\n  resources do\n    resource Blog.Post\n  end\nend\n",
            ),
            (
                "lib/resource.ex",
                "defmodule Blog.Resource do\n  defmacro __using__(opts) do\n    quote do\n      use Ash.Resource, [domain: Blog, data_layer: AshPostgres.DataLayer] ++ unquote(opts)\n      use Blog.Base\n      attributes do\n        uuid_primary_key :id\n        attribute :stamp, :utc_datetime\n      end\n    end\n  end\nend\n",
            ),
            (
                "lib/base.ex",
                "defmodule Blog.Base do\n  defmacro __using__(_) do\n    quote do\n      attributes do\n        attribute :revision, :integer\n      end\n    end\n  end\nend\n",
            ),
            (
                "lib/owned.ex",
                "defmodule Blog.Owned do\n  use Spark.Dsl.Fragment, of: Ash.Resource\n  relationships do\n    belongs_to :owner, Blog.Post\n  end\nend\n",
            ),
            ("lib/post.ex", text.as_str()),
        ];
        let project = Project::load(files.map(|(path, text)| (path.into(), text.into())));
        let tree = Arc::new(SourceTree::parse(text.as_str()).expressions().to_vec());
        let found = provenance(&project, "lib/post.ex", &text, &tree, offset);
        let drawn = found.map(|it| format!("{}: {}\n{}\n", it.range.slice(&text), it.title, it.text));
        expected.assert_eq(&drawn.unwrap_or("nothing\n".to_owned()));
    }

    #[test]
    fn names_that_are_declared_elsewhere() {
        check(
            ":archived$0_at",
            expect![[r#"
                archived_at: Blog.Post.archived_at
                Added by the extension `AshArchival.Resource`.
            "#]],
        );
        check(
            ":sta$0mp",
            expect![[r#"
                stamp: Blog.Post.stamp
                Brought by `use Blog.Resource`.
            "#]],
        );
        check(
            ":revi$0sion",
            expect![[r#"
            revision: Blog.Post.revision
            Brought by `use Blog.Resource`, declared in `Blog.Base` (lib/base.ex).
        "#]],
        );
        check(
            ":owner$0_id",
            expect![[r#"
                owner_id: Blog.Post.owner_id
                Added by the relationship `owner`.
            "#]],
        );
        check("[:ti$0tle", expect![["nothing\n"]]);
        check("attribute :ti$0tle", expect![["nothing\n"]]);
    }

    #[test]
    fn what_a_wrapper_an_extension_and_a_fragment_bring() {
        check(
            "use Blog.Res$0ource",
            expect![[r#"
                Blog.Resource: Blog.Resource
                Brings to Blog.Post:

                - Attributes: `revision` `:integer`, `id` `:uuid`, `stamp` `:utc_datetime`
            "#]],
        );
        check(
            "[AshArchi$0val.Resource]",
            expect![[r#"
                AshArchival.Resource: AshArchival.Resource
                Brings to Blog.Post:

                - Attributes: `archived_at` `:utc_datetime_usec`
            "#]],
        );
        check(
            "[Blog.Ow$0ned]",
            expect![[r#"
                Blog.Owned: Blog.Owned
                Brings to Blog.Post:

                - Attributes: `owner_id` `:uuid`
                - Relationships: `owner`
            "#]],
        );
    }
}
