//! Whose audio and video are recorded: for each everybody, a list, or everybody but a list.

use egui::{RichText, Ui};

use crate::monitor::ids::Uid;
use crate::profile::change::{Subscription, Update};
use crate::profile::uids::{Listen, UIDS_AT_MOST, UidList};
use crate::ui::detail::parts;
use crate::ui::dialogs::fields;
use crate::ui::format;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::segments;

/// What is filled in.
#[derive(Debug, Default)]
pub struct SubscribeForm {
    audio: Medium,
    video: Medium,
}

#[derive(Debug, Default)]
struct Medium {
    whom: Whom,
    uids: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Whom {
    #[default]
    Everybody,
    Only,
    Except,
    Unsaid,
}

const WHOM: [(Whom, &str); 4] = [
    (Whom::Everybody, "Everybody"),
    (Whom::Only, "Only these"),
    (Whom::Except, "All but these"),
    (Whom::Unsaid, "Say nothing"),
];

impl SubscribeForm {
    pub fn show(&mut self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        for (name, medium) in [("Audio", &mut self.audio), ("Video", &mut self.video)] {
            ui.label(RichText::new(name).font(text::base_medium()).color(palette.text1));
            let chosen = WHOM.iter().position(|(whom, _)| *whom == medium.whom).unwrap_or_default();
            if let Some(index) = segments::show(ui, name, &WHOM.map(|(_, words)| words), chosen) {
                medium.whom = WHOM[index].0;
            }
            match medium.whom {
                Whom::Only | Whom::Except => list(ui, name, medium),
                Whom::Everybody | Whom::Unsaid => {}
            }
            ui.add_space(space::L);
        }
        match self.subscription().ok().and_then(|subscription| subscription.warning()) {
            Some(note) => parts::warning(ui, &format!("Nothing is said about {}", note.about), &note.says),
            None => {
                let words = "Each list replaces the one in use. A medium that nothing is said about may be dropped";
                parts::line(ui, words, text::small(), palette.text3);
            }
        }
    }

    fn subscription(&self) -> Result<Subscription, String> {
        let audio = self.audio.listen().map_err(|why| format!("audio: {why}"))?;
        let video = self.video.listen().map_err(|why| format!("video: {why}"))?;
        Subscription::new(audio, video).map_err(|invalid| invalid.rule.into_owned())
    }

    pub fn update(&self) -> Result<Update, String> {
        self.subscription().map(Update::Subscribe)
    }
}

fn list(ui: &mut Ui, name: &str, medium: &mut Medium) {
    fields::line(ui, &format!("UIDs of {}", name.to_lowercase()), &mut medium.uids);
    let typed = !medium.uids.trim().is_empty();
    let (problem, hint) = match read_uids(&medium.uids) {
        Ok(list) => (None, format!("{} of at most {UIDS_AT_MOST}", format::counted(list.uids().len(), "UID", "UIDs"))),
        Err(why) if typed => (Some(why), String::new()),
        Err(_) => (None, format!("Numbers, with spaces or commas between them; at most {UIDS_AT_MOST}")),
    };
    fields::about(ui, problem.as_deref(), &hint);
}

impl Medium {
    fn listen(&self) -> Result<Listen, String> {
        match self.whom {
            Whom::Unsaid => Ok(Listen::Unsaid),
            Whom::Everybody => Ok(Listen::Everybody),
            Whom::Only => read_uids(&self.uids).map(Listen::Only),
            Whom::Except => read_uids(&self.uids).map(Listen::Except),
        }
    }
}

/// The UIDs of a typed list.
pub(super) fn read_uids(typed: &str) -> Result<UidList, String> {
    let mut uids: Vec<Uid> = Vec::new();
    let words = typed.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|word| !word.is_empty());
    for word in words {
        let uid = read_uid(word)?;
        if uids.contains(&uid) {
            return Err(format!("{uid} is in the list twice"));
        }
        uids.push(uid);
    }
    UidList::try_from(uids).map_err(|invalid| format!("{} {}: {}", invalid.field, invalid.value, invalid.rule))
}

/// One UID.
pub(super) fn read_uid(typed: &str) -> Result<Uid, String> {
    let typed = typed.trim();
    typed.parse().map_err(|_| format!("{typed:?} is no UID: a UID is a number from 1 to 4294967295"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_takes_numbers_however_they_are_parted_and_names_what_is_none() {
        assert_eq!(read_uids("41, 7;\n12").expect("three").uids().len(), 3);
        for (typed, says) in [
            ("41, anna", "\"anna\" is no UID"),
            ("0", "\"0\" is no UID"),
            ("4294967296", "is no UID"),
            ("41 41", "41 is in the list twice"),
            ("", "UIDs (0 of them)"),
        ] {
            let why = read_uids(typed).expect_err(typed);
            assert!(why.contains(says), "{typed}: {why}");
        }
        let many: Vec<String> = (1..=33).map(|n| n.to_string()).collect();
        assert!(read_uids(&many.join(" ")).expect_err("33").contains("(33 of them)"));
    }

    #[test]
    fn one_medium_alone_is_sent_and_warned_of() {
        let mut form =
            SubscribeForm { audio: Medium { whom: Whom::Only, uids: "41".into() }, ..SubscribeForm::default() };
        assert!(form.subscription().expect("both said").warning().is_none());
        form.video.whom = Whom::Unsaid;
        assert!(form.subscription().expect("one said").warning().expect("a warning").says.contains("none of it"));
        form.audio.whom = Whom::Unsaid;
        assert!(form.update().is_err());
    }
}
