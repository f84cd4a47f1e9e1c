//! Time goes forward: facts, words and requests stand in its order, and nothing ends before it began.

use super::evidence::{Channel, Finding, Ms};

const RULE: &str = "no negative duration";

pub fn judge(channel: &Channel, findings: &mut Vec<Finding>) {
    let rows = [
        ("facts", channel.told.iter().map(|told| told.at).collect::<Vec<_>>()),
        ("words", channel.shown.iter().map(|shown| shown.at).collect()),
        ("requests", channel.exchanges.iter().map(|exchange| exchange.sent).collect()),
    ];
    for (what, moments) in rows {
        if let Some(pair) = moments.windows(2).find(|pair| pair[1] < pair[0]) {
            findings.push(channel.finding(
                RULE,
                pair[1],
                format!("{what} out of order: {} after {}", pair[1], pair[0]),
            ));
        }
    }
    drawn_spans(channel, findings);
    for told in channel.told.iter().filter(|told| told.name == "gap_closed" || told.name == "gap_opened") {
        let edges: Vec<Ms> =
            ["last_good", "first_bad", "last_bad", "first_good"].iter().filter_map(|edge| told.gap(edge)).collect();
        let is_ordered = edges.is_sorted() || (edges.len() == 4 && loosely_ordered(&edges));
        if !is_ordered || edges.last().is_some_and(|last| *last > told.at) {
            findings.push(channel.finding(
                RULE,
                told.at,
                format!("a gap whose bounds are {edges:?}, told at {}", told.at),
            ));
        }
    }
    for exchange in &channel.exchanges {
        if exchange.heard.as_ref().is_some_and(|(at, _)| *at < exchange.sent) {
            findings.push(channel.finding(RULE, exchange.sent, "an answer before its request".to_owned()));
        }
    }
}

/// A last bad answer counts from its sending and a first one at its arrival, so one and the same may give both the wrong way
/// round; the bounds still hold.
fn loosely_ordered(edges: &[Ms]) -> bool {
    edges[0] <= edges[1] && edges[0] <= edges[2] && edges[2] <= edges[3] && edges[1] <= edges[3]
}

fn drawn_spans(channel: &Channel, findings: &mut Vec<Finding>) {
    for span in channel.drawn.iter().filter(|span| span.to < span.from) {
        findings.push(channel.finding(RULE, span.from, format!("{span:?}")));
    }
    for pair in channel.drawn.windows(2).filter(|pair| pair[1].from != pair[0].to) {
        findings.push(channel.finding(RULE, pair[1].from, format!("spans that do not touch: {pair:?}")));
    }
}
