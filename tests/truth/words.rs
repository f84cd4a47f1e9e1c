//! The words on the screen and the spans of the band against what really was.

use super::evidence::{Case, Channel, Finding, Ms, QUEUE, Stretch, TRY, UNANSWERED};
use super::own::{self, Own};

/// How long a span may be drawn into a stretch in which nobody looked.
const NOT_A_MOMENT: Ms = 0;

pub fn judge(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    let owns = own::timeline(channel, case.until);
    false_recording(case, channel, &owns, findings);
    drawn_recording(case, channel, &owns, findings);
    back_from_the_dead(case, channel, &owns, findings);
    false_lost(case, channel, &owns, findings);
    stale(case, channel, findings);
    drawn_unseen(case, channel, findings);
}

/// The longest stretch in which the channel's own recorder did not record.
fn hole(case: &Case, owns: &[Own<'_>], from: Ms, to: Ms) -> Stretch {
    let life =
        |own: &Own<'_>| case.cloud.of_sid(own.sid).map(|life| life.longest_hole(own.from.max(from), own.to.min(to)));
    let holes = owns.iter().filter(|own| own.from < to && from < own.to).filter_map(life);
    holes.fold(Stretch { from, to: from }, Stretch::longer)
}

/// What was shown ends where nobody ran to show it.
fn seen_part(case: &Case, from: Ms, to: Ms) -> (Ms, Ms) {
    let end = case.unseen.iter().map(|unseen| unseen.from).filter(|begin| *begin >= from).min();
    (from, to.min(end.unwrap_or(to)))
}

/// No Recording while the recorder was gone for longer than one interval and the time a poll takes.
fn false_recording(case: &Case, channel: &Channel, owns: &[Own<'_>], findings: &mut Vec<Finding>) {
    for (_, from, to) in channel.words(case.until).filter(|(word, ..)| *word == "recording") {
        let (from, to) = seen_part(case, from, to);
        let gone = hole(case, owns, from, to);
        let length = gone.to - gone.from;
        if length > case.noticed_within(channel, gone, UNANSWERED) {
            let what = format!("shown from {from} to {to}, and gone for {length} ms of it, from {}", gone.from);
            findings.push(channel.finding("false Recording", from, what));
        }
    }
}

fn drawn_recording(case: &Case, channel: &Channel, owns: &[Own<'_>], findings: &mut Vec<Finding>) {
    for span in channel.drawn.iter().filter(|span| span.kind == "recording") {
        let gone = hole(case, owns, span.from, span.to);
        let length = gone.to - gone.from;
        if length > case.noticed_within(channel, gone, TRY) {
            let Stretch { from, .. } = gone;
            let what = format!("drawn from {} to {}, and gone for {length} ms of it, from {from}", span.from, span.to);
            findings.push(channel.finding("drawn Recording", span.from, what));
        }
    }
}

/// A recorder that ended is never shown as Recording anew. An answer speaks of the moment its request came.
fn back_from_the_dead(case: &Case, channel: &Channel, owns: &[Own<'_>], findings: &mut Vec<Finding>) {
    for shown in channel.shown.iter().filter(|shown| shown.word == "recording") {
        let Some(life) = own::at(owns, shown.at).and_then(|own| case.cloud.of_sid(own.sid)) else { continue };
        if let Some(sent) = channel.asked_for(&life.sid, shown.at)
            && life.ended_ms.is_some_and(|ended| ended <= sent)
        {
            let what = format!("Recording at {}, asked for at {sent}, and it ended at {:?}", shown.at, life.ended_ms);
            findings.push(channel.finding("back from the dead", shown.at, what));
        }
    }
}

/// A loss is told only of a recorder that had ended when it was last asked for; a failover is none.
fn false_lost(case: &Case, channel: &Channel, owns: &[Own<'_>], findings: &mut Vec<Finding>) {
    let told = channel.told.iter().filter(|told| matches!(told.phase(), Some("lost" | "ended" | "abnormal_exit")));
    for told in told {
        let life = own::at(owns, told.at).and_then(|own| case.cloud.of_sid(own.sid));
        let asked = life.and_then(|life| channel.asked_for(&life.sid, told.at)).unwrap_or(told.at);
        if let Some(life) = life.filter(|life| life.lives_at(asked)) {
            let what = format!("{:?} at {}, and it lived until {:?}", told.phase(), told.at, life.ended_ms);
            findings.push(channel.finding("false Lost", told.at, what));
        }
    }
    for (_, from, to) in channel.words(case.until).filter(|(word, ..)| *word == "lost") {
        let (from, to) = seen_part(case, from, to);
        // What was asked for by then is answered, and what was found out is shown.
        let longest = case.interval(from, to) + QUEUE + UNANSWERED;
        let own = own::at(owns, from).filter(|own| own.to > from);
        let Some((own, life)) = own.and_then(|own| Some((own, case.cloud.of_sid(own.sid)?))) else { continue };
        let records = life
            .recorded
            .iter()
            .map(|part| part.to_ms.unwrap_or(case.until).min(to).min(own.to) - part.from_ms.max(from));
        if let Some(length) = records.max().filter(|length| *length > longest) {
            let what = format!("shown from {from} to {to}, and it recorded for {length} ms of it");
            findings.push(channel.finding("false Lost", from, what));
        }
    }
}

/// What was last heard longer ago than two intervals is not shown as Recording.
fn stale(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    let mut heard: Vec<Ms> = channel
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.heard.as_ref())
        .filter(|(_, says)| says.is_good() || says.is_bad())
        .map(|(at, _)| *at)
        .collect();
    heard.sort_unstable();
    for (_, from, to) in channel.words(case.until).filter(|(word, ..)| *word == "recording") {
        let (from, to) = seen_part(case, from, to);
        let within = heard.iter().copied().filter(|at| from <= *at && *at < to);
        let mut last = heard.iter().copied().rfind(|at| *at <= from).unwrap_or(from);
        // A process that stands still changes no word, and does so at once when it goes on.
        let moved = |at: Ms| case.stalled.iter().find(|stalled| stalled.to == at).map_or(at, |stalled| stalled.from);
        for at in within.chain([to]) {
            if moved(at) - last > 2 * case.interval(last, at) {
                let what = format!("shown as Recording until {at}, and nothing certain was heard since {last}");
                findings.push(channel.finding("stale", at, what));
            }
            last = at;
        }
    }
}

/// Nothing is drawn as seen where nobody looked.
fn drawn_unseen(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    let claims = |kind: &str| matches!(kind, "recording" | "suspect" | "possibly_lost" | "starting");
    // The answer with which the own network is back speaks of the time since its request left.
    let asked = |to: Ms| channel.exchanges.iter().filter(move |one| one.is_heard_at(to)).map(|one| one.sent).min();
    let seen_from = |down: Stretch| Stretch { to: asked(down.to).unwrap_or(down.to), ..down };
    let down = case.down(channel).into_iter().map(|down| (down.to < case.until, seen_from(down)));
    let unseen: Vec<(bool, Stretch)> = case.unseen.iter().map(|unseen| (true, *unseen)).chain(down).collect();
    for span in channel.drawn.iter().filter(|span| claims(&span.kind)) {
        // A start that is on its way while it is down says so once it is back.
        let told = unseen.iter().filter(|(over, _)| *over || span.kind != "starting").map(|(_, unseen)| *unseen);
        for Stretch { from, to } in told.filter(|unseen| unseen.meets(span.from, span.to)) {
            let claimed = span.to.min(to) - span.from.max(from);
            if claimed > NOT_A_MOMENT {
                let what =
                    format!("nobody looked from {from} to {to}, and {claimed} ms of it are drawn as {}", span.kind);
                findings.push(channel.finding("drawn unseen", from, what));
            }
        }
    }
}
