//! A proxy before PostgreSQL that lets only so many messages pass.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What happens when the last message that may pass has passed.
pub type Act = Box<dyn FnMut() + Send>;

pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
}

struct State {
    socket: PathBuf,
    passed: AtomicUsize,
    limit: AtomicUsize,
    act: Mutex<Option<Act>>,
    full: AtomicBool,
}

impl Proxy {
    /// A proxy for the server at `socket`, on a free port. It ends with the process.
    pub fn start(socket: PathBuf) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State {
            socket,
            passed: AtomicUsize::new(0),
            limit: AtomicUsize::new(usize::MAX),
            act: Mutex::new(None),
            full: AtomicBool::new(false),
        });
        let shared = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = shared.clone();
                thread::spawn(move || state.serve(client));
            }
        });
        Proxy { port, state }
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// From now on `limit` requests pass, on all connections together; at the next one `act` is done, and every
    /// connection is cut.
    pub fn allow(&self, limit: usize) {
        self.state.passed.store(0, Ordering::SeqCst);
        self.state.limit.store(limit, Ordering::SeqCst);
    }

    /// From now on every statement that begins with `CREATE TABLE` is answered as by a server whose disk is full.
    pub fn fill_the_disk(&self, full: bool) {
        self.state.full.store(full, Ordering::SeqCst);
    }

    /// What is done at the limit, once.
    pub fn at_the_limit(&self, act: Act) {
        *self.state.act.lock().expect("no panic") = Some(act);
    }
}

impl State {
    fn serve(&self, mut client: TcpStream) {
        let Ok(mut server) = UnixStream::connect(&self.socket) else { return };
        let (Ok(mut from_server), Ok(mut to_client)) = (server.try_clone(), client.try_clone()) else { return };
        thread::spawn(move || {
            let _ = std::io::copy(&mut from_server, &mut to_client);
            let _ = to_client.shutdown(Shutdown::Both);
        });
        let _ = self.forward(&mut client, &mut server);
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }

    /// Passes the client's messages on. The first one has no type.
    fn forward(&self, client: &mut TcpStream, server: &mut UnixStream) -> std::io::Result<()> {
        let mut first = true;
        loop {
            let mut head = vec![0; if first { 4 } else { 5 }];
            client.read_exact(&mut head)?;
            let length = u32::from_be_bytes(head[head.len() - 4..].try_into().expect("four bytes"));
            let mut body = vec![0; length as usize - 4];
            client.read_exact(&mut body)?;
            // A simple query, or the end of an extended one.
            if !first && matches!(head[0], b'Q' | b'S') {
                let passed = self.passed.fetch_add(1, Ordering::SeqCst);
                if passed >= self.limit.load(Ordering::SeqCst) {
                    if let Some(mut act) = self.act.lock().expect("no panic").take() {
                        act();
                    }
                    return Ok(());
                }
            }
            if !first && head[0] == b'Q' && self.full.load(Ordering::SeqCst) && body.starts_with(b"CREATE TABLE \"") {
                client.write_all(&disk_full())?;
                continue;
            }
            first = false;
            server.write_all(&head)?;
            server.write_all(&body)?;
        }
    }
}

/// What a server says that has no room for a table: an error, and that the transaction has failed.
fn disk_full() -> Vec<u8> {
    let fields = [
        ("S", "ERROR"),
        ("V", "ERROR"),
        ("C", "53100"),
        ("M", "could not extend file \"base/5/16384\": No space left on device"),
        ("H", "Check free disk space."),
    ];
    let mut body: Vec<u8> = fields.iter().flat_map(|(kind, text)| format!("{kind}{text}\0").into_bytes()).collect();
    body.push(0);
    let length = u32::try_from(body.len() + 4).expect("a short message");
    let mut message = vec![b'E'];
    message.extend(length.to_be_bytes());
    message.extend(body);
    message.extend([b'Z', 0, 0, 0, 5, b'E']);
    message
}
