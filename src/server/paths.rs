//! Between the client's URIs and paths.

use std::path::{Component, Path, PathBuf};

use tower_lsp::ls_types::Uri;

/// The path of a `file:` URI, without `.` and `..`; `None` for other schemes and for URIs that name no absolute path.
pub fn to_path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.to_file_path()?;
    path.is_absolute().then(|| normal(&path))
}

/// The `file:` URI of an absolute path.
pub fn to_uri(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn check(uri: &str, path: Option<&str>) {
        assert_eq!(to_path(&Uri::from_str(uri).unwrap()).as_deref(), path.map(Path::new));
    }

    #[cfg(unix)]
    #[test]
    fn only_absolute_files_have_a_path() {
        check("file:///a%20b/%C3%A4.ex", Some("/a b/ä.ex"));
        check("FILE:///a/../b/./c.ex", Some("/b/c.ex"));
        check("untitled:Untitled-1", None);
        check("git:/a/b.ex?ref", None);
        check("file:", None);
    }

    #[cfg(unix)]
    #[test]
    fn paths_come_back_as_they_were() {
        for path in ["/a b/c#d.ex", "/ä/?x.ex", "/100%/x.ex"] {
            assert_eq!(to_path(&to_uri(Path::new(path)).unwrap()).as_deref(), Some(Path::new(path)));
        }
    }
}
