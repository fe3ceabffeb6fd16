//! JSON as the wire allows it: no member twice, no deep nesting, nothing behind the value.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::limits::JSON_DEPTH;

/// What is wrong with a JSON text. Holds none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    #[error("it is not JSON, repeats a member, or is nested too deeply")]
    Malformed,
    #[error("a member is missing or has the wrong form")]
    WrongShape,
}

/// Reads a value from foreign bytes. Members that `T` does not know are ignored, members that appear twice are refused.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonFault> {
    check(bytes)?;
    serde_json::from_slice(bytes).map_err(|_| JsonFault::WrongShape)
}

/// Only the strictness of [`read`], for bytes that are kept as they are.
pub fn check(bytes: &[u8]) -> Result<(), JsonFault> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    Strict { depth: 0 }.deserialize(&mut deserializer).and_then(|()| deserializer.end()).map_err(|_| JsonFault::Malformed)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= JSON_DEPTH { Err(E::custom("too deep")) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated members")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = HashSet::new();
        while let Some(Name(name)) = map.next_key()? {
            if !seen.insert(name) {
                return Err(serde::de::Error::custom("repeated member"));
            }
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Name(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_members_are_refused_at_every_depth() {
        assert_eq!(check(br#"{"a":1,"b":[{"c":1,"d":2}]}"#), Ok(()));
        for bad in [r#"{"a":1,"a":1}"#, r#"{"b":[{"c":1,"c":2}]}"#, r#"{"\u0061":1,"a":2}"#, "{} {}", "", "{\"a\":1,}", "nul"] {
            assert_eq!(check(bad.as_bytes()), Err(JsonFault::Malformed), "{bad}");
        }
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(check(nested(JSON_DEPTH).as_bytes()), Ok(()));
        assert_eq!(check(nested(JSON_DEPTH + 1).as_bytes()), Err(JsonFault::Malformed));
        assert_eq!(check(nested(200_000).as_bytes()), Err(JsonFault::Malformed));
    }
}
