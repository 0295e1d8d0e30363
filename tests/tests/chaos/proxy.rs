//! A proxy on loopback that spoils the answers to some requests.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What happens to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// 429, each time.
    Throttled,
    /// 500, each time.
    ServerError,
    /// The connection is reset instead.
    Reset,
    /// Half of the body, and the connection ends.
    BrokenOff,
    /// Half of the body, with the length of the half.
    Truncated,
    /// 200 without a body.
    Empty,
    /// 204.
    NoContent,
    /// 200 with an object without members.
    Braces,
    /// The whole answer, late.
    Slow,
    /// A body that does not end.
    Huge,
    /// Nothing, ever.
    Hang,
}

pub(crate) const FAULTS: [Fault; 11] = [
    Fault::Throttled,
    Fault::ServerError,
    Fault::Reset,
    Fault::BrokenOff,
    Fault::Truncated,
    Fault::Empty,
    Fault::NoContent,
    Fault::Braces,
    Fault::Slow,
    Fault::Huge,
    Fault::Hang,
];

/// How late a slow answer is.
const LATE: Duration = Duration::from_millis(1500);

/// What a request is about, by its head: a service, or an endpoint.
pub(crate) type KeyOf = fn(&str) -> String;

/// A proxy in front of a server on loopback.
pub(crate) struct Proxy {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    own: String,
    key_of: KeyOf,
    plan: Mutex<Option<(String, Fault)>>,
    seen: Mutex<Vec<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Starts one in front of `http://127.0.0.1:1234`.
    pub(crate) fn start(upstream: &str, key_of: KeyOf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared {
            upstream: upstream.trim_start_matches("http://").to_owned(),
            own: own.clone(),
            key_of,
            plan: Mutex::default(),
            seen: Mutex::default(),
        });
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&of_thread);
                // a connection that fails is the business of the client
                std::thread::spawn(move || drop(shared.serve(stream)));
            }
        });
        Self {
            url: format!("http://{own}"),
            shared,
        }
    }

    /// Spoils the answers to all requests of a key; `None` spoils no more.
    pub(crate) fn spoil(&self, plan: Option<(&str, Fault)>) {
        *lock(&self.shared.plan) = plan.map(|(key, fault)| (key.to_owned(), fault));
    }

    /// The keys of the requests so far, sorted, each once.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys = lock(&self.shared.seen).clone();
        keys.sort();
        keys.dedup();
        keys
    }
}

impl Shared {
    fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        let (head, body) = read_request(&mut client)?;
        let key = (self.key_of)(&head);
        lock(&self.seen).push(key.clone());
        let plan = lock(&self.plan).clone();
        let fault = plan.filter(|(of, _)| *of == key).map(|(_, fault)| fault);
        match fault {
            Some(Fault::Throttled) => answer(
                &mut client,
                "429 Too Many Requests",
                b"{\"message\": \"slow down\"}",
            ),
            Some(Fault::ServerError) => answer(
                &mut client,
                "500 Internal Server Error",
                b"<html>oops</html>",
            ),
            Some(Fault::Empty) => answer(&mut client, "200 OK", b""),
            Some(Fault::Braces) => answer(&mut client, "200 OK", b"{}"),
            Some(Fault::NoContent) => {
                client.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            }
            // unread bytes make the kernel reset the connection
            Some(Fault::Reset) => client.shutdown(Shutdown::Both),
            Some(Fault::Hang) => {
                let mut rest = [0_u8; 64];
                while client.read(&mut rest)? > 0 {}
                Ok(())
            }
            Some(Fault::Huge) => {
                client.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"x\": \"")?;
                let block = vec![b'a'; 1 << 20];
                for _ in 0..512 {
                    client.write_all(&block)?;
                }
                Ok(())
            }
            Some(Fault::Slow) => {
                std::thread::sleep(LATE);
                client.write_all(&self.forward(&head, &body)?)
            }
            Some(half @ (Fault::BrokenOff | Fault::Truncated)) => {
                let whole = self.forward(&head, &body)?;
                let start = end_of_head(&whole).unwrap_or(whole.len());
                let (head, body) = whole.split_at(start);
                let cut = &body[..body.len() / 2];
                if half == Fault::BrokenOff {
                    client.write_all(head)?;
                    return client.write_all(cut);
                }
                let head = String::from_utf8_lossy(head);
                let kept: Vec<&str> = head
                    .trim_end()
                    .split("\r\n")
                    .filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"))
                    .collect();
                let head = format!(
                    "{}\r\nContent-Length: {}\r\n\r\n",
                    kept.join("\r\n"),
                    cut.len()
                );
                client.write_all(head.as_bytes())?;
                client.write_all(cut)
            }
            None => client.write_all(&self.forward(&head, &body)?),
        }
    }

    /// The answer of the server, with links that lead through this proxy.
    fn forward(&self, head: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(&self.upstream)?;
        let mut lines: Vec<&str> = head
            .trim_end()
            .split("\r\n")
            .filter(|line| {
                let name = line
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                !matches!(
                    &*name,
                    "connection" | "transfer-encoding" | "content-length"
                )
            })
            .collect();
        let length = format!("Content-Length: {}", body.len());
        lines.extend(["Connection: close", &*length]);
        server.write_all(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes())?;
        server.write_all(body)?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        // both ports have five digits: no length changes
        let (from, to) = (self.upstream.as_bytes(), self.own.as_bytes());
        if from.len() == to.len() {
            let mut at = 0;
            while let Some(found) = answer[at..].windows(from.len()).position(|w| w == from) {
                answer[at + found..at + found + to.len()].copy_from_slice(to);
                at += found + to.len();
            }
        }
        Ok(answer)
    }
}

fn answer(client: &mut TcpStream, status: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes())?;
    client.write_all(body)
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(at + 4)
}

fn read_request(client: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut block = [0_u8; 16 * 1024];
    let start = loop {
        if let Some(start) = end_of_head(&bytes) {
            break start;
        }
        match client.read(&mut block)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend_from_slice(&block[..n]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..start]).into_owned();
    let length = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length
            .then(|| value.trim().parse::<usize>().ok())
            .flatten()
    });
    let mut body = bytes.split_off(start);
    while body.len() < length.unwrap_or(0) {
        match client.read(&mut block)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => body.extend_from_slice(&block[..n]),
        }
    }
    Ok((head, body))
}
