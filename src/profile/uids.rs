//! Whose sound and whose pictures are recorded. The service takes at most 32 UIDs in a list, as numbers in quotes.

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;
use super::json::{Json, Object};
use crate::monitor::ids::Uid;

/// Most UIDs of one list.
pub const UIDS_AT_MOST: usize = 32;
/// The service's word for everybody.
pub const EVERYBODY: &str = "#allstream#";

/// A list of 1 to 32 UIDs in the operator's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct UidList(Vec<Uid>);

impl UidList {
    /// The UIDs.
    pub fn uids(&self) -> &[Uid] {
        &self.0
    }
}

impl TryFrom<Vec<Uid>> for UidList {
    type Error = Invalid;

    fn try_from(uids: Vec<Uid>) -> Result<Self, Invalid> {
        if (1..=UIDS_AT_MOST).contains(&uids.len()) {
            return Ok(Self(uids));
        }
        let rule = "a list has 1 to 32 UIDs; write \"all\" for everybody";
        Err(Invalid::plain("UIDs", format_args!("({} of them)", uids.len()), rule))
    }
}

impl TryFrom<Vec<u32>> for UidList {
    type Error = Invalid;

    fn try_from(numbers: Vec<u32>) -> Result<Self, Invalid> {
        let uids: Vec<Uid> = numbers.iter().filter_map(|number| Uid::new(*number)).collect();
        if uids.len() < numbers.len() {
            return Err(Invalid::plain("UID", 0, "a UID is a number from 1 to 4294967295"));
        }
        Self::try_from(uids)
    }
}

impl From<UidList> for Vec<u32> {
    fn from(list: UidList) -> Self {
        list.0.into_iter().map(Uid::get).collect()
    }
}

/// Whose stream of one medium is recorded. Where one medium says something and the other does not, Agora leaves the other out
/// altogether.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Listen {
    /// Nothing is said: everybody, unless the other medium says something.
    #[default]
    Unsaid,
    /// Everybody, said so.
    Everybody,
    /// These only (`subscribe...Uids`).
    Only(UidList),
    /// Everybody but these (`unsubscribe...Uids`).
    Except(UidList),
}

/// The names of the members of one medium.
#[derive(Clone, Copy)]
pub(super) struct Members {
    only: &'static str,
    except: &'static str,
}

/// Of sound. The vendor also writes `unSubscribeAudioUids`; its reference writes it so.
pub(super) const AUDIO: Members = Members { only: "subscribeAudioUids", except: "unsubscribeAudioUids" };
/// Of pictures.
pub(super) const VIDEO: Members = Members { only: "subscribeVideoUids", except: "unsubscribeVideoUids" };

impl Listen {
    /// Whether something is said.
    pub fn is_said(&self) -> bool {
        *self != Self::Unsaid
    }

    /// How many UIDs are listed one by one.
    pub fn listed(&self) -> usize {
        match self {
            Self::Unsaid | Self::Everybody | Self::Except(_) => 0,
            Self::Only(list) => list.uids().len(),
        }
    }

    /// The object with the list, if there is one.
    pub(super) fn add_to(&self, object: Object, members: Members) -> Object {
        let list = |list: &UidList| list.uids().iter().map(ToString::to_string).collect::<Json>();
        match self {
            Self::Unsaid => object,
            Self::Everybody => object.with(members.only, [EVERYBODY].into_iter().collect::<Json>()),
            Self::Only(uids) => object.with(members.only, list(uids)),
            Self::Except(uids) => object.with(members.except, list(uids)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_1_to_32_numbers_from_1_to_the_greatest_uid() {
        let list = |numbers: Vec<u32>| UidList::try_from(numbers);
        assert!(list(vec![1]).is_ok() && list((1..=32).collect()).is_ok() && list(vec![u32::MAX]).is_ok());
        assert!(list((1..=33).collect()).expect_err("too many").to_string().contains("(33 of them)"));
        assert!(list(vec![]).is_err());
        assert!(list(vec![7, 0]).expect_err("zero").to_string().starts_with("UID 0"));
    }

    #[test]
    fn lists_are_sent_as_numbers_in_quotes_under_the_name_of_the_reference() {
        let list = UidList::try_from(vec![41, 7]).expect("valid");
        let sent = |listen: &Listen| {
            Json::from(listen.add_to(Object::new(), AUDIO)).shown().split_whitespace().collect::<String>()
        };
        assert_eq!(sent(&Listen::Unsaid), "{}");
        assert_eq!(sent(&Listen::Everybody), r##"{"subscribeAudioUids":["#allstream#"]}"##);
        assert_eq!(sent(&Listen::Only(list.clone())), r#"{"subscribeAudioUids":["41","7"]}"#);
        assert_eq!(sent(&Listen::Except(list)), r#"{"unsubscribeAudioUids":["41","7"]}"#);
    }
}
