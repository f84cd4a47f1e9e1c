//! Values with a form of their own in the file: where a secret is, whose streams are meant, a name or a number. Their errors say
//! what to write, and that of a secret never repeats what was written.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::profile::secret::Variable;
use crate::profile::storage::NameOrNumber;
use crate::profile::uids::{Listen, UidList};

/// `{ env = "NAME" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Which variable.
    pub env: Variable,
}

impl From<Variable> for Reference {
    fn from(env: Variable) -> Self {
        Self { env }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReferenceVisitor)
    }
}

struct ReferenceVisitor;

impl ReferenceVisitor {
    /// What stands there may be the secret itself.
    fn no_secret<E: Error>() -> E {
        E::custom(
            "a secret does not belong into this file; put it into a variable of the environment and write { env = \"ITS_NAME\" }",
        )
    }
}

impl<'de> Visitor<'de> for ReferenceVisitor {
    type Value = Reference;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{ env = \"ITS_NAME\" }")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Reference, E> {
        Err(Self::no_secret())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Reference, E> {
        Err(Self::no_secret())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Reference, E> {
        Err(Self::no_secret())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Reference, E> {
        Err(Self::no_secret())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Reference, E> {
        Err(Self::no_secret())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reference, A::Error> {
        let mut env = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "env" {
                env = Some(map.next_value::<Variable>().map_err(|_| bad_name::<A::Error>())?);
            } else {
                map.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom("only env belongs here: { env = \"ITS_NAME\" }"));
            }
        }
        env.map(Reference::from).ok_or_else(|| A::Error::missing_field("env"))
    }
}

/// Without the name, which may be the secret.
fn bad_name<E: Error>() -> E {
    E::custom(
        "env has to be the name of a variable: letters, digits and _ only, at most 128, no digit first; a secret does not \
         belong into this file",
    )
}

/// `"all"`, or a list of UIDs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UidsText {
    /// Everybody.
    All,
    /// These.
    List(UidList),
}

impl Serialize for UidsText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for UidsText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UidsVisitor)
    }
}

struct UidsVisitor;

impl<'de> Visitor<'de> for UidsVisitor {
    type Value = UidsText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"all\" or a list of UIDs such as [41, 42]")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<UidsText, E> {
        if word == "all" { Ok(UidsText::All) } else { Err(E::invalid_value(Unexpected::Str(word), &self)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<UidsText, A::Error> {
        UidList::deserialize(SeqAccessDeserializer::new(list)).map(UidsText::List)
    }
}

/// The two settings of one medium as one.
///
/// # Errors
/// When both are there, or all are to be left out.
pub fn listen(only: Option<UidsText>, except: Option<UidsText>) -> Result<Listen, &'static str> {
    match (only, except) {
        (None, None) => Ok(Listen::Unsaid),
        (Some(UidsText::All), None) => Ok(Listen::Everybody),
        (Some(UidsText::List(list)), None) => Ok(Listen::Only(list)),
        (None, Some(UidsText::List(list))) => Ok(Listen::Except(list)),
        (None, Some(UidsText::All)) => Err("would leave everybody out; choose stream_types instead"),
        (Some(_), Some(_)) => Err("goes together with no list of those to record; leave one of the two out"),
    }
}

/// The other way round: who is recorded, and who is left out.
pub fn said(listen: &Listen) -> (Option<UidsText>, Option<UidsText>) {
    match listen {
        Listen::Unsaid => (None, None),
        Listen::Everybody => (Some(UidsText::All), None),
        Listen::Only(list) => (Some(UidsText::List(list.clone())), None),
        Listen::Except(list) => (None, Some(UidsText::List(list.clone()))),
    }
}

impl<'de> Deserialize<'de> for NameOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

impl Serialize for NameOrNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Name(name) => serializer.serialize_str(name),
            Self::Number(number) => serializer.serialize_u32(*number),
        }
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = NameOrNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name in quotes or Agora's number for it")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<NameOrNumber, E> {
        let wrong = |_| E::invalid_value(Unexpected::Signed(number), &self);
        u32::try_from(number).map(NameOrNumber::Number).map_err(wrong)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<NameOrNumber, E> {
        let wrong = |_| E::invalid_value(Unexpected::Unsigned(number), &self);
        u32::try_from(number).map(NameOrNumber::Number).map_err(wrong)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<NameOrNumber, E> {
        Ok(NameOrNumber::Name(name.to_owned()))
    }
}
