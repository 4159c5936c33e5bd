//! The tree of a ledger's rows: which rows are totals of which, proved by arithmetic on all amount columns at once.
//!
//! * In: labels, codes, depth of numbering, indentation and printed amounts. Out: for every row its role and parent.
//! * Names (小计, 合计, 其中) and codes are evidence; a sum over several columns is proof.
//! * Of several readings the one that leaves the fewest named totals unexplained is taken.

use crate::vocabulary::VOCABULARY;
use rust_decimal::Decimal;

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
    pub amounts: Vec<Option<Decimal>>,
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
    let readings = [PROOF, u32::MAX, 3].map(|proof| Parser::new(rows, half, proof).run());
    let mut best: Option<(usize, Tree)> = None;
    for (unexplained, tree) in readings {
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
    half: &'a [Decimal],
    proof: u32,
    negative: bool,
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
    fn new(rows: &'a [TreeRow<'a>], half: &'a [Decimal], proof: u32) -> Parser<'a> {
        let node = Node { role: NodeRole::Leaf, parent: None, parts: Vec::new(), whole: false };
        let negative =
            rows.iter().flat_map(|row| &row.amounts).flatten().any(|v| *v < Decimal::ZERO);
        Parser {
            rows,
            half,
            proof,
            negative,
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
        self.mark_whole();
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
        VOCABULARY.is_total(self.rows[index].label)
    }

    fn grand(&self, index: usize) -> bool {
        VOCABULARY.is_grand_total(self.rows[index].label)
    }

    /// Totals below their parts.
    fn downwards(&mut self) {
        let mut stack: Vec<usize> = Vec::new();
        for index in self.tops() {
            if VOCABULARY.is_running_total(self.rows[index].label) {
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
        let mut stack: Vec<usize> = Vec::new();
        for index in self.tops().into_iter().rev() {
            if self.nodes[index].role == NodeRole::Leaf && self.has_amounts(index) {
                let below: Vec<usize> =
                    stack.iter().rev().copied().take(REACH.max(stack.len())).collect();
                let parts = self.parts_named_below(index, &below).or_else(|| {
                    let found = self.run_for(index, below.iter().copied());
                    found.or_else(|| self.deeper(index, &below))
                });
                if let Some(parts) = parts {
                    stack.truncate(stack.len() - parts.len());
                    if self.nodes[index].role == NodeRole::Leaf && !self.kept[index] {
                        self.own(index, parts, true);
                    }
                }
            }
            if !self.owned[index] {
                stack.push(index);
            }
        }
    }

    /// Rows that begin with 其中 below a row. Below a total they make it up; below an item they only show what is in it.
    fn parts_named_below(&mut self, index: usize, below: &[usize]) -> Option<Vec<usize>> {
        let first = *below.first()?;
        if !VOCABULARY.is_part_row(self.rows[first].label)
            || VOCABULARY.is_part_row(self.rows[index].label)
        {
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
        let belongs = |row: &TreeRow<'_>| {
            VOCABULARY.is_part_row(row.label)
                || (VOCABULARY.is_fund_row(row.label) && row.depth.is_none())
                || (row.indent > outer && row.indent >= first && row.depth.is_none())
        };
        let more = below[1..].iter().take_while(|i| belongs(&self.rows[**i]) && !self.named(**i));
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
        let nameless = self.rows[index].label.trim().is_empty();
        let strength = self.strength(index) * if nameless { 2 } else { 1 };
        if !named && strength < HINT.min(self.proof) {
            return None;
        }
        let limit = if named { usize::MAX } else { REACH };
        let mut sums = vec![Decimal::ZERO; self.half.len()];
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
            for (sum, amount) in sums.iter_mut().zip(&self.rows[neighbour].amounts) {
                *sum += amount.unwrap_or(Decimal::ZERO);
            }
            let enough = named || run.len() >= 2;
            if enough && self.equal(index, &sums, run.len()) {
                found = Some(run.len());
                if wanted == Wanted::Shortest {
                    break;
                }
            }
            if !self.negative && self.exceeds(index, &sums, run.len()) {
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

    /// Significant digits on which a sum would agree.
    fn strength(&self, index: usize) -> u32 {
        let digits = |value: &Decimal| {
            let digits = value.normalize().mantissa().unsigned_abs().to_string();
            u32::try_from(digits.len()).unwrap_or(0)
        };
        self.rows[index].amounts.iter().flatten().filter(|v| !v.is_zero()).map(digits).sum()
    }

    fn tolerance(&self, column: usize, parts: usize) -> Decimal {
        self.half[column] * Decimal::from(parts)
    }

    fn equal(&self, index: usize, sums: &[Decimal], parts: usize) -> bool {
        self.rows[index].amounts.iter().zip(sums).enumerate().all(|(column, (amount, sum))| {
            (amount.unwrap_or(Decimal::ZERO) - sum).abs() <= self.tolerance(column, parts)
        })
    }

    fn exceeds(&self, index: usize, sums: &[Decimal], parts: usize) -> bool {
        self.rows[index].amounts.iter().zip(sums).enumerate().any(|(column, (amount, sum))| {
            *sum > amount.unwrap_or(Decimal::ZERO) + self.tolerance(column, parts)
        })
    }

    fn sums(&self, index: usize, parts: &[usize]) -> bool {
        let mut sums = vec![Decimal::ZERO; self.half.len()];
        for part in parts {
            for (sum, amount) in sums.iter_mut().zip(&self.rows[*part].amounts) {
                *sum += amount.unwrap_or(Decimal::ZERO);
            }
        }
        !parts.is_empty() && self.equal(index, &sums, parts.len())
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
        let count =
            (1..=loose.len().min(REACH)).find(|count| self.sums(index, &loose[..*count]))?;
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
            let uncovered = (0..self.half.len()).any(|column| {
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

    /// A named total whose leaves are all leaves of the table is the printed total of the whole.
    fn mark_whole(&mut self) {
        let leaves = self.nodes.iter().filter(|node| node.role == NodeRole::Leaf).count();
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
mod tests {
    use super::*;
    use crate::fold;

    /// `label | code | amounts…` per line; `>` marks expected totals, `~` expected parts.
    fn check(name: &str, half: &str, table: &str) {
        let mut expected = Vec::new();
        let mut rows = Vec::new();
        for line in table.lines().filter(|line| !line.trim().is_empty()) {
            let line = line.trim_start();
            let (role, line) = match line.chars().next() {
                Some('>') => (NodeRole::Total, &line[1..]),
                Some('~') => (NodeRole::Part, &line[1..]),
                _ => (NodeRole::Leaf, line),
            };
            let fields: Vec<&str> = line.split('|').collect();
            let amounts = fields[2..].iter().map(|field| field.trim().parse().ok()).collect();
            let label = fields[0].trim_end();
            let code = Some(fields[1].trim()).filter(|code| !code.is_empty());
            rows.push(TreeRow {
                label,
                code,
                depth: fold::numbering(label).0,
                indent: fold::indent(label),
                amounts,
            });
            expected.push(role);
        }
        let columns = rows.iter().map(|row| row.amounts.len()).max().unwrap_or(0);
        let half = vec![half.parse().expect("a decimal"); columns];
        let tree = parse(&rows, &half);
        let roles: Vec<NodeRole> = tree.nodes.iter().map(|node| node.role).collect();
        assert_eq!(roles, expected, "{name}: {:#?}", tree.nodes);
    }

    #[test]
    fn totals_are_found() {
        check(
            "codes, then a grand total",
            "0.005",
            "
            >一般公共服务支出|201|2156.47|2106.66
            >财政事务|20106|2156.47|2106.66
            行政运行|2010601|1560.05|1511.89
            信息化建设|2010607|596.42|594.77
            >住房保障支出|221|446.25|445.69
            住房公积金|2210201|446.25|445.69
            >合计||2602.71|2552.35",
        );
        check(
            "subtotals below their groups",
            "0",
            "
            工资||100.50|90.25
            津贴||50.25|40.50
            >小计||150.75|130.75
            办公费||30.10|30.00
            水电费||20.20|20.00
            >小计||50.30|50.00
            >合计||201.05|180.75",
        );
        check(
            "grand total on top",
            "0",
            "
            >合计||201.05|180.75
            工资||150.75|130.75
            办公费||50.30|50.00",
        );
        check(
            "numbered headings above their parts",
            "0",
            "
            >一、基本支出||150.75|130.75
            1.工资||100.50|90.25
            2.津贴||50.25|40.50
            >二、项目支出||50.30|50.00
            1.培训||50.30|50.00
            >合计||201.05|180.75",
        );
        check(
            "an unnamed row that is a sum",
            "0",
            "
            人员经费||123456.78|120000.11
            公用经费||23456.11|20000.22
            基本支出||1.00|1.00
            >某类||146913.89|140001.33",
        );
        check(
            "其中 shows only a part",
            "0",
            "
            项目支出||500.00|400.00
            ~其中：培训||100.00|80.00
            办公费||30.10|30.00
            >合计||530.10|430.00",
        );
        check(
            "其中 makes up a form's total",
            "0.005",
            "
            >年度资金总额||90|89.974
            其中：当年财政拨款||80|79.974
            上年结转资金||10|10
            其他资金||0|0",
        );
        check(
            "a total of zero above its parts",
            "0.005",
            "
            >年度资金总额||0|0
            其中:本年财政拨款||90|89.974",
        );
        check(
            "a total with nothing below stays",
            "0.005",
            "
            年度财政资金总额||1.56|1.56",
        );
        check(
            "parts that do not give every amount",
            "0",
            "
            年度资金总额||20.00|18.00
            ~其中：当年财政拨款||20.00|",
        );
        check(
            "two items that happen to be alike",
            "0",
            "
            培训费||10|10
            会议费||10|10
            劳务费||20|20",
        );
        check(
            "a wrong total is still no item",
            "0",
            "
            工资||100.50|90.25
            津贴||50.25|40.50
            >合计||999.00|130.75",
        );
        check(
            "a running total after each group",
            "0",
            "
            一月||100.50|90.25
            >累计||100.50|90.25
            二月||50.25|40.50
            >累计||150.75|130.75",
        );
    }
}
