//! Settling: what runs of neighbours leave open, decided by the printed total of the whole.
//!
//! * In: the rows with what runs found. Out: every total with its parts, and the one total of the whole.
//! * A row that is called a total is never counted beside the rows it should total.

use super::{Flow, NodeRole, Parser};
use crate::vocabulary::VOCABULARY;
use rust_decimal::Decimal;

/// So many repeated rows are tried in every combination.
const FEW_PAIRS: usize = 10;

impl Parser<'_> {
    /// A row that is called a total and equals nothing still is no item: it keeps the parts it should have had.
    pub(super) fn unmatched_totals(&mut self) {
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
            if self.nest(index) {
                continue;
            }
            let parts = self.natural_parts(index);
            if parts.is_empty() {
                self.compare_with_owned(index);
                continue;
            }
            self.unexplained += 1;
            let before = parts.first().is_some_and(|part| *part > index);
            self.own(index, parts, before);
        }
    }

    /// A subtotal of rows that a wider total has taken for its own stands between them and that total.
    fn nest(&mut self, index: usize) -> bool {
        let Some(near) = (0..index).rev().find(|row| self.nodes[*row].role != NodeRole::Part)
        else {
            return false;
        };
        let holds = |owner: &usize| self.nodes[*owner].parts.contains(&near);
        let Some(owner) = (0..self.rows.len()).find(holds) else { return false };
        let held = self.nodes[owner].parts.iter().rev().copied();
        let above: Vec<usize> = held.filter(|part| *part < index).collect();
        self.nest_between(owner, index, &above)
    }

    /// A group's row that the printed total leaves over, with the parts of that total below or above it.
    fn nest_in(&mut self, total: usize, index: usize) -> bool {
        let parts = self.nodes[total].parts.clone();
        let (above, below): (Vec<usize>, Vec<usize>) =
            parts.into_iter().partition(|part| *part < index);
        let above: Vec<usize> = above.into_iter().rev().collect();
        self.nest_between(total, index, &below) || self.nest_between(total, index, &above)
    }

    /// The row becomes the total of the nearest of an owner's parts, given nearest first, that come to it.
    fn nest_between(&mut self, owner: usize, index: usize, nearest: &[usize]) -> bool {
        let mut sums = self.facts.none();
        let fits = |count: &usize| {
            self.facts.add(&mut sums, nearest[count - 1]);
            self.facts.equal(index, &sums, *count)
        };
        let Some(count) = (1..=nearest.len()).find(fits) else { return false };
        let mut parts = nearest[..count].to_vec();
        parts.sort_unstable();
        let before = parts.first().is_some_and(|part| *part > index);
        let held = &mut self.nodes[owner].parts;
        held.retain(|part| !parts.contains(part));
        held.push(index);
        held.sort_unstable();
        self.owned[index] = true;
        self.own(index, parts, before);
        true
    }

    /// A subtotal right below rows that another total holds is no item beside them: it is compared with them.
    fn compare_with_owned(&mut self, index: usize) {
        let item = |row: &usize| !self.named(*row) && self.nodes[*row].role == NodeRole::Leaf;
        let mut run: Vec<usize> = (0..index).rev().take_while(item).collect();
        if !run.is_empty() {
            run.reverse();
            self.unexplained += 1;
            self.nodes[index].role = NodeRole::Total;
            self.nodes[index].parts = run;
        }
    }

    pub(super) fn natural_parts(&self, index: usize) -> Vec<usize> {
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
    pub(super) fn uncovered_totals(&mut self) {
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

    /// The one row that is called the total of everything, if there is exactly one.
    pub(super) fn printed_total(&self) -> Option<usize> {
        let grand = |index: &usize| {
            !self.owned[*index] && self.grand(*index) && self.nodes[*index].role == NodeRole::Total
        };
        let mut all = (0..self.rows.len()).filter(grand).filter(|index| self.has_amounts(*index));
        all.next().filter(|_| all.next().is_none())
    }

    /// The printed total of the whole decides what the rows themselves leave open: an item that repeats its group's
    /// amounts is its only part, and rows below the total that it does not contain stand beside it.
    pub(super) fn settle_by_printed_total(&mut self) {
        let Some(total) = self.printed_total() else { return };
        let parts = self.nodes[total].parts.clone();
        if !self.sums(total, &parts) {
            self.single_parts(total);
            return;
        }
        self.count_items_below_parts(total);
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
            let below = Some(index + 1)
                .filter(|below| covered.binary_search(below).is_ok() && self.alike(index, *below));
            match (above, below) {
                (Some(above), _) => self.own(above, vec![index], true),
                (None, Some(below)) => self.own(index, vec![below], true),
                (None, None) if self.is_nothing(index) || self.nest_in(total, index) => {}
                (None, None) if index > last => self.nodes[index].role = NodeRole::Aside,
                (None, None) => {}
            }
        }
    }

    /// 合计, its kinds as 其中, then every item: where the items below come to the total as well, they are what is counted.
    fn count_items_below_parts(&mut self, total: usize) {
        let kinds = self.nodes[total].parts.clone();
        let named = kinds.first().is_some_and(|first| self.facts.is_part(*first));
        let Some(last) = kinds.last().copied().filter(|_| named) else { return };
        let items: Vec<usize> =
            self.tops().into_iter().filter(|row| *row > last.max(total)).collect();
        let counted = items.iter().filter(|row| !self.is_nothing(**row)).count();
        if counted <= kinds.len() || !self.sums(total, &items) {
            return;
        }
        for kind in self.descendants(total) {
            self.nodes[kind].role = NodeRole::Part;
            self.nodes[kind].parts.clear();
        }
        self.own(total, items, true);
    }

    /// The total of everything printed at the end of every page: of rows that say the same only the last is compared, if
    /// it is the sum of all items, on whatever page they stand.
    pub(super) fn set_repeated_totals_aside(&mut self) {
        let given = |index: &usize| self.has_amounts(*index);
        let all: Vec<usize> = (0..self.rows.len()).filter(given).collect();
        let grand: Vec<usize> =
            all.iter().copied().filter(|index| self.facts.words(*index).grand).collect();
        let Some((last, earlier)) = grand.split_last().filter(|(_, earlier)| !earlier.is_empty())
        else {
            return;
        };
        let item = |index: &usize| !self.named(*index) && !self.facts.is_part(*index);
        let items: Vec<usize> = all.iter().copied().filter(item).collect();
        if earlier.iter().all(|other| self.alike(*other, *last)) && self.sums(*last, &items) {
            for other in earlier {
                self.nodes[*other].role = NodeRole::Total;
                self.owned[*other] = true;
            }
        }
    }

    pub(super) fn alike(&self, first: usize, second: usize) -> bool {
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
    pub(super) fn single_parts(&mut self, total: usize) {
        let leaves: Vec<usize> = (0..self.rows.len())
            .filter(|index| self.nodes[*index].role == NodeRole::Leaf)
            .collect();
        let repeats = |pair: &&[usize]| pair[1] == pair[0] + 1 && self.alike(pair[0], pair[1]);
        let pairs: Vec<(usize, usize)> =
            leaves.windows(2).filter(repeats).map(|pair| (pair[0], pair[1])).collect();
        let Some(pairs) = self.enough_pairs(total, &leaves, pairs) else { return };
        let counted: Vec<usize> = leaves
            .iter()
            .copied()
            .filter(|leaf| !pairs.iter().any(|(group, _)| group == leaf))
            .collect();
        for (group, part) in pairs {
            self.own(group, vec![part], true);
        }
        self.unexplained = self.unexplained.saturating_sub(1);
        self.nodes[total].parts = counted;
    }

    /// Those pairs without whose groups the counted rows come to the total: all of them, else the fewest of a few.
    fn enough_pairs(
        &self,
        total: usize,
        leaves: &[usize],
        pairs: Vec<(usize, usize)>,
    ) -> Option<Vec<(usize, usize)>> {
        let mut sums = self.facts.none();
        leaves.iter().for_each(|leaf| self.facts.add(&mut sums, *leaf));
        let without = |chosen: &[(usize, usize)]| {
            let mut sums = sums.clone();
            chosen.iter().for_each(|(group, _)| self.facts.take(&mut sums, *group));
            self.facts.equal(total, &sums, leaves.len() - chosen.len())
        };
        if pairs.is_empty() || without(&pairs) {
            return Some(pairs).filter(|pairs| !pairs.is_empty());
        }
        if pairs.len() > FEW_PAIRS {
            return None;
        }
        let chosen = |mask: u32| -> Vec<(usize, usize)> {
            let of = pairs.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
            of.map(|(_, pair)| *pair).collect()
        };
        let fitting = (1..1u32 << pairs.len()).filter(|mask| without(&chosen(*mask)));
        fitting.min_by_key(|mask| mask.count_ones()).map(chosen)
    }

    /// Without a printed total, in a ledger whose groups have no names or codes that tell them, an item that repeats
    /// the row above may be a group's only part; below a class of the national list it is.
    pub(super) fn doubt_single_parts(&mut self) {
        let grouped = (0..self.rows.len()).any(|index| {
            let node = &self.nodes[index];
            let silent = self.rows[index].code.is_none() && self.rows[index].depth.is_none();
            node.role == NodeRole::Total
                && silent
                && !self.named(index)
                && node.parts.iter().any(|part| *part > index)
        });
        if self.printed_total().is_some() {
            return;
        }
        for index in 1..self.rows.len() {
            let leaves =
                [index - 1, index].iter().all(|row| self.nodes[*row].role == NodeRole::Leaf);
            if !leaves || !self.alike(index - 1, index) {
                continue;
            }
            let class = |row: usize| VOCABULARY.is_class(self.rows[row].label);
            if class(index - 1) && !class(index) {
                self.own(index - 1, vec![index], true);
            } else if grouped {
                self.doubtful.push(index - 1);
            }
        }
    }

    /// What stands below 一、本年收入 is no expenditure where other rows stand below 二、本年支出.
    pub(super) fn set_headed_income_aside(&mut self) {
        if !self.rows.iter().any(|row| row.flow == Some(Flow::Out)) {
            return;
        }
        for index in 0..self.rows.len() {
            if self.rows[index].flow == Some(Flow::In) {
                self.nodes[index].role = NodeRole::Aside;
                self.owned[index] = true;
            }
        }
    }

    /// Where a table gives what came in and what was spent, the former and its parts are no expenditure.
    pub(super) fn set_income_aside(&mut self) {
        let labels = || self.rows.iter().map(|row| row.label);
        if !labels().any(|label| VOCABULARY.is_expenditure(label)) {
            return;
        }
        let income: Vec<usize> = (0..self.rows.len())
            .filter(|row| VOCABULARY.is_income(self.rows[*row].label))
            .collect();
        for row in income {
            for part in self.descendants(row).into_iter().chain([row]) {
                self.nodes[part].role = NodeRole::Aside;
            }
            self.nodes[row].parts.clear();
        }
    }

    /// A reading whose items do not come to the printed total is worse than any that does.
    pub(super) fn weigh_printed_total(&mut self) {
        let counted: Vec<usize> = (0..self.rows.len())
            .filter(|index| self.nodes[*index].role == NodeRole::Leaf)
            .collect();
        let agrees = self.printed_total().is_none_or(|total| self.sums(total, &counted));
        if !agrees {
            self.unexplained += self.rows.len();
        }
    }

    /// The printed total of the whole: the one row called so, else a total of every counted row.
    pub(super) fn mark_whole(&mut self) {
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
