//! Small projects as text, and a short form of what is derived from them.

use std::fmt::Write;
use std::sync::Arc;

use ashls::project::Project;
use ashls::resource::DesiredSnapshot;
use ashls::snapshot::{Attribute, ColumnType, Deferrable, Multitenancy, OnDelete, Reference, Strategy};
use expect_test::Expect;

/// Files of a project: `//- path` begins one.
pub fn files(text: &str) -> Vec<(Arc<str>, Arc<str>)> {
    let mut files: Vec<(Arc<str>, String)> = Vec::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix("//- ") {
            Some(path) => files.push((path.trim().into(), String::new())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    files.into_iter().map(|(path, text)| (path, text.into())).collect()
}

const MIX: &str = "defmodule MyApp.MixProject do\n  use Mix.Project\n  def project, do: [app: :my_app]\nend\n";
const CONFIG: &str = "import Config\nconfig :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]\n";
const REPO: &str = "defmodule MyApp.Repo do\n  use AshPostgres.Repo, otp_app: :my_app\n  def min_pg_version, do: \
                    %Version{major: 16, minor: 0, patch: 0}\nend\n";

/// A project of the given files, with what is missing filled in: `mix.exs`, a configuration, a repo, and a domain
/// `MyApp.Blog` that lists all resources but embedded ones.
pub fn project(text: &str) -> Project {
    let mut files = files(text);
    let has = |files: &[(Arc<str>, Arc<str>)], path: &str| files.iter().any(|(known, _)| &**known == path);
    for (path, text) in [("mix.exs", MIX), ("config/config.exs", CONFIG), ("lib/repo.ex", REPO)] {
        if !has(&files, path) {
            files.push((path.into(), text.into()));
        }
    }
    if !has(&files, "lib/blog.ex") {
        let resources = files.iter().filter(|(path, _)| path.starts_with("lib/")).flat_map(|(_, text)| {
            let parts = text.split("defmodule ").skip(1);
            let resource = |part: &&str| {
                let direct = part.contains("use Ash.Resource") && !part.contains(":embedded");
                (direct || part.contains("use MyApp.Resource")) && !part.contains("defmacro ")
            };
            parts.filter(resource).filter_map(|part| part.split_whitespace().next()).collect::<Vec<_>>()
        });
        let mut domain = "defmodule MyApp.Blog do\n  use Ash.Domain\n  resources do\n".to_owned();
        for resource in resources {
            let _ = writeln!(domain, "    resource {resource}");
        }
        domain.push_str("  end\nend\n");
        files.push(("lib/blog.ex".into(), domain.into()));
    }
    Project::load(files)
}

/// Checks all desired snapshots of a project, with everything that is reported.
#[track_caller]
pub fn check(text: &str, expected: Expect) {
    expected.assert_eq(&show(&project(text)));
}

/// Checks the resource `MyApp.Post` with this body, whose table is `posts`; `//- path` lines add further files.
#[track_caller]
pub fn check_post(body: &str, expected: Expect) {
    let (body, more) = match body.find("//- ") {
        Some(at) => body.split_at(at),
        None => (body, ""),
    };
    let mut text = "//- lib/post.ex\ndefmodule MyApp.Post do\n  use Ash.Resource, domain: MyApp.Blog, data_layer: \
                    AshPostgres.DataLayer\n  postgres do\n    table \"posts\"\n    repo MyApp.Repo\n  end\n"
        .to_owned();
    let _ = write!(text, "{body}\nend\n{more}");
    check(&text, expected);
}

/// Everything a project says, in a short form.
pub fn show(project: &Project) -> String {
    let mut out = String::new();
    for desired in project.desired() {
        show_table(desired, &mut out);
    }
    for unplaced in project.unplaced() {
        let _ = writeln!(out, "unplaced {}: {}", unplaced.resource, unplaced.reason);
    }
    for issue in project.issues() {
        let first = issue.message.lines().next().unwrap_or_default();
        let _ = writeln!(out, "{:?} at {}: {first}", issue.kind, issue.origin.file);
    }
    out
}

fn show_table(desired: &DesiredSnapshot, out: &mut String) {
    let snapshot = &desired.snapshot;
    let schema = snapshot.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    let _ = write!(out, "{schema}{}", snapshot.table);
    if snapshot.repo != "MyApp.Repo" {
        let _ = write!(out, " in {}", snapshot.repo);
    }
    if !desired.managed {
        out.push_str(" unmanaged");
    }
    if snapshot.has_create_action {
        out.push_str(" creates");
    }
    if snapshot.strict {
        out.push_str(" strict");
    }
    show_tenancy(&snapshot.multitenancy, out);
    for (name, value) in [("where", &snapshot.base_filter), ("options", &snapshot.create_table_options)] {
        if let Some(value) = value {
            let _ = write!(out, " {name} {value}");
        }
    }
    out.push('\n');
    for attribute in &snapshot.attributes {
        show_column(attribute, out);
    }
    for identity in &snapshot.identities {
        let _ = write!(out, "  identity {} {} {:?}", identity.name, identity.index_name, identity.keys);
        if let Some(filter) = &identity.filter {
            let _ = write!(out, " where {filter}");
        }
        if identity.all_tenants {
            out.push_str(" all tenants");
        }
        if !identity.nils_distinct {
            out.push_str(" nils equal");
        }
        out.push('\n');
    }
    for index in &snapshot.custom_indexes {
        let name = index.name.as_deref().unwrap_or("-");
        let _ = write!(out, "  index {name} {:?}", index.fields);
        for (flag, set) in [("unique", index.unique), ("concurrently", index.concurrently)] {
            if set {
                let _ = write!(out, " {flag}");
            }
        }
        for (name, value) in [("using", &index.using), ("where", &index.filter), ("prefix", &index.prefix)] {
            if let Some(value) = value {
                let _ = write!(out, " {name} {value}");
            }
        }
        let _ = writeln!(out, " errors {:?}", index.error_fields.as_deref().unwrap_or_default());
    }
    for statement in &snapshot.custom_statements {
        let _ = writeln!(out, "  statement {} up {:?} down {:?}", statement.name, statement.up, statement.down);
    }
    for check in &snapshot.check_constraints {
        let _ = writeln!(out, "  check {} {:?} {}", check.name, check.attributes, check.check);
    }
    for unresolved in &desired.unresolved {
        let _ = writeln!(out, "  ? {:?}: {} ({})", unresolved.path, unresolved.reason, unresolved.origin.file);
    }
}

fn show_tenancy(multitenancy: &Multitenancy, out: &mut String) {
    match multitenancy.strategy {
        None => return,
        Some(Strategy::Context) => out.push_str(" by schema"),
        Some(Strategy::Attribute) => {
            let _ = write!(out, " by {}", multitenancy.attribute.as_deref().unwrap_or("?"));
        }
    }
    if multitenancy.global == Some(true) {
        out.push_str(" global");
    }
}

fn show_type(ty: &ColumnType) -> String {
    match ty {
        ColumnType::Atom(name) => name.clone(),
        ColumnType::Array(inner) => format!("[{}]", show_type(inner)),
    }
}

fn show_column(attribute: &Attribute, out: &mut String) {
    let _ = write!(out, "  {} {}", attribute.source, show_type(&attribute.column_type));
    let sizes: Vec<String> =
        [attribute.size, attribute.precision, attribute.scale].iter().flatten().map(i64::to_string).collect();
    if !sizes.is_empty() {
        let _ = write!(out, "({})", sizes.join(","));
    }
    if !attribute.allow_nil {
        out.push('!');
    }
    if attribute.primary_key {
        out.push_str(" key");
    }
    if attribute.generated {
        out.push_str(" generated");
    }
    if attribute.default != "nil" {
        let _ = write!(out, " = {}", attribute.default);
    }
    if let Some(reference) = &attribute.references {
        show_reference(reference, out);
    }
    out.push('\n');
}

fn show_reference(reference: &Reference, out: &mut String) {
    let schema = reference.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    let _ = write!(out, " -> {schema}{}.{} {}", reference.table, reference.destination_attribute, reference.name);
    match &reference.on_delete {
        None => {}
        Some(OnDelete::Atom(action)) => {
            let _ = write!(out, " delete:{action}");
        }
        Some(OnDelete::Nilify(columns)) => {
            let _ = write!(out, " delete:nilify{columns:?}");
        }
    }
    let texts = [("update", &reference.on_update), ("match", &reference.match_type), ("where", &reference.index_where)];
    for (name, value) in texts {
        if let Some(value) = value {
            let _ = write!(out, " {name}:{value}");
        }
    }
    if reference.deferrable != Deferrable::No {
        let _ = write!(out, " {:?}", reference.deferrable);
    }
    if let Some(columns) = &reference.match_with {
        let _ = write!(out, " with{columns:?}");
    }
    let flags = [
        ("index", reference.index),
        ("tenant", reference.match_tenant == Some(true)),
        ("no-key", reference.primary_key != Some(true)),
    ];
    for (name, _) in flags.iter().filter(|(_, set)| *set) {
        let _ = write!(out, " {name}");
    }
    if let Some(default) = &reference.destination_attribute_default {
        let _ = write!(out, " default:{default}");
    }
    show_tenancy(&reference.multitenancy, out);
}
