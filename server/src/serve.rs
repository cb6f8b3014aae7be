//! Sockets: accepts connections, bounds them, and ends gracefully.
//!
//! `axum::serve` is not used: it sets no time limit on reading a request's head,
//! so that a client which sends a byte a minute would hold a connection for ever.

use app::{account::types::email::EmailRule, backend::Site};
use axum::Router;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulConnection, GracefulShutdown},
    },
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
    clock::Clock,
    config::{Listen, Settings},
    connections::{Answer, Connections, Entered, Full, Place},
    http::{
        assets::Assets,
        origin::{Peer, TrustedProxies, network},
    },
    limits::Limits,
    mail::{Mailer, Sender, Transport},
    media::{Confinement, Media},
    password::{Cost, Passwords},
    router::{Parts, router},
    schema_file::schemas_of,
    store::{Store, Swept},
};

/// Connections that wait in the kernel's queue.
const BACKLOG: u32 = 4096;
/// Between looks whether a connection has ended, when there are as many as there may be.
const WHILE_FULL: Duration = Duration::from_millis(20);
/// The answer on a connection beyond the share of its network.
const NO_MORE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";
/// Between lines of the log about such connections.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// For a client to take what it was sent; one that never reads is cut off.
const TIME_TO_TAKE: Duration = Duration::from_secs(30);
/// Bytes of a request's head that are read in any case. hyper looks whether there are more
/// before it reads on, and may read twice as many; what is longer than that is 431.
const MAX_HEAD: usize = 32 * 1024;
/// To send a request's head, and to keep an idle connection open.
const TIME_FOR_A_HEAD: Duration = Duration::from_secs(15);
/// To finish what runs when the process is told to end.
const TIME_TO_DRAIN: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error("cannot listen on {addr}: {source}. {advice}")]
    Refused {
        addr: SocketAddr,
        source: io::Error,
        advice: &'static str,
    },
    #[error("{name} has no address here{}. Give an IP address with --addr", source.as_ref().map(|error| format!(": {error}")).unwrap_or_default())]
    Unknown {
        name: String,
        source: Option<io::Error>,
    },
}

/// Serves the site until SIGTERM or SIGINT.
pub async fn serve(settings: Settings) -> Result<(), Box<dyn Error>> {
    let schemas = schemas_of(settings.data.schema.as_deref())?;
    let listener = listen(&settings.addr).await?;
    let store = Store::open(&settings.data.database).await?;
    store.announce().await;
    settle(&store).await;
    let assets = Assets::load(settings.accent);
    if assets.site_files().is_none() {
        tracing::warn!("built without its style and scripts; build with `make build`");
    }
    let off = settings.limits.switched_off();
    if !off.is_empty() {
        tracing::warn!("limits that are switched off: {}", off.join(", "));
    }
    let site_url = match &settings.public_url {
        Some(url) => url.clone(),
        None => local_url(listener.local_addr()?),
    };
    if settings.public_url.is_some() && settings.trusted_proxies == TrustedProxies::default() {
        tracing::warn!(
            "no trusted_proxies are set: behind a proxy every visitor has its address, and limits count them as one"
        );
    }
    let local_addr = listener.local_addr()?;
    let is_https = site_url.starts_with("https://");
    if !local_addr.ip().is_loopback() && !is_https {
        tracing::warn!(
            "listening beyond this machine, on {local_addr}, and public_url is not https: without a proxy that speaks https, passwords go over the network for all to read"
        );
    }
    let site = Site {
        name: settings.name,
        tagline: settings.tagline,
        url: site_url.clone(),
    };
    let mail_folder = settings.data.database.with_file_name("mail");
    let mailer = Mailer {
        store: store.clone(),
        clock: Clock::system(),
        transport: match &settings.smtp {
            Some(url) => url.transport()?,
            None => {
                tracing::warn!(
                    "no SMTP server is set; mails land in {}",
                    mail_folder.display()
                );
                if settings.email == EmailRule::Required {
                    tracing::warn!("and yet everybody needs one to confirm an address");
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
            "the kernel takes no filter of system calls (seccomp): the process that decodes pictures is confined by limits only"
        ),
        Err(error) => tracing::warn!(
            %error,
            "no process can be started to decode pictures: none will be taken"
        ),
    }
    let connections = Connections::of_this_process(settings.limits != Limits::off());
    tracing::info!(
        connections = connections.most(),
        of_one_network = connections.share(),
        "ready for"
    );
    let proxies = settings.trusted_proxies.clone();
    let app = router(Parts {
        store: store.clone(),
        schemas,
        site,
        accent: settings.accent,
        passwords: Passwords::new(Cost::Recommended),
        password_min: settings.password_min,
        clock: Clock::system(),
        limits: settings.limits,
        email_rule: settings.email,
        grace_days: settings.grace_days,
        trusted_proxies: settings.trusted_proxies,
        public_url: settings.public_url,
        port: Some(settings.addr.port()).filter(|port| *port != 0),
        media,
        assets,
    });
    let (stop, stopped) = watch::channel(false);
    let mailer = tokio::spawn(mailer.run(stopped));
    let keeper = tokio::spawn(keep_house(store.clone()));
    let end = told_to_end()?;
    let address = format!("Silhouette listens on http://{}\n", listener.local_addr()?);
    // Whoever started this reads the address off here. Nobody may, and nobody waits for it.
    thread::spawn(move || io::stdout().write_all(address.as_bytes()));
    accept(listener, app, connections, proxies, end).await;
    keeper.abort();
    // Whether a mail was taken is to be written down, or it goes out twice. Should
    // its server take longer, the next run sends it again.
    let _ = stop.send(true);
    let _ = tokio::time::timeout(TIME_TO_DRAIN, mailer).await;
    store.close().await;
    Ok(())
}

/// The address of this machine, for links in mails.
fn local_url(addr: SocketAddr) -> String {
    match addr.ip().is_unspecified() {
        true => format!("http://localhost:{}", addr.port()),
        false => format!("http://{addr}"),
    }
}

/// How often is looked for what its time is up for, and the log is folded in.
const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);

async fn keep_house(store: Store) {
    let (mut ran, mut is_first) = (Duration::ZERO, true);
    loop {
        let ran_ms = i64::try_from(ran.as_millis()).unwrap_or_default();
        match store.sweep(Clock::system().now(), ran_ms).await {
            Ok(Swept::Erased { accounts, pictures }) => {
                if accounts > 0 {
                    tracing::info!(accounts, "accounts were erased whose time was up");
                }
                if pictures > 0 {
                    tracing::info!(pictures, "earlier pictures were erased");
                }
            }
            Ok(Swept::Doubted {
                ahead_ms,
                for_ms,
                is_new,
            }) if is_new || is_first => tracing::warn!(
                "{} Nothing is erased for good until the site has run with this clock for {} more hours.",
                how_far(ahead_ms),
                for_ms / HOUR_MS
            ),
            Ok(Swept::Doubted { .. }) | Err(_) => {}
        }
        let start = Instant::now();
        tokio::time::sleep(SWEEP_EVERY).await;
        settle(&store).await;
        (ran, is_first) = (start.elapsed(), false);
    }
}

const HOUR_MS: i64 = 60 * 60 * 1000;

fn how_far(ahead_ms: i64) -> String {
    let hours = ahead_ms.unsigned_abs() / HOUR_MS.unsigned_abs();
    match ahead_ms < 0 {
        true => format!("The clock is {hours} hours behind the time that this site saw last."),
        false => format!(
            "The clock is {hours} hours ahead of the time that this site saw last: either it was off for that long, or the clock is wrong."
        ),
    }
}

/// What is not done now is done the next time.
async fn settle(store: &Store) {
    if let Err(error) = store.settle().await {
        tracing::warn!(%error, "the log of the database could not be folded in");
    }
}

/// On one address: of a name the first that the system has for it.
async fn listen(listen: &Listen) -> Result<TcpListener, ListenError> {
    let addr = match listen {
        Listen::At(addr) => *addr,
        Listen::Named(name, port) => {
            let unknown = |source| ListenError::Unknown {
                name: name.clone(),
                source,
            };
            let found = lookup_host((name.as_str(), *port)).await;
            let first = found.map_err(|error| unknown(Some(error)))?.next();
            first.ok_or_else(|| unknown(None))?
        }
    };
    match bind(addr).await {
        // A machine, or a container, without IPv6.
        Err(_) if addr.ip() == Ipv6Addr::UNSPECIFIED && has_no_ipv6() => {
            bind((Ipv4Addr::UNSPECIFIED, addr.port()).into()).await
        }
        bound => bound,
    }
}

fn has_no_ipv6() -> bool {
    std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err()
}

async fn bind(addr: SocketAddr) -> Result<TcpListener, ListenError> {
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
                "Another program has it; end that one, or choose another port with --addr"
            }
            io::ErrorKind::PermissionDenied => {
                "Ports below 1024 are for root; choose another with --addr"
            }
            _ => "Choose another address with --addr",
        };
        ListenError::Refused {
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
    let mut refused = Refused::default();
    loop {
        let accepted = tokio::select! {
            accepted = next_connection(&listener, &connections, &proxies) => accepted,
            () = &mut end => break,
        };
        let (socket, peer, entered) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most likely: let some connections end.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Some((place, given_away)) = entered else {
            // Whether they read it or not.
            let _ = SockRef::from(&socket).send(NO_MORE);
            refused.note(peer);
            continue;
        };
        let connection =
            graceful
                .watcher()
                .watch(connection(socket, Peer(peer), place, app.clone()));
        tokio::spawn(async move {
            // A client that goes away in the middle is no error of ours.
            tokio::select! {
                _ = connection => {}
                _ = given_away => {}
            }
        });
    }
    drop(listener);
    tracing::info!("ending: waiting for running requests");
    if tokio::time::timeout(TIME_TO_DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish, and were cut off");
    }
}

/// The next connection, by whom, and its place; no place beyond the share of its network.
async fn next_connection(
    listener: &TcpListener,
    connections: &Arc<Connections>,
    proxies: &TrustedProxies,
) -> io::Result<(TcpStream, IpAddr, Option<Entered>)> {
    let (socket, peer) = listener.accept().await?;
    let peer = peer.ip().to_canonical();
    // A proxy carries everybody.
    let network = (!proxies.has(peer)).then(|| network(peer));
    loop {
        match connections.enter(network) {
            Ok(entered) => return Ok((socket, peer, Some(entered))),
            Err(Full::Share) => return Ok((socket, peer, None)),
            // Further ones wait in the kernel's queue.
            Err(Full::All) => tokio::time::sleep(WHILE_FULL).await,
        }
    }
}

/// Connections that were refused, which are told once in a while.
#[derive(Default)]
struct Refused {
    count: u64,
    told: Option<Instant>,
}

impl Refused {
    fn note(&mut self, peer: IpAddr) {
        self.count += 1;
        if self.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            tracing::warn!(
                refused = self.count,
                last = %peer,
                "connections beyond the share of one network; a proxy belongs into trusted_proxies"
            );
            (self.count, self.told) = (0, Some(Instant::now()));
        }
    }
}

/// A request came on a connection whose place has been given away.
#[derive(Debug, thiserror::Error)]
#[error("the connection has ended")]
struct GivenAway;

fn connection(socket: TcpStream, peer: Peer, place: Place, app: Router) -> impl GracefulConnection {
    // What is written in two parts would wait, with Nagle's algorithm, 40 ms for
    // the acknowledgement of the first. Both fail on a closed socket only.
    let _ = socket.set_nodelay(true);
    let _ = SockRef::from(&socket).set_tcp_user_timeout(Some(TIME_TO_TAKE));
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .max_buf_size(MAX_HEAD)
        .header_read_timeout(TIME_FOR_A_HEAD);
    let place = Arc::new(place);
    let answer = move |mut request: hyper::Request<Incoming>| {
        let (answering, app) = (place.answer(), app.clone());
        request.extensions_mut().insert(peer);
        async move {
            let answering = answering.ok_or(GivenAway)?;
            let Ok(response) = app.oneshot(request).await;
            Ok::<_, GivenAway>(response.map(|body| Answer::new(body, answering)))
        }
    };
    builder
        .serve_connection(TokioIo::new(socket), service_fn(answer))
        .into_owned()
}

/// Ready when the process gets SIGTERM or SIGINT.
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
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
