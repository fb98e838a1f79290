//! Writing goes wrong: a full disk, a folder that takes nothing, a kill, a second writer. Never anything by half.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::{command, ran};
use crate::project::Project;

/// Many tables, none of which was generated.
fn new_helpdesk() -> Project {
    let project = Project::example("helpdesk");
    std::fs::remove_dir_all(project.root.join("priv")).unwrap();
    project
}

/// The limit on the size of a file stands for a full disk: writing fails in the middle of the largest file.
#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    for project in [new_helpdesk(), Project::example("helpdesk")] {
        let before = project.everything();
        let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" codegen pending --no";
        let mut shell = Command::new("sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_ashls")]).current_dir(&project.root).stdin(Stdio::null());
        let ran = ran(shell.output().unwrap()).ends_with(2);
        ran.says("no file was changed");
        assert_eq!(project.everything(), before);
        assert!(project.root.join("priv/repo").exists() == before.keys().any(|path| path.contains("/priv/repo/")));
    }
}

#[test]
fn a_file_in_the_way_of_a_folder() {
    let project = Project::example("helpdesk");
    project.write("priv/resource_snapshots/repo/canned_replies", "in the way");
    let before = project.everything();
    let ran = project.ashls(&["codegen", "pending", "--no"]).ends_with(2);
    ran.says("priv/resource_snapshots/repo/canned_replies/");
    ran.says("no file was changed");
    assert_eq!(project.everything(), before);
}

/// Nothing may be written below `priv/`. As root, to whom permissions do not apply, somebody else tries.
#[test]
fn a_folder_that_takes_nothing() {
    const NOBODY: u32 = 65_534;
    let project = Project::example("helpdesk");
    let before = project.everything();
    let is_root = rustix::process::geteuid().is_root();
    let program = project.root.join("../ashls");
    std::fs::copy(env!("CARGO_BIN_EXE_ashls"), &program).unwrap();
    let outer = project.root.parent().unwrap().parent().unwrap();
    std::fs::set_permissions(outer, std::fs::Permissions::from_mode(0o755)).unwrap();
    let set_mode = |mode| {
        for folder in ["priv/repo/migrations", "priv/resource_snapshots/repo", "priv/resource_snapshots/repo/tickets"] {
            std::fs::set_permissions(project.root.join(folder), std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set_mode(0o555);
    let mut codegen = Command::new(&program);
    codegen.args(["codegen", "pending", "--no"]).current_dir(&project.root).stdin(Stdio::null());
    if is_root {
        codegen.uid(NOBODY).gid(NOBODY);
    }
    let ran = ran(codegen.output().unwrap()).ends_with(2);
    set_mode(0o755);
    ran.says("Permission denied");
    ran.says("no file was changed");
    std::fs::remove_file(program).unwrap();
    assert_eq!(project.everything(), before);
}

/// Killed at any moment: files with final names are whole, a snapshot has its migration, and the next run works.
#[test]
fn a_kill_in_the_middle() {
    let codegen = ["codegen", "pending", "--no", "--timestamp", "20270101000000"];
    let project = new_helpdesk();
    let started = Instant::now();
    project.ashls(&codegen).ends_with(0);
    let whole = project.files("priv");
    let whole_time = started.elapsed();
    let mut seen = BTreeMap::new();
    for attempt in 0..24 {
        let project = new_helpdesk();
        let mut child = command(&project.root, &codegen).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Reading comes first; the second half of the time is the interesting one.
        std::thread::sleep(whole_time.mul_f64(0.3 + 0.8 * f64::from(attempt) / 24.0));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = project.files("priv");
        let is_temporary = |path: &String| path.contains(".ashls-tmp-");
        for (path, text) in left.iter().filter(|(path, _)| !is_temporary(path)) {
            assert_eq!(whole.get(path), Some(text), "{path} is not whole");
        }
        let migrations = |files: &BTreeMap<String, Vec<u8>>| {
            files.keys().filter(|path| path.ends_with(".exs") && !is_temporary(path)).count()
        };
        let snapshots = left.keys().filter(|path| path.ends_with(".json") && !is_temporary(path)).count();
        assert!(snapshots == 0 || migrations(&left) == migrations(&whole), "{:?}", left.keys());
        *seen.entry(left.len() == whole.len()).or_insert(0) += 1;
        project.ashls(&["codegen", "again", "--no"]).ends_with(0);
        assert!(!project.files("priv").keys().any(is_temporary), "leftovers go with the next run");
    }
    println!("finished before the kill, or not: {seen:?}");
}

/// Two writers start together: one comes after the other and finds nothing to do.
#[test]
fn two_writers_at_once() {
    let project = new_helpdesk();
    let codegen = || {
        let mut command = command(&project.root, &["codegen", "pending", "--no"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..4).map(|_| codegen()).collect();
    let outputs: Vec<_> =
        children.into_iter().map(|child| ran(child.wait_with_output().unwrap()).ends_with(0)).collect();
    let wrote = outputs.iter().filter(|ran| ran.stdout.contains("* creating")).count();
    assert_eq!(wrote, 1);
    assert_eq!(project.files("priv/repo/migrations").len(), 2, "tables and extensions");
    project.ashls(&["diff"]).ends_with(0).shows("-- Nothing pending.");
}

#[test]
fn a_writer_that_stays_is_told_about() {
    let project = Project::shop();
    let patience = Duration::from_secs(1);
    let lock = ashls::workspace::lock::ProjectLock::acquire(&project.root, patience).unwrap();
    let before = project.everything();
    let ran = project.ashls(&["codegen", "create"]).ends_with(2);
    ran.says("another ashls is writing to");
    ran.says("try again when it has finished");
    assert_eq!(project.everything(), before);
    // Looking is no writing.
    project.ashls(&["diff"]).ends_with(0);
    project.ashls(&["codegen", "--dry-run"]).ends_with(0);
    drop(lock);
    project.ashls(&["codegen", "create"]).ends_with(0);
}
