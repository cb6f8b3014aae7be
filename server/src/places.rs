//! Work that takes long or much memory: so much of it at once, and one of it at a
//! time for each user.

use app::account::UserId;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone)]
pub struct Places {
    most: usize,
    taken: Arc<Mutex<Vec<UserId>>>,
}

/// A place that is taken, until this is dropped.
pub struct Place {
    user: UserId,
    taken: Arc<Mutex<Vec<UserId>>>,
}

impl Places {
    pub fn new(most: usize) -> Places {
        Places {
            most,
            taken: Arc::default(),
        }
    }

    /// `None` if all are taken, or this user has one.
    pub fn take(&self, user: UserId) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= self.most || taken.contains(&user) {
            return None;
        }
        taken.push(user);
        Some(Place {
            user,
            taken: Arc::clone(&self.taken),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.retain(|user| *user != self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_and_one_for_each() {
        let places = Places::new(2);
        let take = |user| places.take(UserId(user));
        let first = take(1);
        assert!(first.is_some());
        assert!(take(1).is_none(), "one for each");
        let second = take(2);
        assert!(second.is_some());
        assert!(take(3).is_none(), "so many at once");
        drop(first);
        assert!(take(3).is_some());
    }
}
