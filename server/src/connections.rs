//! Who holds how many connections: no network more than its share, so that none shuts the
//! others out.
//!
//! A network is an IPv4 address, or the /64 of an IPv6 address. What is full gives up a
//! connection on which nobody is being answered, and the one that has waited longest of the
//! network that has most: an idle browser opens another, and who holds connections for their
//! own sake loses them first. A connection with an answer under way is never cut off.

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

/// Open connections, where the system allows as many files.
const MOST: u64 = 4096;
/// Files for the database, for processes that make pictures small, and for mails.
const OTHER_FILES: u64 = 124;
/// A network may have one in so many, so that ten of them leave room.
const NETWORKS: usize = 12;
/// A connection that has waited for less may have a request on its way.
const GRACE: Duration = Duration::from_secs(1);

/// All connections there are.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    share: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Open>,
    /// How many each network has.
    held: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Open {
    /// `None` for one that carries everybody: a proxy.
    network: Option<IpAddr>,
    /// For its next request; `None` while one is answered.
    waits_since: Option<Instant>,
    /// Whether it has had an answer.
    served: bool,
    /// Ends it when it is dropped.
    _end: oneshot::Sender<()>,
}

/// The place of a new connection, and what is ready once the place is given to another.
pub type Entered = (Place, oneshot::Receiver<()>);

/// Why there is no room for another connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Its network has its share, and all of it is being answered.
    Share,
    /// All there are, and all of it is being answered.
    All,
}

impl Connections {
    /// As many as this process may have, after asking the system for more; each network its
    /// share, if they are `shared`.
    pub fn of_this_process(shared: bool) -> Connections {
        let files = rlimit::increase_nofile_limit(MOST + OTHER_FILES).unwrap_or(1024);
        let most = most(files);
        Connections::new(most, if shared { share(most) } else { most })
    }

    fn new(most: usize, share: usize) -> Connections {
        Connections {
            most,
            share,
            state: Mutex::default(),
        }
    }

    pub fn most(&self) -> usize {
        self.most
    }

    pub fn share(&self) -> usize {
        self.share
    }

    /// Takes a place for another connection.
    pub fn enter(self: &Arc<Self>, network: Option<IpAddr>) -> Result<Entered, Full> {
        self.enter_at(network, Instant::now())
    }

    fn enter_at(self: &Arc<Self>, network: Option<IpAddr>, now: Instant) -> Result<Entered, Full> {
        let mut state = self.lock();
        let has_its_share = network.is_some_and(|network| state.held_by(network) >= self.share);
        if has_its_share && !state.make_room(now, |open| open.network == network) {
            return Err(Full::Share);
        }
        let is_full = state.open.len() >= self.most;
        if is_full && !state.make_room(now, |open| open.network.is_some()) {
            return Err(Full::All);
        }
        let (end, ended) = oneshot::channel();
        let id = state.next;
        state.next += 1;
        let open = Open {
            network,
            waits_since: Some(now),
            served: false,
            _end: end,
        };
        state.open.insert(id, open);
        if let Some(network) = network {
            *state.held.entry(network).or_default() += 1;
        }
        drop(state);
        let connections = Arc::clone(self);
        Ok((Place { connections, id }, ended))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn held_by(&self, network: IpAddr) -> usize {
        self.held.get(&network).copied().unwrap_or_default()
    }

    /// Ends one `of` these connections, if one can be.
    fn make_room(&mut self, now: Instant, of: impl Fn(&Open) -> bool) -> bool {
        let waiting = self.open.iter().filter(|(_, open)| of(open));
        let waiting = waiting.filter_map(|(id, open)| {
            let waits = now.saturating_duration_since(open.waits_since?);
            let held = open.network.map(|network| self.held_by(network));
            (waits >= GRACE).then_some((held, !open.served, waits, *id))
        });
        match waiting.max() {
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

/// The place of one connection, until it is dropped.
#[derive(Debug)]
pub struct Place {
    connections: Arc<Connections>,
    id: u64,
}

impl Place {
    /// Notes that a request is being answered, until the result is dropped. `None` if the
    /// place was given to another: the request must not be looked at.
    pub fn answer(self: &Arc<Self>) -> Option<Answering> {
        let mut state = self.connections.lock();
        state.open.get_mut(&self.id)?.waits_since = None;
        Some(Answering(Arc::clone(self)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().remove(self.id);
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct Answering(Arc<Place>);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut state = self.0.connections.lock();
        if let Some(open) = state.open.get_mut(&self.0.id) {
            open.waits_since = Some(Instant::now());
            open.served = true;
        }
    }
}

/// The body of an answer, which is under way until its end has been taken.
pub struct Answer {
    body: Body,
    _answering: Answering,
}

impl Answer {
    pub fn new(body: Body, answering: Answering) -> Answer {
        Answer {
            body,
            _answering: answering,
        }
    }
}

impl HttpBody for Answer {
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

/// Connections that so many files are enough for.
fn most(files: u64) -> usize {
    let most = files.saturating_sub(OTHER_FILES).clamp(16, MOST);
    usize::try_from(most).unwrap_or(16)
}

fn share(most: usize) -> usize {
    (most / NETWORKS).max(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));
    const B: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2)));
    const C: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 3)));
    const PROXY: Option<IpAddr> = None;

    fn connections(most: usize, share: usize) -> Arc<Connections> {
        Arc::new(Connections::new(most, share))
    }

    type Held = (Arc<Place>, oneshot::Receiver<()>);

    fn enter(all: &Arc<Connections>, network: Option<IpAddr>, now: Instant) -> Held {
        let (place, ended) = all.enter_at(network, now).unwrap();
        (Arc::new(place), ended)
    }

    fn is_ended((_, ended): &mut Held) -> bool {
        ended.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn as_many_connections_as_files_and_ten_networks_leave_room() {
        assert_eq!(most(1024), 900);
        assert_eq!(most(20_000), 4096);
        assert_eq!(most(u64::MAX), 4096);
        assert_eq!(most(0), 16);
        for files in [300, 1024, 4096, 20_000] {
            assert!(share(most(files)) * 10 < most(files), "{files}");
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
        assert!(is_ended(&mut first) && first.0.answer().is_none());
        for still in [&mut second, &mut third, &mut other] {
            assert!(!is_ended(still));
        }
    }

    #[test]
    fn who_is_answered_or_has_just_come_keeps_their_connection() {
        let (all, now) = (connections(100, 2), Instant::now());
        let mut busy = enter(&all, A, now);
        let answering = busy.0.answer().unwrap();
        let later = now + GRACE * 2;
        let mut young = enter(&all, A, later);
        let refused = all.enter_at(A, later + GRACE / 2);
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
        drop(browser.0.answer());
        let mut silent = enter(&all, A, now);
        enter(&all, A, now + GRACE * 5);
        assert!(is_ended(&mut silent) && !is_ended(&mut browser));
    }

    #[test]
    fn all_that_is_answered_makes_the_next_wait_and_an_end_lets_it_in() {
        let (all, now) = (connections(1, 1), Instant::now());
        let one = enter(&all, A, now);
        let answering = one.0.answer();
        let later = now + GRACE * 2;
        assert_eq!(all.enter_at(B, later).err(), Some(Full::All));
        drop((one, answering));
        enter(&all, B, later);
        assert!(all.lock().held.is_empty() && all.lock().open.is_empty());
    }
}
