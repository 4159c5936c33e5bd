//! Journals: lists with an entry per row (payments, changes of the budget), before anything is done with their amounts.
//!
//! * In: a table of entries, and the budget year. Out: its entries with date and voucher; totals checked, other years left out.
//! * A row with a date or a voucher number is an entry, whatever it may equal the sum of; a total has neither.
//! * Never: turns a sign, or joins an entry to a budget item; that is for payments and adjustments to do.

use super::account::Account;
use super::budget::{place, range_place};
use super::dates::{self, When};
use super::{money, repeats};
use crate::clean::{Ledger, LedgerRow, cell_text};
use crate::grid::{Book, Sheet};
use crate::recognise::Table;
use crate::recognise::tree::{Node, NodeRole, Tree};
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{Amount, Amounts, Cells, Choice, Code, Finding, Money, Place, Severity};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// One finding names at most so many cells.
pub const NAMED_CELLS: usize = 20;

/// What an entry says beside its amounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its date, where one can be read.
    pub when: Option<When>,
    /// Its voucher number.
    pub voucher: Option<String>,
    /// Who was paid.
    pub payee: Option<String>,
    /// Texts that may say what kind of entry it is.
    pub words: Vec<String>,
    /// Its amounts as printed, in yuan.
    pub printed: Amounts,
}

/// The total that a table prints for all its entries.
#[derive(Clone, Debug)]
pub struct Stated {
    sheet_row: u32,
    label: String,
    /// What it says.
    pub amounts: Amounts,
    /// The sum of all entries as printed, those of other years and of other lists too.
    pub entries: Amounts,
    count: usize,
}

/// The entries of a table.
pub struct Journal<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its entries, all of them counted rows.
    pub ledger: Ledger,
    /// What each says, in the same order.
    pub entries: Vec<Entry>,
    /// The sum that the table prints below them, if it does.
    pub stated: Option<Stated>,
    /// What became of its rows so far.
    pub account: Account,
}

/// Gives entries the sign that only words say; the amounts so turned are needed to check a printed total.
pub type Turn = fn(&Book, &mut Journal<'_>, &mut Vec<Finding>) -> Amounts;

/// The entries of every table: its columns named by `named`, its amounts turned by `turn` where a sign is in words alone.
/// `None` while a question about one of them is open, since a part of them is no sum.
pub fn read_all<'a>(
    book: &Book,
    tables: &[&'a Table],
    year: Option<i32>,
    named: fn(&Table) -> Table,
    turn: Turn,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Journal<'a>>> {
    let mut journals = Vec::new();
    let mut open = false;
    for table in tables {
        match read(book, table, &named(table), year, findings) {
            Some(journal) => journals.push(journal),
            None => open = true,
        }
    }
    if open || journals.is_empty() {
        return None;
    }
    repeats::without_overlaps(book, &mut journals, findings);
    for journal in &mut journals {
        repeats::doubled(book, journal, findings);
        let turned = turn(book, journal, findings);
        journal.check_total(book, &turned, findings);
    }
    Some(journals)
}

/// Reads the entries of a table. `columns` is the table with its amount columns named as what they are here.
/// `None` while its unit or its year is an open question.
pub fn read<'a>(
    book: &Book,
    table: &'a Table,
    columns: &Table,
    year: Option<i32>,
    findings: &mut Vec<Finding>,
) -> Option<Journal<'a>> {
    let sheet = &book.sheets[table.sheet];
    let ledger =
        money::clean_with(book, columns, findings, |ledger| settle_roles(sheet, table, ledger))?;
    let account = Account::open(table.kind, range_place(book, table), &ledger);
    let stated = stated(&ledger);
    let entries = ledger.leaves().map(|leaf| entry(sheet, table, &ledger.rows[leaf])).collect();
    let rows = ledger.leaves().map(|leaf| ledger.rows[leaf].clone()).collect();
    let mut journal = Journal { table, ledger: of_leaves(ledger, rows), entries, stated, account };
    journal.keep_year(book, year, findings).then_some(journal)
}

/// A ledger of nothing but counted rows.
fn of_leaves(ledger: Ledger, rows: Vec<LedgerRow>) -> Ledger {
    let leaf = Node { role: NodeRole::Leaf, parent: None, parts: Vec::new(), whole: false };
    let tree = Tree { nodes: vec![leaf; rows.len()], doubtful: Vec::new() };
    Ledger { rows, tree, ..ledger }
}

/// Entries are counted, whatever arithmetic makes of them; rows called totals never are.
pub fn settle_roles(sheet: &Sheet, table: &Table, ledger: &mut Ledger) {
    let marks = [Meaning::Date, Meaning::Voucher, Meaning::Document];
    let role = |row: &LedgerRow| {
        let cell = |meaning: Meaning| {
            let column = table.column(meaning)?;
            sheet.seen(row.row, column.column).and_then(|cell| cell_text(&cell))
        };
        let told: Vec<String> = marks.into_iter().filter_map(cell).collect();
        let names = row.names.iter().map(|name| name.to_string()).chain([row.label.to_string()]);
        let texts: Vec<String> = names.chain(cell(Meaning::Summary)).collect();
        // A month's total has the date of its last day; what a payment is for may end in 合计.
        let total = told.iter().chain(&texts).any(|text| VOCABULARY.is_total_word(text));
        let ends = || texts.iter().any(|text| VOCABULARY.is_total(text));
        match (total, told.is_empty()) {
            (true, _) => Some(NodeRole::Total),
            (false, true) => ends().then_some(NodeRole::Total),
            (false, false) => Some(NodeRole::Leaf),
        }
    };
    let roles: Vec<Option<NodeRole>> = ledger.rows.iter().map(role).collect();
    for (role, node) in roles.iter().zip(&mut ledger.tree.nodes) {
        if let Some(role) = role.filter(|role| node.role != *role) {
            *node = Node { role, parent: None, parts: Vec::new(), whole: false };
        }
    }
    ledger.tree.doubtful.retain(|index| roles[*index].is_none());
}

fn entry(sheet: &Sheet, table: &Table, row: &LedgerRow) -> Entry {
    let cell = |meaning: Meaning| {
        let column = table.column(meaning)?;
        sheet.seen(row.row, column.column)
    };
    let text = |meaning: Meaning| cell(meaning).and_then(|cell| cell_text(&cell));
    let kinds = [
        Meaning::ChangeKind,
        Meaning::Category,
        Meaning::Summary,
        Meaning::Reason,
        Meaning::Remark,
        Meaning::Document,
    ];
    Entry {
        when: cell(Meaning::Date).and_then(|cell| dates::when(&cell)),
        voucher: text(Meaning::Voucher),
        payee: text(Meaning::Payee),
        words: kinds.into_iter().filter_map(text).collect(),
        printed: row.amounts.clone(),
    }
}

/// The total printed for all entries: the last row that is named so, or the totals of pages that each cover what stands
/// since the one before.
fn stated(ledger: &Ledger) -> Option<Stated> {
    let named = |index: usize| {
        let (row, node) = (&ledger.rows[index], &ledger.tree.nodes[index]);
        let words = VOCABULARY.total_words(&row.label);
        node.role == NodeRole::Total && !words.running && (node.whole || words.grand)
    };
    let (mut block, mut pages) = (Amounts::default(), Some(Amounts::default()));
    let mut last = None;
    for (index, row) in ledger.rows.iter().enumerate() {
        if ledger.tree.nodes[index].role == NodeRole::Leaf {
            block.add(&row.amounts);
        } else if named(index) {
            let agree = |amount: &Amount| row.amounts.get(*amount) == block.get(*amount);
            pages = pages.filter(|_| Amount::ALL.iter().all(agree));
            pages.iter_mut().for_each(|sum| sum.add(&row.amounts));
            block = Amounts::default();
            last = Some(index);
        }
    }
    let last = &ledger.rows[last?];
    Some(Stated {
        sheet_row: last.row,
        label: last.label.trim().to_owned(),
        amounts: pages.unwrap_or_else(|| last.amounts.clone()),
        entries: Amounts::sum(ledger.leaves().map(|leaf| &ledger.rows[leaf].amounts)),
        count: ledger.leaves().count(),
    })
}

/// Amounts of one table in a sum: their last printed place (`None` when they are exact), and how many there are.
pub type Side = (Option<Money>, usize);

/// Whether rounding explains the difference of two sums: half a last place for every amount in them.
pub fn within_rounding(difference: Money, sides: &[Side]) -> bool {
    let doubled = (difference.abs() + difference.abs()).yuan();
    let mut allowed = Decimal::ZERO;
    for (last_place, terms) in sides {
        let place = last_place.map_or(Decimal::ZERO, Money::yuan);
        let all = place.checked_mul(Decimal::from(*terms));
        allowed = all.and_then(|all| allowed.checked_add(all)).unwrap_or(Decimal::MAX);
    }
    doubled <= allowed
}

/// The cell of an amount of a row.
pub fn cell_of(book: &Book, table: &Table, ledger: &Ledger, row: u32, amount: Amount) -> Place {
    let column = ledger.columns.iter().find(|(of, _)| *of == amount).map(|(_, column)| *column);
    match column {
        Some(column) => book.place(&book.sheets[table.sheet], Cells::one(row, column)),
        None => place(book, table, ledger, row),
    }
}

impl Journal<'_> {
    /// Compares the printed total with the entries as printed, and with those that were `turned` to the other sign.
    pub fn check_total(&self, book: &Book, turned: &Amounts, findings: &mut Vec<Finding>) {
        let Some(stated) = &self.stated else { return };
        let sides = [(self.ledger.last_place, stated.count + 1)];
        for amount in Amount::ALL {
            let Some(printed) = stated.amounts.get(amount) else { continue };
            let sum = stated.entries.get(amount).unwrap_or(Money::ZERO);
            let back = turned.get(amount).unwrap_or(Money::ZERO);
            let fits = |sum: Money| within_rounding(printed - sum, &sides);
            if fits(sum) || fits(sum - back - back) {
                continue;
            }
            let unit = self.ledger.unit;
            let shown = |money: Money| format!("{} {}", money.display_exact(unit), unit.word());
            let [printed, sum, off] = [printed, sum, printed - sum].map(shown);
            let (label, count) = (&stated.label, stated.count);
            let zh = format!(
                "“{label}”印为 {printed}，{count} 笔明细相加为 {sum}，相差 {off}，超出四舍五入的范围。现按各笔计算；请核对合计与明细，改正其中之一"
            );
            let en = format!(
                "{label:?} is printed as {printed}, the {count} entries add up to {sum}, a difference of {off} that rounding does not explain. The entries are used; correct one of them"
            );
            let cell = cell_of(book, self.table, &self.ledger, stated.sheet_row, amount);
            findings.push(Finding::new(Code::TotalMismatch, cell, zh, en));
        }
    }

    /// The place of an entry's amounts.
    pub fn place(&self, book: &Book, index: usize) -> Place {
        place(book, self.table, &self.ledger, self.ledger.rows[index].row)
    }

    /// The places of some entries, as many as one finding names.
    pub fn places(&self, book: &Book, indexes: &[usize]) -> Vec<Place> {
        indexes.iter().take(NAMED_CELLS).map(|index| self.place(book, *index)).collect()
    }

    /// Leaves out some entries, which a finding names.
    pub fn skip(&mut self, indexes: &[usize]) {
        let mut out = vec![false; self.entries.len()];
        for index in indexes {
            out[*index] = true;
            self.account.skipped.add(&self.entries[*index].printed);
        }
        let keep = |index: &usize| !out[*index];
        let kept: Vec<usize> = (0..self.entries.len()).filter(keep).collect();
        let rows = kept.iter().map(|index| self.ledger.rows[*index].clone()).collect();
        self.entries = kept.iter().map(|index| self.entries[*index].clone()).collect();
        let empty = Ledger { rows: Vec::new(), ..self.ledger.clone() };
        self.ledger = of_leaves(empty, rows);
    }

    /// The sum of some entries, in words: every amount that they give.
    pub fn sum_in_words(&self, indexes: &[usize]) -> String {
        let sums = Amounts::sum(indexes.iter().map(|index| &self.ledger.rows[*index].amounts));
        let unit = self.ledger.unit;
        let all: Vec<String> = Amount::ALL
            .into_iter()
            .filter_map(|amount| sums.get(amount))
            .map(|money| format!("{} {}", money.display_exact(unit), unit.word()))
            .collect();
        all.join("、")
    }

    /// Leaves out the entries of other years than the budget's. `false` while nobody says which year is meant.
    fn keep_year(&mut self, book: &Book, year: Option<i32>, findings: &mut Vec<Finding>) -> bool {
        self.unreadable_dates(book, findings);
        let mut years: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if let Some(when) = entry.when {
                years.entry(when.year).or_default().push(index);
            }
        }
        let said = self.table.answer("year").and_then(|year| year.parse::<i32>().ok());
        let Some(year) = said.or(year).or_else(|| only(&years)) else {
            if years.is_empty() {
                return true;
            }
            self.ask_year(book, None, &years, findings);
            return false;
        };
        let outside: Vec<usize> = years
            .iter()
            .filter(|(own, _)| **own != year)
            .flat_map(|(_, all)| all.clone())
            .collect();
        if outside.is_empty() {
            return true;
        }
        // Where most entries are of another year, the year is in doubt, not they.
        let dated: usize = years.values().map(Vec::len).sum();
        if said.is_none() && outside.len() * 2 > dated {
            self.ask_year(book, Some(year), &years, findings);
            return false;
        }
        let (count, sum) = (outside.len(), self.sum_in_words(&outside));
        let zh = format!(
            "有 {count} 笔日期不在 {year} 年度内，合计 {sum}，未计入；请核对日期，属于本年度的请改正"
        );
        let en = format!(
            "{count} entries are dated outside {year}, {sum} in all, and are not counted; correct the dates of those that belong to the year"
        );
        self.say(book, Code::RowSkipped, &outside, zh, en, findings);
        self.skip(&outside);
        true
    }

    /// A finding about some entries: at the first, with the others as related cells.
    pub fn say(
        &self,
        book: &Book,
        code: Code,
        indexes: &[usize],
        zh: String,
        en: String,
        findings: &mut Vec<Finding>,
    ) {
        let mut places = self.places(book, indexes).into_iter();
        let mut finding = Finding::new(code, places.next().unwrap_or_default(), zh, en);
        finding.related = places.collect();
        findings.push(finding);
    }

    fn ask_year(
        &self,
        book: &Book,
        budget: Option<i32>,
        years: &BTreeMap<i32, Vec<usize>>,
        findings: &mut Vec<Finding>,
    ) {
        let list: Vec<String> = years.keys().map(i32::to_string).collect();
        let list = list.join("、");
        let (known, known_en) = match budget {
            Some(year) => {
                (format!("预算年度读作 {year}"), format!("the budget year was read as {year}"))
            }
            None => ("预算年度没有写明".to_owned(), "no budget year is stated".to_owned()),
        };
        let zh = format!(
            "各笔的日期在 {list} 年度，{known}，计哪一年须由您确认；请核对日期，并在表的标题中写明年度"
        );
        let en = format!(
            "the entries are dated {list} and {known_en}; which year is meant? Check the dates and state the year above the table"
        );
        let choices = years.iter().map(|(year, entries)| Choice {
            answer: year.to_string(),
            effect: format!(
                "只计 {year} 年的 {} 笔，合计 {}",
                entries.len(),
                self.sum_in_words(entries)
            ),
        });
        let at = book.place(&book.sheets[self.table.sheet], self.table.header_cells());
        let finding = Finding::new(Code::Question, at, zh, en);
        findings.push(finding.asking(self.table.question("year"), choices.collect()));
    }

    /// Entries whose date is written and cannot be read stay in, and are named.
    fn unreadable_dates(&self, book: &Book, findings: &mut Vec<Finding>) {
        let Some(column) = self.table.column(Meaning::Date) else { return };
        let sheet = &book.sheets[self.table.sheet];
        let written = |index: &usize| {
            let cell = sheet.seen(self.ledger.rows[*index].row, column.column);
            self.entries[*index].when.is_none()
                && cell.and_then(|cell| cell_text(&cell)).is_some_and(|text| text.len() > 1)
        };
        let all: Vec<usize> = (0..self.entries.len()).filter(written).collect();
        // Where hardly any date has a year (12-31, 12月31日), the year is that of the table.
        if all.is_empty() || all.len() * 2 > self.entries.len() {
            return;
        }
        let zh = format!(
            "“{}”列有 {} 笔的日期读不出年份，已按本年度计入；应写成 2023-12-31 这样的日期，请核对",
            column.title,
            all.len()
        );
        let en = format!(
            "the dates of {} entries under {:?} name no year that can be read; they are counted in this year. Write dates such as 2023-12-31",
            all.len(),
            column.title
        );
        let cell = |index: &usize| Cells::one(self.ledger.rows[*index].row, column.column);
        let mut places = all.iter().take(NAMED_CELLS).map(|index| book.place(sheet, cell(index)));
        let at = places.next().unwrap_or_default();
        let mut finding = Finding::new(Code::ValueUnreadable, at, zh, en);
        finding.related = places.collect();
        findings.push(finding.with_severity(Severity::Warning));
    }

    /// Texts that tell two entries apart or show that they are one: date, voucher, payee, item, amounts.
    pub fn identity(&self, index: usize) -> String {
        let (row, entry) = (&self.ledger.rows[index], &self.entries[index]);
        let amounts = Amount::ALL.map(|amount| entry.printed.get(amount));
        format!(
            "{:?}\u{1f}{:?}\u{1f}{}\u{1f}{:?}\u{1f}{amounts:?}",
            entry.when,
            entry.voucher,
            super::matching::folded(super::matching::own_name(row)),
            row.codes,
        )
    }

    /// Every text of an entry's row within the table, its serial number left out.
    pub fn cells(&self, sheet: &Sheet, index: usize) -> String {
        let number = self.table.column(Meaning::Number).map(|column| column.column);
        let header = &self.table.header;
        let inside = |column: u32| (header.left..=header.right).contains(&column);
        let cells = sheet.row(self.ledger.rows[index].row);
        let texts = cells
            .filter(|cell| inside(cell.column) && Some(cell.column) != number)
            .map(|cell| format!("{}={}", cell.column, cell_text(&cell).unwrap_or_default()));
        texts.collect::<Vec<String>>().join("\u{1f}")
    }
}

/// The one year that all dates are of.
fn only(years: &BTreeMap<i32, Vec<usize>>) -> Option<i32> {
    let mut all = years.keys();
    all.next().copied().filter(|_| all.next().is_none())
}

/// The year of a department's entries, where nothing else says it: the one that all their dates are of.
pub fn year_of(book: &Book, tables: &[&Table]) -> Option<i32> {
    let mut found = None;
    for table in tables {
        let Some(column) = table.column(Meaning::Date) else { continue };
        let sheet = &book.sheets[table.sheet];
        for row in &table.body {
            let Some(when) = sheet.seen(*row, column.column).and_then(|cell| dates::when(&cell))
            else {
                continue;
            };
            if found.is_some_and(|year| year != when.year) {
                return None;
            }
            found = Some(when.year);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_explains_half_a_last_place_of_every_printed_amount() {
        let money = |text: &str| text.parse::<Money>().expect("money");
        let exact = (None, 60);
        // 万元 with two places: the last place is 100 yuan, one amount may be off by 50.
        let printed = |count| (Some(money("100")), count);
        for (difference, sides, explained) in [
            ("0", vec![exact], true),
            ("0.01", vec![exact, exact], false),
            ("50", vec![printed(1), exact], true),
            ("50.01", vec![printed(1), exact], false),
            ("-150", vec![printed(1), printed(2)], true),
            ("-150.01", vec![printed(1), printed(2)], false),
            ("0.01", vec![], false),
        ] {
            assert_eq!(within_rounding(money(difference), &sides), explained, "{difference}");
        }
    }
}
