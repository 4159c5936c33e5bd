//! The tree of a ledger's rows: which rows are totals of which, proved by arithmetic on all amount columns at once.
//!
//! * In: labels, codes, depth of numbering, indentation and printed amounts. Out: for every row its role and parent.
//! * Names (小计, 合计, 其中) and codes are evidence; a sum over several columns is proof.
//! * Of several readings the one that leaves the fewest named totals unexplained is taken.

mod facts;
mod layers;
mod runs;
mod settle;

use crate::vocabulary::VOCABULARY;
use facts::Facts;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::sync::Arc;

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
    /// What the heading above it says: money that came in, or that was spent.
    pub flow: Option<Flow>,
}

/// Which way money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It came in.
    In,
    /// It was spent.
    Out,
}

impl Flow {
    /// What the innermost heading that speaks of it says.
    pub fn below(headings: &[Arc<str>]) -> Option<Flow> {
        headings.iter().rev().find_map(|heading| {
            let income = VOCABULARY.is_income(heading).then_some(Flow::In);
            income.or_else(|| VOCABULARY.is_expenditure(heading).then_some(Flow::Out))
        })
    }
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
/// How far an unnamed row may reach.
const REACH: usize = 2_000;

/// The rows' tree. `half` is half of the last printed place of each column; zero where amounts are exact.
pub fn parse(rows: &[TreeRow<'_>], half: &[Decimal]) -> Tree {
    let facts = Facts::of(rows, half);
    if let Some(tree) = blank_total(rows, &facts, half.len()) {
        return tree;
    }
    let layers = layers::of(rows, &facts);
    // Groups that explain every row prove each other, where none of them could alone.
    let order = if layers.are_proof() { [3, PROOF, u32::MAX] } else { [PROOF, u32::MAX, 3] };
    let mut best: Option<(usize, Tree)> = None;
    for proof in order {
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
    } else {
        let counted = |head: &usize| tree.nodes[*head].role == NodeRole::Leaf;
        let heads: Vec<usize> = layers.worth_a_question().filter(counted).collect();
        let new = heads.into_iter().filter(|head| !tree.doubtful.contains(head));
        let new: Vec<usize> = new.collect();
        tree.doubtful.extend(new);
    }
    tree
}

/// A row without any label above or below all others is the total, when it is what the others come to.
fn blank_total(rows: &[TreeRow<'_>], facts: &Facts, columns: usize) -> Option<Tree> {
    let given = |index: &usize| rows[*index].amounts.iter().any(Option::is_some);
    let given: Vec<usize> = (0..rows.len()).filter(given).collect();
    let blank = |index: &usize| rows[*index].label.trim().is_empty();
    let named = |index: &usize| facts.words(*index).grand || rows[*index].said_total;
    let mut blanks = given.iter().copied().filter(blank);
    let total = blanks.next().filter(|_| blanks.next().is_none())?;
    let outermost = given.first() == Some(&total) || given.last() == Some(&total);
    if !outermost || given.len() < 2 || given.iter().any(named) {
        return None;
    }
    [PROOF, u32::MAX, 3].into_iter().find_map(|proof| {
        let mut parser = Parser::new(rows, facts, columns, proof);
        parser.only_total = Some(total);
        let (_, tree) = parser.run();
        let counted = (0..rows.len()).filter(|row| tree.nodes[*row].role == NodeRole::Leaf);
        let counted: Vec<usize> = counted.collect();
        let agrees = Parser::new(rows, facts, columns, proof).sums(total, &counted);
        (tree.nodes[total].role == NodeRole::Total && agrees)
            .then_some(Tree { doubtful: Vec::new(), ..tree })
    })
}

struct Parser<'a> {
    rows: &'a [TreeRow<'a>],
    facts: &'a Facts,
    columns: usize,
    proof: u32,
    /// The one row that is called a total, if it is the first or last and no other is.
    only_total: Option<usize>,
    nodes: Vec<Node>,
    owned: Vec<bool>,
    /// Rows that are counted although parts of them stand below.
    kept: Vec<bool>,
    doubtful: Vec<usize>,
    unexplained: usize,
}

impl<'a> Parser<'a> {
    fn new(rows: &'a [TreeRow<'a>], facts: &'a Facts, columns: usize, proof: u32) -> Parser<'a> {
        let node = Node { role: NodeRole::Leaf, parent: None, parts: Vec::new(), whole: false };
        Parser {
            rows,
            facts,
            columns,
            proof,
            only_total: only_total(rows, facts),
            nodes: vec![node; rows.len()],
            owned: vec![false; rows.len()],
            kept: vec![false; rows.len()],
            doubtful: Vec::new(),
            unexplained: 0,
        }
    }

    fn run(mut self) -> (usize, Tree) {
        self.set_headed_income_aside();
        self.set_repeated_totals_aside();
        self.by_codes();
        self.parts_of_items();
        self.downwards();
        self.upwards();
        self.downwards();
        self.unmatched_totals();
        self.uncovered_totals();
        self.set_income_aside();
        self.settle_by_printed_total();
        self.weigh_printed_total();
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

    fn has_amounts(&self, index: usize) -> bool {
        self.rows[index].amounts.iter().any(Option::is_some)
    }

    fn named(&self, index: usize) -> bool {
        self.rows[index].said_total
            || self.facts.words(index).total
            || self.only_total == Some(index)
    }

    fn grand(&self, index: usize) -> bool {
        self.facts.words(index).grand || self.only_total == Some(index)
    }

    fn is_nothing(&self, index: usize) -> bool {
        self.rows[index].amounts.iter().all(|amount| amount.is_none_or(|amount| amount.is_zero()))
    }

    fn sums(&self, index: usize, parts: &[usize]) -> bool {
        let mut sums = self.facts.none();
        for part in parts {
            self.facts.add(&mut sums, *part);
        }
        !parts.is_empty() && self.facts.equal(index, &sums, parts.len())
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
}

/// `本单位支出合计` as the only total, above or below all other rows, is that of the whole; a 小计 may be of the last group.
fn only_total(rows: &[TreeRow<'_>], facts: &Facts) -> Option<usize> {
    let given = |index: &usize| rows[*index].amounts.iter().any(Option::is_some);
    let given: Vec<usize> = (0..rows.len()).filter(given).collect();
    let mut named = given.iter().copied().filter(|index| {
        let words = facts.words(*index);
        words.total && !words.running
    });
    let only = named.next().filter(|_| named.next().is_none())?;
    let outermost = given.first() == Some(&only) || given.last() == Some(&only);
    (outermost && !facts.words(only).of_group).then_some(only)
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
