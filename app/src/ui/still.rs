//! Views that never change, rendered to HTML at once.

use leptos::{prelude::*, tachys::html::InertElement};

/// A view that can be turned into its HTML. For a view that stays one, the compiler generates some
/// twenty functions, to render it later or in parts, and to build and change it in a browser; for
/// its HTML, only one. Parts that are still waiting for data would be left out, so the page has to
/// wait first, with [`load_page`](super::load_page).
///
/// Only a server can render HTML. What the browser builds too, in the preview of the editor, stays
/// a view: `profile/card`, and the components that it uses.
pub trait Still {
    fn still(self) -> AnyView;
}

impl<V: RenderHtml> Still for V {
    fn still(self) -> AnyView {
        InertElement::new(self.to_html()).into_any()
    }
}

/// The children of a component, as their HTML. Leptos' own `Children` keep them as a view.
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
