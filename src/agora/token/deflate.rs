//! Compresses a token's content into the very bytes that a builder of the vendor's makes of it (zlib, level 6). The service
//! unpacks anything valid; byte for byte equality is what lets two tokens be compared. For some hundred bytes, never for files.
//!
//! Node's zlib is Chromium's, which looks for repeats by four bytes; everybody else's looks by three. The vendor's own builders
//! therefore disagree with each other on the bytes, never on what they mean.

use super::huffman;

/// Whose bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// As `agora-token` of npm under Node, whose zlib is Chromium's.
    #[default]
    Node,
    /// As the builders for Python, Java, C++ and PHP, which use zlib as it is published.
    Zlib,
}

/// Longest content: far more than any token, and so little that no limit of zlib's window or block comes into play.
const LONGEST: usize = 4096;

const SHORTEST_MATCH: usize = 3;
const LONGEST_MATCH: usize = 258;
/// A match this long is taken without looking whether the next byte begins a better one.
const LAZY_BELOW: usize = 16;
/// With a match this long in hand, fewer candidates are tried.
const GOOD: usize = 8;
/// A match this long ends the search.
const NICE: usize = 128;
/// Candidates tried for one position.
const CANDIDATES: usize = 128;

const END_OF_BLOCK: usize = 256;
/// The order in which the lengths of the code-length codes are written (RFC 1951, 3.2.7).
const LENGTHS_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// What the content is taken apart into.
#[derive(Clone, Copy)]
enum Piece {
    Byte(u8),
    Repeat { length: usize, distance: usize },
}

/// A zlib stream of one block.
pub(super) fn compress(content: &[u8], packing: Packing) -> Vec<u8> {
    debug_assert!(content.len() <= LONGEST, "a token's content is short");
    let mut bits = Bits { bytes: vec![0x78, 0x9c], held: 0, count: 0 };
    block(content, &pieces(content, packing), &mut bits);
    let mut out = bits.finish();
    out.extend(adler32(content).to_be_bytes());
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

/// Finds repeats, putting each off by one byte where the next one is longer.
fn pieces(content: &[u8], packing: Packing) -> Vec<Piece> {
    let mut search = Search::new(content, packing);
    let (mut pieces, mut at) = (Vec::new(), 0);
    let mut held = Match::NONE;
    let mut byte_waits = false;
    while at < content.len() {
        let earlier = search.insert(at);
        let before = std::mem::replace(&mut held, Match::NONE);
        if before.length < LAZY_BELOW && earlier != 0 {
            held = search.longest(at, earlier, before.length);
        }
        if before.length >= SHORTEST_MATCH && held.length <= before.length {
            pieces.push(Piece::Repeat { length: before.length, distance: at - 1 - before.start });
            let end = at - 1 + before.length;
            for inside in at + 1..end {
                search.insert(inside);
            }
            at = end;
            held = Match::NONE;
            byte_waits = false;
        } else {
            if byte_waits {
                pieces.push(Piece::Byte(content[at - 1]));
            }
            byte_waits = true;
            at += 1;
        }
    }
    if byte_waits {
        pieces.push(Piece::Byte(content[at - 1]));
    }
    pieces
}

#[derive(Clone, Copy)]
struct Match {
    start: usize,
    length: usize,
}

impl Match {
    const NONE: Match = Match { start: 0, length: SHORTEST_MATCH - 1 };
}

/// Where strings were seen before.
struct Search {
    /// The content and behind it zeros, which the comparison may run into as it does in zlib.
    window: Vec<u8>,
    length: usize,
    packing: Packing,
    /// The position before with the same key; 0 is none, which is why nothing ever repeats the first byte.
    previous: Vec<usize>,
}

impl Search {
    fn new(content: &[u8], packing: Packing) -> Self {
        let mut window = content.to_vec();
        window.resize(content.len() + LONGEST_MATCH + 8, 0);
        Self { window, length: content.len(), packing, previous: vec![0; content.len()] }
    }

    /// Positions with the same key are candidates for a repeat.
    fn key(&self, at: usize) -> u32 {
        let byte = |n: usize| u32::from(self.window[at + n]);
        let three = byte(0) | byte(1) << 8 | byte(2) << 16;
        match self.packing {
            // A hash of four bytes, of which 15 bits are kept: the highest bit of the fourth byte does not count.
            Packing::Node => ((three | byte(3) << 24).wrapping_add(1).wrapping_mul(66_521) >> 16) & 0x7fff,
            // Its hash, too, has 15 bits, but where two bytes are equal it tells the third one apart.
            Packing::Zlib => three,
        }
    }

    /// Notes a position and answers the latest one with the same key.
    fn insert(&mut self, at: usize) -> usize {
        if at + SHORTEST_MATCH > self.length {
            return 0;
        }
        let key = self.key(at);
        let earlier = (1..at).rev().find(|earlier| self.key(*earlier) == key);
        self.previous[at] = earlier.unwrap_or(0);
        self.previous[at]
    }

    /// The longest repeat among the candidates; of equally long ones the nearest.
    fn longest(&self, at: usize, mut candidate: usize, in_hand: usize) -> Match {
        let left = self.length - at;
        let nice = NICE.min(left);
        let mut best = Match { start: 0, length: in_hand };
        let mut tries = if in_hand >= GOOD { CANDIDATES / 4 } else { CANDIDATES };
        while candidate != 0 && tries > 0 {
            let length = (0..LONGEST_MATCH).take_while(|n| self.window[candidate + n] == self.window[at + n]).count();
            if length > best.length {
                best = Match { start: candidate, length };
                if length >= nice {
                    break;
                }
            }
            candidate = self.previous[candidate];
            tries -= 1;
        }
        Match { length: best.length.min(left), ..best }
    }
}

/// The symbol of a length, its extra bits and how many they are (RFC 1951, 3.2.5).
fn length_symbol(length: usize) -> (usize, usize, u32) {
    if length == LONGEST_MATCH {
        return (285, 0, 0);
    }
    let (symbol, extra, bits) = bucket(length - SHORTEST_MATCH, 4);
    (257 + symbol, extra, bits)
}

/// The same of a distance.
fn distance_symbol(distance: usize) -> (usize, usize, u32) {
    bucket(distance - 1, 2)
}

/// `per` symbols for each doubling; the first two doublings share no extra bits.
fn bucket(value: usize, per: usize) -> (usize, usize, u32) {
    if value < 2 * per {
        return (value, 0, 0);
    }
    let doublings = (value / per).ilog2();
    let within = value >> doublings;
    (per * doublings as usize + within, value - (within << doublings), doublings)
}

fn fixed_length(symbol: usize) -> u8 {
    match symbol {
        0..=143 => 8,
        144..=255 => 9,
        256..=279 => 7,
        _ => 8,
    }
}

/// Writes the content in the shortest of the three forms: as it is, with the fixed codes, or with codes of its own.
fn block(content: &[u8], pieces: &[Piece], bits: &mut Bits) {
    let (mut letters, mut distances) = ([0_u32; 286], [0_u32; 30]);
    let (mut extra_bits, mut fixed_bits) = (0_usize, 0_usize);
    letters[END_OF_BLOCK] = 1;
    for piece in pieces {
        match *piece {
            Piece::Byte(byte) => letters[usize::from(byte)] += 1,
            Piece::Repeat { length, distance } => {
                let (of_length, of_distance) = (length_symbol(length), distance_symbol(distance));
                letters[of_length.0] += 1;
                distances[of_distance.0] += 1;
                extra_bits += (of_length.2 + of_distance.2) as usize;
                fixed_bits += 5;
            }
        }
    }
    fixed_bits +=
        letters.iter().enumerate().map(|(n, count)| *count as usize * usize::from(fixed_length(n))).sum::<usize>();
    let own = Own::of(&letters, &distances);
    let bytes_of = |bits: usize| (bits + extra_bits + 3).div_ceil(8);
    let (own_bytes, fixed_bytes) = (bytes_of(own.bits), bytes_of(fixed_bits));
    if content.len() + 4 <= own_bytes.min(fixed_bytes) {
        bits.put(0b001, 3);
        bits.stored(content);
    } else if fixed_bytes <= own_bytes {
        bits.put(0b011, 3);
        let fixed: Vec<u8> = (0..288).map(fixed_length).collect();
        bits.pieces(pieces, &fixed, &[5; 30]);
    } else {
        bits.put(0b101, 3);
        own.write_head(bits);
        bits.pieces(pieces, &own.letters.of, &own.distances.of);
    }
}

/// Codes made for one block, and what telling them costs.
struct Own {
    letters: huffman::Lengths,
    distances: huffman::Lengths,
    /// The lengths of both, run by run: symbol, extra value, extra bits.
    runs: Vec<(usize, u32, u32)>,
    run_lengths: Vec<u8>,
    /// How many of the run lengths are told.
    told: usize,
    /// What head and symbols take, without extra bits of repeats.
    bits: usize,
}

impl Own {
    fn of(letter_counts: &[u32], distance_counts: &[u32]) -> Self {
        let letters = huffman::lengths(letter_counts, 15);
        let distances = huffman::lengths(distance_counts, 15);
        let mut runs = runs(&letters.of[..=letters.last]);
        runs.extend(self::runs(&distances.of[..=distances.last]));
        let mut run_counts = [0_u32; 19];
        for (symbol, _, _) in &runs {
            run_counts[*symbol] += 1;
        }
        let run_lengths = huffman::lengths(&run_counts, 7).of;
        let told = (3..19).rev().find(|at| run_lengths[LENGTHS_ORDER[*at]] != 0).unwrap_or(3) + 1;
        let cost = |counts: &[u32], lengths: &[u8]| -> usize {
            counts.iter().zip(lengths).map(|(count, length)| *count as usize * usize::from(*length)).sum()
        };
        let head =
            14 + 3 * told + runs.iter().map(|run| run.2 as usize).sum::<usize>() + cost(&run_counts, &run_lengths);
        let bits = head + cost(letter_counts, &letters.of) + cost(distance_counts, &distances.of);
        Self { letters, distances, runs, run_lengths, told, bits }
    }

    fn write_head(&self, bits: &mut Bits) {
        bits.number(self.letters.last + 1 - 257, 5);
        bits.number(self.distances.last, 5);
        bits.number(self.told - 4, 4);
        for at in &LENGTHS_ORDER[..self.told] {
            bits.put(u32::from(self.run_lengths[*at]), 3);
        }
        let codes = huffman::codes(&self.run_lengths);
        for (symbol, extra, extra_bits) in &self.runs {
            bits.put(u32::from(codes[*symbol]), u32::from(self.run_lengths[*symbol]));
            bits.put(*extra, *extra_bits);
        }
    }
}

/// Lengths, run by run, as RFC 1951 (3.2.7) writes them and where zlib cuts them.
fn runs(lengths: &[u8]) -> Vec<(usize, u32, u32)> {
    let mut runs = Vec::new();
    let (mut count, mut before) = (0_u32, None);
    let limits = |same: bool, length: u8| match (length, same) {
        (0, _) => (138, 3),
        (_, true) => (6, 3),
        (_, false) => (7, 4),
    };
    let (mut most, mut least) = limits(false, lengths[0]);
    for (at, length) in lengths.iter().copied().enumerate() {
        let next = lengths.get(at + 1).copied();
        count += 1;
        if count < most && next == Some(length) {
            continue;
        }
        let symbol = usize::from(length);
        if count < least {
            runs.extend((0..count).map(|_| (symbol, 0, 0)));
        } else if length != 0 {
            if before != Some(length) {
                runs.push((symbol, 0, 0));
                count -= 1;
            }
            runs.push((16, count - 3, 2));
        } else if count <= 10 {
            runs.push((17, count - 3, 3));
        } else {
            runs.push((18, count - 11, 7));
        }
        count = 0;
        before = Some(length);
        (most, least) = limits(next == Some(length), next.unwrap_or(u8::MAX));
    }
    runs
}

/// Bits, the lowest of each byte first.
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.extend(self.held.to_le_bytes().first());
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// A number known to be small.
    fn number(&mut self, value: usize, bits: u32) {
        self.put(u32::try_from(value).unwrap_or_default(), bits);
    }

    fn align(&mut self) {
        self.put(0, (8 - self.count % 8) % 8);
    }

    fn stored(&mut self, content: &[u8]) {
        self.align();
        let length = u16::try_from(content.len()).unwrap_or_default();
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend((!length).to_le_bytes());
        self.bytes.extend(content);
    }

    fn pieces(&mut self, pieces: &[Piece], letter_lengths: &[u8], distance_lengths: &[u8]) {
        let (letters, distances) = (huffman::codes(letter_lengths), huffman::codes(distance_lengths));
        let letter =
            |bits: &mut Self, symbol: usize| bits.put(u32::from(letters[symbol]), u32::from(letter_lengths[symbol]));
        for piece in pieces {
            match *piece {
                Piece::Byte(byte) => letter(self, usize::from(byte)),
                Piece::Repeat { length, distance } => {
                    let (symbol, extra, extra_bits) = length_symbol(length);
                    letter(self, symbol);
                    self.number(extra, extra_bits);
                    let (symbol, extra, extra_bits) = distance_symbol(distance);
                    self.put(u32::from(distances[symbol]), u32::from(distance_lengths[symbol]));
                    self.number(extra, extra_bits);
                }
            }
        }
        letter(self, END_OF_BLOCK);
    }

    fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}
