//! The initial values of an island, in an encoding that takes little code to read in the browser.
//!
//! Leptos writes the props of an island as JSON. Reading JSON into structs took a quarter of the
//! wasm: names to match in any order, two readers for each type, and fractional numbers, which no
//! island has. postcard writes the values in the order of the declaration and nothing else.
//! Characters outside ASCII are percent-encoded and the others are not, so that words stay readable
//! in the page, for people and for tests that look for words that must not be there.
//!
//! On the server, the page writes the value beside the controls with [`write_start`]; in the
//! browser, [`read_start`] reads it.

use leptos::prelude::*;
use percent_encoding::{CONTROLS, percent_decode_str, percent_encode};
use serde::{Serialize, de::DeserializeOwned};

const NOT_PLAIN: &percent_encoding::AsciiSet = &CONTROLS.add(b'%');

/// Writes the initial values of an island into an element of its own, which gets this id. Put it
/// among the island's children.
pub fn write_start<T: Serialize>(id: &'static str, start: &T) -> impl IntoView + use<T> {
    let text = pack(start);
    view! { <span hidden id=id data-start=text></span> }
}

/// Reads the initial values of the island.
///
/// # Panics
/// If the page does not contain them, or was written by another release of this program.
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
