//! A prop of an island, in a form that takes the browser little code to read.
//!
//! Reading JSON into structs was a quarter of the wasm: names to match, any
//! order, two readers for each type. postcard writes the values in the order of
//! the declaration and nothing else. What is no ASCII is escaped with percent
//! signs, so that words stay words in the page, for people and for tests that
//! look for what must not be there.

use percent_encoding::{CONTROLS, percent_decode_str, percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

const NOT_PLAIN: &percent_encoding::AsciiSet = &CONTROLS.add(b'%');

#[derive(Debug, Clone, PartialEq)]
pub struct Packed<T>(pub T);

impl<T: Serialize> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = postcard::to_allocvec(&self.0).map_err(serde::ser::Error::custom)?;
        serializer.collect_str(&percent_encode(&bytes, NOT_PLAIN))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Packed<T>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes: Vec<u8> = percent_decode_str(&text).collect();
        let value = postcard::from_bytes(&bytes).map_err(serde::de::Error::custom)?;
        Ok(Packed(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(pairs in proptest::collection::vec((".*", ".*"), 0..8)) {
            let packed = Packed(Form::from_iter(pairs));
            let json = serde_json::to_string(&packed).unwrap();
            prop_assert_eq!(serde_json::from_str::<Packed<Form>>(&json).unwrap(), packed);
        }
    }

    #[test]
    fn words_stay_readable() {
        let form = Form::from_iter([("bio", "I mend 100% of boats")]);
        let json = serde_json::to_string(&Packed(form)).unwrap();
        assert!(json.contains("I mend 100%25 of boats"), "{json}");
    }
}
