use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::names;

/// The `dgp` member: `"1"`, and nothing else can be read into it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(names::VERSION)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if String::deserialize(deserializer)? == names::VERSION {
            Ok(Self)
        } else {
            Err(serde::de::Error::custom("another protocol version"))
        }
    }
}
