//! The migration that installs a repo's extensions. Mirrors `create_extension_migrations/2`.

use super::{TASK, file};
use crate::codegen::folders::{self, join};
use crate::codegen::outcome::{ExtensionChanges, Failure, GeneratedFile};
use crate::codegen::run::Run;
use crate::codegen::tree::Text;
use crate::plan::extension::plan_extensions;
use crate::render::ecto::extensions::{ExtensionNaming, extension_migration};
use crate::snapshot::InstalledExtensions;
use crate::snapshot::json::Dialect;

/// The new `extensions.json` and the migration; nothing when all is installed.
pub(super) fn migration(run: &mut Run<'_>, repo: &str) -> Result<Vec<GeneratedFile>, Failure> {
    let options = run.input.options;
    let repo = run.repo(repo, Dialect::Postgres);
    if !repo.migrate_extensions {
        return Ok(Vec::new());
    }
    let tables = folders::tables(options, &repo, false);
    if let Some(reason) = &repo.unknown_extensions {
        let reason = format!("installed_extensions of {} is not known: {reason}", repo.module);
        return run.leave_out(&repo, Vec::new(), reason);
    }
    let listing = join(&tables, "extensions.json");
    let legacy = join(&folders::snapshots(options, &repo), "extensions.json");
    // The generator does not make the folder first, so without it the file stays where it is and counts for nothing.
    let moves = run.tree.has_file(&legacy) && run.tree.has_folder(&tables);
    if moves && !(options.dry_run || options.check) {
        run.tree.rename(&legacy, &listing);
    }
    let installed = match run.tree.text(&listing) {
        Text::Missing => Ok(InstalledExtensions::default()),
        Text::Unread => Err("the file could not be read".to_owned()),
        Text::Here(text) => InstalledExtensions::read(&text)
            .map_err(|error| format!("{}; restore the file from version control", error.problem)),
    };
    let installed = match installed {
        Ok(installed) => installed,
        Err(problem) => return run.leave_out(&repo, Vec::new(), format!("{listing}:1: {problem}")),
    };
    let version = run.input.ash_functions_version;
    let Some(plan) = plan_extensions(&repo.installed_extensions, &installed, version) else { return Ok(Vec::new()) };
    if ExtensionNaming::needs_name(&plan.pending) {
        run.require_name(TASK)?;
    }
    let folder = folders::migrations(options, &repo, false);
    let naming = ExtensionNaming {
        name: options.name.clone(),
        dev: options.dev,
        existing: run.tree.names(&folder).into_iter().collect(),
    };
    let texts = (run.input.extension_texts)(&repo);
    let names: Vec<String> = plan.pending.iter().map(|pending| pending.extension.listed_name()).collect();
    let migration = match extension_migration(&plan, &repo.module, &naming, &mut || run.timestamp(), &*texts) {
        Ok(migration) => migration,
        Err(reason) => return run.leave_out(&repo, names, reason),
    };
    let path = join(&folder, &format!("{}.exs", migration.file_name));
    let text = run.formatted(Dialect::Postgres, &path, migration.text)?;
    run.extensions.push(ExtensionChanges {
        repo: repo.module.clone(),
        dialect: Dialect::Postgres,
        names,
        migration: Ok(path.clone()),
    });
    Ok(vec![file(listing, migration.installed), file(path, text)])
}
