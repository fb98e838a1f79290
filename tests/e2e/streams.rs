//! What editors and scripts give the process as standard input and output: pipes, sockets, files.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitStatus, Stdio};

use serde_json::json;

use crate::wire::frame;

/// A session from its first message to its last.
fn session() -> Vec<u8> {
    let messages = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {}}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
    ];
    messages.iter().flat_map(frame).collect()
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ashls"));
    command.arg("lsp").stderr(Stdio::null());
    command
}

fn check(kind: &str, status: ExitStatus, output: &[u8]) {
    let output = String::from_utf8_lossy(output);
    assert_eq!(status.code(), Some(0), "{kind}: {output}");
    for answer in [r#""id":1"#, r#""id":2"#] {
        assert!(output.contains(answer), "{kind}: no {answer} in {output}");
    }
}

#[test]
fn sockets_as_node_gives_them() {
    let (mut client_in, server_in) = UnixStream::pair().unwrap();
    let (mut client_out, server_out) = UnixStream::pair().unwrap();
    let mut child = command().stdin(OwnedFd::from(server_in)).stdout(OwnedFd::from(server_out)).spawn().unwrap();
    client_in.write_all(&session()).unwrap();
    let mut output = Vec::new();
    client_out.read_to_end(&mut output).unwrap();
    check("sockets", child.wait().unwrap(), &output);
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("input"), folder.path().join("output"));
    std::fs::write(&input, session()).unwrap();
    let mut command = command();
    command.stdin(File::open(&input).unwrap()).stdout(File::create(&output).unwrap());
    let status = command.status().unwrap();
    check("files", status, &std::fs::read(&output).unwrap());
}

#[test]
fn one_pipe_for_the_output_and_the_log() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = command();
    command.stdin(Stdio::piped()).stdout(writer.try_clone().unwrap()).stderr(writer).env("ASHLS_LOG", "trace");
    let mut child = command.spawn().unwrap();
    // Its ends of the pipe.
    drop(command);
    child.stdin.take().unwrap().write_all(&session()).unwrap();
    let mut output = Vec::new();
    reader.read_to_end(&mut output).unwrap();
    check("one pipe", child.wait().unwrap(), &output);
}

#[test]
fn a_pipe_that_ends_without_a_farewell() {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let mut child = command().stdin(reader).stdout(Stdio::null()).spawn().unwrap();
    writer.write_all(&session()[..200]).unwrap();
    drop(writer);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
