//! File and module names of extension migrations.

use super::super::file::{module_name, next_number};
use crate::plan::extension::{PendingExtension, RequestedExtension};

/// What the names depend on besides the extensions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExtensionNaming {
    /// The name the user gave. The caller has refused to run without one where the generator does; see
    /// [`ExtensionNaming::needs_name`].
    pub name: Option<String>,
    /// `--dev`.
    pub dev: bool,
    /// Names of the files in the migrations folder.
    pub existing: Vec<String>,
}

impl ExtensionNaming {
    /// Whether the migration takes the user's name: a single extension module names its migration itself.
    pub fn needs_name(pending: &[PendingExtension]) -> bool {
        !matches!(pending, [PendingExtension { extension: RequestedExtension::Custom { .. }, .. }])
    }
}

/// Module and file name (with stamp, without `.exs`). A single extension module takes two time stamps: the first goes
/// into the module's name, the second into the file's.
pub(super) fn names(
    pending: &[PendingExtension],
    repo: &str,
    naming: &ExtensionNaming,
    next_timestamp: &mut dyn FnMut() -> String,
) -> (String, String) {
    let dev = if naming.dev { "_dev" } else { "" };
    let (module, file) = match pending {
        [PendingExtension { extension: RequestedExtension::Custom { name, latest_version, .. }, .. }] => {
            let install = format!("install_{name}_v{latest_version}");
            let module = format!("{install}_{}", next_timestamp());
            (module, format!("{}_{install}_extension{dev}", next_timestamp()))
        }
        _ => {
            let name = naming.name.as_deref().unwrap_or("migrate_resources");
            let existing = naming.existing.iter().map(String::as_str);
            let name = format!("{name}_extensions_{}", next_number(existing, &format!("_{name}_extensions")));
            (name.clone(), format!("{}_{name}{dev}", next_timestamp()))
        }
    };
    (module_name(repo, "Migrations", &module.replace('-', "_")), file)
}
