//! Reading projects, also damaged ones.

use super::*;
use std::fs;

fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, contents) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    folder
}

#[test]
fn reads_sources_and_the_newest_snapshots_only() {
    let folder = project(&[
        ("mix.exs", b"m"),
        ("lib/a.ex", b"a"),
        ("lib/deps/b.ex", b"b"),
        ("lib/a.txt", b"-"),
        ("deps/x/lib/x.ex", b"-"),
        ("_build/dev/lib/y.ex", b"-"),
        ("config/config.exs", b"c"),
        ("priv/resource_snapshots/repo/posts/20240101000000.json", b"1"),
        ("priv/resource_snapshots/repo/posts/20240201000000.json", b"2"),
        ("priv/resource_snapshots/repo/posts/20240301000000_dev.json", b"3"),
        ("priv/resource_snapshots/repo/extensions.json", b"e"),
        ("priv/repo/migrations/20240101000000_x.exs", b"m"),
        ("priv/repo/migrations/20240301000000_x_dev.exs", b"d"),
    ]);
    let files = project_files(folder.path());
    assert_eq!(files.sources.keys().collect::<Vec<_>>(), ["config/config.exs", "lib/a.ex", "lib/deps/b.ex", "mix.exs"]);
    let read: Vec<_> = files.generated.iter().map(|(path, text)| (path.as_str(), text.as_deref())).collect();
    assert_eq!(
        read,
        [
            ("priv/repo/migrations/20240101000000_x.exs", None),
            ("priv/repo/migrations/20240301000000_x_dev.exs", Some("d")),
            ("priv/resource_snapshots/repo/extensions.json", Some("e")),
            ("priv/resource_snapshots/repo/posts/20240101000000.json", None),
            ("priv/resource_snapshots/repo/posts/20240201000000.json", Some("2")),
            ("priv/resource_snapshots/repo/posts/20240301000000_dev.json", Some("3")),
        ]
    );
    assert!(files.problems.is_empty(), "{:?}", files.problems);
}

#[test]
fn one_bad_file_does_not_take_down_the_rest() {
    let folder = project(&[("lib/bad.ex", b"ok\n\xff\xfe"), ("lib/good.ex", b"good")]);
    let huge = fs::File::create(folder.path().join("lib/huge.ex")).unwrap();
    huge.set_len(20 * 1024 * 1024).unwrap();
    let files = project_files(folder.path());
    assert_eq!(files.sources.keys().collect::<Vec<_>>(), ["lib/good.ex"]);
    let messages: Vec<_> =
        files.problems.iter().map(|problem| format!("{} {}", problem.path, problem.message)).collect();
    assert_eq!(
        messages,
        [
            "lib/bad.ex is not UTF-8 (line 2, byte 3); save it as UTF-8",
            "lib/huge.ex is 20 MB; files over 8 MB are not read",
        ]
    );
}

#[cfg(unix)]
#[test]
fn symbolic_link_loops_end() {
    let folder = project(&[("lib/a.ex", b"a")]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("lib/loop")).unwrap();
    let files = project_files(folder.path());
    assert_eq!(files.sources.keys().collect::<Vec<_>>(), ["lib/a.ex"]);
    assert_eq!(files.problems.len(), 1, "{:?}", files.problems);
}
