//! Where the columns of the table are, for the room there is. With less room columns go, in a fixed order; with more, the
//! channel's name and the last hour share it.

use egui::Rangef;

/// Column widths at the usual size, in points.
const FLAGS: f32 = 28.0;
const STATE: f32 = 130.0;
const STATE_SHORT: f32 = 112.0;
const CHANNEL: f32 = 156.0;
const CHANNEL_LEAST: f32 = 128.0;
const MODE: f32 = 42.0;
const UID: f32 = 92.0;
const IN_STATE: f32 = 78.0;
const ANSWER: f32 = 92.0;
const SEEN: f32 = 48.0;
const SEEN_AND_NEXT: f32 = 106.0;
const BAND: f32 = 174.0;
const BAND_SHORT: f32 = 136.0;
const BAND_MOST: f32 = 480.0;
const LATENCY: f32 = 70.0;
const GAPS: f32 = 112.0;
const ACTIONS: f32 = 66.0;
/// Free room between columns, part of the widths above.
const GUTTER: f32 = 12.0;

/// The place of each column, left to right; `None` is not shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Columns {
    /// Marks before the state.
    pub flags: Rangef,
    /// Shape and word.
    pub state: Rangef,
    /// The operator's name.
    pub channel: Rangef,
    /// Mix.
    pub mode: Option<Rangef>,
    /// Badge and number.
    pub uid: Option<Rangef>,
    /// Since when, right-aligned.
    pub in_state: Rangef,
    /// The last answer.
    pub answer: Rangef,
    /// How old it is.
    pub seen: Rangef,
    /// Whether the meter and the countdown stand there too.
    pub next_check: NextCheck,
    /// The last hour.
    pub band: Rangef,
    /// Of the last answer, right-aligned.
    pub latency: Option<Rangef>,
    /// Of the last 24 h.
    pub gaps: Option<Rangef>,
    /// Quick actions.
    pub actions: Option<Rangef>,
}

/// Whether there is room for the countdown to the next check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextCheck {
    /// With the meter.
    Shown,
    /// Only the age.
    Hidden,
}

/// The columns that may go, the first one first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Left {
    All,
    WithoutGaps,
    WithoutLatency,
    WithoutActions,
    WithoutUid,
    WithoutMode,
    WithoutNextCheck,
}

const STEPS: [Left; 7] = [
    Left::All,
    Left::WithoutGaps,
    Left::WithoutLatency,
    Left::WithoutActions,
    Left::WithoutUid,
    Left::WithoutMode,
    Left::WithoutNextCheck,
];

impl Columns {
    /// The columns of a table from `left` on that is `width` points wide.
    pub fn new(left: f32, width: f32) -> Self {
        let step = STEPS.into_iter().find(|step| needed(*step) <= width).unwrap_or(Left::WithoutNextCheck);
        let spare = (width - needed(step)).max(0.0);
        let short = step >= Left::WithoutActions;
        let band = (if short { BAND_SHORT } else { BAND }) + spare / 2.0;
        let band_more = (band - BAND_MOST).max(0.0);
        let channel = if short { CHANNEL_LEAST } else { CHANNEL } + spare / 2.0 + band_more;

        let mut x = left;
        let mut take = |wide: f32| {
            let column = Rangef::new(x, x + wide - GUTTER);
            x += wide;
            column
        };
        Self {
            flags: take(FLAGS),
            state: take(if short { STATE_SHORT } else { STATE }),
            channel: take(channel),
            mode: (step < Left::WithoutMode).then(|| take(MODE)),
            uid: (step < Left::WithoutUid).then(|| take(UID)),
            in_state: take(IN_STATE),
            answer: take(ANSWER),
            seen: take(if step < Left::WithoutNextCheck { SEEN_AND_NEXT } else { SEEN }),
            next_check: if step < Left::WithoutNextCheck { NextCheck::Shown } else { NextCheck::Hidden },
            band: take(band - band_more),
            latency: (step < Left::WithoutLatency).then(|| take(LATENCY)),
            gaps: (step < Left::WithoutGaps).then(|| take(GAPS)),
            actions: (step < Left::WithoutActions).then(|| take(ACTIONS)),
        }
    }

    /// Whether long words have to be cut.
    pub fn is_narrow(&self) -> bool {
        self.actions.is_none()
    }
}

fn needed(step: Left) -> f32 {
    let always = FLAGS + IN_STATE + ANSWER;
    let fixed =
        if step >= Left::WithoutActions { STATE_SHORT + CHANNEL_LEAST + BAND_SHORT } else { STATE + CHANNEL + BAND };
    let seen = if step >= Left::WithoutNextCheck { SEEN } else { SEEN_AND_NEXT };
    let optional = [
        (Left::WithoutGaps, GAPS),
        (Left::WithoutLatency, LATENCY),
        (Left::WithoutActions, ACTIONS),
        (Left::WithoutUid, UID),
        (Left::WithoutMode, MODE),
    ];
    let kept: f32 = optional.into_iter().filter(|(gone, _)| step < *gone).map(|(_, wide)| wide).sum();
    always + fixed + seen + kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: f32) -> (bool, bool, bool, bool, bool, bool) {
        let c = Columns::new(0.0, width);
        let next = c.next_check == NextCheck::Shown;
        (c.gaps.is_some(), c.latency.is_some(), c.actions.is_some(), c.uid.is_some(), c.mode.is_some(), next)
    }

    #[test]
    fn columns_go_in_the_order_of_the_design() {
        assert_eq!(shown(1300.0), (true, true, true, true, true, true));
        assert_eq!(shown(1100.0), (false, true, true, true, true, true));
        assert_eq!(shown(964.0), (false, false, true, true, true, true));
        assert_eq!(shown(820.0), (false, false, false, true, true, true));
        assert_eq!(shown(640.0), (false, false, false, false, false, false));
    }

    #[test]
    fn the_table_is_filled_to_its_right_end_and_never_beyond() {
        for width in [640.0, 700.0, 800.0, 964.0, 1120.0, 1440.0, 2560.0] {
            let c = Columns::new(10.0, width);
            let end = c.actions.or(c.gaps).or(c.latency).unwrap_or(c.band).max;
            assert!(end <= 10.0 + width && end >= width - 30.0, "{width}: {end}");
        }
    }
}
