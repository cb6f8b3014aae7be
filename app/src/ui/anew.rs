//! Words that change on a page which the browser may translate.
//!
//! Translating replaces text nodes by elements of the browser's own. Leptos would go
//! on changing the nodes that it made, which are on no page any more, and the old
//! words would stay for good. Elements stay: what is made anew with each change, as
//! a whole, takes the translated words away with it.

use leptos::either::Either;
use std::sync::atomic::{AtomicBool, Ordering};

/// Makes a view anew with each change, where Leptos would change the one before.
#[derive(Debug, Default)]
pub struct Anew(AtomicBool);

impl Anew {
    /// The view in another branch than the last one, so that it replaces that. It
    /// consists of elements: a text of its own would be left behind.
    pub fn view<V>(&self, view: V) -> Either<V, V> {
        match self.0.fetch_xor(true, Ordering::Relaxed) {
            false => Either::Left(view),
            true => Either::Right(view),
        }
    }
}
