//! A PostgreSQL cluster of our own, without a network, under a temporary folder.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A running cluster; ends with the value.
pub struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Cluster {
        let programs =
            programs().expect("PostgreSQL is not installed: run tests/run, which installs what the tests need");
        let folder = tempfile::tempdir().expect("a temporary folder");
        if is_root(folder.path()) {
            // PostgreSQL refuses to run as root.
            let done = Command::new("chown").arg("postgres").arg(folder.path()).status().expect("chown");
            assert!(done.success(), "the temporary folder cannot be given to the user postgres");
        }
        let cluster = Cluster { folder, programs };
        let data = cluster.data();
        cluster.run("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"]);
        let socket = cluster.folder.path().display();
        let settings =
            format!("-k {socket} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c autovacuum=off");
        cluster.run("pg_ctl", &["-D", &data, "-w", "-l", &format!("{socket}/log"), "-o", &settings, "start"]);
        cluster
    }

    /// The URL of a database of this cluster.
    #[allow(dead_code, reason = "only some of the tests connect without psql")]
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{database}")
    }

    /// The folder of the server's socket.
    #[allow(dead_code, reason = "only some of the tests connect without psql")]
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    /// What `psql` prints on a script, errors left out.
    pub fn psql(&self, script: &str) -> String {
        let mut child = Command::new(self.programs.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-U", "postgres", "-d", "postgres", "-h"])
            .arg(self.folder.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("psql runs");
        let mut input = child.stdin.take().expect("a pipe");
        input.write_all(script.as_bytes()).expect("psql reads");
        drop(input);
        String::from_utf8(child.wait_with_output().expect("psql ends").stdout).expect("psql prints UTF-8")
    }

    /// From now on this role has to give its password.
    #[allow(dead_code, reason = "only the tests of faults have wrong passwords")]
    pub fn require_passwords(&self, role: &str) {
        let file = Path::new(&self.data()).join("pg_hba.conf");
        let rules = std::fs::read_to_string(&file).expect("the server's rules");
        std::fs::write(&file, format!("local all {role} scram-sha-256\n{rules}")).expect("the server's rules");
        self.psql("SELECT pg_reload_conf();\nSELECT pg_sleep(0.5);\n");
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let path = self.programs.join(program);
        let mut command = if is_root(Path::new("/proc/self")) {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let log = std::fs::File::create(self.folder.path().join(format!("{program}.out"))).expect("a log");
        let status = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .status()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let text = std::fs::read_to_string(self.folder.path().join(format!("{program}.out"))).unwrap_or_default();
        assert!(status.success(), "{program} failed:\n{text}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]);
    }
}

/// Whether the one who made `path` is root.
fn is_root(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.uid() == 0)
}

/// The folder of the newest installed server's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    folders.sort();
    folders.pop().map(|(_, path)| path)
}
