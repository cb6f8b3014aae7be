//! Views that nothing will ever change: written down at once.

use leptos::{prelude::*, tachys::html::InertElement};

/// A view as its HTML. The compiler makes some ten functions of a view that is kept as one, to
/// render it later or in pieces, to build it in a browser and to change it there; of this one it
/// makes one. For what stands on a page without an island. A part that still waits for something
/// would be left out: the page waits before, with [`load_page`](super::load_page).
pub trait Still {
    fn still(self) -> AnyView;
}

impl<V: RenderHtml> Still for V {
    fn still(self) -> AnyView {
        InertElement::new(self.to_html()).into_any()
    }
}
