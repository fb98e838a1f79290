//! Which extensions of a repo are not installed yet, and in which versions. Mirrors the first half of
//! `create_extension_migrations/2` of `AshPostgres.MigrationGenerator` (2.12.0).
//!
//! Knows names and versions only; the SQL is the libraries' own (`render::ecto::extensions`).

use crate::snapshot::InstalledExtensions;

/// The extension that stands for Ash's own SQL functions.
pub const ASH_FUNCTIONS: &str = "ash-functions";

/// One entry of the repo's `installed_extensions/0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestedExtension {
    /// A name: `citext`, `ash-functions`.
    Named(String),
    /// A module that uses `AshPostgres.CustomExtension`.
    Custom { module: String, name: String, latest_version: i64 },
}

/// An extension that the next migration installs or upgrades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingExtension {
    pub extension: RequestedExtension,
    /// The version that is installed, for those that have one: `None` for a first `ash-functions`, 0 for a first
    /// custom extension.
    pub from: Option<i64>,
    /// The version it will have.
    pub to: Option<i64>,
}

/// What is to be installed, and what the file says afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionPlan {
    /// In the order of `installed_extensions/0`; never empty.
    pub pending: Vec<PendingExtension>,
    pub installed_after: InstalledExtensions,
}

impl RequestedExtension {
    /// The name under which `extensions.json` lists it.
    pub fn listed_name(&self) -> String {
        match self {
            RequestedExtension::Named(name) => name.clone(),
            RequestedExtension::Custom { name, latest_version, .. } => format!("{name}_v{latest_version}"),
        }
    }
}

/// Compares what the repo asks for with what is installed. `ash_functions` is the latest version of Ash's functions in
/// the project's ash_postgres; `None` (not known) counts as whatever version is installed. The result is `None` when
/// there is nothing to do.
pub fn plan_extensions(
    requested: &[RequestedExtension],
    installed: &InstalledExtensions,
    ash_functions: Option<i64>,
) -> Option<ExtensionPlan> {
    let latest = ash_functions.or(installed.ash_functions_version);
    let pending: Vec<PendingExtension> =
        requested.iter().filter_map(|extension| pending(extension, installed, latest)).collect();
    if pending.is_empty() {
        return None;
    }
    let names: Vec<String> = requested.iter().map(RequestedExtension::listed_name).collect();
    let ash_functions_version = if names.iter().any(|name| name == ASH_FUNCTIONS) { latest } else { None };
    Some(ExtensionPlan { pending, installed_after: InstalledExtensions { installed: names, ash_functions_version } })
}

fn pending(
    extension: &RequestedExtension,
    installed: &InstalledExtensions,
    latest: Option<i64>,
) -> Option<PendingExtension> {
    let (from, to) = match extension {
        RequestedExtension::Named(name) if name == ASH_FUNCTIONS => {
            let from = installed.ash_functions_version;
            if from.is_some() && from == latest {
                return None;
            }
            (from, latest)
        }
        _ if installed.installed.contains(&extension.listed_name()) => return None,
        RequestedExtension::Named(_) => (None, None),
        RequestedExtension::Custom { name, latest_version, .. } => {
            (Some(installed_version(name, installed)), Some(*latest_version))
        }
    };
    Some(PendingExtension { extension: extension.clone(), from, to })
}

/// The version of the first listed `<name>_v<version>`, 0 when there is none.
fn installed_version(name: &str, installed: &InstalledExtensions) -> i64 {
    let versions = installed.installed.iter().filter_map(|listed| listed.strip_prefix(name)?.strip_prefix("_v"));
    versions.filter_map(|version| version.parse().ok()).next().unwrap_or(0)
}

/// The version of Ash's functions that an ash_postgres release brings (`AshFunctions.latest_version/0` of each
/// release), for projects whose dependencies are not there to be read. `None` before 1.3.65.
pub fn ash_functions_version_of(ash_postgres: (u64, u64, u64)) -> Option<i64> {
    let since = [((2, 9, 0), 6), ((2, 5, 0), 5), ((2, 1, 1), 4), ((1, 3, 67), 3), ((1, 3, 65), 2)];
    since.into_iter().find(|(release, _)| ash_postgres >= *release).map(|(_, version)| version)
}

/// What an extension module of a package says about itself, for projects whose dependencies are not there to be read.
/// `locked` gives the version of a package in `mix.lock`.
pub fn extension_of(module: &str, locked: &dyn Fn(&str) -> Option<Release>) -> Option<RequestedExtension> {
    let (_, package, name, versions) = PACKAGED.iter().find(|(known, ..)| *known == module)?;
    let release = locked(package)?;
    let (_, latest_version) = versions.iter().find(|(since, _)| release >= *since)?;
    let (module, name) = (module.to_owned(), (*name).to_owned());
    Some(RequestedExtension::Custom { module, name, latest_version: *latest_version })
}

/// Major, minor, patch.
type Release = (u64, u64, u64);

/// A release, and the latest version of the extension since then.
type Since = (Release, i64);

/// Extension modules of packages: the module, the package, the name, and the latest version (newest release first), as
/// the module's `use AshPostgres.CustomExtension` has them in each release.
const PACKAGED: &[(&str, &str, &str, &[Since])] = &[
    (
        "AshPostgres.Extensions.ImmutableRaiseError",
        "ash_postgres",
        "immutable_raise_error",
        &[((2, 6, 24), 2), ((2, 6, 21), 1)],
    ),
    (
        "AshMoney.AshPostgresExtension",
        "ash_money",
        "ash_money",
        &[((0, 1, 17), 5), ((0, 1, 8), 4), ((0, 1, 7), 3), ((0, 1, 4), 2), ((0, 1, 0), 1)],
    ),
    // Only the last release is known.
    ("AshUUID.PostgresExtension", "ash_uuid", "ash-uuid", &[((1, 1, 2), 2)]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(names: &[&str], ash_functions_version: Option<i64>) -> InstalledExtensions {
        InstalledExtensions { installed: names.iter().map(|name| (*name).to_owned()).collect(), ash_functions_version }
    }

    fn named(name: &str) -> RequestedExtension {
        RequestedExtension::Named(name.to_owned())
    }

    fn custom(latest_version: i64) -> RequestedExtension {
        RequestedExtension::Custom { module: "MyApp.Words".to_owned(), name: "words".to_owned(), latest_version }
    }

    #[test]
    fn only_what_is_missing_or_older_is_pending() {
        let requested = [named("citext"), named("pg_trgm"), named(ASH_FUNCTIONS), custom(3)];
        let before = installed(&["citext", "ash-functions", "words_v2"], Some(5));
        let plan = plan_extensions(&requested, &before, Some(6)).unwrap();
        let versions: Vec<_> = plan.pending.iter().map(|pending| (pending.from, pending.to)).collect();
        assert_eq!(versions, [(None, None), (Some(5), Some(6)), (Some(2), Some(3))]);
        assert_eq!(plan.installed_after, installed(&["citext", "pg_trgm", "ash-functions", "words_v3"], Some(6)));
        assert_eq!(plan_extensions(&requested, &plan.installed_after, Some(6)), None);
    }

    #[test]
    fn a_first_install_starts_from_nothing() {
        let plan = plan_extensions(&[custom(1), named(ASH_FUNCTIONS)], &InstalledExtensions::default(), None).unwrap();
        assert_eq!((plan.pending[0].from, plan.pending[0].to), (Some(0), Some(1)));
        assert_eq!((plan.pending[1].from, plan.pending[1].to), (None, None));
    }

    #[test]
    fn releases_know_their_functions() {
        assert_eq!(ash_functions_version_of((2, 12, 0)), Some(6));
        assert_eq!(ash_functions_version_of((2, 8, 9)), Some(5));
        assert_eq!(ash_functions_version_of((1, 3, 60)), None);
        let listed = |module: &str, wanted: &str, release| {
            let extension = extension_of(module, &|package| (package == wanted).then_some(release))?;
            Some(extension.listed_name())
        };
        let immutable = |release| listed("AshPostgres.Extensions.ImmutableRaiseError", "ash_postgres", release);
        assert_eq!(immutable((2, 12, 0)).as_deref(), Some("immutable_raise_error_v2"));
        assert_eq!(immutable((2, 6, 0)), None);
        let money = |release| listed("AshMoney.AshPostgresExtension", "ash_money", release);
        assert_eq!(money((0, 2, 5)).as_deref(), Some("ash_money_v5"));
        assert_eq!(money((0, 1, 16)).as_deref(), Some("ash_money_v4"));
        assert_eq!(money((0, 1, 3)).as_deref(), Some("ash_money_v1"));
        assert_eq!(listed("AshUUID.PostgresExtension", "ash_uuid", (1, 1, 2)).as_deref(), Some("ash-uuid_v2"));
        assert_eq!(listed("AshUUID.PostgresExtension", "ash_uuid", (1, 0, 0)), None);
        assert_eq!(listed("Words.Extension", "words", (1, 0, 0)), None);
    }
}
