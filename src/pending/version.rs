//! Whose output is written: the versions of the generators that are reproduced.

use crate::project::Project;

/// Package, the beginning of the versions that write the same, and the version that is reproduced.
const REPRODUCED: [(&str, &str, &str); 2] = [("ash_postgres", "2.12.", "2.12.0"), ("ash_sqlite", "0.2.17", "0.2.17")];

/// A sentence for each generator whose version in `mix.lock` is another than the one that is reproduced.
pub fn version_notes(project: &Project) -> Vec<String> {
    let notes = REPRODUCED.iter().filter_map(|(package, same, reproduced)| {
        let locked = project.locked_version(package)?;
        let is_same = locked == *same || (same.ends_with('.') && locked.starts_with(same));
        (!is_same).then(|| {
            format!(
                "mix.lock has {package} {locked}; what is shown and written is what {package} {reproduced} generates"
            )
        })
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_versions_are_worth_a_word() {
        let check = |package: &str, version: &str, noted: bool| {
            let lock =
                format!("%{{\"{package}\": {{:hex, :{package}, \"{version}\", \"\", [:mix], [], \"hexpm\", \"\"}}}}\n");
            let project = Project::load([("mix.lock".into(), lock.as_str().into())]);
            assert_eq!(!version_notes(&project).is_empty(), noted, "{package} {version}");
        };
        check("ash_postgres", "2.12.0", false);
        check("ash_postgres", "2.12.5", false);
        check("ash_postgres", "2.4.1", true);
        check("ash_sqlite", "0.2.17", false);
        check("ash_sqlite", "0.2.1", true);
        check("ecto", "3.0.0", false);
    }
}
