//! The header: which amount columns stand in which order, under which words, in one row or two.

use super::figures::Column;
use super::rng::Rng;
use super::rows::Layout;
use super::titles;

/// A column of figures: what it holds, and of which part (0 is the whole).
#[derive(Clone, Debug)]
pub struct Field {
    pub column: Column,
    pub part: usize,
    pub title: String,
}

/// Fields, with the word above them if there is one.
#[derive(Clone, Debug)]
pub struct Head {
    pub above: Option<String>,
    pub fields: Vec<Field>,
}

/// The amount columns a ledger gives, as offices choose them.
const CHOICES: [&[Column]; 10] = [
    &[Column::Initial, Column::Executed],
    &[Column::Adjusted, Column::Executed],
    &[Column::Initial, Column::Adjusted, Column::Executed],
    &[Column::Initial, Column::Added, Column::Reduced, Column::Adjusted, Column::Executed],
    &[Column::Initial, Column::Added, Column::Adjusted, Column::Executed],
    &[
        Column::Initial,
        Column::Added,
        Column::Reduced,
        Column::Moved,
        Column::Adjusted,
        Column::Executed,
    ],
    &[
        Column::Carried,
        Column::Initial,
        Column::Added,
        Column::Reduced,
        Column::Adjusted,
        Column::Executed,
    ],
    &[Column::Initial, Column::Net, Column::Adjusted, Column::Executed],
    &[Column::Carried, Column::Initial, Column::Adjusted, Column::Executed],
    &[
        Column::Carried,
        Column::Initial,
        Column::Added,
        Column::Reduced,
        Column::Moved,
        Column::Adjusted,
        Column::Executed,
    ],
];

/// Which amounts the ledger gives.
pub fn choose(rng: &mut Rng, layout: Layout) -> Vec<Column> {
    let narrow = matches!(layout, Layout::Funds | Layout::Halves | Layout::Years | Layout::Months);
    let choices = if narrow { &CHOICES[..3] } else { &CHOICES[..] };
    rng.pick(choices).to_vec()
}

/// The header of a ledger.
pub struct Plan {
    pub heads: Vec<Head>,
    /// The lone budget column says only 预算数, which is the budget of the year.
    pub plain_budget: bool,
    pub features: Vec<String>,
    /// How many parts each item is divided into.
    pub parts: usize,
}

impl Plan {
    /// Whether it takes two rows.
    pub fn is_deep(&self) -> bool {
        self.heads.iter().any(|head| head.above.is_some())
    }

    /// Gives one of the amounts a title that says nothing.
    pub fn rename(&mut self, rng: &mut Rng) {
        let telling = [Column::Initial, Column::Adjusted, Column::Executed];
        let fields = self.heads.iter_mut().flat_map(|head| &mut head.fields);
        let mut fields: Vec<&mut Field> =
            fields.filter(|field| telling.contains(&field.column)).collect();
        let at = rng.count(0, fields.len() - 1);
        fields[at].title = titles::one(rng, "unknown");
    }

    /// Whether no budget column says which budget it is: the only one has a title that says nothing.
    pub fn says_no_budget(&self) -> bool {
        let budgets = [Column::Initial, Column::Adjusted];
        let mut fields = self.fields().filter(|field| budgets.contains(&field.column));
        let only = fields.next().filter(|_| fields.next().is_none());
        only.is_some_and(|field| titles::all("unknown").contains(&field.title))
    }

    /// Every field from left to right.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.heads.iter().flat_map(|head| &head.fields)
    }
}

/// Draws the header for these amounts. `unit` is written behind every amount title if it stands in the header.
pub fn draw(rng: &mut Rng, layout: Layout, columns: &[Column], unit: Option<&str>) -> Plan {
    let mut maker = Maker { rng, unit, plain: false, features: Vec::new() };
    let plain_budget = columns == [Column::Initial, Column::Executed] && maker.rng.percent(40);
    maker.plain = plain_budget;
    if plain_budget {
        maker.features.push("plain budget".to_owned());
    }
    let order = maker.order(layout, columns);
    let (heads, parts) = match layout {
        Layout::Funds => {
            let funds = titles::set(maker.rng, "funds");
            (maker.divided(columns, &order, &funds), funds.len())
        }
        Layout::Halves => {
            let halves = ["基本支出".to_owned(), "项目支出".to_owned()];
            (maker.divided(columns, &order, &halves), 2)
        }
        Layout::Months => (maker.months(&order), 12),
        Layout::Years => (maker.years(columns, &order), 0),
        _ => (maker.plain_heads(columns, &order), 0),
    };
    Plan { heads, plain_budget, features: maker.features, parts }
}

struct Maker<'a> {
    rng: &'a mut Rng,
    unit: Option<&'a str>,
    plain: bool,
    features: Vec<String>,
}

impl Maker<'_> {
    /// The columns with what else a ledger prints: balance, rate, last year, a remark.
    fn order(&mut self, layout: Layout, columns: &[Column]) -> Vec<Column> {
        let mut order = columns.to_vec();
        let rated = columns.contains(&Column::Adjusted) || columns.len() == 2;
        if rated && self.rng.percent(40) {
            order.push(Column::Balance);
        }
        if rated && self.rng.percent(50) {
            order.push(Column::Rate);
        }
        let narrow =
            matches!(layout, Layout::Funds | Layout::Halves | Layout::Years | Layout::Months);
        if !narrow && self.rng.percent(15) {
            let at = self.rng.count(0, 1);
            order.insert(at, Column::Prior);
            self.features.push("last year's column".to_owned());
        } else if matches!(layout, Layout::Items | Layout::Coded) && self.rng.percent(12) {
            order.retain(|column| *column != Column::Executed);
            order.insert(0, Column::Executed);
            self.features.push("executed first".to_owned());
        }
        if self.rng.percent(30) {
            order.push(Column::Remark);
        }
        order
    }

    fn title(&mut self, column: Column) -> String {
        let plain = self.plain && column == Column::Initial;
        titles::one(self.rng, if plain { "budget" } else { column.titles() })
    }

    fn with_unit(&mut self, title: String) -> String {
        let Some(unit) = self.unit else { return title };
        let form = *self.rng.pick(&["（{}）", "({})", "\n（{}）"]);
        title + &form.replace("{}", unit)
    }

    fn field(&mut self, column: Column, part: usize) -> Field {
        let title = self.title(column);
        let title = if column.is_amount() { self.with_unit(title) } else { title };
        Field { column, part, title }
    }

    /// Every amount over its parts, with or without their sum.
    fn divided(&mut self, columns: &[Column], order: &[Column], parts: &[String]) -> Vec<Head> {
        let sum = *self.rng.pick(&[Some("合计"), Some("小计"), None]);
        self.features.push(format!("parts with {}", sum.unwrap_or("no sum")));
        let first = self.rng.percent(50);
        let mut heads = Vec::new();
        for column in order {
            if !columns.contains(column) {
                heads.push(Head { above: None, fields: vec![self.field(*column, 0)] });
                continue;
            }
            let title = self.title(*column);
            let above = Some(self.with_unit(title));
            let field = |(part, title): (usize, &String)| Field {
                column: *column,
                part,
                title: title.clone(),
            };
            let mut fields: Vec<Field> = (1..).zip(parts).map(field).collect();
            if let Some(sum) = sum {
                let at = if first { 0 } else { fields.len() };
                fields.insert(at, Field { column: *column, part: 0, title: sum.to_owned() });
            }
            heads.push(Head { above, fields });
        }
        heads
    }

    /// What was spent over the twelve months, with or without their sum.
    fn months(&mut self, order: &[Column]) -> Vec<Head> {
        let sum = *self.rng.pick(&[Some("合计"), Some("累计"), None]);
        self.features.push(format!("months with {}", sum.unwrap_or("no sum")));
        let mut heads = Vec::new();
        for column in order {
            let mut field = self.field(*column, 0);
            if *column != Column::Executed {
                heads.push(Head { above: None, fields: vec![field] });
                continue;
            }
            // A word such as 累计支出 over the months would say that each holds what was spent so far.
            let title = titles::one(self.rng, "over_months");
            field.title = self.with_unit(title);
            let month =
                |month: usize| Field { part: month, title: format!("{month}月"), ..field.clone() };
            let mut fields: Vec<Field> = (1..=12).map(month).collect();
            fields.extend(sum.map(|title| Field { title: title.to_owned(), ..field.clone() }));
            heads.push(Head { above: Some(field.title), fields });
        }
        heads
    }

    /// Last year's amounts, then this year's.
    fn years(&mut self, columns: &[Column], order: &[Column]) -> Vec<Head> {
        let suffix = *self.rng.pick(&["", "度"]);
        let titles: Vec<Field> = columns.iter().map(|column| self.field(*column, 0)).collect();
        let year = |year: i32, part: usize| Head {
            above: Some(format!("{year}年{suffix}")),
            fields: titles.iter().map(|field| Field { part, ..field.clone() }).collect(),
        };
        let mut heads = vec![year(2022, 1), year(2023, 0)];
        for column in order.iter().filter(|column| !columns.contains(column)) {
            heads.push(Head { above: None, fields: vec![self.field(*column, 0)] });
        }
        heads
    }

    fn plain_heads(&mut self, columns: &[Column], order: &[Column]) -> Vec<Head> {
        if columns.len() < 3 || !self.rng.percent(40) {
            let heads = order.iter();
            return heads
                .map(|column| Head { above: None, fields: vec![self.field(*column, 0)] })
                .collect();
        }
        let way = *self.rng.pick(&["budget", "changes", "all"]);
        self.features.push(format!("two header rows: {way}"));
        let budget = |column: &Column| {
            way != "changes"
                && column.is_amount()
                && !matches!(column, Column::Executed | Column::Balance | Column::Prior)
        };
        let changes = |column: &Column| {
            way == "changes" && matches!(column, Column::Added | Column::Reduced | Column::Moved)
        };
        let spent = |column: &Column| {
            way == "all" && matches!(column, Column::Executed | Column::Rate | Column::Balance)
        };
        let mut heads = Vec::new();
        let mut at = 0;
        while at < order.len() {
            let run =
                |fits: &dyn Fn(&Column) -> bool| order[at..].iter().take_while(|c| fits(c)).count();
            let (list, count) = [
                ("over_budget", run(&budget)),
                ("over_changes", run(&changes)),
                ("over_executed", run(&spent)),
            ]
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .expect("three ways");
            if count < 2 {
                heads.push(Head { above: None, fields: vec![self.field(order[at], 0)] });
                at += 1;
                continue;
            }
            let above = titles::one(self.rng, list);
            let short = list != "over_executed";
            let above = if list == "over_budget" { self.with_unit(above) } else { above };
            let mut fields = Vec::new();
            for column in &order[at..at + count] {
                let mut field = self.field(*column, 0);
                if short {
                    field.title = titles::one(self.rng, &format!("below_{}", column.titles()));
                    if list == "over_changes" {
                        field.title = self.with_unit(field.title);
                    }
                }
                fields.push(field);
            }
            heads.push(Head { above: Some(above), fields });
            at += count;
        }
        heads
    }
}
