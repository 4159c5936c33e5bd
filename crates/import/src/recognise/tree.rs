//! The tree of a ledger's rows: which rows are totals of which, proved by arithmetic on all amount columns at once.
//!
//! * In: labels, codes, depth of numbering, indentation and printed amounts. Out: for every row its role and parent.
//! * Names (小计, 合计, 其中) and codes are evidence; a sum over several columns is proof.
//! * Of several readings the one that leaves the fewest named totals unexplained is taken.

mod facts;

use crate::vocabulary::VOCABULARY;
use facts::Facts;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A row as the tree sees it.
#[derive(Clone, Debug, Default)]
pub struct TreeRow<'a> {
    /// Its label.
    pub label: &'a str,
    /// Its class code, digits only.
    pub code: Option<&'a str>,
    /// Depth of its numbering (一、 is 1).
    pub depth: Option<u8>,
    /// Blanks before the label.
    pub indent: usize,
    /// Its printed amounts, one per amount column.
    pub amounts: Cow<'a, [Option<Decimal>]>,
    /// A person said that it is a total.
    pub said_total: bool,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeRole {
    /// Counted.
    Leaf,
    /// A total of other rows.
    Total,
    /// A part listed again: the row above it is counted.
    Part,
    /// Beside the printed total of the whole: not counted.
    Aside,
}

/// A row in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub role: NodeRole,
    /// The row above which it belongs to, if that one stands before its parts.
    pub parent: Option<usize>,
    /// The rows it is the total of.
    pub parts: Vec<usize>,
    /// Whether it totals the whole table.
    pub whole: bool,
}

/// The tree, with rows that may be totals or not.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// One node per row.
    pub nodes: Vec<Node>,
    /// Unnamed rows that equal the sum of their neighbours on too few digits to be sure.
    pub doubtful: Vec<usize>,
}

/// Digits of agreement that make an unnamed row a total.
const PROOF: u32 = 8;
/// Digits of agreement that are worth a question.
const HINT: u32 = 6;
/// How far an unnamed row may reach.
const REACH: usize = 2_000;

/// The rows' tree. `half` is half of the last printed place of each column; zero where amounts are exact.
pub fn parse(rows: &[TreeRow<'_>], half: &[Decimal]) -> Tree {
    let facts = Facts::of(rows, half);
    let mut best: Option<(usize, Tree)> = None;
    for proof in [PROOF, u32::MAX, 3] {
        // Nothing is better than a reading that explains every total.
        if best.as_ref().is_some_and(|(fewest, _)| *fewest == 0) {
            break;
        }
        let (unexplained, tree) = Parser::new(rows, &facts, half.len(), proof).run();
        if best.as_ref().is_none_or(|(fewest, _)| unexplained < *fewest) {
            best = Some((unexplained, tree));
        }
    }
    let mut tree = best.map(|(_, tree)| tree).unwrap_or_default();
    if tree.nodes.iter().any(|node| node.whole) {
        tree.doubtful.clear();
    }
    tree
}

struct Parser<'a> {
    rows: &'a [TreeRow<'a>],
    facts: &'a Facts,
    columns: usize,
    proof: u32,
    nodes: Vec<Node>,
    owned: Vec<bool>,
    /// Rows that are counted although parts of them stand below.
    kept: Vec<bool>,
    doubtful: Vec<usize>,
    unexplained: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Shortest,
    Longest,
}

impl<'a> Parser<'a> {
    fn new(rows: &'a [TreeRow<'a>], facts: &'a Facts, columns: usize, proof: u32) -> Parser<'a> {
        let node = Node { role: NodeRole::Leaf, parent: None, parts: Vec::new(), whole: false };
        Parser {
            rows,
            facts,
            columns,
            proof,
            nodes: vec![node; rows.len()],
            owned: vec![false; rows.len()],
            kept: vec![false; rows.len()],
            doubtful: Vec::new(),
            unexplained: 0,
        }
    }

    fn run(mut self) -> (usize, Tree) {
        self.by_codes();
        self.downwards();
        self.upwards();
        self.downwards();
        self.unmatched_totals();
        self.uncovered_totals();
        self.settle_by_printed_total();
        self.mark_whole();
        self.doubt_single_parts();
        let nodes = &self.nodes;
        self.doubtful.retain(|index| nodes[*index].role == NodeRole::Leaf);
        self.doubtful.dedup();
        (self.unexplained, Tree { nodes: self.nodes, doubtful: self.doubtful })
    }

    fn tops(&self) -> Vec<usize> {
        (0..self.rows.len()).filter(|index| !self.owned[*index]).collect()
    }

    fn own(&mut self, total: usize, parts: Vec<usize>, before: bool) {
        for part in &parts {
            self.owned[*part] = true;
            if before {
                self.nodes[*part].parent = Some(total);
            }
        }
        self.nodes[total].role = NodeRole::Total;
        self.nodes[total].parts = parts;
    }

    /// `201` is the total of the `20101`, `20106` … that follow it.
    fn by_codes(&mut self) {
        let mut stack: Vec<usize> = Vec::new();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.rows.len()];
        for (index, row) in self.rows.iter().enumerate() {
            let Some(code) = row.code else {
                stack.clear();
                continue;
            };
            let contains = |parent: &usize| {
                let above = self.rows[*parent].code.unwrap_or("");
                above.len() >= 3 && code.len() > above.len() && code.starts_with(above)
            };
            while stack.last().is_some_and(|parent| !contains(parent)) {
                stack.pop();
            }
            if let Some(parent) = stack.last() {
                children[*parent].push(index);
            }
            stack.push(index);
        }
        for (parent, parts) in children.into_iter().enumerate() {
            if !parts.is_empty() && self.has_amounts(parent) {
                self.own(parent, parts, true);
            }
        }
    }

    fn has_amounts(&self, index: usize) -> bool {
        self.rows[index].amounts.iter().any(Option::is_some)
    }

    fn named(&self, index: usize) -> bool {
        self.rows[index].said_total || self.facts.words(index).total
    }

    fn grand(&self, index: usize) -> bool {
        self.facts.words(index).grand
    }

    /// Totals below their parts.
    fn downwards(&mut self) {
        let mut stack: Vec<usize> = Vec::new();
        for index in self.tops() {
            if self.facts.words(index).running {
                let all = stack.clone();
                self.nodes[index].role = NodeRole::Total;
                self.owned[index] = true;
                if self.sums(index, &all) {
                    self.nodes[index].parts = all;
                }
                continue;
            }
            let above = stack.iter().rev().copied();
            if self.nodes[index].role == NodeRole::Leaf
                && !self.kept[index]
                && let Some(parts) = self.run_for(index, above)
            {
                stack.truncate(stack.len() - parts.len());
                self.own(index, parts.into_iter().rev().collect(), false);
            }
            stack.push(index);
        }
    }

    /// Totals above their parts.
    fn upwards(&mut self) {
        let tops = self.tops();
        // Filled from its end, so that what stands below a row is one piece, nearest first.
        let mut stack = vec![0; tops.len()];
        let mut head = stack.len();
        for index in tops.into_iter().rev() {
            if self.nodes[index].role == NodeRole::Leaf && self.has_amounts(index) {
                let below = &stack[head..];
                let parts = self.parts_named_below(index, below).or_else(|| {
                    let found = self.run_for(index, below.iter().copied());
                    found.or_else(|| self.deeper(index, below))
                });
                if let Some(parts) = parts {
                    head += parts.len();
                    if self.nodes[index].role == NodeRole::Leaf && !self.kept[index] {
                        self.own(index, parts, true);
                    }
                }
            }
            if !self.owned[index] {
                head -= 1;
                stack[head] = index;
            }
        }
    }

    /// Rows that begin with 其中 below a row. Below a total they make it up; below an item they only show what is in it.
    fn parts_named_below(&mut self, index: usize, below: &[usize]) -> Option<Vec<usize>> {
        let first = *below.first()?;
        if !self.facts.is_part(first) || self.facts.is_part(index) {
            return None;
        }
        let mut group = self.part_group(index, below);
        let reach = below.len().min(REACH);
        let complete = (1..=reach.min(group.len() + 20)).find(|count| {
            !below[..*count].iter().any(|part| self.named(*part))
                && self.sums(index, &below[..*count])
        });
        if let Some(count) = complete {
            let zero_tail = below[count..]
                .iter()
                .take_while(|part| group.contains(part) && self.is_nothing(**part));
            group = below[..count + zero_tail.count()].to_vec();
        }
        if self.named(index) {
            self.unexplained += usize::from(complete.is_none());
            self.own(index, group.clone(), true);
            return Some(group);
        }
        for part in &group {
            self.owned[*part] = true;
            self.nodes[*part].role = NodeRole::Part;
            self.nodes[*part].parent = Some(index);
        }
        self.kept[index] = true;
        Some(group)
    }

    fn is_nothing(&self, index: usize) -> bool {
        self.rows[index].amounts.iter().all(|amount| amount.is_none_or(|amount| amount.is_zero()))
    }

    /// The row with 其中 and those after it that are indented as deep, called 其中 too, or fund rows.
    fn part_group(&self, index: usize, below: &[usize]) -> Vec<usize> {
        let first = self.rows[below[0]].indent;
        let outer = self.rows[index].indent;
        let belongs = |at: usize| {
            let row = &self.rows[at];
            self.facts.is_part(at)
                || (VOCABULARY.is_fund_row(row.label) && row.depth.is_none())
                || (row.indent > outer && row.indent >= first && row.depth.is_none())
        };
        let more = below[1..].iter().take_while(|i| belongs(**i) && !self.named(**i));
        std::iter::once(below[0]).chain(more.copied()).collect()
    }

    /// A run of neighbours, nearest first, that a row is the sum of.
    fn run_for(
        &mut self,
        index: usize,
        neighbours: impl Iterator<Item = usize>,
    ) -> Option<Vec<usize>> {
        if !self.has_amounts(index) {
            return None;
        }
        let named = self.named(index);
        let wanted = if named && self.grand(index) { Wanted::Longest } else { Wanted::Shortest };
        // A row without any label is a total sooner than an item.
        let named = named || self.rows[index].label.trim().is_empty();
        let strength = self.facts.strength(index);
        if !named && strength < HINT.min(self.proof) {
            return None;
        }
        let limit = if named { usize::MAX } else { REACH };
        let mut sums = self.facts.none();
        let mut run = Vec::new();
        let mut found: Option<usize> = None;
        for neighbour in neighbours.take(limit) {
            if !named
                && self.named(neighbour)
                && self.nodes[neighbour].role == NodeRole::Total
                && self.grand(neighbour)
            {
                break;
            }
            run.push(neighbour);
            self.facts.add(&mut sums, neighbour);
            let enough = named || run.len() >= 2;
            if enough && self.facts.equal(index, &sums, run.len()) {
                found = Some(run.len());
                if wanted == Wanted::Shortest {
                    break;
                }
            }
            if self.facts.exceeds(index, &sums, run.len()) {
                break;
            }
        }
        let count = found?;
        if !named && strength < self.proof {
            if strength >= HINT {
                self.doubtful.push(index);
            }
            return None;
        }
        if !named && run[..count].iter().filter(|part| !self.is_nothing(**part)).count() < 2 {
            return None;
        }
        run.truncate(count);
        Some(run)
    }

    fn sums(&self, index: usize, parts: &[usize]) -> bool {
        let mut sums = self.facts.none();
        for part in parts {
            self.facts.add(&mut sums, *part);
        }
        !parts.is_empty() && self.facts.equal(index, &sums, parts.len())
    }

    /// Rows below that are numbered or indented deeper. Numbering alone is enough; indentation needs the sum to fit.
    fn deeper(&mut self, index: usize, below: &[usize]) -> Option<Vec<usize>> {
        let own = &self.rows[index];
        let by_depth: Vec<usize> = match own.depth {
            Some(depth) => {
                let deeper = |i: &&usize| self.rows[**i].depth.is_some_and(|other| other > depth);
                below.iter().take_while(deeper).copied().collect()
            }
            None => Vec::new(),
        };
        if !by_depth.is_empty() && !by_depth.iter().any(|part| self.named(*part)) {
            if !self.sums(index, &by_depth) {
                self.unexplained += 1;
            }
            return Some(by_depth);
        }
        let loose: Vec<usize> = match own.depth {
            Some(depth) => {
                let inside = |i: &&usize| self.rows[**i].depth.is_none_or(|other| other > depth);
                below.iter().take_while(inside).copied().collect()
            }
            None => {
                let inside = |i: &&usize| self.rows[**i].indent > own.indent;
                below.iter().take_while(inside).copied().collect()
            }
        };
        // What follows may go on after the parts: the shortest run that adds up is what stands below the heading.
        let mut sums = self.facts.none();
        let count = (1..=loose.len().min(REACH)).find(|count| {
            self.facts.add(&mut sums, loose[count - 1]);
            self.facts.equal(index, &sums, *count)
        })?;
        Some(loose[..count].to_vec())
    }

    /// A row that is called a total and equals nothing still is no item: it keeps the parts it should have had.
    fn unmatched_totals(&mut self) {
        let pending: Vec<usize> = (0..self.rows.len())
            .filter(|index| !self.owned[*index] && self.named(*index))
            .filter(|index| self.nodes[*index].role == NodeRole::Leaf)
            .collect();
        let (grand, groups): (Vec<usize>, Vec<usize>) =
            pending.into_iter().partition(|index| self.grand(*index));
        for index in groups.into_iter().chain(grand) {
            if !self.has_amounts(index) {
                self.nodes[index].role = NodeRole::Total;
                self.owned[index] = true;
                continue;
            }
            let parts = self.natural_parts(index);
            if parts.is_empty() {
                continue;
            }
            self.unexplained += 1;
            let before = parts.first().is_some_and(|part| *part > index);
            self.own(index, parts, before);
        }
    }

    fn natural_parts(&self, index: usize) -> Vec<usize> {
        let free = |i: &usize| !self.owned[*i] && *i != index;
        let plain = |i: &usize| free(i) && !self.named(*i);
        let all = self.grand(index);
        let any = |i: &usize| free(i) && !self.grand(*i);
        let above: Vec<usize> = if all {
            (0..index).filter(any).collect()
        } else {
            let mut run: Vec<usize> = (0..index).rev().filter(free).take_while(plain).collect();
            run.reverse();
            run
        };
        if !above.is_empty() {
            return above;
        }
        let below = index + 1..self.rows.len();
        if all {
            below.filter(any).collect()
        } else {
            below.filter(free).take_while(plain).collect()
        }
    }

    /// Where a total gives an amount that none of its parts gives, the parts cannot be what is counted.
    fn uncovered_totals(&mut self) {
        for index in 0..self.rows.len() {
            if self.nodes[index].role != NodeRole::Total || self.nodes[index].parts.is_empty() {
                continue;
            }
            let leaves = self.leaves(index);
            let uncovered = (0..self.columns).any(|column| {
                let stated = self.rows[index].amounts[column].is_some_and(|v| !v.is_zero());
                stated && leaves.iter().all(|leaf| self.rows[*leaf].amounts[column].is_none())
            });
            let covered_some = leaves.iter().any(|leaf| self.has_amounts(*leaf));
            if uncovered && covered_some && leaves.len() < self.rows.len().max(2) {
                for part in self.descendants(index) {
                    self.nodes[part].role = NodeRole::Part;
                }
                self.nodes[index].role = NodeRole::Leaf;
                self.nodes[index].parts.clear();
            }
        }
    }

    fn descendants(&self, index: usize) -> Vec<usize> {
        let mut all = Vec::new();
        let mut open = self.nodes[index].parts.clone();
        while let Some(next) = open.pop() {
            open.extend(&self.nodes[next].parts);
            all.push(next);
        }
        all
    }

    fn leaves(&self, index: usize) -> Vec<usize> {
        let mut leaves = self.descendants(index);
        leaves.retain(|part| self.nodes[*part].role == NodeRole::Leaf);
        leaves.sort_unstable();
        leaves
    }

    /// The one row that is called the total of everything, if there is exactly one.
    fn printed_total(&self) -> Option<usize> {
        let grand = |index: &usize| {
            !self.owned[*index] && self.grand(*index) && self.nodes[*index].role == NodeRole::Total
        };
        let mut all = (0..self.rows.len()).filter(grand).filter(|index| self.has_amounts(*index));
        all.next().filter(|_| all.next().is_none())
    }

    /// The printed total of the whole decides what the rows themselves leave open: an item that repeats its group's
    /// amounts is its only part, and rows below the total that it does not contain stand beside it.
    fn settle_by_printed_total(&mut self) {
        let Some(total) = self.printed_total() else { return };
        let parts = self.nodes[total].parts.clone();
        if !self.sums(total, &parts) {
            self.single_parts(total);
            return;
        }
        let covered = self.leaves(total);
        let last = covered.last().copied().unwrap_or(total).max(total);
        for index in 0..self.rows.len() {
            let leaf = self.nodes[index].role == NodeRole::Leaf;
            if !leaf || covered.binary_search(&index).is_ok() {
                continue;
            }
            let above = index.checked_sub(1).filter(|above| {
                self.nodes[*above].role == NodeRole::Leaf && self.alike(*above, index)
            });
            match above {
                Some(above) => self.own(above, vec![index], true),
                None if index > last => self.nodes[index].role = NodeRole::Aside,
                None => {}
            }
        }
    }

    fn alike(&self, first: usize, second: usize) -> bool {
        let given = |index: usize| {
            self.rows[index]
                .amounts
                .iter()
                .map(|amount| amount.unwrap_or(Decimal::ZERO))
                .collect::<Vec<_>>()
        };
        !self.is_nothing(first) && given(first) == given(second)
    }

    /// Rows that repeat the one above are its only part, if that is what makes the printed total right.
    fn single_parts(&mut self, total: usize) {
        let leaves: Vec<usize> = (0..self.rows.len())
            .filter(|index| self.nodes[*index].role == NodeRole::Leaf)
            .collect();
        let repeats = |pair: &&[usize]| pair[1] == pair[0] + 1 && self.alike(pair[0], pair[1]);
        let pairs: Vec<(usize, usize)> =
            leaves.windows(2).filter(repeats).map(|pair| (pair[0], pair[1])).collect();
        let counted: Vec<usize> = leaves
            .iter()
            .copied()
            .filter(|leaf| !pairs.iter().any(|(group, _)| group == leaf))
            .collect();
        if pairs.is_empty() || !self.sums(total, &counted) {
            return;
        }
        for (group, part) in pairs {
            self.own(group, vec![part], true);
        }
        self.unexplained = self.unexplained.saturating_sub(1);
        self.nodes[total].parts = counted;
    }

    /// Without a printed total, in a ledger whose groups have no names or codes that tell them, an item that repeats
    /// the row above may be a group's only part.
    fn doubt_single_parts(&mut self) {
        let grouped = (0..self.rows.len()).any(|index| {
            let node = &self.nodes[index];
            let silent = self.rows[index].code.is_none() && self.rows[index].depth.is_none();
            node.role == NodeRole::Total
                && silent
                && !self.named(index)
                && node.parts.iter().any(|part| *part > index)
        });
        if !grouped || self.printed_total().is_some() {
            return;
        }
        for index in 1..self.rows.len() {
            let leaves =
                [index - 1, index].iter().all(|row| self.nodes[*row].role == NodeRole::Leaf);
            if leaves && self.alike(index - 1, index) {
                self.doubtful.push(index - 1);
            }
        }
    }

    /// The printed total of the whole: the one row called so, else a total of every counted row.
    fn mark_whole(&mut self) {
        let leaves = self.nodes.iter().filter(|node| node.role == NodeRole::Leaf).count();
        if let Some(total) = self.printed_total().filter(|_| leaves > 0) {
            self.nodes[total].whole = true;
            return;
        }
        for index in 0..self.rows.len() {
            if self.nodes[index].role == NodeRole::Total && self.named(index) && leaves > 0 {
                self.nodes[index].whole = self.leaves(index).len() == leaves;
            }
        }
        // Of two whole totals only the outermost is the total of the table.
        let whole: Vec<usize> =
            (0..self.rows.len()).filter(|index| self.nodes[*index].whole).collect();
        for index in &whole {
            let inner: Vec<usize> = self.descendants(*index);
            for other in inner {
                self.nodes[other].whole = false;
            }
        }
        let mut seen = false;
        for index in whole {
            if self.nodes[index].whole {
                self.nodes[index].whole = !seen;
                seen = true;
            }
        }
    }
}

impl Tree {
    /// The counted rows below a total, in order.
    pub fn leaves(&self, index: usize) -> Vec<usize> {
        let mut leaves = Vec::new();
        let mut open = self.nodes[index].parts.clone();
        while let Some(next) = open.pop() {
            if self.nodes[next].role == NodeRole::Leaf {
                leaves.push(next);
            }
            open.extend(&self.nodes[next].parts);
        }
        leaves.sort_unstable();
        leaves
    }

    /// The rows above a row that it belongs to, the widest first.
    pub fn ancestors(&self, index: usize) -> Vec<usize> {
        let mut ancestors = Vec::new();
        let mut next = self.nodes[index].parent;
        while let Some(parent) = next.filter(|parent| !ancestors.contains(parent)) {
            ancestors.push(parent);
            next = self.nodes[parent].parent;
        }
        ancestors.reverse();
        ancestors
    }
}

#[cfg(test)]
mod tests;
