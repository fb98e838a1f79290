//! Notices when the editor that started the server has died without saying so.

use std::time::Duration;

/// How often systems without a way to wait for a foreign process are asked.
const INTERVAL: Duration = Duration::from_secs(1);

/// Calls `ended` from a thread of its own when the process `id` ends.
///
/// A process that cannot be seen to begin with is not watched: with containers in between, the client's number means
/// nothing here.
pub fn watch(id: u32, ended: impl FnOnce() + Send + 'static) {
    let Some(process) = Process::find(id) else {
        tracing::info!("the client's process {id} is not visible and not watched");
        return;
    };
    let spawned = std::thread::Builder::new().name("parent".into()).spawn(move || {
        process.wait();
        tracing::warn!("the client's process {id} has ended");
        ended();
    });
    if let Err(error) = spawned {
        tracing::warn!("the client's process cannot be watched: {error}");
    }
}

#[cfg(unix)]
struct Process(rustix::process::Pid);

#[cfg(unix)]
impl Process {
    fn find(id: u32) -> Option<Process> {
        let id = rustix::process::Pid::from_raw(i32::try_from(id).ok()?)?;
        let process = Process(id);
        process.is_alive().then_some(process)
    }

    fn is_alive(&self) -> bool {
        // Not being allowed to signal it means that it is there.
        !matches!(rustix::process::test_kill_process(self.0), Err(rustix::io::Errno::SRCH))
    }

    fn wait(&self) {
        #[cfg(target_os = "linux")]
        if self.wait_for_end() {
            return;
        }
        while self.is_alive() {
            std::thread::sleep(INTERVAL);
        }
    }

    /// Sleeps until the process ends; also when nobody collects its status. `false` where the kernel cannot.
    #[cfg(target_os = "linux")]
    fn wait_for_end(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, poll};
        let Ok(descriptor) = rustix::process::pidfd_open(self.0, rustix::process::PidfdFlags::empty()) else {
            return false;
        };
        loop {
            match poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], None) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return true,
                Err(_) => return false,
            }
        }
    }
}

/// Elsewhere the end of the input tells that the client has gone.
#[cfg(not(unix))]
struct Process;

#[cfg(not(unix))]
impl Process {
    fn find(_: u32) -> Option<Process> {
        None
    }

    fn wait(&self) {
        loop {
            std::thread::sleep(INTERVAL);
        }
    }
}
