//! The `[policy]` table: every number of the rules with the range in which it makes sense. It says what may be set and to
//! what; what the numbers do stands in the core.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::reader::Table;
use crate::monitor::policy::{Backoff, OldRecorder, Policy};

/// Most waits a schedule may list.
const WAITS_AT_MOST: usize = 12;

/// What is a matter of this computer: one project cannot have another sleep or another network than the next.
const OF_THE_WORKSTATION: [&str; 5] =
    ["network_probe_every", "sleep_is_over", "alarm_window", "flood_above", "flood_until_below"];

/// The defaults, changed by what the table says. What is wrong keeps its default and is noted.
pub fn read(mut table: Table<'_, '_>) -> Policy {
    let mut policy = Policy::default();
    workstation(&mut table, &mut policy);
    of_project(table, policy)
}

/// The numbers of one project: `base`, changed by what its own table says. What concerns the workstation is refused.
pub fn read_of_project(mut table: Table<'_, '_>, base: &Policy) -> Policy {
    for key in OF_THE_WORKSTATION {
        if let Some(value) = table.raw(key) {
            let what = "concerns this workstation and so all projects alike; set it in [policy]";
            table.report(key, Some(value.span()), what.to_owned());
        }
    }
    of_project(table, base.clone())
}

fn of_project(mut table: Table<'_, '_>, mut policy: Policy) -> Policy {
    budgets(&mut table, &mut policy);
    durations(&mut table, &mut policy);
    schedules(&mut table, &mut policy);
    let choices = [("ask", OldRecorder::Ask), ("stop", OldRecorder::Stop)];
    policy.old_recorder = table.choice("old_recorder", &choices).unwrap_or(policy.old_recorder);
    table.end();
    policy
}

fn budgets(table: &mut Table<'_, '_>, policy: &mut Policy) {
    let mut number = |key, range, field: &mut u32| {
        let found = table.number(key, range);
        *field = found.as_ref().map_or(*field, |found| found.value);
        found.map(|found| found.span)
    };
    let quota = number("quota_per_second", 1..=1000, &mut policy.quota_per_second);
    let reserved = number("quota_reserved", 0..=999, &mut policy.quota_reserved);
    number("quota_stretch_percent", 10..=100, &mut policy.quota_stretch_percent);
    number("retry_percent", 0..=100, &mut policy.retry_percent);
    number("retry_floor_percent", 0..=100, &mut policy.retry_floor_percent);
    number("retry_burst", 0..=10_000, &mut policy.retry_burst);
    number("throttle_floor_percent", 1..=100, &mut policy.throttle_floor_percent);
    number("throttle_step_percent", 1..=100, &mut policy.throttle_step_percent);
    number("stale_after_intervals", 2..=10, &mut policy.stale_after_intervals);
    number("recovered_after_probes", 1..=10, &mut policy.recovered_after_probes);
    number("mass_failure_from", 2..=100, &mut policy.mass_failure_from);
    number("flapping_turns", 2..=10, &mut policy.flapping_turns);
    number("auto_restarts_per_hour", 1..=20, &mut policy.auto_restarts_per_hour);
    if policy.quota_reserved >= policy.quota_per_second {
        let (all, reserved_) = (policy.quota_per_second, policy.quota_reserved);
        let what = format!("reserves {reserved_} of {all} requests per second; at least one has to be left for polls");
        table.report("quota_reserved", reserved.or(quota), what);
    }
}

fn workstation(table: &mut Table<'_, '_>, policy: &mut Policy) {
    let mut duration = |key, range, field: &mut Duration| *field = table.duration(key, &range).unwrap_or(*field);
    duration("network_probe_every", seconds(1, 60), &mut policy.network_probe_every);
    duration("sleep_is_over", seconds(2, 600), &mut policy.sleep_is_over);
    duration("alarm_window", seconds(60, 3600), &mut policy.alarm_window);
    flood(table, policy);
}

/// More alarms than a person can take in, and when that is over again: the one lies above the other.
fn flood(table: &mut Table<'_, '_>, policy: &mut Policy) {
    let above = table.number("flood_above", 1..=1000);
    let below = table.number("flood_until_below", 1..=1000);
    policy.flood_above = above.as_ref().map_or(policy.flood_above, |found| found.value);
    policy.flood_until_below = below.as_ref().map_or(policy.flood_until_below, |found| found.value);
    if policy.flood_until_below > policy.flood_above {
        let what = format!("is more than flood_above, {}: a flood would be over while it goes on", policy.flood_above);
        table.report("flood_until_below", below.or(above).map(|found| found.span), what);
    }
}

fn durations(table: &mut Table<'_, '_>, policy: &mut Policy) {
    let mut duration = |key, range, field: &mut Duration| *field = table.duration(key, &range).unwrap_or(*field);
    duration("poll_every", seconds(5, 3600), &mut policy.poll_every);
    duration("poll_waits_at_most", seconds(1, 600), &mut policy.poll_waits_at_most);
    duration("interval_back_every", seconds(1, 3600), &mut policy.interval_back_every);
    duration("domain_sticks_for", seconds(10, 86_400), &mut policy.domain_sticks_for);
    duration("try_timeout", seconds(1, 60), &mut policy.try_timeout);
    duration("stop_timeout", seconds(5, 120), &mut policy.stop_timeout);
    duration("resource_lives_for", seconds(10, 300), &mut policy.resource_lives_for);
    duration("verify_after", seconds(1, 60), &mut policy.verify_after);
    duration("verify_within", seconds(10, 600), &mut policy.verify_within);
    duration("lost_after", seconds(10, 1800), &mut policy.lost_after);
    duration("own_seen_within", seconds(5, 300), &mut policy.own_seen_within);
    duration("throttle_for", seconds(1, 600), &mut policy.throttle_for);
    duration("throttle_step_every", seconds(1, 3600), &mut policy.throttle_step_every);
    duration("retry_scout_every", seconds(10, 3600), &mut policy.retry_scout_every);
    duration("uncertain_alarms_after", seconds(60, 3600), &mut policy.uncertain_alarms_after);
    duration("flapping_within", seconds(60, 86_400), &mut policy.flapping_within);
    duration("auto_restart_again_after", seconds(10, 3600), &mut policy.auto_restart_again_after);
    duration("token_warning", seconds(60, 604_800), &mut policy.token_warning);
}

fn schedules(table: &mut Table<'_, '_>, policy: &mut Policy) {
    spent(table, "domain", &mut policy.domain);
    spent(table, "start_50x", &mut policy.start_50x);
    spent(table, "start_65", &mut policy.start_65);
    spent(table, "start_unknown", &mut policy.start_unknown);
    spent(table, "stop", &mut policy.stop);
    spent(table, "change", &mut policy.change);
    repeating(table, "verify", &mut policy.verify);
    repeating(table, "missing", &mut policy.missing);
    repeating(table, "uncertain", &mut policy.uncertain);
    repeating(table, "throttle_command", &mut policy.throttle_command);
    two(table, "file_name_after", &mut policy.file_name_after);
    two(table, "file_name_after_individual", &mut policy.file_name_after_individual);
}

/// Two moments after a start.
fn two(table: &mut Table<'_, '_>, key: &'static str, field: &mut [Duration; 2]) {
    let Some(found) = waits(table, key) else { return };
    match found[..] {
        [first, second] if first < second => *field = [first, second],
        _ => {
            let span = table.raw(key).map(toml::Spanned::span);
            table.report(key, span, "needs two durations, the second one longer".to_owned());
        }
    }
}

/// A schedule that gives up after its last wait.
fn spent(table: &mut Table<'_, '_>, key: &'static str, field: &mut Backoff) {
    if let Some(waits) = waits(table, key) {
        *field = Backoff { waits, then: None };
    }
}

/// A schedule that repeats its last wait for ever.
fn repeating(table: &mut Table<'_, '_>, key: &'static str, field: &mut Backoff) {
    if let Some(waits) = waits(table, key) {
        let then = waits.last().copied();
        *field = Backoff { waits, then };
    }
}

fn waits(table: &mut Table<'_, '_>, key: &'static str) -> Option<Vec<Duration>> {
    let span = table.raw(key)?.span();
    let found = table.durations(key, &seconds(1, 1800))?;
    if found.len() > WAITS_AT_MOST {
        table.report(key, Some(span), format!("lists {} durations; at most {WAITS_AT_MOST} are read", found.len()));
    }
    Some(found)
}

fn seconds(from: u64, to: u64) -> RangeInclusive<Duration> {
    Duration::from_secs(from)..=Duration::from_secs(to)
}
