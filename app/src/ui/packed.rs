//! The initial values of an island, in a form that takes the browser little code to
//! read.
//!
//! Leptos writes the props of an island as JSON. Reading JSON into structs was a
//! quarter of the wasm: names to match in any order, two readers for each type, and
//! fractional numbers, which no island has. postcard writes the values in the order
//! of the declaration and nothing else. Characters outside ASCII are percent-encoded
//! and the others are not, so that words stay words in the page, for people and for
//! tests that look for what must not be there.
//!
//! On the server the page writes the value, with [`write_start`], beside the controls; in
//! the browser [`read_start`] finds it there.

use leptos::prelude::*;
use percent_encoding::{CONTROLS, percent_decode_str, percent_encode};
use serde::{Serialize, de::DeserializeOwned};

const NOT_PLAIN: &percent_encoding::AsciiSet = &CONTROLS.add(b'%');

/// Gives an island what it begins with; `id` is that of an element for it alone. Put it
/// among the island's children.
pub fn write_start<T: Serialize>(id: &'static str, start: &T) -> impl IntoView + use<T> {
    let text = pack(start);
    view! { <span hidden id=id data-start=text></span> }
}

/// Reads the values that the island begins with.
///
/// # Panics
/// If the page has not written them, or another release of this program has.
pub fn read_start<T: DeserializeOwned>(id: &str) -> T {
    let element = document().get_element_by_id(id);
    let text = element.and_then(|element| element.get_attribute("data-start"));
    text.and_then(|text| unpack(&text))
        .expect("the page has what the island begins with")
}

fn pack<T: Serialize>(value: &T) -> String {
    let bytes = postcard::to_allocvec(value).expect("memory is all that it takes");
    percent_encode(&bytes, NOT_PLAIN).to_string()
}

fn unpack<T: DeserializeOwned>(text: &str) -> Option<T> {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    postcard::from_bytes(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(pairs in proptest::collection::vec((".*", ".*"), 0..8)) {
            let form = Form::from_iter(pairs);
            prop_assert_eq!(unpack::<Form>(&pack(&form)), Some(form));
        }
    }

    #[test]
    fn words_stay_readable() {
        let packed = pack(&Form::from_iter([("bio", "I mend 100% of boats")]));
        assert!(packed.contains("I mend 100%25 of boats"), "{packed}");
    }
}
