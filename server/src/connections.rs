//! Limits on open connections: in total, and for each network, so that no network can shut out
//! the others.
//!
//! A network is an IPv4 address, or the /64 of an IPv6 address. At a limit, an idle connection
//! is closed: of the network with the most connections, the one that has been idle longest,
//! preferably one that has not served a response yet. A browser simply reconnects, and a client
//! that hoards connections loses them first. A connection with a response in progress is never
//! closed, nor is that of a proxy.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::oneshot;

/// Maximum number of open connections, if the system allows as many open files.
const MAX: u64 = 4096;
/// Files reserved for the database, for processes that convert pictures, and for sending email.
const OTHER_FILES: u64 = 124;
/// The divisor for a network's share: ten networks at their limit leave room for others.
const NETWORKS: usize = 12;
/// Idle time below which a connection is not closed: a request may be on its way.
const GRACE: Duration = Duration::from_secs(1);

/// All open connections.
#[derive(Debug)]
pub struct Connections {
    max: usize,
    share: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Open>,
    /// The number of connections of each network.
    held: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Open {
    /// The client's network; `None` for a proxy, which carries requests from all of them.
    network: Option<IpAddr>,
    /// Start of the idle period; `None` while a request is being answered.
    idle_since: Option<Instant>,
    /// True once the connection has served a response.
    served: bool,
    /// Closes the connection when dropped.
    _end: oneshot::Sender<()>,
}

/// The slot of a new connection, and a signal that the slot was given to another connection.
pub type Admission = (ConnectionSlot, oneshot::Receiver<()>);

/// The limit that keeps a connection out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The share of its network, all of whose connections are busy.
    Share,
    /// The limit of the process, all of whose connections are busy.
    All,
}

impl Connections {
    /// Raises the limit on open files, and limits connections accordingly; if `shared`, each
    /// network is also limited to its share.
    pub fn of_this_process(shared: bool) -> Connections {
        let files = rlimit::increase_nofile_limit(MAX + OTHER_FILES).unwrap_or(1024);
        let max = max_for(files);
        Connections::new(max, if shared { share_of(max) } else { max })
    }

    fn new(max: usize, share: usize) -> Connections {
        Connections {
            max,
            share,
            state: Mutex::default(),
        }
    }

    pub fn max(&self) -> usize {
        self.max
    }

    pub fn share(&self) -> usize {
        self.share
    }

    /// Admits another connection, closing an idle one if a limit is reached.
    pub fn admit(self: &Arc<Self>, network: Option<IpAddr>) -> Result<Admission, Full> {
        self.admit_at(network, Instant::now())
    }

    fn admit_at(
        self: &Arc<Self>,
        network: Option<IpAddr>,
        now: Instant,
    ) -> Result<Admission, Full> {
        let mut state = self.lock();
        let has_its_share = network.is_some_and(|network| state.held_by(network) >= self.share);
        if has_its_share && !state.make_room(now, |open| open.network == network) {
            return Err(Full::Share);
        }
        let is_full = state.open.len() >= self.max;
        if is_full && !state.make_room(now, |open| open.network.is_some()) {
            return Err(Full::All);
        }
        let (end, ended) = oneshot::channel();
        let id = state.next;
        state.next += 1;
        let open = Open {
            network,
            idle_since: Some(now),
            served: false,
            _end: end,
        };
        state.open.insert(id, open);
        if let Some(network) = network {
            *state.held.entry(network).or_default() += 1;
        }
        drop(state);
        let connections = Arc::clone(self);
        Ok((ConnectionSlot { connections, id }, ended))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn held_by(&self, network: IpAddr) -> usize {
        self.held.get(&network).copied().unwrap_or_default()
    }

    /// Closes an idle connection that `matches` accepts, if there is one.
    fn make_room(&mut self, now: Instant, matches: impl Fn(&Open) -> bool) -> bool {
        let idle = self.open.iter().filter(|(_, open)| matches(open));
        let idle = idle.filter_map(|(id, open)| {
            let idle_for = now.saturating_duration_since(open.idle_since?);
            let held = open.network.map(|network| self.held_by(network));
            (idle_for >= GRACE).then_some((held, !open.served, idle_for, *id))
        });
        match idle.max() {
            Some((.., id)) => {
                self.remove(id);
                true
            }
            None => false,
        }
    }

    fn remove(&mut self, id: u64) {
        let Some(network) = self.open.remove(&id).and_then(|open| open.network) else {
            return;
        };
        if let Some(held) = self.held.get_mut(&network) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(&network);
            }
        }
    }
}

/// The slot of one connection, until it is dropped.
#[derive(Debug)]
pub struct ConnectionSlot {
    connections: Arc<Connections>,
    id: u64,
}

impl ConnectionSlot {
    /// Marks the connection as busy until the result is dropped. `None` if the slot was given
    /// to another connection: the request must then be ignored.
    pub fn begin_response(self: &Arc<Self>) -> Option<ResponseGuard> {
        let mut state = self.connections.lock();
        state.open.get_mut(&self.id)?.idle_since = None;
        Some(ResponseGuard(Arc::clone(self)))
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.connections.lock().remove(self.id);
    }
}

/// A response in progress.
#[derive(Debug)]
pub struct ResponseGuard(Arc<ConnectionSlot>);

impl Drop for ResponseGuard {
    fn drop(&mut self) {
        let mut state = self.0.connections.lock();
        if let Some(open) = state.open.get_mut(&self.0.id) {
            open.idle_since = Some(Instant::now());
            open.served = true;
        }
    }
}

/// The body of a response, which is in progress until the client has received its end.
pub struct ResponseBody {
    body: Body,
    _guard: ResponseGuard,
}

impl ResponseBody {
    pub fn new(body: Body, guard: ResponseGuard) -> ResponseBody {
        ResponseBody {
            body,
            _guard: guard,
        }
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        HttpBody::poll_frame(Pin::new(&mut self.get_mut().body), context)
    }

    fn is_end_stream(&self) -> bool {
        HttpBody::is_end_stream(&self.body)
    }

    fn size_hint(&self) -> SizeHint {
        HttpBody::size_hint(&self.body)
    }
}

/// The number of connections that a number of files allows.
fn max_for(files: u64) -> usize {
    let max = files.saturating_sub(OTHER_FILES).clamp(16, MAX);
    usize::try_from(max).unwrap_or(16)
}

/// The share of one network.
fn share_of(max: usize) -> usize {
    (max / NETWORKS).max(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));
    const B: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2)));
    const C: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 3)));
    const PROXY: Option<IpAddr> = None;

    fn connections(max: usize, share: usize) -> Arc<Connections> {
        Arc::new(Connections::new(max, share))
    }

    type Held = (Arc<ConnectionSlot>, oneshot::Receiver<()>);

    fn enter(all: &Arc<Connections>, network: Option<IpAddr>, now: Instant) -> Held {
        let (slot, ended) = all.admit_at(network, now).unwrap();
        (Arc::new(slot), ended)
    }

    fn is_ended((_, ended): &mut Held) -> bool {
        ended.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn as_many_connections_as_files_and_ten_networks_leave_room() {
        assert_eq!(max_for(1024), 900);
        assert_eq!(max_for(20_000), 4096);
        assert_eq!(max_for(u64::MAX), 4096);
        assert_eq!(max_for(0), 16);
        for files in [300, 1024, 4096, 20_000] {
            assert!(share_of(max_for(files)) * 10 < max_for(files), "{files}");
        }
    }

    #[test]
    fn a_network_that_has_its_share_gives_up_its_own_idle_ones_the_longest_idle_first() {
        let (all, now) = (connections(100, 2), Instant::now());
        let mut first = enter(&all, A, now);
        let mut second = enter(&all, A, now + GRACE / 2);
        let mut other = enter(&all, B, now);
        let later = now + GRACE * 2;
        let mut third = enter(&all, A, later);
        assert!(is_ended(&mut first) && first.0.begin_response().is_none());
        for still in [&mut second, &mut third, &mut other] {
            assert!(!is_ended(still));
        }
    }

    #[test]
    fn who_is_answered_or_has_just_come_keeps_their_connection() {
        let (all, now) = (connections(100, 2), Instant::now());
        let mut busy = enter(&all, A, now);
        let answering = busy.0.begin_response().unwrap();
        let later = now + GRACE * 2;
        let mut young = enter(&all, A, later);
        let refused = all.admit_at(A, later + GRACE / 2);
        assert_eq!(refused.err(), Some(Full::Share));
        assert!(!is_ended(&mut busy) && !is_ended(&mut young));
        drop(answering);
        drop(young);
        enter(&all, A, later);
    }

    #[test]
    fn when_all_are_taken_the_network_that_has_most_gives_one_up_and_no_proxy_does() {
        let (all, now) = (connections(5, 3), Instant::now());
        let mut proxy = enter(&all, PROXY, now);
        let mut proxys = enter(&all, PROXY, now);
        let mut lone = enter(&all, A, now);
        let mut many = [enter(&all, B, now), enter(&all, B, now + GRACE / 4)];
        enter(&all, C, now + GRACE * 2);
        assert!(is_ended(&mut many[0]));
        for still in [&mut lone, &mut proxy, &mut proxys, &mut many[1]] {
            assert!(!is_ended(still));
        }
    }

    #[test]
    fn what_has_never_asked_goes_before_a_browser_that_rests() {
        let (all, now) = (connections(100, 2), Instant::now());
        let mut browser = enter(&all, A, now);
        drop(browser.0.begin_response());
        let mut silent = enter(&all, A, now);
        enter(&all, A, now + GRACE * 5);
        assert!(is_ended(&mut silent) && !is_ended(&mut browser));
    }

    #[test]
    fn all_that_is_answered_makes_the_next_wait_and_an_end_lets_it_in() {
        let (all, now) = (connections(1, 1), Instant::now());
        let one = enter(&all, A, now);
        let answering = one.0.begin_response();
        let later = now + GRACE * 2;
        assert_eq!(all.admit_at(B, later).err(), Some(Full::All));
        drop((one, answering));
        enter(&all, B, later);
        assert!(all.lock().held.is_empty() && all.lock().open.is_empty());
    }
}
