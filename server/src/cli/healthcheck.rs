//! `silhouette healthcheck`: checking whether the site on this machine is ready, for containers.

use std::{process::ExitCode, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{outcome::Done, terminal::say};
use crate::config::{Flags, Settings};

/// Time limit for the response.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);

/// Checks whether the site is ready, with a request to the address that it listens on.
pub async fn check(flags: Flags) -> Done {
    let url = Settings::read(flags)?.addr.url();
    let place = url.trim_start_matches("http://").to_owned();
    let ask = async {
        let mut socket = TcpStream::connect(&place).await?;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        socket.take(4096).read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = match timeout(TIME_TO_ANSWER, ask).await {
        Ok(answer) => answer
            .map_err(|error| format!("no site answers at {url}: {error}; see the site's log"))?,
        Err(_) => {
            return Err(
                format!("{url} did not answer within five seconds; see the site's log").into(),
            );
        }
    };
    let status = String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).into_owned();
    match answer.starts_with(b"HTTP/1.1 200 ") {
        true => {
            say(format_args!("{url} is ready.\n"));
            Ok(ExitCode::SUCCESS)
        }
        false => Err(format!("{url} is not ready: its database does not answer, or another program is listening there (status {status}); see the site's log").into()),
    }
}
