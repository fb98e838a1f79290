//! Finding the reference pages that a project's packages bring for their DSLs. They are read later, if at all.

use std::path::Path;

/// The pages below `deps/`, as paths relative to the root, sorted.
pub fn pages(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for package in names(&root.join("deps")) {
        let folder = format!("deps/{package}/documentation/dsls");
        let below = root.join(&folder);
        let pages = names(&below).filter(|name| name.starts_with("DSL") && name.ends_with(".md"));
        found.extend(pages.map(|name| format!("{folder}/{name}")));
    }
    found.sort();
    found
}

/// What lies in a folder; nothing when it is not there.
fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn pages_of_packages_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "deps/ash_beds/documentation/dsls/DSL-AshBeds.md",
            "deps/ash_beds/documentation/dsls/notes.txt",
            "deps/ash_beds/documentation/topics/DSL-Other.md",
            "deps/jason/README.md",
        ] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(pages(folder.path()), ["deps/ash_beds/documentation/dsls/DSL-AshBeds.md"]);
        assert_eq!(pages(&folder.path().join("nowhere")), Vec::<String>::new());
    }
}
