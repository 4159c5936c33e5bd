//! The budget of a subject: cleaned ledgers become lines, checked totals and traceable rows.
//!
//! * In: cleaned ledgers of one subject. Out: a [`Budget`], and findings where printed figures do not hold.

use super::account::Account;
use super::matching::At;
use crate::clean::frame::{self, Entry};
use crate::clean::ledger::Ledger;
use crate::grid::Book;
use crate::recognise::tree::NodeRole;
use crate::recognise::{Table, TableKind};
use jixiao_core::{
    Amount, Amounts, Budget, BudgetLine, Code, Finding, Money, Place, Ratio, Role, SourceRow,
    SumCheck, Unit,
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A ledger with the table it was read from.
pub struct Source<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its rows.
    pub ledger: Ledger,
    /// Counted rows that speak of an item of an earlier source, by their index.
    pub joined: HashMap<usize, At>,
    /// What became of its rows so far.
    /// `None` once it is booked.
    pub account: Option<Account>,
}

impl<'a> Source<'a> {
    /// A table that was just cleaned.
    pub fn new(book: &Book, table: &'a Table, ledger: Ledger) -> Source<'a> {
        let account = Some(Account::open(table.kind, range_place(book, table), &ledger));
        Source { table, ledger, joined: HashMap::new(), account }
    }

    /// The sums of its counted rows.
    pub fn totals(&self) -> Amounts {
        Amounts::sum(self.ledger.leaves().map(|leaf| &self.ledger.rows[leaf].amounts))
    }

    /// Whether any of its counted rows gives an amount.
    pub fn gives(&self, amount: Amount) -> bool {
        let mut leaves = self.ledger.leaves();
        leaves.any(|leaf| self.ledger.rows[leaf].amounts.get(amount).is_some())
    }
}

/// Adds the rows of ledgers to a budget and groups the counted ones into lines.
pub fn build(book: &Book, sources: &[Source<'_>], findings: &mut Vec<Finding>) -> Budget {
    let mut budget = Budget::default();
    if let Some(first) = sources.first() {
        budget.unit = first.ledger.unit;
        budget.last_place = first.ledger.last_place;
    }
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut items: HashMap<String, u32> = HashMap::new();
    let mut origin: Vec<(usize, usize)> = Vec::new();
    let mut offsets = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let offset = budget.rows.len();
        offsets.push(offset);
        let ledger = &source.ledger;
        budget.rows.reserve_exact(ledger.rows.len());
        for (index, node) in ledger.tree.nodes.iter().enumerate() {
            let row = &ledger.rows[index];
            let role = match node.role {
                NodeRole::Leaf => {
                    let free = u32::try_from(items.len()).unwrap_or(u32::MAX);
                    let (named, at) = match source.joined.get(&index) {
                        Some((source, joined)) => (&sources[*source].ledger, *joined),
                        None => (ledger, index),
                    };
                    let key = *items.entry(key(named, at)).or_insert(free);
                    entries.push(Entry { key, amounts: &row.amounts });
                    origin.push((number, index));
                    Role::Counted(0)
                }
                NodeRole::Total => Role::Total,
                NodeRole::Part | NodeRole::Aside => Role::Part,
            };
            if node.role == NodeRole::Leaf {
                let at = budget.rows.len();
                budget.unreadable.extend(row.unreadable.iter().map(|amount| (at, *amount)));
            }
            budget.rows.push(SourceRow {
                role,
                label: trimmed(&row.label),
                amounts: row.amounts.clone(),
                place: place(book, source.table, ledger, row.row),
                columns: ledger.columns.clone(),
            });
        }
        let alone = sources.iter().filter(|other| other.joined.is_empty()).count() == 1;
        budget.checks.extend(checks(ledger, offset, alone && source.joined.is_empty()));
        printed_figures(book, source, findings);
        duplicates(book, source, findings);
    }
    drop(items);
    super::pages::widen_totals(&mut budget, sources.len());
    let groups = match frame::group(&entries) {
        Ok(groups) => groups,
        Err(error) => {
            let zh = format!("明细汇总失败（{error}）；请减少行数或核对金额后重试");
            let en = format!("the rows could not be summed ({error}); check the amounts");
            findings.push(Finding::new(Code::LimitExceeded, Place::default(), zh, en));
            Vec::new()
        }
    };
    budget.lines.reserve_exact(groups.len());
    for (line, group) in groups.into_iter().enumerate() {
        let mut places = Vec::new();
        for entry in &group.rows {
            let (source, index) = origin[*entry];
            let row = offsets[source] + index;
            budget.rows[row].role = Role::Counted(line);
            places.push(budget.rows[row].place.clone());
        }
        let Some((source, index)) = group.rows.first().map(|entry| origin[*entry]) else {
            continue;
        };
        let ledger = &sources[source].ledger;
        let row = &ledger.rows[index];
        let mut places = places.into_iter();
        let reason = first_text(group.rows.iter().map(|entry| {
            let (source, index) = origin[*entry];
            sources[source].ledger.rows[index].beside.as_ref()?.reason.as_deref()
        }));
        budget.lines.push(BudgetLine {
            path: ledger.path(index),
            codes: row.codes.clone(),
            fund: row.fund.clone(),
            amounts: group.amounts,
            reason,
            measure: row.beside.as_ref().and_then(|b| b.measure.as_deref()).map(str::to_owned),
            source: places.next().unwrap_or_default(),
            more: places.collect(),
        });
    }
    budget
}

fn trimmed(label: &Arc<str>) -> Arc<str> {
    let text = label.trim();
    if text.len() == label.len() { label.clone() } else { Arc::from(text) }
}

fn first_text<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Option<String> {
    let mut different: Vec<&str> = Vec::new();
    for text in texts.flatten() {
        if !different.contains(&text) && different.len() < 5 {
            different.push(text);
        }
    }
    (!different.is_empty()).then(|| different.join("；"))
}

/// Rows with the same path, codes, fund and department speak of the same item.
pub fn key(ledger: &Ledger, index: usize) -> String {
    let row = &ledger.rows[index];
    let mut key = String::new();
    for name in ledger.path(index) {
        key.push_str(&crate::fold::plain(&name));
        key.push('\u{1f}');
    }
    let codes =
        [&row.codes.project, &row.codes.function, &row.codes.economic, &row.fund, &row.department];
    for code in codes {
        key.push('\u{1e}');
        key.push_str(code.as_deref().unwrap_or(""));
    }
    key
}

/// The place of a row's amounts.
pub fn place(book: &Book, table: &Table, ledger: &Ledger, row: u32) -> Place {
    book.place(&book.sheets[table.sheet], ledger.cells(row))
}

/// Every stated total with the rows it covers. The total of the whole is compared with all counted rows,
/// a subtotal with what stands directly below it.
fn checks(ledger: &Ledger, offset: usize, alone: bool) -> Vec<SumCheck> {
    let totals = ledger.tree.nodes.iter().enumerate();
    totals
        .filter(|(_, node)| node.role == NodeRole::Total && !node.parts.is_empty())
        .map(|(index, node)| {
            let parts: Vec<usize> =
                if node.whole { ledger.leaves().collect() } else { node.parts.clone() };
            SumCheck {
                row: offset + index,
                parts: parts.into_iter().map(|part| offset + part).collect(),
                last_place: ledger.last_place,
                whole: node.whole && alone,
            }
        })
        .collect()
}

/// Balance and rate that a ledger prints are recomputed, where their meaning is proved by most rows.
fn printed_figures(book: &Book, source: &Source<'_>, findings: &mut Vec<Finding>) {
    let ledger = &source.ledger;
    let budget = |row: &crate::clean::LedgerRow| {
        row.amounts.get(Amount::Adjusted).or_else(|| row.amounts.get(Amount::Initial))
    };
    let mut balances = Vec::new();
    let mut rates = Vec::new();
    for row in &ledger.rows {
        let Some((whole, spent)) = budget(row).zip(row.amounts.get(Amount::Executed)) else {
            continue;
        };
        let Some(beside) = &row.beside else { continue };
        if let Some(stated) = beside.balance {
            balances.push((row, stated, whole - spent));
        }
        if let (Some((stated, half)), Some(exact)) =
            (beside.rate, Ratio::of(spent.yuan(), whole.yuan()))
        {
            let off = (exact.rounded(12) - stated).abs();
            // Floats carry at most 15 digits: a stored full-precision rate is right to that.
            rates.push((row, stated, exact, off > half.max(Decimal::new(1, 10))));
        }
    }
    let tolerance = ledger.last_place.unwrap_or(Money::ZERO);
    let off = |stated: Money, computed: Money| (stated - computed).abs() > tolerance;
    let wrong = balances.iter().filter(|(_, stated, computed)| off(*stated, *computed)).count();
    if wrong * 2 < balances.len() {
        for (row, stated, computed) in balances.iter().filter(|(_, s, c)| off(*s, *c)).take(20) {
            let at = place(book, source.table, ledger, row.row);
            let unit = ledger.unit;
            let (stated, computed) = (stated.display(unit), computed.display(unit));
            let word = unit.word();
            let zh = format!(
                "“{}”的余额填 {stated} {word}，按预算数减执行数应为 {computed} {word}；请核对",
                row.label.trim()
            );
            let en = format!(
                "the balance of {:?} is {stated} {word}, budget less executed gives {computed} {word}; please check",
                row.label.trim()
            );
            findings.push(Finding::new(Code::Reconciliation, at, zh, en));
        }
    }
    let form = source.table.kind == TableKind::FormMoney;
    // The rate of a form's total is checked with its score; those of its funds are rates whatever most of them are.
    let scored = |row: &crate::clean::LedgerRow| {
        let first = ledger.rows.first().is_some_and(|first| first.row == row.row);
        let points = row.beside.as_ref().is_some_and(|b| b.weight.is_some() || b.score.is_some());
        first || points
    };
    let wrong = rates.iter().filter(|(.., off)| *off).count();
    if !form && wrong * 2 >= rates.len() {
        return;
    }
    for (row, stated, exact, _) in
        rates.iter().filter(|(row, .., off)| *off && !(form && scored(row))).take(20)
    {
        let at = place(book, source.table, ledger, row.row);
        let stated = (*stated * Decimal::ONE_HUNDRED).normalize();
        let zh = format!(
            "“{}”的执行率填 {stated}%，按执行数除以预算数应为 {}；请核对",
            row.label.trim(),
            exact.percent(2)
        );
        let en = format!(
            "the rate of {:?} is {stated}%, executed over budget gives {}; please check",
            row.label.trim(),
            exact.percent(2)
        );
        let finding = Finding::new(Code::RateDiffers, at, zh, en);
        findings.push(match form {
            true => finding,
            false => finding.with_severity(jixiao_core::Severity::Warning),
        });
    }
}

/// Rows that are alike in every cell. Lists of entries have their own rule, by voucher number.
fn duplicates(book: &Book, source: &Source<'_>, findings: &mut Vec<Finding>) {
    if matches!(source.table.kind, TableKind::Payments | TableKind::Adjustments) {
        return;
    }
    let sheet = &book.sheets[source.table.sheet];
    let number =
        source.table.column(crate::vocabulary::Meaning::Number).map(|column| column.column);
    let mut seen: HashMap<String, u32> = HashMap::new();
    let ledger = &source.ledger;
    // Rows alike in every cell are alike in name and amounts: only those that share these are compared as a whole.
    let outline = |index: usize| {
        let row = &ledger.rows[index];
        let amounts = Amount::ALL.map(|amount| row.amounts.get(amount).map(Money::yuan));
        let mut hasher = DefaultHasher::new();
        (amounts, &row.label).hash(&mut hasher);
        hasher.finish()
    };
    let mut outlines: HashMap<u64, bool> = HashMap::new();
    for index in ledger.leaves() {
        outlines.entry(outline(index)).and_modify(|shared| *shared = true).or_insert(false);
    }
    let mut pairs = Vec::new();
    for index in ledger.leaves() {
        let row = &ledger.rows[index];
        let alone = outlines.get(&outline(index)) == Some(&false);
        if alone || Amount::ALL.iter().all(|a| row.amounts.get(*a).is_none_or(Money::is_zero)) {
            continue;
        }
        let mut whole = key(ledger, index);
        for cell in sheet.row(row.row).filter(|cell| Some(cell.column) != number) {
            whole.push('\u{1d}');
            whole.push_str(&crate::clean::cell_text(&cell).unwrap_or_default());
        }
        match seen.get(&whole) {
            Some(first) => pairs.push((row.row, *first)),
            None => {
                seen.insert(whole, row.row);
            }
        }
    }
    let found = pairs.into_iter().map(|(second, first)| {
        let (one, other) = (sheet.row_name(second), sheet.row_name(first));
        let zh = format!("{}与{}完全相同，都已计入；如为重复录入请删去其一", one.0, other.0);
        let en = format!(
            "{} repeats {} in every cell; both are counted; delete one if it was entered twice",
            one.1, other.1
        );
        let [at, related] = [second, first].map(|row| place(book, source.table, ledger, row));
        Finding::new(Code::DuplicateRow, at, zh, en).with_related(related)
    });
    findings.extend(super::limited(found));
}

/// What a reading makes of the totals, in words.
pub fn answer_effect(ledger: &Ledger) -> String {
    let total = Amounts::sum(ledger.leaves().map(|leaf| &ledger.rows[leaf].amounts));
    let shown = |amount: Amount| {
        total
            .get(amount)
            .map(|money| format!("{}合计 {} 元", amount.chinese(), money.display(Unit::Yuan)))
    };
    let all: Vec<String> = [Amount::Initial, Amount::Adjusted, Amount::Executed]
        .into_iter()
        .filter_map(shown)
        .collect();
    all.join("，")
}

/// The place of a whole table.
pub fn range_place(book: &Book, table: &Table) -> Place {
    book.place(&book.sheets[table.sheet], table.range())
}
