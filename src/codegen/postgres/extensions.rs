//! The migration that installs a repo's extensions. Mirrors `create_extension_migrations/2`.

use super::{TASK, file};
use crate::codegen::folders::{self, join};
use crate::codegen::outcome::{ExtensionChanges, Failure, GeneratedFile};
use crate::codegen::run::Run;
use crate::codegen::tree::Text;
use crate::plan::extension::{ASH_FUNCTIONS, ExtensionPlan, PendingExtension, RequestedExtension, plan_extensions};
use crate::render::ecto::extensions::{ExtensionNaming, ExtensionTexts, extension_migration};
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
    // Neither do its `--check` and `--dry-run` move it, so that all in it seems missing to them. What is only shown is
    // what it would write.
    if moves && (options.lenient || !(options.dry_run || options.check)) {
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
    let texts = (run.input.extension_texts)(&repo);
    let mut plan = plan_extensions(&repo.installed_extensions, &installed, version);
    if options.skip_extensions
        && let Some(whole) = plan.take()
    {
        plan = known_part(run, &repo.module, whole, &installed, &*texts);
    }
    let Some(plan) = plan else { return Ok(Vec::new()) };
    if ExtensionNaming::needs_name(&plan.pending) {
        run.require_name(TASK)?;
    }
    let folder = folders::migrations(options, &repo, false);
    let naming = ExtensionNaming {
        name: options.name.clone(),
        dev: options.dev,
        existing: run.tree.names(&folder).into_iter().collect(),
    };
    let names = plan.pending.iter().map(|pending| pending.extension.listed_name()).collect();
    let migration = extension_migration(&plan, &repo.module, &naming, &mut || run.timestamp(), &*texts)
        .map_err(Failure::Unknown)?;
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

/// What is left of a plan without the extensions whose SQL is not known. Those stay as they were installed.
fn known_part(
    run: &mut Run<'_>,
    repo: &str,
    mut plan: ExtensionPlan,
    installed: &InstalledExtensions,
    texts: &dyn ExtensionTexts,
) -> Option<ExtensionPlan> {
    let mut left_out = Vec::new();
    plan.pending.retain(|pending| match is_known(pending, texts) {
        Ok(()) => true,
        Err(reason) => {
            run.left_out.push(reason.clone());
            run.extensions.push(ExtensionChanges {
                repo: repo.to_owned(),
                dialect: Dialect::Postgres,
                names: vec![pending.extension.listed_name()],
                migration: Err(reason),
            });
            left_out.push(pending.extension.clone());
            false
        }
    });
    let after = &mut plan.installed_after;
    for extension in left_out {
        after.installed.retain(|name| *name != extension.listed_name());
        match extension {
            RequestedExtension::Named(name) => {
                after.ash_functions_version = installed.ash_functions_version;
                after.installed.extend(installed.installed.iter().filter(|listed| **listed == name).cloned());
            }
            RequestedExtension::Custom { name, .. } => {
                let older = |listed: &&String| listed.strip_prefix(&name).is_some_and(|rest| rest.starts_with("_v"));
                after.installed.extend(installed.installed.iter().filter(older).cloned());
            }
        }
    }
    (!plan.pending.is_empty()).then_some(plan)
}

/// The reason when the SQL of an extension cannot be read.
fn is_known(pending: &PendingExtension, texts: &dyn ExtensionTexts) -> Result<(), String> {
    match &pending.extension {
        RequestedExtension::Named(name) if name == ASH_FUNCTIONS => {
            texts.install_ash_functions(pending.from)?;
            texts.drop_ash_functions(pending.from)?;
        }
        RequestedExtension::Named(_) => {}
        RequestedExtension::Custom { module, latest_version, .. } => {
            texts.install(module, pending.from.unwrap_or(0))?;
            texts.uninstall(module, *latest_version)?;
        }
    }
    Ok(())
}
