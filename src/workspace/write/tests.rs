//! Writing: all or nothing, inside the project only.

use super::*;

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("priv")).unwrap();
    fs::write(folder.path().join("priv/old.json"), "old").unwrap();
    folder
}

fn write(files: &[(&str, &str)]) -> FileChanges {
    FileChanges {
        write: files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect(),
        ..FileChanges::default()
    }
}

/// Every file below `root` with its contents, sorted.
fn listing(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found
                    .push((path.strip_prefix(root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap())),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn writes_renames_and_deletes() {
    let folder = project();
    let changes = FileChanges {
        rename: vec![("priv/old.json".into(), "priv/old/initial.json".into())],
        ..write(&[("priv/repo/migrations/1_a.exs", "up"), ("priv/snap/a/1.json", "{}")])
    };
    apply(folder.path(), &changes).unwrap();
    apply(
        folder.path(),
        &FileChanges { delete: vec!["priv/snap/a/1.json".into(), "priv/none".into()], ..Default::default() },
    )
    .unwrap();
    let expected = [("priv/old/initial.json", "old"), ("priv/repo/migrations/1_a.exs", "up")];
    assert_eq!(listing(folder.path()), expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
}

#[test]
fn a_failure_changes_nothing() {
    let folder = project();
    let before = listing(folder.path());
    // The second target is a folder, so that its rename fails after the first one was published.
    fs::create_dir_all(folder.path().join("priv/taken.json/x")).unwrap();
    let mut changes = write(&[("priv/new/a.exs", "a"), ("priv/old.json", "changed"), ("priv/taken.json", "b")]);
    changes.delete.push("priv/old.json".into());
    let error = apply(folder.path(), &changes).unwrap_err();
    assert!(matches!(error, WriteError::Failed { .. }), "{error}");
    assert_eq!(listing(folder.path()), before);
    assert!(!folder.path().join("priv/new").exists());
}

#[test]
fn paths_cannot_leave_the_project() {
    let folder = project();
    for path in ["../out.json", "priv/../../out.json", "/etc/out.json", "", "priv/./a", "a\\b", "a\0b"] {
        let error = apply(folder.path(), &write(&[(path, "x")])).unwrap_err();
        assert!(matches!(error, WriteError::Outside { .. }), "{path}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_does_not_lead_out() {
    let (folder, elsewhere) = (project(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("priv/link")).unwrap();
    let error = apply(folder.path(), &write(&[("priv/link/a.json", "x")])).unwrap_err();
    assert!(matches!(error, WriteError::Outside { .. }), "{error}");
    assert!(listing(elsewhere.path()).is_empty());
}
