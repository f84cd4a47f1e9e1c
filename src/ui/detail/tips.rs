//! What the lanes of the chart say: their names and sums for a screen reader, and what the pointer rests on. It counts what the lanes
//! hold and paints nothing.

use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo, pos2};
use egui_plot::PlotTransform;
use jiff::tz::TimeZone;

use super::answers::{Answers, Code, HOUR, PollKind, Spread, spread};
use super::chart::moment;
use super::lanes::{GapKind, GapMark, Lanes};
use super::paint::{CODES, GAP_TEXT, GAPS, LATENCY, POLLS, STATE};
use crate::monitor::snapshot::HourOfProbes;
use crate::monitor::time::Timestamp;
use crate::ui::{format, words};

/// Names the lanes for a screen reader, and tells what the pointer rests on. `stretch` is what they are about: `last hour`.
pub(super) fn show(ui: &Ui, inner: Rect, lanes: &Lanes, transform: &PlotTransform, stretch: &str) {
    let lane = |name: &str, [top, bottom]: [f32; 2], spoken: String| -> Response {
        let room = Rect::from_x_y_ranges(inner.x_range(), inner.top() + top - 2.0..=inner.top() + bottom + 2.0);
        let response = ui.interact(room, ui.scope_id().with(name), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
        response
    };
    let column = |response: &Response| {
        let left = response.hover_pos()?.x.floor();
        Some([left, left + 1.0].map(|x| moment(transform.value_from_position(pos2(x, 0.0)).x)))
    };
    let at = |response: &Response| response.hover_pos().map(|pos| moment(transform.value_from_position(pos).x));
    let (window, answers) = (lanes.window, &lanes.answers);
    let said = said(answers, window.from, window.to);
    let polls = lane("polls", POLLS, format!("Polls, {stretch}: {said}"));
    let state = lane("state", STATE, lanes.spoken(stretch));
    let gaps = lane("gaps", [GAPS[0], GAP_TEXT + 8.0], gaps_spoken(&lanes.gaps, stretch));
    let codes = lane("codes", CODES, codes_spoken(answers, stretch));
    let latency = lane("latency", LATENCY, latency_spoken(answers, stretch));
    for response in [polls, latency] {
        if let Some(line) = column(&response).and_then(|column| answer(answers, column)) {
            response.on_hover_text_at_pointer(line);
        }
    }
    if let Some(line) = column(&codes).and_then(|column| answer(answers, column)) {
        codes.on_hover_text_at_pointer(format!("{line}\n\n{}", legend(answers)));
    }
    if let Some(span) = at(&state).and_then(|at| lanes.span_at(at)) {
        let said = self::said(answers, span.from, span.to);
        let (from, to) = (words::clock(span.from), words::clock(span.to));
        let length = format::words(span.to.since(span.from));
        state.on_hover_text_at_pointer(format!("{}\n{from} to {to}, {length}\n{said}", words::band(span.kind)));
    }
    if let Some(gap) = at(&gaps).and_then(|at| lanes.gaps.iter().rev().find(|gap| gap.from <= at && at <= gap.to)) {
        gaps.on_hover_text_at_pointer(gap_tooltip(gap));
    }
}

/// What came in a pixel column: the sums of its hour, all its answers, or the one that is nearest.
fn answer(answers: &Answers, [from, to]: [Timestamp; 2]) -> Option<String> {
    let within = answers.between(from, to);
    if within.is_empty()
        && let Some(hour) = answers.hour_at(from)
    {
        return Some(summed(hour));
    }
    if let ([first, .., last], Some(latency)) = (within, spread(within)) {
        let (from, to) = (words::clock(first.at), words::clock(last.at));
        let took = spread_text(latency);
        return Some(format!("{from} to {to}\n{} answers, {took}\n{}", within.len(), said(answers, first.at, last.at)));
    }
    let poll = answers.nearest(from)?;
    let code = poll.http.map(|http| format!(" ({http})")).unwrap_or_default();
    Some(format!("{}  {}{code}  {} ms", words::clock(poll.at), poll_word(poll.kind), poll.latency_ms))
}

fn summed(hour: &HourOfProbes) -> String {
    let clock = |at| format::clock_minutes(at, &TimeZone::UTC);
    let (day, from, to) = (format::day(hour.from, &TimeZone::UTC), clock(hour.from), clock(hour.from + HOUR));
    let codes = Code::ALL.into_iter().rev().filter_map(|code| {
        let times: u64 = hour.answers.iter().filter(|it| Code::of(it.http) == code).map(|it| u64::from(it.times)).sum();
        (times > 0).then(|| format!("{} × {}", format::thousands(times), code_word(code)))
    });
    let codes = codes.collect::<Vec<_>>().join(", ");
    let took = spread_text(hour.latency_ms);
    format!("{day}, {from} to {to}\n{codes}\n{took}\nSums of an hour: single answers are not kept any more")
}

fn spread_text([least, median, most]: Spread) -> String {
    format!("{least} to {most} ms, median {median} ms")
}

/// The rows of the codes from the top, with how many there were in the range.
fn legend(answers: &Answers) -> String {
    let row = |(code, times): (Code, u64)| format!("{}: {}", code_word(code), format::thousands(times));
    let rows: Vec<String> = Code::ALL.into_iter().zip(answers.codes()).map(row).collect();
    format!("Rows from the top, in this range\n{}", rows.join("\n"))
}

fn codes_spoken(answers: &Answers, stretch: &str) -> String {
    let parts: Vec<String> = Code::ALL
        .into_iter()
        .zip(answers.codes())
        .rev()
        .filter(|(_, times)| *times > 0)
        .map(|(code, times)| format!("{} × {}", format::thousands(times), code_word(code)))
        .collect();
    if parts.is_empty() {
        return format!("Codes, {stretch}: none came");
    }
    format!("Codes, {stretch}: {}{}", parts.join(", "), sums(answers.hours.len()))
}

fn sums(hours: usize) -> String {
    if hours == 0 {
        return String::new();
    }
    format!(", with sums of {}", format::counted(hours, "hour", "hours"))
}

fn latency_spoken(answers: &Answers, stretch: &str) -> String {
    let (Some(least), Some(most)) = (answers.fastest(), answers.slowest()) else {
        return format!("Latency, {stretch}: no answers");
    };
    // The median of sums is known to nobody.
    let median = spread(&answers.polls).filter(|_| answers.hours.is_empty());
    let median = median.map(|[_, median, _]| format!(", median {median} ms")).unwrap_or_default();
    format!("Latency, {stretch}: {least} to {most} ms{median}{}", sums(answers.hours.len()))
}

fn gap_tooltip(gap: &GapMark) -> String {
    let clock = words::clock;
    match gap.kind {
        GapKind::Unknown | GapKind::NotObserved => format!("{}\n{} to {}", gap.text, clock(gap.from), clock(gap.to)),
        GapKind::Open => format!("{}\nWent between {} and {}", gap.text, clock(gap.from), clock(gap.sure_from)),
        GapKind::Closed => format!(
            "{}\nWent between {} and {}\nBack between {} and {}",
            gap.text,
            clock(gap.from),
            clock(gap.sure_from),
            clock(gap.sure_to),
            clock(gap.to)
        ),
    }
}

fn gaps_spoken(gaps: &[GapMark], stretch: &str) -> String {
    if gaps.is_empty() {
        return format!("Gaps, {stretch}: none");
    }
    let list: Vec<_> = gaps.iter().map(|gap| format!("{} at {}", gap.text, words::clock(gap.from))).collect();
    format!("Gaps, {stretch}: {}", list.join(", "))
}

/// What was said in a stretch, and how much of it is known as sums only.
fn said(answers: &Answers, from: Timestamp, to: Timestamp) -> String {
    let counts = PollKind::ALL.into_iter().zip(answers.counted(from, to)).filter(|(_, n)| *n > 0);
    let single = counts.map(|(kind, n)| format!("{n} × {}", poll_word(kind)));
    let hours = answers.hours_between(from, to);
    let summed = (hours > 0).then(|| format!("older answers as sums of {}", format::counted(hours, "hour", "hours")));
    let parts: Vec<String> = single.chain(summed).collect();
    if parts.is_empty() { "no answers".to_owned() } else { parts.join(", ") }
}

const fn poll_word(kind: PollKind) -> &'static str {
    match kind {
        PollKind::Good => "status 4 or 5",
        PollKind::Other => "another status",
        PollKind::Unclear => "no clear answer",
        PollKind::Refused => "refused",
        PollKind::Missing => "404 worker",
    }
}

const fn code_word(code: Code) -> &'static str {
    match code {
        Code::NoAnswer => "no answer",
        Code::Server => "5xx",
        Code::Throttled => "429",
        Code::Client => "other 4xx",
        Code::NotFound => "404",
        Code::Other => "another code",
        Code::Ok => "200",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::snapshot::Answered;
    use crate::ui::detail::answers::Poll;
    use crate::ui::testing::{NOW, ago};

    fn answers() -> Answers {
        let poll = |s, latency_ms, kind, http| Poll { at: ago(s), latency_ms, kind, http };
        let polls = vec![
            poll(60, 80, PollKind::Good, Some(200)),
            poll(59, 300, PollKind::Missing, Some(404)),
            poll(58, 3000, PollKind::Unclear, None),
        ];
        let answered = |http, recording, times| Answered { http, recording, times };
        let counts = vec![answered(None, false, 1), answered(Some(200), false, 3), answered(Some(200), true, 1200)];
        let hours = vec![HourOfProbes { from: ago(9127), answers: counts, latency_ms: [60, 84, 5310] }];
        Answers { polls, hours }
    }

    #[test]
    fn a_sum_of_an_hour_says_that_it_is_one_under_the_pointer() {
        let told = answer(&answers(), [ago(9000), ago(8990)]).expect("an hour");
        assert_eq!(
            told,
            "Thu 12 Nov, 12:00 to 13:00\n1,203 × 200, 1 × no answer\n60 to 5310 ms, median 84 ms\nSums of an hour: single \
             answers are not kept any more"
        );
    }

    #[test]
    fn a_column_tells_all_its_answers_and_an_empty_one_the_nearest() {
        let told = answer(&answers(), [ago(61), ago(58)]).expect("answers");
        let said = "14:31:07 to 14:31:09\n3 answers, 80 to 3000 ms, median 300 ms\n1 × status 4 or 5, 1 × no clear answer, \
                    1 × 404 worker";
        assert_eq!(told, said);
        assert_eq!(answer(&answers(), [ago(20), ago(19)]).as_deref(), Some("14:31:09  no clear answer  3000 ms"));
        assert_eq!(answer(&answers(), [ago(60), ago(60)]).as_deref(), Some("14:31:07  status 4 or 5 (200)  80 ms"));
        assert_eq!(answer(&Answers::default(), [ago(20), ago(19)]), None);
    }

    #[test]
    fn codes_and_latency_can_be_read_aloud_and_no_median_is_made_up_for_sums() {
        let all = answers();
        assert_eq!(
            codes_spoken(&all, "last 24 h"),
            "Codes, last 24 h: 1,204 × 200, 1 × 404, 2 × no answer, with sums of 1 hour"
        );
        assert_eq!(latency_spoken(&all, "last 24 h"), "Latency, last 24 h: 60 to 5310 ms, with sums of 1 hour");
        let single = Answers { hours: Vec::new(), ..all.clone() };
        assert_eq!(latency_spoken(&single, "last hour"), "Latency, last hour: 80 to 3000 ms, median 300 ms");
        assert_eq!(codes_spoken(&Answers::default(), "last hour"), "Codes, last hour: none came");
        let older = "1 × status 4 or 5, 1 × no clear answer, 1 × 404 worker, older answers as sums of 1 hour";
        assert_eq!(said(&all, ago(9999), NOW), older);
    }

    #[test]
    fn the_legend_names_every_row_from_the_top() {
        assert_eq!(
            legend(&answers()),
            "Rows from the top, in this range\nno answer: 2\n5xx: 0\n429: 0\nother 4xx: 0\n404: 1\nanother code: 0\n200: \
             1,204"
        );
    }
}
