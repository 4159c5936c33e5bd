//! The rows of a ledger: items, and the groups, classes, departments and totals they are arranged in.
//!
//! Items are drawn first; every other row only names which items it sums up.

use super::figures::{self, Column, Figures};
use super::rng::Rng;
use super::titles;

/// How the rows are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Items, plain or in groups.
    Items,
    /// Items with project codes.
    Coded,
    /// Items with their classes beside them.
    Classified,
    /// Function classes in up to three levels.
    Functions,
    /// Economic classes in two levels.
    Economic,
    /// Departments with their items.
    Departments,
    /// 基本支出 and 项目支出, with levels below.
    Tree,
    /// Every amount divided by fund, in columns.
    Funds,
    /// Every amount divided into 基本支出 and 项目支出, in columns.
    Halves,
    /// This year beside the last, in columns.
    Years,
    /// The items on two sheets.
    Sheets,
    /// What was spent, month by month, in columns.
    Months,
    /// Last year's rows among this year's, told apart by a column 年度.
    YearColumn,
}

/// A column of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Number,
    Item,
    ClassCode,
    ClassName,
    /// Code and name in one cell.
    CodeName,
    /// 类, 款 or 项 of a split code.
    Split(usize),
    Department,
    ProjectCode,
    Function,
    Economic,
    Fund,
    Year,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Item,
    Group,
    OfWhich,
    Total,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    pub kind: Kind,
    pub label: Option<String>,
    pub code: Option<String>,
    pub level: usize,
    pub department: Option<String>,
    /// Its year, where the rows are of several.
    pub year: Option<i32>,
    /// The items it sums up.
    pub of: Vec<usize>,
    /// Figures of its own, for a part that is printed again.
    own: Option<Figures>,
}

impl Row {
    fn new(kind: Kind, label: impl Into<String>, level: usize, of: Vec<usize>) -> Row {
        let label = Some(label.into());
        Row { kind, label, code: None, level, department: None, year: None, of, own: None }
    }

    fn coded(mut self, code: &str) -> Row {
        self.code = Some(code.to_owned());
        self
    }

    fn within(mut self, department: &str) -> Row {
        self.department = Some(department.to_owned());
        self
    }

    /// The row of the printed total.
    pub fn total(label: Option<String>, of: Vec<usize>) -> Row {
        Row { label, ..Row::new(Kind::Total, "", 0, of) }
    }

    /// A row that sums up a table which stands elsewhere.
    pub fn sum(label: &str, of: Vec<usize>) -> Row {
        Row::new(Kind::Item, label, 0, of)
    }

    /// Its figures.
    pub fn figures(&self, items: &[Figures]) -> Figures {
        match &self.own {
            Some(own) => own.clone(),
            None => Figures::sum(self.of.iter().map(|item| &items[*item])),
        }
    }
}

/// Where groups print their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupSums {
    Above,
    Below,
    None,
}

/// The rows with their key columns.
#[derive(Debug, Default)]
pub struct Body {
    pub keys: Vec<Key>,
    pub rows: Vec<Row>,
    /// The figures of the items.
    pub items: Vec<Figures>,
    pub features: Vec<String>,
    /// A group of one item that nothing but its place tells from an item.
    pub lone_child: bool,
}

/// Draws the rows of a ledger with these amount columns.
pub fn draw(rng: &mut Rng, layout: Layout, columns: &[Column], step: i64, name: &str) -> Body {
    let mut maker =
        Maker { rng, columns, step, body: Body::default(), names: titles::all("items") };
    maker.rng.shuffle(&mut maker.names);
    match layout {
        Layout::Functions => maker.functions(),
        Layout::Economic => maker.economics(),
        Layout::Departments => maker.departments(name),
        Layout::Tree => maker.tree(),
        _ => maker.items(layout),
    }
    if layout == Layout::YearColumn {
        maker.two_years();
    }
    if layout == Layout::Items && maker.rng.percent(20) {
        maker.parts_again();
    }
    maker.body
}

struct Maker<'a> {
    rng: &'a mut Rng,
    columns: &'a [Column],
    step: i64,
    body: Body,
    names: Vec<String>,
}

impl Maker<'_> {
    /// A new item; its row.
    fn item(&mut self, label: impl Into<String>, level: usize) -> Row {
        let figures = figures::item(self.rng, self.columns, self.step);
        self.body.items.push(figures);
        Row::new(Kind::Item, label, level, vec![self.body.items.len() - 1])
    }

    fn name(&mut self) -> String {
        self.names.pop().expect("enough names")
    }

    fn feature(&mut self, feature: impl Into<String>) {
        self.body.features.push(feature.into());
    }

    fn group_sums(&mut self) -> GroupSums {
        *self.rng.pick(&[GroupSums::Above, GroupSums::Below, GroupSums::None])
    }

    fn items(&mut self, layout: Layout) {
        let count = self.rng.count(3, 22);
        let sums = self.group_sums();
        let grouped = layout != Layout::Sheets
            && count > 5
            && sums != GroupSums::None
            && self.rng.percent(35);
        if grouped {
            self.groups(sums);
        } else {
            for _ in 0..count {
                let name = self.name();
                let row = self.item(name, 0);
                self.body.rows.push(row);
            }
        }
        self.body.keys = match layout {
            Layout::Coded => vec![Key::ProjectCode, Key::Item],
            Layout::Classified => self
                .rng
                .pick(&[
                    vec![Key::ProjectCode, Key::Item, Key::Function, Key::Fund],
                    vec![Key::Item, Key::Function],
                    vec![Key::Item, Key::Function, Key::Economic, Key::Fund],
                    vec![Key::Department, Key::Item, Key::Function],
                ])
                .clone(),
            _ => vec![Key::Item],
        };
    }

    fn groups(&mut self, sums: GroupSums) {
        self.feature(format!("group sums {sums:?}").to_lowercase());
        let marks = *self.rng.pick(&[
            ["一、", "二、", "三、"],
            ["（一）", "（二）", "（三）"],
            ["", "", ""],
        ]);
        let count = self.rng.count(2, 3);
        let labels = self.rng.some(&titles::all("groups"), count);
        for (label, mark) in labels.iter().zip(marks) {
            let mut rows = Vec::new();
            for _ in 0..self.rng.count(2, 5) {
                let name = self.name();
                rows.push(self.item(name, 1));
            }
            let of = rows.iter().flat_map(|row| row.of.clone()).collect();
            if sums == GroupSums::Above {
                self.body.rows.push(Row::new(Kind::Group, format!("{mark}{label}"), 0, of));
                self.body.rows.append(&mut rows);
            } else {
                let mut labels = titles::all("subtotal");
                labels.push(format!("{label}小计"));
                let label = self.rng.pick(&labels).clone();
                self.body.rows.append(&mut rows);
                self.body.rows.push(Row::new(Kind::Group, label, 0, of));
            }
        }
    }

    fn tree(&mut self) {
        self.body.keys = vec![Key::Item];
        type Branch<'a> = (&'a str, Vec<(Option<&'a str>, Vec<String>)>);
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let other: Vec<String> = (0..4).map(|_| self.name()).collect();
        let branches: Vec<Branch<'_>> = if self.rng.percent(50) {
            vec![
                (
                    "一、基本支出",
                    vec![
                        (
                            Some("（一）人员经费"),
                            words(&["工资津补贴", "社会保险缴费", "住房公积金缴费"]),
                        ),
                        (Some("（二）公用经费"), words(&["办公费", "水电费支出", "差旅费支出"])),
                    ],
                ),
                ("二、项目支出", vec![(None, other[..3].to_vec())]),
            ]
        } else {
            vec![
                ("一、人员类项目", vec![(None, words(&["工资津补贴", "社保缴费"]))]),
                ("二、运转类项目", vec![(None, words(&["公用经费", "其他运转类"]))]),
                ("三、特定目标类项目", vec![(None, other)]),
            ]
        };
        for (label, parts) in branches {
            let mut below = Vec::new();
            for (part, names) in parts {
                let mut rows = Vec::new();
                for (at, name) in names.iter().enumerate() {
                    let name = if self.rng.percent(50) {
                        format!("{}.{name}", at + 1)
                    } else {
                        name.clone()
                    };
                    rows.push(self.item(name, 2));
                }
                if let Some(part) = part {
                    let of = rows.iter().flat_map(|row| row.of.clone()).collect();
                    below.push(Row::new(Kind::Group, part, 1, of));
                }
                below.append(&mut rows);
            }
            self.body.rows.push(Row::new(Kind::Group, label, 0, items_of(&below)));
            self.body.rows.append(&mut below);
        }
    }

    fn functions(&mut self) {
        let keys = [
            vec![Key::ClassCode, Key::ClassName],
            vec![Key::Split(0), Key::Split(1), Key::Split(2), Key::ClassName],
            vec![Key::CodeName],
        ];
        self.body.keys = self.rng.pick(&keys).clone();
        let levels = *self.rng.pick(&[3, 3, 3, 1]);
        self.feature(format!("function levels {levels}"));
        let classes = titles::classes("functions");
        let count = self.rng.count(2, 5);
        for (code, name) in self.top(&classes, count) {
            let mut below = Vec::new();
            for (middle, middle_name) in children(&classes, &code, 5) {
                let leaves = children(&classes, &middle, 7);
                let count = self.rng.count(1, leaves.len());
                let mut rows = Vec::new();
                for (code, name) in self.rng.some(&leaves, count) {
                    rows.push(self.item(name, 2).coded(&code));
                }
                if levels == 3 {
                    below.push(
                        Row::new(Kind::Group, middle_name, 1, items_of(&rows)).coded(&middle),
                    );
                }
                below.append(&mut rows);
            }
            if levels == 3 {
                self.body.rows.push(Row::new(Kind::Group, name, 0, items_of(&below)).coded(&code));
            }
            self.body.rows.append(&mut below);
        }
    }

    fn economics(&mut self) {
        let keys = [
            vec![Key::ClassCode, Key::ClassName],
            vec![Key::CodeName],
            vec![Key::ClassCode, Key::ClassName],
            vec![Key::ClassName],
        ];
        self.body.keys = self.rng.pick(&keys).clone();
        let classes = titles::classes("economics");
        let count = self.rng.count(2, 4);
        for (code, name) in self.top(&classes, count) {
            let leaves = children(&classes, &code, 5);
            let count = self.rng.count(1, leaves.len());
            let mut rows = Vec::new();
            for (code, name) in self.rng.some(&leaves, count) {
                rows.push(self.item(name, 1).coded(&code));
            }
            self.body.lone_child |= rows.len() == 1 && self.body.keys == [Key::ClassName];
            self.body.rows.push(Row::new(Kind::Group, name, 0, items_of(&rows)).coded(&code));
            self.body.rows.append(&mut rows);
        }
    }

    fn top(&mut self, classes: &[(String, String)], count: usize) -> Vec<(String, String)> {
        let top: Vec<_> = classes.iter().filter(|(code, _)| code.len() == 3).cloned().collect();
        self.rng.some(&top, count)
    }

    fn departments(&mut self, name: &str) {
        self.body.keys = vec![Key::Department, Key::Item];
        let sums = self.group_sums();
        let below = titles::all("below_department");
        for department in below.iter().take(self.rng.count(2, 4)) {
            let department = format!("{name}{department}");
            let count = self.rng.count(2, 5);
            let names = self.rng.some(&titles::all("items"), count);
            let rows: Vec<Row> =
                names.into_iter().map(|name| self.item(name, 0).within(&department)).collect();
            let of = items_of(&rows);
            self.body.rows.extend(rows);
            if sums == GroupSums::Below {
                self.body.rows.push(Row::new(Kind::Group, "小计", 0, of).within(&department));
            }
        }
        if sums == GroupSums::Below {
            self.feature("group sums below");
        }
    }

    /// Every item of this year, then every item of the last.
    fn two_years(&mut self) {
        self.body.keys.insert(0, Key::Year);
        let mut earlier = Vec::new();
        for row in &mut self.body.rows {
            row.year = Some(2023);
            earlier.push(row.label.clone().unwrap_or_default());
        }
        for label in earlier {
            let row = self.item(label, 0);
            self.body.rows.push(Row { year: Some(2022), ..row });
        }
    }

    /// Puts 其中 rows below some items.
    fn parts_again(&mut self) {
        self.feature("of which");
        let rows = std::mem::take(&mut self.body.rows);
        for row in rows {
            let part = (row.kind == Kind::Item && self.rng.percent(25)).then(|| {
                let own = figures::part_of(self.rng, &self.body.items[row.of[0]], self.step);
                let label = format!("其中：{}", titles::one(self.rng, "of_which"));
                Row { own: Some(own), ..Row::new(Kind::OfWhich, label, row.level + 1, Vec::new()) }
            });
            self.body.rows.push(row);
            self.body.rows.extend(part);
        }
    }
}

fn items_of(rows: &[Row]) -> Vec<usize> {
    let items = rows.iter().filter(|row| row.kind == Kind::Item);
    items.flat_map(|row| row.of.clone()).collect()
}

fn children(classes: &[(String, String)], of: &str, digits: usize) -> Vec<(String, String)> {
    let below = classes.iter().filter(|(code, _)| code.len() == digits && code.starts_with(of));
    below.cloned().collect()
}
