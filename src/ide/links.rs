//! Parts of a text that lead to files: a table's name to its newest snapshot, a resource in a domain and a fragment to
//! their modules.

use std::sync::Arc;

use super::bodies::bodies;
use super::names::{Files, scope_of};
use super::rename::table_name;
use super::visit::each;
use crate::elixir::source_modules;
use crate::project::Project;
use crate::syntax::{Expr, Kind, SourceTree};
use crate::text::Range;

/// A range, the path of the file in the project, and what a click does.
pub type Found = (Range, String, String);

/// The links of a file, in the order of the text. `generated` are the paths of snapshots and migrations.
pub fn links(project: &Project, files: &dyn Files, generated: &[&str], path: &str) -> Vec<Found> {
    let Some(text) = files.text(path) else { return Vec::new() };
    let tree = Arc::new(SourceTree::parse(text.as_ref()).expressions().to_vec());
    let mut found = Vec::new();
    for module in source_modules(&path.into(), &tree) {
        if bodies(module.body()).is_empty() {
            continue;
        }
        let schema = project.desired_of(&module.name).next().and_then(|desired| desired.snapshot.schema.clone());
        if let Some(range) = table_name(module.body())
            && let Some(snapshot) = newest_snapshot(generated, range.slice(&text), schema.as_deref())
        {
            found.push((range, snapshot.to_owned(), "Open the newest snapshot".to_owned()));
        }
        let scope = scope_of(&module);
        let mut lead = |expr: &Expr| {
            let Kind::Alias(parts) = &expr.kind else { return };
            let target = scope.expand_alias(parts).and_then(|name| project.module(&name).cloned());
            if let Some(target) = target.filter(|target| *target.file != *path) {
                found.push((expr.range, target.file.to_string(), format!("Open {}", target.name)));
            }
        };
        for call in module.body().iter().filter_map(Expr::as_call) {
            match (call.local_name(), &call.block) {
                (Some("use"), _) => {
                    let fragments = call.keywords().iter().filter(|(key, _)| key.as_atom() == Some("fragments"));
                    fragments.for_each(|(_, list)| {
                        each(list, &mut |expr| {
                            lead(expr);
                            true
                        });
                    });
                }
                (Some("resources"), Some(block)) => {
                    let resources = block.body.iter().filter_map(Expr::as_call);
                    let resources = resources.filter(|call| call.local_name() == Some("resource"));
                    resources.filter_map(|call| call.arguments.first()).for_each(&mut lead);
                }
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// The newest snapshot of a table: files are named by their stamps, in a folder named after table and schema.
fn newest_snapshot<'a>(generated: &[&'a str], table: &str, schema: Option<&str>) -> Option<&'a str> {
    let folder = match schema {
        Some(schema) => format!("{schema}.{table}"),
        None => table.to_owned(),
    };
    let of_table = |path: &&&str| {
        let mut parts = path.rsplit('/');
        let is_snapshot = parts.next().is_some_and(|name| name.ends_with(".json"));
        is_snapshot && parts.next() == Some(&folder)
    };
    generated.iter().filter(of_table).max().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::navigation::tests::project;

    #[test]
    fn tables_lead_to_snapshots_and_domains_to_resources() {
        let post = "defmodule Blog.Post do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table \"posts\"
    repo Blog.Repo
  end
end
";
        let (project, files, ..) = project(post, "");
        let generated = [
            "priv/resource_snapshots/repo/posts/20240101000000.json",
            "priv/resource_snapshots/repo/posts/20250101000000.json",
            "priv/resource_snapshots/repo/posts_tags/20260101000000.json",
        ];
        let draw = |path: &str| {
            let text = files.text(path).unwrap();
            let found = links(&project, &files, &generated, path);
            found.iter().map(|(range, target, _)| format!("{} -> {target}", range.slice(&text))).collect::<Vec<_>>()
        };
        assert_eq!(draw("lib/post.ex"), ["posts -> priv/resource_snapshots/repo/posts/20250101000000.json"]);
        assert_eq!(draw("lib/blog.ex"), ["Blog.Post -> lib/post.ex"]);
    }
}
