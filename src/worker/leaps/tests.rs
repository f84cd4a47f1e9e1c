//! Hours of a workstation that sleeps, is held up, and whose clock is set to and fro, in no time at all.

use super::*;

const TOLERANCE: Duration = Duration::from_secs(5);
const S: i64 = 1_000_000;

/// A workstation whose clocks are turned by hand.
struct Desk {
    judge: Judge,
    at: Reading,
    /// Whether its steady clock goes on during sleep, as on Windows.
    counts_sleep: bool,
}

impl Desk {
    fn new(asleep: Option<i64>) -> Self {
        let at = Reading { steady: 77 * S, asleep, wall: 1_794_463_200 * S };
        Self { judge: Judge::from(at), at, counts_sleep: false }
    }

    fn awake(&mut self, micros: i64) {
        self.at.steady += micros;
        self.at.wall += micros;
    }

    fn sleep(&mut self, micros: i64) {
        self.at.wall += micros;
        self.at.asleep = self.at.asleep.map(|asleep| asleep + micros);
        if self.counts_sleep {
            self.at.steady += micros;
        }
    }

    fn set(&mut self, by: i64) {
        self.at.wall += by;
    }

    fn look(&mut self) -> Verdict {
        self.judge.look(self.at, TOLERANCE)
    }
}

#[test]
fn a_clock_set_back_by_an_hour_hides_no_sleep_of_five_seconds() {
    for asleep in [Some(0), None] {
        let mut desk = Desk::new(asleep);
        desk.set(-3600 * S);
        desk.awake(S);
        let verdict = desk.look();
        assert_eq!((verdict.set_by, verdict.unseen, verdict.slept), (Some(-3600 * S), None, Duration::ZERO));
        desk.sleep(5 * S);
        let verdict = desk.look();
        assert_eq!(verdict.slept, TOLERANCE, "{asleep:?}: {verdict:?}");
        let cause = if asleep.is_some() { Blindness::Asleep } else { Blindness::SleptOrClockSet };
        assert_eq!(verdict.unseen, Some(cause));
    }
}

#[test]
fn a_sleep_and_a_clock_set_forward_are_told_apart_where_the_system_counts_sleep() {
    let mut desk = Desk::new(Some(9 * S));
    desk.set(3600 * S);
    desk.awake(S);
    assert_eq!(desk.look(), Verdict { set_by: Some(3600 * S), ..Verdict::default() });
    desk.sleep(3600 * S);
    let slept = Verdict { slept: micros(3600 * S), set_by: None, unseen: Some(Blindness::Asleep) };
    assert_eq!(desk.look(), slept);
    desk.sleep(60 * S);
    desk.set(-7 * S);
    assert_eq!(desk.look(), Verdict { slept: micros(60 * S), set_by: Some(-7 * S), unseen: Some(Blindness::Asleep) });
}

#[test]
fn without_such_a_clock_the_two_are_not_told_apart_and_nobody_claims_to_know() {
    let mut desk = Desk::new(None);
    desk.set(3600 * S);
    let verdict = desk.look();
    assert_eq!((verdict.set_by, verdict.unseen), (None, Some(Blindness::SleptOrClockSet)));
}

#[test]
fn a_process_that_was_stopped_and_a_sleep_that_the_steady_clock_counts_are_a_hold_up() {
    let mut desk = Desk::new(None);
    desk.awake(20 * S);
    assert_eq!(desk.look(), Verdict { unseen: Some(Blindness::HeldUp), ..Verdict::default() });
    desk.counts_sleep = true;
    desk.sleep(20 * S);
    assert_eq!(desk.look(), Verdict { unseen: Some(Blindness::HeldUp), ..Verdict::default() });
}

#[test]
fn small_differences_are_told_once_they_add_up_and_a_clock_that_is_only_slewed_is_never_told() {
    let mut desk = Desk::new(Some(0));
    let told: Vec<i64> = (0..12)
        .filter_map(|_| {
            desk.set(-S);
            desk.awake(S);
            desk.look().set_by
        })
        .collect();
    assert_eq!(told, [-5 * S, -5 * S]);
    let mut desk = Desk::new(Some(0));
    for second in 0..3600 {
        // 500 parts per million to and fro: the most that a clock is slewed.
        desk.set(if second % 20 < 10 { 500 } else { -500 });
        desk.awake(S);
        assert_eq!(desk.look(), Verdict::default());
    }
}

/// What a random hour holds at one heartbeat.
enum Befalls {
    Nothing,
    Sleep(i64),
    HoldUp(i64),
    Set(i64),
}

fn befalls(dice: &mut fastrand::Rng) -> Befalls {
    let length = |dice: &mut fastrand::Rng| match dice.u8(0..3) {
        0 => dice.i64(APART..5 * S),
        1 => dice.i64(5 * S..60 * S),
        _ => dice.i64(60 * S..86_400 * S),
    };
    match dice.u8(0..40) {
        0 | 1 => Befalls::Sleep(length(dice)),
        2 => Befalls::HoldUp(length(dice)),
        3 => Befalls::Set(length(dice)),
        4 => Befalls::Set(-length(dice)),
        _ => Befalls::Nothing,
    }
}

#[test]
fn over_random_hours_every_sleep_and_hold_up_is_told_at_the_next_look_and_no_length_is_wrong() {
    for seed in 0..300 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let tells = dice.bool();
        let mut desk = Desk::new(tells.then_some(0));
        for beat in 0..3600 {
            let awake = dice.i64(1..=S);
            desk.awake(awake);
            let what = befalls(&mut dice);
            match what {
                Befalls::Sleep(length) => desk.sleep(length),
                Befalls::HoldUp(length) => desk.awake(length),
                Befalls::Set(by) => desk.set(by),
                Befalls::Nothing => {}
            }
            let told = desk.look();
            let place = format!("seed {seed}, beat {beat}: {told:?}");
            match what {
                Befalls::Sleep(length) if tells => {
                    assert_eq!((told.slept, told.set_by), (micros(length), None), "{place}");
                    assert_eq!(told.unseen.is_some(), length + awake >= 5 * S, "{place}");
                }
                Befalls::Sleep(length) if length >= 5 * S => {
                    assert_eq!(
                        (told.slept, told.unseen),
                        (micros(length), Some(Blindness::SleptOrClockSet)),
                        "{place}"
                    );
                }
                Befalls::HoldUp(length) => {
                    assert_eq!((told.slept, told.set_by), (Duration::ZERO, None), "{place}");
                    assert_eq!(told.unseen.is_some(), length + awake >= 5 * S, "{place}");
                }
                Befalls::Set(by) if tells || by < 0 => {
                    assert_eq!((told.slept, told.unseen), (Duration::ZERO, None), "{place}");
                    assert!(by.abs() < 5 * S || told.set_by == Some(by), "{place}: {by}");
                }
                // Too short to tell, or not to be told from a sleep: the tests above say what comes of it.
                Befalls::Sleep(_) | Befalls::Set(_) => {}
                Befalls::Nothing => assert_eq!(told, Verdict::default(), "{place}"),
            }
        }
    }
}

#[test]
fn the_time_between_two_readings_is_no_sleep_and_short_sleeps_count_together() {
    let mut desk = Desk::new(Some(0));
    for n in 0..1_000 {
        desk.awake(S);
        desk.at.asleep = Some(n % 3 * 900);
        assert_eq!(desk.look(), Verdict::default(), "look {n}");
    }
    desk.at.asleep = Some(0);
    let slept = [6_000, 6_000, 1_000].map(|micros| {
        desk.sleep(micros);
        desk.look().slept
    });
    assert_eq!(slept, [Duration::ZERO, Duration::from_millis(12), Duration::ZERO]);
}
