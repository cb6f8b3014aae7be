//! Checks outside the database's contents: settings, files, the clock, the network.

use app::profile::rules::date::DAY_MS;
use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};
use url::Url;

use super::Finding;
use crate::{clock::EARLIEST, config::Settings, database::Database, proxies::TrustedProxies};
use store::watch::ClockState;

/// The free disk space that a site should have, in bytes.
const ROOM: u64 = 512 * 1024 * 1024;

/// A step back of the clock that counts as an error, in milliseconds: thirty days.
const AHEAD_MS: i64 = 30 * DAY_MS;

/// Time limit for a response from the public address.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);

/// Checks the settings by themselves, without accessing the network.
pub fn settings(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let off = settings.limits.switched_off();
    findings.push(match off.is_empty() {
        true => Finding::fine("limits", "all rate limits are on"),
        false => Finding::warning(
            "limits",
            format!("these rate limits are off: {}", off.join(", ")),
            "without limits, anyone can guess passwords and send emails endlessly; delete the `=off` entries from `limits`",
        ),
    });
    findings.push(match &settings.public_url {
        None => Finding::warning(
            "public_url",
            "the site has no public address: it works on this machine only, and links in emails point there",
            "set `public_url` before anyone else uses the site",
        ),
        Some(url) if url.starts_with("http://") => Finding::warning(
            "public_url",
            format!("{url} is not encrypted: anyone on the network path can read passwords"),
            "put a proxy with a certificate in front, and set `public_url` to its https address",
        ),
        Some(url) => Finding::fine("public_url", format!("the site is at {url}")),
    });
    let no_proxy = settings.trusted_proxies == TrustedProxies::default();
    findings.push(match (&settings.public_url, no_proxy) {
        (Some(url), true) if url.starts_with("https://") => Finding::warning(
            "proxies",
            "no proxy is trusted: behind one, all visitors have its address, and share their limits",
            "set `trusted_proxies` to the address of the proxy that has the certificate",
        ),
        _ => Finding::fine("proxies", "visitors are told apart by their addresses"),
    });
    findings.push(match settings.smtp {
        Some(_) => Finding::fine("smtp", "there is a mail server"),
        None => Finding::warning(
            "smtp",
            "emails are written to files, and reach nobody",
            "set `smtp` to a mail server",
        ),
    });
    findings
}

/// Checks whether a server accepts connections at the public address of the site.
pub async fn answers(public_url: Option<&str>) -> Option<Finding> {
    const CHECK: &str = "answers";
    let url = Url::parse(public_url?).ok()?;
    let shown = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
    let find = tokio::task::spawn_blocking(move || url.socket_addrs(|| None));
    let connect = async {
        let found = find.await.map_err(io::Error::other)??;
        TcpStream::connect(&found[..]).await.map(drop)
    };
    let advice = "check that the proxy is running, that the name resolves to it, and that no firewall blocks it";
    Some(match timeout(TIME_TO_ANSWER, connect).await {
        Ok(Ok(())) => Finding::fine(CHECK, format!("{shown} accepts connections")),
        Ok(Err(error)) => Finding::error(
            CHECK,
            format!("{shown} does not accept connections: {error}"),
            advice,
        ),
        Err(_) => Finding::error(
            CHECK,
            format!("{shown} does not answer within five seconds"),
            advice,
        ),
    })
}

/// Checks the clock against the last time that the site has seen.
pub fn clock(seen: Option<ClockState>, now: i64) -> Finding {
    const CHECK: &str = "clock";
    let advice = "set the clock of the machine, preferably with NTP";
    if now < EARLIEST {
        return Finding::error(CHECK, "the clock is before 2026", advice);
    }
    match seen {
        Some(seen) if !seen.is_believed() => Finding::warning(
            CHECK,
            "the clock is far from the time that the site last saw: nothing is erased until the site has run for a day",
            "set the clock if it is wrong; if the site was off, wait",
        ),
        Some(seen) if now < seen.believed_at - AHEAD_MS => Finding::error(
            CHECK,
            "the clock is a month behind the time that the site last saw",
            advice,
        ),
        _ => Finding::fine(CHECK, "the clock is plausible"),
    }
}

/// The files of a database that other users of the machine can read. Must be called before the
/// database is opened for writing, which restricts their permissions.
pub fn open_files(database: &Database) -> Vec<PathBuf> {
    let Database::File(path) = database else {
        return Vec::new();
    };
    let is_open = |path: &PathBuf| {
        let mode = fs::metadata(path).map(|file| file.permissions().mode());
        mode.is_ok_and(|mode| mode & 0o077 != 0)
    };
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let all = [path.to_owned(), beside("-wal"), beside("-shm")];
    all.into_iter().filter(is_open).collect()
}

/// Checks the permissions of the files of a database, and the free disk space.
pub fn files(database: &Database, open: &[PathBuf], fixes: bool) -> Vec<Finding> {
    let Database::File(path) = database else {
        return Vec::new();
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut findings = vec![privacy(open, fixes)];
    findings.extend(room(path, folder));
    findings
}

fn privacy(open: &[PathBuf], fixes: bool) -> Finding {
    const CHECK: &str = "files";
    let names: Vec<String> = open.iter().map(|path| path.display().to_string()).collect();
    let names = names.join(", ");
    if open.is_empty() {
        return Finding::fine(CHECK, "nobody else can read the files of the database");
    }
    if !fixes {
        let text = format!("other users of this machine can read {names}");
        return Finding::error(CHECK, text, "run `silhouette doctor --fix`");
    }
    let close = |path: &PathBuf| fs::set_permissions(path, Permissions::from_mode(0o600));
    match open.iter().try_for_each(close) {
        Ok(()) => Finding::fixed(CHECK, format!("nobody else can read {names} any more")),
        Err(error) => Finding::error(
            CHECK,
            format!("the permissions of {names} cannot be changed: {error}"),
            "run `silhouette doctor --fix` as their owner",
        ),
    }
}

fn room(path: &Path, folder: &Path) -> Option<Finding> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let size = fs::metadata(path).map_or(0, |file| file.len());
    Some(has_room(disk.f_bavail * disk.f_frsize, size))
}

/// Compares the free disk space with the size of the database.
fn has_room(free: u64, size: u64) -> Finding {
    const CHECK: &str = "disk";
    let mib = |bytes: u64| bytes / (1024 * 1024);
    match free < ROOM.max(size) {
        true => Finding::warning(
            CHECK,
            format!(
                "{} MiB are free beside a database of {} MiB",
                mib(free),
                mib(size)
            ),
            "free up disk space: an upgrade and a backup each need as much as the database takes up",
        ),
        false => Finding::fine(CHECK, format!("{} MiB are free", mib(free))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_has_to_take_the_database_once_more() {
        const GIB: u64 = 1024 * 1024 * 1024;
        assert!(!has_room(GIB, GIB / 4).is_open());
        assert!(has_room(GIB, 2 * GIB).is_open());
        assert!(has_room(GIB / 4, 0).is_open());
    }
}
