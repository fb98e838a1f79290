//! Command-line arguments of recorded invocations as options of a run.

use ashls::codegen::Options;

/// # Panics
/// On an argument that no recorded case has.
pub fn options(arguments: &[String]) -> Options {
    let mut options = Options::default();
    let mut arguments = arguments.iter().cloned();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} needs a value"));
        match argument.as_str() {
            "--name" => options.name = Some(value()),
            "--snapshot-path" => options.snapshot_path = Some(value()),
            "--migration-path" => options.migration_path = Some(value()),
            "--tenant-migration-path" => options.tenant_migration_path = Some(value()),
            "--auto-name" => options.auto_name = true,
            "--quiet" => options.quiet = true,
            "--snapshots-only" => options.snapshots_only = true,
            "--no-format" => options.no_format = true,
            "--dry-run" => options.dry_run = true,
            "--check" => options.check = true,
            "--dev" => options.dev = true,
            "--dont-drop-columns" => options.dont_drop_columns = true,
            "--drop-columns" => options.drop_columns = true,
            "--concurrent-indexes" => options.concurrent_indexes = true,
            name if !name.starts_with('-') && options.name.is_none() => options.name = Some(name.to_owned()),
            other => panic!("unknown argument {other}"),
        }
    }
    options
}
