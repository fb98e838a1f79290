//! A repo as it was read to a repo as the generators need it.

use super::state::{OpenFact, dialect};
use crate::codegen::RepoInfo;
use crate::elixir::eval::{Environment, Value};
use crate::plan::extension::{self, RequestedExtension};
use crate::project::ProjectRepo;
use crate::render::ecto::extensions::library::requested_extension;
use crate::resource::{Extension, Fact, Unresolved};

/// Converts a repo. What is not known becomes the default, and an entry of `facts`. `ash_postgres` is the locked
/// version, for extension modules of a library that is not there to be read.
pub(super) fn repo_info(
    known: &ProjectRepo,
    environment: &dyn Environment,
    ash_postgres: Option<(u64, u64, u64)>,
    facts: &mut Vec<OpenFact>,
) -> RepoInfo {
    let repo = &known.repo;
    let default = RepoInfo::new(&repo.module, dialect(repo.database));
    let mut settle = Settle { module: &repo.module, facts };
    let mut installed_extensions = Vec::new();
    for entry in settle.settle("installed_extensions", &repo.installed_extensions, Vec::new()) {
        match requested(&entry, environment, ash_postgres) {
            Ok(extension) => installed_extensions.push(extension),
            Err(reason) => settle.note("installed_extensions", reason, &repo.origin),
        }
    }
    RepoInfo {
        listed: known.listed,
        app_folder: known.app_folder.clone(),
        priv_folder: settle.settle("priv", &repo.priv_path, None),
        migrations_path: settle.settle("migrations_path", &repo.migrations_path, None),
        tenant_migrations_path: settle.settle("tenant_migrations_path", &repo.tenant_migrations_path, None),
        snapshots_path: settle.settle("snapshots_path", &repo.snapshots_path, None),
        default_prefix: settle.settle("default_prefix", &repo.default_prefix, default.default_prefix.clone()),
        installed_extensions,
        migrate_extensions: settle.settle("migrate_extensions?", &repo.migrate_extensions, true),
        create_schemas_in_migrations: settle.settle("create_schemas_in_migrations?", &repo.create_schemas, true),
        use_builtin_uuidv7_function: settle.settle("use_builtin_uuidv7_function?", &repo.builtin_uuidv7, false),
        ..default
    }
}

fn requested(
    entry: &Extension,
    environment: &dyn Environment,
    ash_postgres: Option<(u64, u64, u64)>,
) -> Result<RequestedExtension, String> {
    match entry {
        Extension::Name(name) => Ok(RequestedExtension::Named(name.clone())),
        Extension::Module(module) => requested_extension(&Value::module(module), environment)
            .or_else(|reason| ash_postgres.and_then(|version| extension::extension_of(module, version)).ok_or(reason)),
    }
}

struct Settle<'a> {
    module: &'a str,
    facts: &'a mut Vec<OpenFact>,
}

impl Settle<'_> {
    fn settle<T: Clone>(&mut self, path: &str, fact: &Fact<T>, placeholder: T) -> T {
        match fact {
            Ok(value) => value.clone(),
            Err(unknown) => {
                self.note(path, unknown.reason.clone(), &unknown.origin);
                placeholder
            }
        }
    }

    fn note(&mut self, path: &str, reason: String, origin: &crate::elixir::eval::Origin) {
        let fact = Unresolved { path: path.to_owned(), reason, origin: origin.clone() };
        self.facts.push(OpenFact { module: self.module.to_owned(), table: None, fact, assumed: false });
    }
}
