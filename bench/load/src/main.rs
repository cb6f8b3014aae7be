//! A load generator: `load ADDRESS SECONDS < connections`.
//!
//! Each line of the input is a connection that is kept, with the request that it sends again
//! and again: method, path, cookies, body and a number, separated by tabs. `{n}` in the body
//! is replaced by that number, which grows with each request that is accepted: by a page, or by a redirect after a form.
//!
//! It prints one line: accepted requests, other answers, the median and the 99th percentile
//! of their times in microseconds, and then the number that each connection has got to.

use std::{
    io::{self, BufRead},
    process::ExitCode,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

#[derive(Clone)]
struct Connection {
    method: String,
    path: String,
    cookies: String,
    body: String,
    number: u64,
}

#[derive(Default)]
struct Outcome {
    accepted: u64,
    others: u64,
    micros: Vec<u32>,
    number: u64,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(seconds)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: load ADDRESS SECONDS < connections");
        return ExitCode::FAILURE;
    };
    let seconds = Duration::from_secs_f64(seconds.parse().expect("a number of seconds"));
    let connections: Vec<_> = io::stdin()
        .lock()
        .lines()
        .map(|line| parse(&line.unwrap()))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcomes = LocalSet::new().block_on(&runtime, async {
        let end = Instant::now() + seconds;
        let running: Vec<_> = connections
            .into_iter()
            .map(|connection| tokio::task::spawn_local(run(address.clone(), connection, end)))
            .collect();
        let mut outcomes = Vec::new();
        for run in running {
            outcomes.push(run.await.expect("a connection does not panic"));
        }
        outcomes
    });
    let mut micros: Vec<_> = outcomes
        .iter()
        .flat_map(|outcome| &outcome.micros)
        .copied()
        .collect();
    micros.sort_unstable();
    let at = |share: f64| {
        micros
            .get((micros.len() as f64 * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    let accepted: u64 = outcomes.iter().map(|outcome| outcome.accepted).sum();
    let others: u64 = outcomes.iter().map(|outcome| outcome.others).sum();
    let numbers: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.number.to_string())
        .collect();
    println!(
        "{accepted} {others} {} {} {}",
        at(0.5),
        at(0.99),
        numbers.join(",")
    );
    ExitCode::SUCCESS
}

fn parse(line: &str) -> Connection {
    let mut parts = line.split('\t').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    Connection {
        method: next(),
        path: next(),
        cookies: next(),
        body: next(),
        number: next().parse().unwrap_or(1),
    }
}

async fn run(address: String, connection: Connection, end: Instant) -> Outcome {
    let mut outcome = Outcome {
        number: connection.number,
        ..Outcome::default()
    };
    let mut socket = TcpStream::connect(&address)
        .await
        .expect("the server listens");
    socket.set_nodelay(true).unwrap();
    let mut buffer = Vec::new();
    while Instant::now() < end {
        let request = request(&address, &connection, outcome.number);
        let start = Instant::now();
        let sent = socket.write_all(request.as_bytes()).await;
        let status = match sent {
            Ok(()) => read(&mut socket, &mut buffer).await,
            Err(_) => None,
        };
        // A server may end a connection when it likes (RFC 9112 §9.6).
        let Some(status) = status else {
            outcome.others += 1;
            socket = TcpStream::connect(&address)
                .await
                .expect("the server listens");
            continue;
        };
        outcome.micros.push(start.elapsed().as_micros() as u32);
        match (status, connection.method.as_str()) {
            (200, _) | (302 | 303, "POST") => outcome.accepted += 1,
            (_, "POST") => {
                outcome.others += 1;
                continue;
            }
            _ => outcome.others += 1,
        }
        outcome.number += 1;
    }
    outcome
}

fn request(address: &str, connection: &Connection, number: u64) -> String {
    let Connection {
        method,
        path,
        cookies,
        body,
        ..
    } = connection;
    let path = &filled(path, number);
    let body = filled(body, number);
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\n");
    if !cookies.is_empty() {
        head += &format!("Cookie: {cookies}\r\n");
    }
    if method == "POST" {
        head += &format!(
            "Origin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            body.len()
        );
    }
    head + "\r\n" + &body
}

/// A path or a body with its numbers.
fn filled(text: &str, number: u64) -> String {
    let text = text.replace("{n}", &number.to_string());
    let Some((before, rest)) = text.split_once("{of ") else {
        return text;
    };
    let (count, after) = rest.split_once('}').expect("a count ends");
    let count: u64 = count.parse().expect("a count is a number");
    // The multiplier of Knuth's multiplicative hash (TAOCP 6.4).
    let one = number.wrapping_mul(2_654_435_769) % (1 << 32) * count >> 32;
    format!("{before}{one}{after}")
}

/// Reads an answer, and gives its status; `None` if the connection ends before.
async fn read(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<u16> {
    buffer.clear();
    loop {
        if socket.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = std::str::from_utf8(&buffer[..end])
            .ok()?
            .to_ascii_lowercase();
        let field = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        let body = &buffer[end + 4..];
        let is_whole = match field("content-length:") {
            Some(length) => body.len() >= length.parse::<usize>().ok()?,
            None if field("transfer-encoding:").is_some() => body.ends_with(b"0\r\n\r\n"),
            None => true,
        };
        if is_whole {
            return head.get(9..12)?.parse().ok();
        }
    }
}
