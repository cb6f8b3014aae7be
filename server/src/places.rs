//! Work that takes long or much memory: so much of it at once, and so much of it for
//! each user.

use app::account::types::user::UserId;
use std::sync::{Arc, Mutex, PoisonError};

/// A size is in whatever the work is counted by: pieces of work, or bytes.
#[derive(Clone)]
pub struct Places {
    most: usize,
    most_of_one: usize,
    taken: Arc<Mutex<Vec<Taken>>>,
}

type Taken = (UserId, usize);

/// A place that is taken, until this is dropped.
pub struct Place {
    of: Taken,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Places {
    pub fn new(most: usize, most_of_one: usize) -> Places {
        Places {
            most,
            most_of_one,
            taken: Arc::default(),
        }
    }

    /// `None` if so much is not left, or not for this user.
    pub fn take(&self, user: UserId, size: usize) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = taken.iter().map(|(_, size)| size).sum();
        let theirs = taken.iter().filter(|(other, _)| *other == user);
        let theirs: usize = theirs.map(|(_, size)| size).sum();
        if all + size > self.most || theirs + size > self.most_of_one {
            return None;
        }
        taken.push((user, size));
        Some(Place {
            of: (user, size),
            taken: Arc::clone(&self.taken),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = taken.iter().position(|of| *of == self.of) {
            taken.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_much_at_once_and_so_much_for_each() {
        let places = Places::new(5, 3);
        let take = |user, size| places.take(UserId(user), size);
        let (first, second) = (take(1, 1), take(1, 2));
        assert!(first.is_some() && second.is_some());
        assert!(take(1, 1).is_none(), "so much for each");
        let third = take(2, 2);
        assert!(third.is_some());
        assert!(take(3, 1).is_none(), "so much at once");
        drop(second);
        assert!(take(1, 3).is_none());
        assert!(take(1, 2).is_some());
        drop((first, third));
        assert!(take(3, 3).is_some());
    }
}
