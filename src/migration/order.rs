//! Which migration files run, and in which order: the rules of `Ecto.Migrator` (ecto_sql 3.14). Knows file names and
//! versions only.

use std::collections::BTreeSet;

/// A migration file by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MigrationName {
    pub version: i64,
    /// What follows the version and `_`, without `.exs`.
    pub name: String,
    /// As given.
    pub path: String,
}

/// Forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    All,
    /// This many files.
    Step(usize),
    /// Up to this version, or back to it; the version itself included.
    To(i64),
    /// The same, the version itself not included.
    ToExclusive(i64),
}

/// Two files that cannot both run (`ensure_no_duplication!/1`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Duplicate {
    #[error("the migration version {version} is there twice: {first} and {second}")]
    Version { version: i64, first: String, second: String },
    #[error("the migration name {name} is there twice: {first} and {second}")]
    Name { name: String, first: String, second: String },
}

impl MigrationName {
    /// The migration at a path whose file name is `<version>_<name>.exs`; `None` for other files.
    pub fn parse(path: &str) -> Option<MigrationName> {
        let file = path.rsplit('/').next()?;
        let stem = file.strip_suffix(".exs")?;
        let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
        let version = stem[..digits].parse().ok()?;
        let name = stem[digits..].strip_prefix('_')?.to_owned();
        Some(MigrationName { version, name, path: path.to_owned() })
    }
}

/// The files that run, in their order. `files` in any order.
pub fn pending(files: &[MigrationName], applied: &BTreeSet<i64>, way: Way, extent: Extent) -> Vec<MigrationName> {
    let mut files: Vec<MigrationName> =
        files.iter().filter(|file| applied.contains(&file.version) == (way == Way::Down)).cloned().collect();
    files.sort();
    if way == Way::Down {
        files.reverse();
    }
    let count = match extent {
        Extent::All => files.len(),
        Extent::Step(count) => count.min(files.len()),
        Extent::To(target) => files.iter().take_while(|file| reaches(file.version, target, way, true)).count(),
        Extent::ToExclusive(target) => {
            files.iter().take_while(|file| reaches(file.version, target, way, false)).count()
        }
    };
    files.truncate(count);
    files
}

fn reaches(version: i64, target: i64, way: Way, inclusive: bool) -> bool {
    match way {
        Way::Up => version < target || inclusive && version == target,
        Way::Down => version > target || inclusive && version == target,
    }
}

/// The first two files that have a version or a name in common.
pub fn duplicate(files: &[MigrationName]) -> Option<Duplicate> {
    files.iter().enumerate().find_map(|(index, file)| {
        let rest = &files[index + 1..];
        let (first, second) = (file.path.clone(), |other: &MigrationName| other.path.clone());
        if let Some(other) = rest.iter().find(|other| other.version == file.version) {
            return Some(Duplicate::Version { version: file.version, first, second: second(other) });
        }
        let other = rest.iter().find(|other| other.name == file.name)?;
        Some(Duplicate::Name { name: file.name.clone(), first, second: second(other) })
    })
}

/// Applied versions without a file, oldest first.
pub fn without_file(files: &[MigrationName], applied: &BTreeSet<i64>) -> Vec<i64> {
    applied.iter().filter(|version| files.iter().all(|file| file.version != **version)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<MigrationName> {
        ["p/3_c.exs", "p/1_a.exs", "p/20_d.exs", "p/2_b.exs", "p/.formatter.exs", "p/4.exs", "p/5_e.ex"]
            .into_iter()
            .filter_map(MigrationName::parse)
            .collect()
    }

    fn check(applied: &[i64], way: Way, extent: Extent, expected: &[i64]) {
        let found = pending(&files(), &applied.iter().copied().collect(), way, extent);
        let versions: Vec<i64> = found.iter().map(|file| file.version).collect();
        assert_eq!(versions, expected, "{way:?} {extent:?}");
    }

    #[test]
    fn files_run_by_version() {
        check(&[], Way::Up, Extent::All, &[1, 2, 3, 20]);
        check(&[2], Way::Up, Extent::All, &[1, 3, 20]);
        check(&[], Way::Up, Extent::Step(2), &[1, 2]);
        check(&[], Way::Up, Extent::To(3), &[1, 2, 3]);
        check(&[], Way::Up, Extent::ToExclusive(3), &[1, 2]);
        check(&[1, 2, 20], Way::Down, Extent::All, &[20, 2, 1]);
        check(&[1, 2, 20], Way::Down, Extent::Step(1), &[20]);
        check(&[1, 2, 20], Way::Down, Extent::To(2), &[20, 2]);
        check(&[1, 2, 20], Way::Down, Extent::ToExclusive(2), &[20]);
    }

    #[test]
    fn files_that_collide_are_named() {
        let names = |paths: &[&str]| paths.iter().filter_map(|path| MigrationName::parse(path)).collect::<Vec<_>>();
        let message = |paths: &[&str]| duplicate(&names(paths)).map(|problem| problem.to_string());
        assert_eq!(message(&["1_a.exs", "2_b.exs"]), None);
        assert_eq!(
            message(&["1_a.exs", "1_b.exs"]).as_deref(),
            Some("the migration version 1 is there twice: 1_a.exs and 1_b.exs")
        );
        assert_eq!(
            message(&["1_a.exs", "2_a.exs"]).as_deref(),
            Some("the migration name a is there twice: 1_a.exs and 2_a.exs")
        );
    }

    #[test]
    fn applied_versions_without_a_file_are_found() {
        assert_eq!(without_file(&files(), &[1, 7, 20].into()), [7]);
    }
}
