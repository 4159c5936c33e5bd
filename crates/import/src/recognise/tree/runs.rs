//! Runs: a row that is the sum of its neighbours, above or below it, is their total.
//!
//! * In: the facts about all rows. Out: which row owns which, each once.

use super::{NodeRole, Parser, REACH};
use crate::vocabulary::VOCABULARY;

/// Digits of agreement that are worth a question.
const HINT: u32 = 6;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Shortest,
    Longest,
}

impl Parser<'_> {
    /// `201` is the total of the `20101`, `20106` … that follow it.
    pub(super) fn by_codes(&mut self) {
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

    /// Rows that begin with 其中 below an item show what is in it: they stand in no sum of what follows.
    pub(super) fn parts_of_items(&mut self) {
        let tops = self.tops();
        for (position, index) in tops.iter().enumerate().rev() {
            let below = &tops[position + 1..];
            let parted = below.first().is_some_and(|first| self.facts.is_part(*first));
            let leaf = self.nodes[*index].role == NodeRole::Leaf && !self.owned[*index];
            if parted && leaf && self.has_amounts(*index) && !self.named(*index) {
                let free = below.iter().position(|row| self.owned[*row]).unwrap_or(below.len());
                self.parts_named_below(*index, &below[..free]);
            }
        }
    }

    /// Totals below their parts.
    pub(super) fn downwards(&mut self) {
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
    pub(super) fn upwards(&mut self) {
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
    pub(super) fn parts_named_below(
        &mut self,
        index: usize,
        below: &[usize],
    ) -> Option<Vec<usize>> {
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

    /// The row with 其中 and those after it that are indented as deep, called 其中 too, or fund rows.
    pub(super) fn part_group(&self, index: usize, below: &[usize]) -> Vec<usize> {
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
    pub(super) fn run_for(
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

    /// Rows below that are numbered or indented deeper. Numbering alone is enough; indentation needs the sum to fit.
    pub(super) fn deeper(&mut self, index: usize, below: &[usize]) -> Option<Vec<usize>> {
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
}
