//! Random ledgers with known totals, and the grid of cells that shows one.
//!
//! * In: a source of numbers. Out: a [`Ledger`] in 分, laid out as a [`Page`] that relations change before it is written.
//! * Never: a class above items or an item twice; relations add what makes a ledger hard.

use jixiao_fuzz::random::Random;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Formula, Workbook};

/// The amounts of a line in 分: 年初预算数, 追加, 追减, 全年预算数, 执行数.
pub type Amounts = [i64; 5];

/// The titles of the amounts.
pub const TITLES: [&str; 5] = ["年初预算数", "追加", "追减", "全年预算数", "执行数"];

const ITEMS: &[&str] = &[
    "办公楼维修",
    "档案数字化",
    "信息系统运维",
    "免费开放补助",
    "群众文化活动",
    "设备购置",
    "古树名木保护",
    "农村道路养护",
    "残疾人康复服务",
    "困难群众救助",
    "中小学营养改善",
    "基层卫生服务",
    "垃圾分类试点",
    "河道清淤",
    "消防器材更新",
    "职业技能培训",
    "科普宣传",
    "老旧小区改造",
    "应急物资储备",
    "公共自行车运维",
    "乡村图书室",
    "排水管网检测",
    "食品安全抽检",
    "人才引进补助",
];

/// A ledger: what is true of it.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Name and amounts of each item.
    pub lines: Vec<(String, Amounts)>,
}

impl Ledger {
    /// A ledger of 3 to 14 items whose budgets add up.
    pub fn random(random: &mut Random) -> Ledger {
        let mut names: Vec<&str> = ITEMS.to_vec();
        random.shuffle(&mut names);
        let count = 3 + random.below(12);
        // Offices print whole yuan, 角 or 分; a ledger keeps to one.
        let grain = *random.pick(&[1, 10, 100, 10_000]);
        let line = |name: &&str, random: &mut Random| {
            let mut amount = |most: i64| random.between(1, most) * grain;
            let (initial, change) = (amount(40_000_000 / grain), amount(900_000 / grain));
            let (added, cut) = match random.below(4) {
                0 => (change, 0),
                1 => (0, change.min(initial / 2 / grain * grain)),
                _ => (0, 0),
            };
            let adjusted = initial + added - cut;
            let spent = adjusted / 100 * random.between(55, 100) / grain * grain;
            ((*name).to_owned(), [initial, added, cut, adjusted, spent])
        };
        Ledger { lines: names.iter().take(count).map(|name| line(name, random)).collect() }
    }

    /// The totals.
    pub fn totals(&self) -> Amounts {
        sum(self.lines.iter().map(|(_, amounts)| amounts))
    }
}

/// The sums of amounts.
pub fn sum<'a>(all: impl Iterator<Item = &'a Amounts>) -> Amounts {
    all.fold([0; 5], |total, amounts| std::array::from_fn(|i| total[i] + amounts[i]))
}

/// A cell to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// An amount in 分, written in the page's unit.
    Amount(i64),
    /// The same as a formula with its value.
    Computed(i64),
    /// A plain number.
    Number(i64),
    /// A ratio shown as a percentage, in hundredths of a percent.
    Percent(i64),
}

/// What a row is, so that relations find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Title, department, unit.
    Above,
    /// A header row.
    Header,
    /// An item, by its number in the ledger.
    Line(usize),
    /// A total or subtotal.
    Total,
    /// Anything else.
    Other,
}

/// One sheet.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: Vec<(Kind, Vec<Cell>)>,
    /// Merged blocks: top, left, bottom, right.
    pub merges: Vec<[usize; 4]>,
    /// Hidden rows.
    pub hidden: Vec<usize>,
    /// Whether the sheet is hidden.
    pub hidden_sheet: bool,
    /// Amounts in 万元 instead of 元.
    pub wan: bool,
    /// Amounts as text, written by this.
    pub text: Option<fn(&str) -> String>,
}

/// A text cell.
pub fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn amounts(amounts: &Amounts) -> Vec<Cell> {
    // Nobody prints a change that was none.
    let shown = |(at, amount): (usize, &i64)| match amount {
        0 if at == 1 || at == 2 => Cell::Empty,
        amount => Cell::Amount(*amount),
    };
    amounts.iter().enumerate().map(shown).collect()
}

/// A row of a name and its amounts.
pub fn row(name: &str, values: &Amounts) -> Vec<Cell> {
    [vec![text(name)], amounts(values)].concat()
}

impl Page {
    /// The plain layout: title, department and unit, header, items, 合计.
    pub fn plain(name: &str, lines: &[(usize, &(String, Amounts))]) -> Page {
        let heads = TITLES.iter().map(|title| text(title));
        let mut rows = vec![
            (Kind::Above, vec![text("2023年度部门预算执行情况表")]),
            (
                Kind::Above,
                [
                    vec![text("编制单位：示例县文化馆")],
                    vec![Cell::Empty; 4],
                    vec![text("单位：元")],
                ]
                .concat(),
            ),
            (Kind::Header, [vec![text("项目名称")], heads.collect()].concat()),
        ];
        rows.extend(
            lines.iter().map(|(at, (name, amounts))| (Kind::Line(*at), row(name, amounts))),
        );
        rows.push((Kind::Total, row("合计", &sum(lines.iter().map(|(_, (_, amounts))| amounts)))));
        Page {
            name: name.to_owned(),
            rows,
            merges: vec![[0, 0, 0, 5]],
            hidden: Vec::new(),
            hidden_sheet: false,
            wan: false,
            text: None,
        }
    }

    /// The whole ledger on one sheet.
    pub fn of(ledger: &Ledger) -> Page {
        Page::plain("执行情况", &ledger.lines.iter().enumerate().collect::<Vec<_>>())
    }

    /// Where the first row of a kind stands.
    pub fn find(&self, kind: impl Fn(Kind) -> bool) -> usize {
        self.rows.iter().position(|(found, _)| kind(*found)).expect("such a row")
    }

    /// Where the header stands.
    pub fn header(&self) -> usize {
        self.find(|kind| kind == Kind::Header)
    }

    /// Puts a row in and moves what is merged or hidden below it.
    pub fn insert(&mut self, at: usize, kind: Kind, cells: Vec<Cell>) {
        self.rows.insert(at, (kind, cells));
        for [top, _, bottom, _] in &mut self.merges {
            *top += usize::from(*top >= at);
            *bottom += usize::from(*bottom >= at);
        }
        self.hidden.iter_mut().for_each(|row| *row += usize::from(*row >= at));
    }

    /// Puts an empty column in.
    pub fn insert_column(&mut self, at: usize, cell: impl Fn(Kind, &[Cell]) -> Cell) {
        for (kind, cells) in &mut self.rows {
            let new = cell(*kind, cells);
            if at <= cells.len() {
                cells.insert(at, new);
            } else if new != Cell::Empty {
                cells.resize(at, Cell::Empty);
                cells.push(new);
            }
        }
        for [_, left, _, right] in &mut self.merges {
            *left += usize::from(*left >= at);
            *right += usize::from(*right >= at);
        }
    }

    /// What a cell shows of an amount, exactly.
    fn shown(&self, amount: i64) -> Decimal {
        Decimal::new(amount, if self.wan { 6 } else { 2 }).normalize()
    }
}

/// The bytes of a workbook of these pages.
pub fn write(pages: &[Page]) -> Vec<u8> {
    let mut book = Workbook::new();
    let (percent, money) = (Format::new().set_num_format("0.00%"), Format::new());
    for page in pages {
        let sheet = book.add_worksheet();
        sheet.set_name(&page.name).expect("a name");
        sheet.set_hidden(page.hidden_sheet);
        for [top, left, bottom, right] in &page.merges {
            let at = |index: &usize| u32::try_from(*index).expect("small");
            let column = |index: &usize| u16::try_from(*index).expect("small");
            sheet
                .merge_range(at(top), column(left), at(bottom), column(right), "", &money)
                .expect("a block");
        }
        let first = (0u32..).zip(&page.rows).find(|(_, (kind, _))| matches!(kind, Kind::Line(_)));
        let first = first.map_or(0, |(row, _)| row);
        for (row, (_, cells)) in (0u32..).zip(&page.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                let number =
                    |amount: &i64| page.shown(*amount).to_string().parse().expect("a number");
                let done = match (cell, page.text) {
                    (Cell::Empty, _) => continue,
                    (Cell::Text(text), _) => sheet.write_string(row, column, text),
                    (Cell::Amount(amount) | Cell::Computed(amount), Some(form)) => {
                        let shown = page.shown(*amount).to_string();
                        sheet.write_string(row, column, form(&shown))
                    }
                    (Cell::Amount(amount), None) => {
                        let number: f64 = number(amount);
                        sheet.write_number(row, column, number)
                    }
                    (Cell::Computed(amount), None) => {
                        // The total stands below its lines.
                        let of = |row: u32| jixiao_core::Cells::one(row, u32::from(column));
                        let formula = Formula::new(format!("=SUM({}:{})", of(first), of(row - 1)));
                        let formula = formula.set_result(page.shown(*amount).to_string());
                        sheet.write_formula(row, column, formula)
                    }
                    (Cell::Number(number), _) => sheet.write_number(
                        row,
                        column,
                        number.to_string().parse::<f64>().expect("a number"),
                    ),
                    (Cell::Percent(hundredths), _) => {
                        let ratio = Decimal::new(*hundredths, 4).to_string();
                        sheet.write_number_with_format(
                            row,
                            column,
                            ratio.parse::<f64>().expect("a number"),
                            &percent,
                        )
                    }
                };
                done.expect("a cell");
            }
        }
        for row in &page.hidden {
            sheet.set_row_hidden(u32::try_from(*row).expect("small")).expect("a row");
        }
    }
    book.save_to_buffer().expect("memory")
}
