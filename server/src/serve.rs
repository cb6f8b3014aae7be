//! Sockets: accepts connections, limits them, and shuts down gracefully.
//!
//! `axum::serve` is not used: it has no time limit for the head of a request, so a client
//! sending a byte a minute would hold a connection for ever.

mod housekeeping;
mod schema_watch;
mod systemd;
mod watched;

use app::{account::types::email::EmailRule, backend::Site as SiteInfo};
use axum::{Router, middleware::from_fn_with_state};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use socket2::SockRef;
use std::{
    error::Error,
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::pin,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, lookup_host},
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tower::ServiceExt;

use crate::{
    accounts::{schema, second::accept_key},
    clock::Clock,
    config::{Listen, Settings, local_url},
    connections::{Admission, ConnectionSlot, Connections, Full, ResponseBody},
    database::Database,
    http::{
        client::Peer,
        endpoints::assets::{Assets, BuiltFiles},
        observe::{Observer, observe},
    },
    limits::Limits,
    mail::{Mailer, Sender, Transport},
    media::{Confinement, Media},
    metrics::Metrics,
    password::{Cost, Passwords},
    proxies::TrustedProxies,
    router::router,
    schema_file::{live::LiveSchemas, schemas_of},
    site::Site,
};
use housekeeping::{run_housekeeping, settle};
use schema_watch::{follow_schema, warn_without_manager};
use store::client::network;
use watched::Watched;

/// The length of the kernel's queue of connections.
const BACKLOG: u32 = 4096;
/// Pause before trying again to admit a connection when all slots are taken.
const WHILE_FULL: Duration = Duration::from_millis(20);
/// The response on a connection beyond the share of its network.
const NO_MORE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";
/// Minimum time between log lines about such connections.
const LOG_EVERY: Duration = Duration::from_secs(60);
/// Time limit for a client to acknowledge data; one that never reads is disconnected.
const TIME_TO_TAKE: Duration = Duration::from_secs(30);
/// Bytes of a request's head that are always accepted. hyper checks the limit only before it
/// reads on, so it may accept twice as many; a longer head is answered with 431.
const MAX_HEAD: usize = 32 * 1024;
/// Time limit for the head of a request, and for an idle connection.
const TIME_FOR_A_HEAD: Duration = Duration::from_secs(15);
/// Time limit for running requests when the process is told to stop.
const TIME_TO_DRAIN: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error("cannot listen on {addr}: {source}. {advice} with {flag}")]
    Refused {
        flag: &'static str,
        addr: SocketAddr,
        source: io::Error,
        advice: &'static str,
    },
    #[error("cannot resolve {name}{}. Give an IP address with {flag}", source.as_ref().map(|error| format!(": {error}")).unwrap_or_default())]
    Unknown {
        flag: &'static str,
        name: String,
        source: Option<io::Error>,
    },
}

/// Serves the site until SIGTERM or SIGINT.
pub async fn serve(settings: Settings, files: &BuiltFiles) -> Result<(), Box<dyn Error>> {
    if let Some(path) = &settings.data.schema {
        // Report a mistake in the schema before changing anything.
        schemas_of(Some(path))?;
    }
    if rustix::process::geteuid().is_root() {
        tracing::warn!(
            "running as root, which is not needed: start the program as a user of its own, as packaging/silhouette.service does"
        );
    }
    let listener = listen(&settings.addr, "--addr").await?;
    let watching = match &settings.metrics_addr {
        Some(addr) => Some(listen(addr, "--metrics-addr").await?),
        None => None,
    };
    let store = settings.data.database.open().await?;
    let in_force = schema::load(&store, settings.data.schema.as_deref()).await?;
    let schemas = LiveSchemas::new(in_force);
    let key_file = settings.data.database.key_file();
    let is_shared = matches!(settings.data.database, Database::Postgres(_));
    let key = accept_key(&store, settings.site_key, &key_file, is_shared).await?;
    store.announce().await;
    if let Some(warning) = settings.data.database.warning() {
        tracing::warn!("{warning}");
    }
    settle(&store).await;
    let flags = settings.data.flags();
    warn_without_manager(&store, &schemas, &flags).await;
    let assets = Assets::new(files, settings.accent);
    if assets.site_files().is_none() {
        tracing::warn!("built without styles and scripts; build with `make build`");
    }
    let off = settings.limits.switched_off();
    if !off.is_empty() {
        tracing::warn!("disabled rate limits: {}", off.join(", "));
    }
    let site_url = match &settings.public_url {
        Some(url) => url.clone(),
        None => local_url(listener.local_addr()?),
    };
    if settings.public_url.is_some() && settings.trusted_proxies == TrustedProxies::default() {
        tracing::warn!(
            "trusted_proxies is not set: behind a proxy, every visitor has its address, and rate limits count them as one"
        );
    }
    let local_addr = listener.local_addr()?;
    let is_https = site_url.starts_with("https://");
    if !local_addr.ip().is_loopback() && !is_https {
        tracing::warn!(
            "listening on {local_addr}, which other machines can reach, but public_url is not https: without an HTTPS proxy, passwords cross the network unencrypted"
        );
    }
    let site = SiteInfo {
        name: settings.name,
        tagline: settings.tagline,
        url: site_url.clone(),
        in_development: cfg!(debug_assertions),
    };
    let mail_folder = settings.data.database.mail_folder();
    let mailer = Mailer {
        store: store.clone(),
        schemas: schemas.clone(),
        clock: Clock::system(),
        transport: match &settings.smtp {
            Some(url) => url.transport()?,
            None => {
                tracing::warn!(
                    "no SMTP server is set; emails are written to {}",
                    mail_folder.display()
                );
                if settings.email == EmailRule::Required {
                    tracing::warn!(
                        "email is required, but without a mail server nobody receives a link to confirm their address"
                    );
                }
                Transport::Folder(mail_folder)
            }
        },
        sender: settings
            .mail_from
            .unwrap_or_else(|| Sender::of_site(&site.name, &site_url)),
        site_url,
        accent: settings.accent,
    };
    let media = Media::of_this_program();
    match media.confinement().await {
        Ok(Confinement::Full) => {}
        Ok(Confinement::LimitsOnly) => tracing::warn!(
            "the kernel does not support system call filters (seccomp): the process that decodes pictures is confined by resource limits only"
        ),
        Err(error) => tracing::warn!(
            %error,
            "cannot start a process to decode pictures: uploads will be rejected"
        ),
    }
    let connections = Connections::of_this_process(settings.limits != Limits::off());
    tracing::info!(
        connections = connections.max(),
        of_one_network = connections.share(),
        "connection limits"
    );
    let proxies = settings.trusted_proxies.clone();
    let passwords = Passwords::new(Cost::Recommended);
    let app = router(Site {
        store: store.clone(),
        schemas: schemas.clone(),
        info: site,
        accent: settings.accent,
        passwords: passwords.clone(),
        password_min: settings.password_min,
        clock: Clock::system(),
        limits: settings.limits,
        email_rule: settings.email,
        second_rule: settings.second_factor,
        factor_reset_hours: settings.factor_reset_hours,
        key,
        sign_up_rule: Arc::new(settings.sign_up),
        directory: settings.directory,
        grace_days: settings.grace_days,
        trusted_proxies: settings.trusted_proxies,
        public_url: settings.public_url,
        port: Some(settings.addr.port()).filter(|port| *port != 0),
        media,
        assets,
    });
    let (app, watcher) = match watching {
        None => (app, None),
        Some(listener) => {
            let watched = Watched {
                metrics: Metrics::new(),
                store: store.clone(),
                passwords,
                clock: Clock::system(),
            };
            tracing::info!("metrics are at http://{}/metrics", listener.local_addr()?);
            let observer = Observer::new(watched.metrics.clone());
            let app = app.layer(from_fn_with_state(observer, observe));
            (app, Some(tokio::spawn(watched::serve(listener, watched))))
        }
    };
    let alive = tokio::spawn(systemd::live());
    let (stop, stopped) = watch::channel(false);
    let mailer = tokio::spawn(mailer.run(stopped));
    let keeper = tokio::spawn(run_housekeeping(store.clone(), schemas.clone()));
    let hang_up = signal(SignalKind::hangup())?;
    let follower = tokio::spawn(follow_schema(store.clone(), schemas, flags, hang_up));
    let end = stop_signal()?;
    let address = format!("Silhouette listens on http://{}\n", listener.local_addr()?);
    // A parent process may read the address here; writing may block.
    thread::spawn(move || io::stdout().write_all(address.as_bytes()));
    systemd::ready();
    accept(listener, app, connections, proxies, end).await;
    keeper.abort();
    follower.abort();
    if let Some(watcher) = watcher {
        watcher.abort();
    }
    // The mailer has to record which emails were accepted, or they are sent twice. If a mail
    // server takes longer than this, the next run sends its email again.
    let _ = stop.send(true);
    let _ = tokio::time::timeout(TIME_TO_DRAIN, mailer).await;
    store.close().await;
    alive.abort();
    Ok(())
}

/// Listens on one address; a name stands for the first address that it resolves to.
async fn listen(listen: &Listen, flag: &'static str) -> Result<TcpListener, ListenError> {
    let addr = match listen {
        Listen::At(addr) => *addr,
        Listen::Named(name, port) => {
            let unknown = |source| ListenError::Unknown {
                flag,
                name: name.clone(),
                source,
            };
            let found = lookup_host((name.as_str(), *port)).await;
            let first = found.map_err(|error| unknown(Some(error)))?.next();
            first.ok_or_else(|| unknown(None))?
        }
    };
    match bind(addr, flag).await {
        // Some machines and containers have no IPv6.
        Err(_) if addr.ip() == Ipv6Addr::UNSPECIFIED && has_no_ipv6() => {
            bind((Ipv4Addr::UNSPECIFIED, addr.port()).into(), flag).await
        }
        bound => bound,
    }
}

fn has_no_ipv6() -> bool {
    std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err()
}

async fn bind(addr: SocketAddr, flag: &'static str) -> Result<TcpListener, ListenError> {
    let bound = async {
        let socket = match addr {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        socket.listen(BACKLOG)
    };
    bound.await.map_err(|source| {
        let advice = match source.kind() {
            io::ErrorKind::AddrInUse => {
                "Another program is using this port; stop it, or choose another port"
            }
            io::ErrorKind::PermissionDenied => {
                "Ports below 1024 are reserved for root; choose another port"
            }
            _ => "Choose another address",
        };
        ListenError::Refused {
            flag,
            addr,
            source,
            advice,
        }
    })
}

async fn accept(
    listener: TcpListener,
    app: Router,
    connections: Connections,
    proxies: TrustedProxies,
    end: impl Future<Output = ()>,
) {
    let mut end = pin!(end);
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(connections);
    let mut rejected = RejectedConnections::default();
    loop {
        let accepted = tokio::select! {
            accepted = next_connection(&listener, &connections, &proxies) => accepted,
            () = &mut end => break,
        };
        let (socket, peer, admission) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Most likely out of file descriptors: wait for some connections to close.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Some((slot, slot_taken)) = admission else {
            // Best effort: the client may not read it.
            let _ = SockRef::from(&socket).send(NO_MORE);
            rejected.note(peer);
            continue;
        };
        let connection =
            graceful
                .watcher()
                .watch(connection(socket, Peer(peer), slot, app.clone()));
        tokio::spawn(async move {
            // A client that disconnects early is not an error.
            tokio::select! {
                _ = connection => {}
                _ = slot_taken => {}
            }
        });
    }
    drop(listener);
    systemd::stopping();
    tracing::info!("shutting down: waiting for requests in progress");
    if tokio::time::timeout(TIME_TO_DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// Accepts the next connection: its socket, its peer, and its slot, unless it is beyond the
/// share of its network.
async fn next_connection(
    listener: &TcpListener,
    connections: &Arc<Connections>,
    proxies: &TrustedProxies,
) -> io::Result<(TcpStream, IpAddr, Option<Admission>)> {
    let (socket, peer) = listener.accept().await?;
    let peer = peer.ip().to_canonical();
    // A proxy carries everyone's connections, so no share limits it.
    let network = (!proxies.has(peer)).then(|| network(peer));
    loop {
        match connections.admit(network) {
            Ok(admission) => return Ok((socket, peer, Some(admission))),
            Err(Full::Share) => return Ok((socket, peer, None)),
            // Meanwhile, others wait in the kernel's queue.
            Err(Full::All) => tokio::time::sleep(WHILE_FULL).await,
        }
    }
}

/// The count of rejected connections, which is logged once in a while.
#[derive(Default)]
struct RejectedConnections {
    count: u64,
    logged: Option<Instant>,
}

impl RejectedConnections {
    fn note(&mut self, peer: IpAddr) {
        self.count += 1;
        if self
            .logged
            .is_none_or(|logged| logged.elapsed() >= LOG_EVERY)
        {
            tracing::warn!(
                refused = self.count,
                last = %peer,
                "rejected connections beyond the share of one network; if it is a proxy, add it to trusted_proxies"
            );
            (self.count, self.logged) = (0, Some(Instant::now()));
        }
    }
}

/// The error of a request on a connection whose slot has been given to another.
#[derive(Debug, thiserror::Error)]
#[error("the connection was closed")]
struct SlotTaken;

/// Serves one connection.
fn connection(
    socket: TcpStream,
    peer: Peer,
    slot: ConnectionSlot,
    app: Router,
) -> impl GracefulConnection {
    // With Nagle's algorithm, the second part of a response would wait 40 ms for the
    // acknowledgement of the first. Both calls fail on a closed socket only.
    let _ = socket.set_nodelay(true);
    let _ = SockRef::from(&socket).set_tcp_user_timeout(Some(TIME_TO_TAKE));
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .max_buf_size(MAX_HEAD)
        .header_read_timeout(TIME_FOR_A_HEAD);
    let slot = Arc::new(slot);
    let respond = move |mut request: hyper::Request<Incoming>| {
        let (guard, app) = (slot.begin_response(), app.clone());
        request.extensions_mut().insert(peer);
        async move {
            let guard = guard.ok_or(SlotTaken)?;
            let Ok(response) = app.oneshot(request).await;
            Ok::<_, SlotTaken>(response.map(|body| ResponseBody::new(body, guard)))
        }
    };
    builder.serve_connection(TokioIo::new(socket), service_fn(respond))
}

/// Completes when the process gets SIGTERM or SIGINT.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
