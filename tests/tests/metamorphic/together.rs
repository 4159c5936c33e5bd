//! Relations that tell a ledger by several tables: changes and payments in lists, executed amounts on a sheet of their own.
//!
//! * In: a ledger. Out: pages that together say what it says. The lists are cut from its amounts, never added to them.

use super::ledger::{Cell, Kind, Ledger, Page, TITLES, text};
use jixiao_fuzz::random::Random;

/// The page with some of the amounts only, by their place among the titles.
fn only(ledger: &Ledger, name: &str, kept: &[usize]) -> Page {
    let mut page = Page { name: name.to_owned(), ..Page::of(ledger) };
    for (kind, cells) in &mut page.rows {
        if *kind != Kind::Above {
            let chosen = kept.iter().map(|at| cells.get(at + 1).cloned().unwrap_or(Cell::Empty));
            *cells = std::iter::once(cells[0].clone()).chain(chosen).collect();
        }
    }
    // 单位 stands above the last column.
    page.rows[1].1 = vec![text("编制单位：示例县文化馆"), text("单位：元")];
    page.merges.clear();
    page
}

/// A page of entries in random order, with or without a total.
fn list(
    name: &str,
    heads: &[&str],
    mut entries: Vec<Vec<Cell>>,
    sums: &[usize],
    random: &mut Random,
) -> Page {
    let blank = Page::plain(name, &[]);
    random.shuffle(&mut entries);
    let total: Vec<i64> = sums
        .iter()
        .map(|at| {
            let amounts = entries.iter().map(|cells| match cells[*at] {
                Cell::Amount(amount) => amount,
                _ => 0,
            });
            amounts.sum()
        })
        .collect();
    let mut rows = vec![
        (Kind::Above, vec![text(&format!("2023年度{name}"))]),
        (Kind::Above, vec![text("单位：元")]),
        (Kind::Header, heads.iter().map(|head| text(head)).collect()),
    ];
    rows.extend(entries.into_iter().map(|cells| (Kind::Other, cells)));
    if random.below(2) == 0 {
        let mut cells = vec![Cell::Empty; heads.len()];
        cells[0] = text("合计");
        sums.iter().zip(total).for_each(|(at, sum)| cells[*at] = Cell::Amount(sum));
        rows.push((Kind::Total, cells));
    }
    Page { rows, merges: Vec::new(), ..blank }
}

fn date(random: &mut Random) -> Cell {
    let (month, day) = (random.between(1, 12), random.between(1, 28));
    text(&match random.below(3) {
        0 => format!("2023-{month:02}-{day:02}"),
        1 => format!("2023年{month}月{day}日"),
        _ => format!("2023{month:02}{day:02}"),
    })
}

/// A name as somebody else would write it.
fn spelt(name: &str, random: &mut Random) -> Cell {
    let mut letters: Vec<char> = name.chars().collect();
    text(&match random.below(4) {
        0 => format!("{}、{name}", random.between(1, 20)),
        1 => {
            letters.insert(2, ' ');
            letters.into_iter().collect()
        }
        2 => format!("“{name}”"),
        _ => name.to_owned(),
    })
}

/// Every executed amount in one to five payments; some come back in part and are paid again.
fn payments(ledger: &Ledger, random: &mut Random) -> Vec<Vec<Cell>> {
    let mut amounts: Vec<(&str, &str, i64)> = Vec::new();
    for (name, line) in &ledger.lines {
        let mut left = line[4];
        for _ in 0..random.below(5) {
            let part = random.between(0, left.max(1));
            amounts.push((name, "支付进度款", part));
            left -= part;
        }
        if random.below(3) == 0 {
            let back = random.between(1, 50_000);
            amounts.extend([(name.as_str(), "退回多付款", -back), (name, "重新支付", back)]);
        }
        amounts.push((name, "支付尾款", left));
    }
    let entry = |(number, (name, what, amount)): (usize, (&str, &str, i64))| {
        let voucher = format!("ZF{:05}", 1_000 + number);
        vec![date(random), text(&voucher), spelt(name, random), text(what), Cell::Amount(amount)]
    };
    let amounts = amounts.into_iter().filter(|(.., amount)| *amount != 0);
    amounts.enumerate().map(entry).collect()
}

const PAID: [&str; 5] = ["支付日期", "支付凭证号", "项目名称", "摘要", "支付金额"];

/// Every change of a budget, some in two steps; signed, or in a column for each kind.
fn changes(ledger: &Ledger, random: &mut Random) -> Page {
    let signed = random.below(2) == 0;
    let mut entries = Vec::new();
    for (name, line) in &ledger.lines {
        for (amount, sign) in [(line[1], 1), (line[2], -1)] {
            let first = if random.below(2) == 0 { amount / 2 } else { 0 };
            for part in [first, amount - first].into_iter().filter(|part| *part != 0) {
                let number = text(&format!("示财预〔2023〕{}号", 10 + entries.len()));
                let mut cells = vec![number, date(random), spelt(name, random)];
                if signed {
                    cells.push(Cell::Amount(sign * part));
                } else {
                    let own = [(1, Cell::Amount(part)), (-1, Cell::Empty)];
                    let [(_, here), (_, there)] = own;
                    let pair = if sign == 1 { [here, there] } else { [there, here] };
                    cells.extend(pair);
                }
                entries.push(cells);
            }
        }
    }
    let heads: &[&str] = match signed {
        true => &["调整文号", "调整日期", "项目名称", "调整金额"],
        false => &["调整文号", "调整日期", "项目名称", "追加", "追减"],
    };
    let sums: Vec<usize> = (3..heads.len()).collect();
    list("预算调整明细", heads, entries, &sums, random)
}

/// The ledger without 执行数, payments beside it.
pub fn payments_for_executed(ledger: &Ledger, _: Page, random: &mut Random) -> Vec<Page> {
    let entries = payments(ledger, random);
    let list = list("支付明细", &PAID, entries, &[4], random);
    vec![only(ledger, "台账", &[0, 1, 2, 3]), list]
}

/// The whole ledger, and both lists that say the same.
pub fn lists_that_agree(ledger: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    let entries = payments(ledger, random);
    vec![page, list("支付明细", &PAID, entries, &[4], random), changes(ledger, random)]
}

/// Payments in two exports that overlap.
pub fn payments_exported_twice(ledger: &Ledger, _: Page, random: &mut Random) -> Vec<Page> {
    let entries = payments(ledger, random);
    let from = random.below(entries.len());
    let to = from + random.below(entries.len() - from + 1);
    let (first, second) = (entries[..to].to_vec(), entries[from..].to_vec());
    let mut pages = vec![only(ledger, "台账", &[0, 1, 2, 3])];
    pages.push(list("支付明细一", &PAID, first, &[4], random));
    pages.push(list("支付明细二", &PAID, second, &[4], random));
    pages.retain(|page| {
        page.rows.iter().any(|(kind, _)| matches!(kind, Kind::Line(_) | Kind::Other))
    });
    pages
}

/// 年初 and 全年 in the ledger, the changes in a list.
pub fn changes_that_explain(ledger: &Ledger, _: Page, random: &mut Random) -> Vec<Page> {
    vec![only(ledger, "台账", &[0, 3, 4]), changes(ledger, random)]
}

/// 年初 only in the ledger, the changes in a list.
pub fn changes_that_add(ledger: &Ledger, _: Page, random: &mut Random) -> Vec<Page> {
    // Without a change nothing says what the budget of the whole year was.
    let changed = ledger.lines.iter().any(|(_, line)| line[1] + line[2] != 0);
    let kept: &[usize] = if changed { &[0, 4] } else { &[0, 3, 4] };
    vec![only(ledger, "台账", kept), changes(ledger, random)]
}

/// Budget and executed amounts on two sheets, with names spelt in two ways.
pub fn executed_on_its_own_sheet(ledger: &Ledger, _: Page, random: &mut Random) -> Vec<Page> {
    let mut executed = only(ledger, "执行", &[4]);
    executed.rows[2].1 = vec![text("支出项目"), text(TITLES[4])];
    for (kind, cells) in &mut executed.rows {
        if let (Kind::Line(_), Cell::Text(name)) = (*kind, cells[0].clone()) {
            cells[0] = spelt(&name, random);
        }
    }
    let lines = 3..executed.rows.len() - 1;
    random.shuffle(&mut executed.rows[lines]);
    vec![only(ledger, "预算", &[0, 1, 2, 3]), executed]
}
