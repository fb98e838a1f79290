//! Which files of a project say something: by their paths alone, relative to the root and `/` separated.

/// Folders beside `lib/` that hold no source of the project itself.
const SKIPPED: &[&str] = &["_build", "node_modules", "deps", "cover", "doc"];

/// Whether ashls reads the file at `path` (relative, `/` separated) as source.
pub fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_skipped(path) || is_generated(path) {
        return false;
    }
    let in_config = path.starts_with("config/") || path.contains("/config/");
    name.ends_with(".ex")
        || matches!(name, "mix.exs" | "mix.lock" | ".formatter.exs" | "ashls.toml")
        || (in_config && name.ends_with(".exs"))
}

/// Whether the path leads into a folder that is not looked at. Inside `lib/` those names are ordinary ones.
pub fn is_skipped(path: &str) -> bool {
    path.split('/').take_while(|part| *part != "lib").any(|part| SKIPPED.contains(&part) || part == ".git")
}

/// Whether the file is a snapshot or a migration.
pub fn is_generated(path: &str) -> bool {
    let in_priv = path.starts_with("priv/") || path.contains("/priv/");
    let name = path.rsplit('/').next().unwrap_or(path);
    in_priv && !name.starts_with('.') && (name.ends_with(".json") || name.ends_with(".exs"))
}
