//! Views that nothing will ever change: written down at once.

use leptos::{prelude::*, tachys::html::InertElement};

/// A view as its HTML. The compiler makes some twenty functions of a view that is kept as one, to
/// render it later or in pieces, to build it in a browser and to change it there; of this one it
/// makes one. A part that still waits for something would be left out: the page waits before, with
/// [`load_page`](super::load_page).
///
/// Only a server can write HTML down. What the browser builds too, in the preview of the editor, is
/// kept as it is: `profile/card`, and the components that it uses.
pub trait Still {
    fn still(self) -> AnyView;
}

impl<V: RenderHtml> Still for V {
    fn still(self) -> AnyView {
        InertElement::new(self.to_html()).into_any()
    }
}

/// The children of a component, as their HTML; Leptos' own `Children` keep them as a view.
pub struct Inner(Box<dyn FnOnce() -> AnyView + Send>);

impl Inner {
    pub fn still(self) -> AnyView {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for Inner
where
    F: FnOnce() -> V + Send + 'static,
    V: RenderHtml,
{
    fn to_children(children: F) -> Inner {
        Inner(Box::new(|| children().still()))
    }
}
