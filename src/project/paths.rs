//! Which files of a project say something: by their paths alone, relative to the root and `/` separated.

/// Folders beside `lib/` that hold no source of the project itself.
const SKIPPED: &[&str] = &["_build", "node_modules", "deps", "cover", "doc"];

/// The file of a project in whose root noted renames stand.
pub const RENAMES_FILE: &str = "ashls.renames";

/// Whether ashls reads the file at `path` (relative, `/` separated) as source.
pub fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_skipped(path) || is_generated(path) {
        return false;
    }
    let in_config = path.starts_with("config/") || path.contains("/config/");
    name.ends_with(".ex")
        || path == RENAMES_FILE
        || matches!(name, "mix.exs" | "mix.lock" | ".formatter.exs" | "ashls.toml")
        || (in_config && name.ends_with(".exs"))
}

/// Whether the path leads into a folder that is not looked at. Inside `lib/` those names are ordinary ones.
pub fn is_skipped(path: &str) -> bool {
    path.split('/').take_while(|part| *part != "lib").any(|part| SKIPPED.contains(&part) || part == ".git")
}

/// Whether the file is a snapshot or a migration: all that it may be below `priv/`, and what is named and placed like
/// one elsewhere (`test_priv/resource_snapshots/repo/posts/20240101000000.json`).
pub fn is_generated(path: &str) -> bool {
    let Some((folders, name)) = path.rsplit_once('/').filter(|(_, name)| !name.starts_with('.')) else { return false };
    let mut folders = folders.split('/');
    match name.rsplit_once('.') {
        Some((_, "json")) => folders.any(|folder| folder == "priv" || folder.starts_with("resource_snapshots")),
        Some((stem, "exs")) => {
            folders.clone().any(|folder| folder == "priv")
                || (folders.any(|folder| folder.ends_with("migrations")) && is_stamped(stem))
        }
        _ => false,
    }
}

/// Whether a name begins with a time stamp.
fn is_stamped(name: &str) -> bool {
    name.len() > 14 && name.as_bytes()[..14].iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_generators_write() {
        let check = |path: &str, generated: bool| assert_eq!(is_generated(path), generated, "{path}");
        check("priv/repo/migrations/20240101000000_a.exs", true);
        check("apps/shop/priv/resource_snapshots/repo/posts/20240101000000.json", true);
        check("test_priv/resource_snapshots/repo/posts/20240101000000.json", true);
        check("dev/repo/migrations/20240101000000_a.exs", true);
        check("dev/repo/migrations/seeds.exs", false);
        check("lib/migrations/post.ex", false);
        check("config/config.exs", false);
        check("priv/repo/.formatter.exs", false);
        check("package.json", false);
    }
}
