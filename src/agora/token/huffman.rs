//! Code lengths for a set of symbols, decided as zlib decides them: equal weights are told apart by depth and then by the order
//! of a binary heap, so the same counts always give the same lengths. It never writes a bit.

/// Code lengths made from counts.
#[derive(Debug)]
pub(super) struct Lengths {
    /// One per symbol, 0 for a symbol without a code.
    pub(super) of: Vec<u8>,
    /// The largest symbol with a code.
    pub(super) last: usize,
}

/// A tree under construction. Leaves are symbols, inner nodes come behind them.
struct Tree {
    weight: Vec<u32>,
    depth: Vec<u8>,
    parent: Vec<usize>,
    /// A heap from index 1, lightest first; index 0 is not used.
    heap: Vec<usize>,
}

impl Tree {
    /// Whether one node goes before another: lighter, or as heavy and not deeper.
    fn before(&self, one: usize, other: usize) -> bool {
        (self.weight[one], self.depth[one]) <= (self.weight[other], self.depth[other])
            && (self.weight[one] < self.weight[other] || self.depth[one] <= self.depth[other])
    }

    /// Lets the node at `at` sink to its place.
    fn sink(&mut self, mut at: usize) {
        let node = self.heap[at];
        let mut child = 2 * at;
        while child < self.heap.len() {
            if child + 1 < self.heap.len() && self.before(self.heap[child + 1], self.heap[child]) {
                child += 1;
            }
            if self.before(node, self.heap[child]) {
                break;
            }
            self.heap[at] = self.heap[child];
            at = child;
            child *= 2;
        }
        self.heap[at] = node;
    }

    /// Joins the two lightest nodes until one is left. Answers all nodes, the root first, each behind its parent.
    fn join(&mut self) -> Vec<usize> {
        let mut taken = Vec::with_capacity(2 * self.heap.len());
        while self.heap.len() > 2 {
            let lightest = self.heap.swap_remove(1);
            self.sink(1);
            let next = self.heap[1];
            let joined = self.weight.len();
            self.weight.push(self.weight[lightest] + self.weight[next]);
            self.depth.push(self.depth[lightest].max(self.depth[next]) + 1);
            self.parent.push(joined);
            self.parent[lightest] = joined;
            self.parent[next] = joined;
            taken.extend([lightest, next]);
            self.heap[1] = joined;
            self.sink(1);
        }
        taken.extend(self.heap.get(1));
        taken.reverse();
        taken
    }
}

/// Lengths of at most `longest` bits for symbols with these counts. Two symbols get a code even where fewer occur.
pub(super) fn lengths(counts: &[u32], longest: u8) -> Lengths {
    let symbols = counts.len();
    let mut tree = Tree {
        weight: counts.to_vec(),
        depth: vec![0; symbols],
        parent: (0..symbols).collect(),
        heap: std::iter::once(0).chain((0..symbols).filter(|symbol| counts[*symbol] > 0)).collect(),
    };
    let mut last = if tree.heap.len() > 1 { tree.heap.last().copied() } else { None };
    while tree.heap.len() < 3 {
        // The format wants two codes at least.
        let forced = match last {
            None => 0,
            Some(largest) if largest < 2 => largest + 1,
            Some(_) => 0,
        };
        last = Some(last.map_or(forced, |largest| largest.max(forced)));
        tree.weight[forced] = 1;
        tree.heap.push(forced);
    }
    for at in (1..=(tree.heap.len() - 1) / 2).rev() {
        tree.sink(at);
    }
    let nodes = tree.join();
    let mut of = depths(&tree, &nodes, symbols, longest);
    of.truncate(symbols);
    Lengths { of, last: last.unwrap_or_default() }
}

/// How deep each node hangs, none deeper than `longest`: what is too deep is exchanged against shorter codes.
fn depths(tree: &Tree, nodes: &[usize], symbols: usize, longest: u8) -> Vec<u8> {
    let mut of = vec![0_u8; tree.weight.len()];
    let mut having = vec![0_i32; usize::from(longest) + 1];
    let mut too_deep = 0_i32;
    for node in nodes.iter().skip(1).copied() {
        let bits = of[tree.parent[node]] + 1;
        if bits > longest {
            too_deep += 1;
        }
        of[node] = bits.min(longest);
        if node < symbols {
            having[usize::from(of[node])] += 1;
        }
    }
    if too_deep == 0 {
        return of;
    }
    while too_deep > 0 {
        let shorter = (1..usize::from(longest)).rev().find(|bits| having[*bits] > 0).unwrap_or(1);
        having[shorter] -= 1;
        having[shorter + 1] += 2;
        having[usize::from(longest)] -= 1;
        too_deep -= 2;
    }
    // The rarest symbols, which come last, take the longest codes.
    let mut leaves = nodes.iter().rev().copied().filter(|node| *node < symbols);
    for bits in (1..=longest).rev() {
        for _ in 0..having[usize::from(bits)] {
            if let Some(leaf) = leaves.next() {
                of[leaf] = bits;
            }
        }
    }
    of
}

/// The codes for these lengths (RFC 1951, 3.2.2), their bits in the order in which they are written.
pub(super) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut next = [0_u16; 17];
    for length in lengths.iter().filter(|length| **length > 0) {
        next[usize::from(*length) + 1] += 1;
    }
    for bits in 1..17 {
        next[bits] = (next[bits] + next[bits - 1]) << 1;
    }
    let mut code_of = |length: &u8| {
        if *length == 0 {
            return 0;
        }
        let code = next[usize::from(*length)];
        next[usize::from(*length)] += 1;
        code.reverse_bits() >> (16 - length)
    };
    lengths.iter().map(&mut code_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_has_its_codes() {
        // RFC 1951, 3.2.2: lengths 3,3,3,3,3,2,4,4 for A to H.
        let codes = codes(&[3, 3, 3, 3, 3, 2, 4, 4]);
        let plain: Vec<u16> =
            codes.iter().zip([3, 3, 3, 3, 3, 2, 4, 4]).map(|(c, l)| c.reverse_bits() >> (16 - l)).collect();
        assert_eq!(plain, [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111]);
    }

    #[test]
    fn no_code_is_longer_than_allowed_and_all_of_them_fill_the_space() {
        // Fibonacci weights make the deepest tree there is.
        let mut counts = vec![1_u32, 1];
        while counts.len() < 19 {
            counts.push(counts[counts.len() - 1] + counts[counts.len() - 2]);
        }
        for longest in [5, 7, 15] {
            let lengths = lengths(&counts, longest).of;
            assert!(lengths.iter().all(|length| (1..=longest).contains(length)), "{lengths:?}");
            let filled: f64 = lengths.iter().map(|length| 0.5_f64.powi(i32::from(*length))).sum();
            assert!((filled - 1.0).abs() < 1e-9, "{longest}: {filled} from {lengths:?}");
        }
    }

    #[test]
    fn two_symbols_have_codes_even_where_none_occurs() {
        let none = lengths(&[0; 30], 15);
        assert_eq!((&none.of[..3], none.last), (&[1, 1, 0][..], 1));
        let one = lengths(&[0, 0, 0, 0, 9], 15);
        assert_eq!((&one.of[..], one.last), (&[1, 0, 0, 0, 1][..], 4));
    }
}
