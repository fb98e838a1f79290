//! Standard input and output, without a detour where the system lets us wait for them directly.
//!
//! tokio reads standard input, and writes standard output, on threads of their own, since they may be files or terminals.
//! Editors give a pipe or a socket. Those can be waited for as they are, which saves two changes of thread for each
//! message.

use tokio::io::{AsyncRead, AsyncWrite};

/// Where messages come from.
pub type Input = Box<dyn AsyncRead + Unpin + Send>;
/// Where messages go.
pub type Output = Box<dyn AsyncWrite + Unpin + Send>;

/// Standard input and output. Inside a tokio runtime only.
pub fn open() -> (Input, Output) {
    #[cfg(unix)]
    return (
        direct::input().unwrap_or_else(|| Box::new(tokio::io::stdin())),
        direct::output().unwrap_or_else(|| Box::new(tokio::io::stdout())),
    );
    #[cfg(not(unix))]
    (Box::new(tokio::io::stdin()), Box::new(tokio::io::stdout()))
}

#[cfg(unix)]
mod direct {
    use std::fs::{File, Metadata};
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    use std::os::unix::net;

    use tokio::net::UnixStream;
    use tokio::net::unix::pipe;

    use super::{Input, Output};

    /// Standard input, when it is a pipe or a socket.
    pub fn input() -> Option<Input> {
        let (file, metadata) = file(&std::io::stdin())?;
        if metadata.file_type().is_fifo() {
            return Some(Box::new(pipe::Receiver::from_file(file).ok()?));
        }
        Some(Box::new(socket(file, &metadata)?))
    }

    /// The same of standard output. Not when the log goes there too: its writer does not know how to wait.
    pub fn output() -> Option<Output> {
        let (file, metadata) = self::file(&std::io::stdout())?;
        let (_, log) = self::file(&std::io::stderr())?;
        if (metadata.dev(), metadata.ino()) == (log.dev(), log.ino()) {
            return None;
        }
        if metadata.file_type().is_fifo() {
            return Some(Box::new(pipe::Sender::from_file(file).ok()?));
        }
        Some(Box::new(socket(file, &metadata)?))
    }

    fn file(stream: &impl AsFd) -> Option<(File, Metadata)> {
        let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
        let metadata = file.metadata().ok()?;
        Some((file, metadata))
    }

    fn socket(file: File, metadata: &Metadata) -> Option<UnixStream> {
        if !metadata.file_type().is_socket() {
            return None;
        }
        let stream = net::UnixStream::from(OwnedFd::from(file));
        // One of another family is left to tokio's threads.
        stream.local_addr().ok()?;
        stream.set_nonblocking(true).ok()?;
        UnixStream::from_std(stream).ok()
    }
}
