//! Caps on concurrent work that is slow or takes memory: one cap in total, and one for each
//! user.
//!
//! Caps in total only are `tokio::sync::Semaphore`s, as in `media` and `http::audit`.

use app::account::types::user::UserId;
use std::sync::{Arc, Mutex, PoisonError};

/// A number of slots, each for a job or a byte.
#[derive(Clone)]
pub struct Slots {
    max: usize,
    max_per_user: usize,
    taken: Arc<Mutex<Vec<Taken>>>,
}

type Taken = (UserId, usize);

/// A guard that frees its slots when it is dropped.
pub struct SlotGuard {
    taken_here: Taken,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Slots {
    pub fn new(max: usize, max_per_user: usize) -> Slots {
        Slots {
            max,
            max_per_user,
            taken: Arc::default(),
        }
    }

    /// Takes `size` slots for a user. `None` if fewer are free, in total or for this user.
    pub fn take(&self, user: UserId, size: usize) -> Option<SlotGuard> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = taken.iter().map(|(_, size)| size).sum();
        let theirs = taken.iter().filter(|(other, _)| *other == user);
        let theirs: usize = theirs.map(|(_, size)| size).sum();
        if all + size > self.max || theirs + size > self.max_per_user {
            return None;
        }
        taken.push((user, size));
        Some(SlotGuard {
            taken_here: (user, size),
            taken: Arc::clone(&self.taken),
        })
    }
}

impl Drop for SlotGuard {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = taken.iter().position(|other| *other == self.taken_here) {
            taken.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_capped_in_all_and_for_each_user() {
        let slots = Slots::new(5, 3);
        let take = |user, size| slots.take(UserId(user), size);
        let (first, second) = (take(1, 1), take(1, 2));
        assert!(first.is_some() && second.is_some());
        assert!(take(1, 1).is_none(), "for each user");
        let third = take(2, 2);
        assert!(third.is_some());
        assert!(take(3, 1).is_none(), "in all");
        drop(second);
        assert!(take(1, 3).is_none());
        assert!(take(1, 2).is_some());
        drop((first, third));
        assert!(take(3, 3).is_some());
    }
}
