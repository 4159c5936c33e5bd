//! A ledger written onto a sheet: lines above, header, rows, lines below.

use super::figures::{Column, Figures};
use super::header::{Field, Plan};
use super::page::Page;
use super::rng::Rng;
use super::rows::{Key, Kind, Row};
use super::style::{Footer, Numbering, RateForm, Scale, Style, UnitPlace, widened};
use super::titles;

/// What a sheet is written from.
pub struct Sheet<'a> {
    pub keys: &'a [(Key, String)],
    pub plan: &'a Plan,
    pub style: &'a Style,
    pub scale: Scale,
    pub department: &'a str,
    pub items: &'a [Figures],
}

/// Where a table begins, and which lines go with it.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    pub row: u32,
    pub column: u16,
    pub lines_above: bool,
    pub lines_below: bool,
}

impl Spot {
    /// A table with nothing but itself.
    pub fn bare(row: u32, column: u16) -> Spot {
        Spot { row, column, lines_above: false, lines_below: false }
    }
}

/// Writes the rows under their header onto a sheet of this name, with the lines around them.
pub fn write(rng: &mut Rng, sheet: &Sheet<'_>, rows: &[Row], name: &str) -> Page {
    let column = u16::from(sheet.style.first_column_empty && sheet.width() < 12);
    let spot = Spot { row: 0, column, lines_above: true, lines_below: true };
    let mut page = Page::new(name);
    write_at(rng, sheet, rows, &mut page, spot);
    page
}

/// Writes a table at a spot; the row where its header began and the row after it.
pub fn write_at(
    rng: &mut Rng,
    sheet: &Sheet<'_>,
    rows: &[Row],
    page: &mut Page,
    spot: Spot,
) -> (u32, u32) {
    let (left, right) = (spot.column, spot.column + sheet.width() - 1);
    let mut writer = Writer { rng, sheet, page, row: spot.row, left, right, counted: 0 };
    if spot.lines_above {
        writer.lines_above();
    }
    let header = writer.row;
    writer.header();
    writer.numbering();
    writer.body(rows, header);
    if spot.lines_below {
        writer.lines_below();
    }
    (header, writer.row)
}

impl Sheet<'_> {
    /// How many columns its table takes.
    pub fn width(&self) -> u16 {
        let width = self.keys.len() + self.plan.fields().count();
        u16::try_from(width).expect("few columns")
    }
}

struct Writer<'a> {
    rng: &'a mut Rng,
    sheet: &'a Sheet<'a>,
    page: &'a mut Page,
    row: u32,
    left: u16,
    right: u16,
    counted: usize,
}

impl Writer<'_> {
    fn unit_line(&mut self) -> String {
        titles::one(self.rng, "said_unit").replace("{}", self.sheet.scale.unit.word())
    }

    fn lines_above(&mut self) {
        let style = self.sheet.style;
        let unit = self.sheet.scale.unit.word();
        let in_title = style.unit_place == UnitPlace::Title;
        if let Some(title) = &style.title {
            let form = *self.rng.pick(&["（单位：{}）", "({})", "（金额单位：{}）"]);
            let said = if in_title { form.replace("{}", unit) } else { String::new() };
            self.page.text(self.row, self.left, format!("{title}{said}"));
            if style.title_merged {
                self.page.merge((self.row, self.left), (self.row, self.right));
            }
            self.row += 1;
        } else if in_title {
            self.page.text(self.row, self.left, format!("单位：{unit}"));
            self.row += 1;
        }
        if self.rng.percent(10) {
            self.row += 1;
        }
        let before = self.page.count();
        let (department, date) = (style.said_department.clone(), style.said_date.clone());
        match style.unit_place {
            UnitPlace::Combined if department.is_some() => {
                let unit = self.unit_line();
                let all = [department, date, Some(unit)];
                let line: Vec<String> = all.into_iter().flatten().collect();
                self.page.text(self.row, self.left, line.join("    "));
            }
            place => {
                if let Some(department) = &department {
                    self.page.text(self.row, self.left, department.clone());
                }
                match place {
                    UnitPlace::Line | UnitPlace::Combined => {
                        let unit = self.unit_line();
                        let at = if department.is_some() {
                            self.right.max(self.left + 1)
                        } else {
                            self.right
                        };
                        self.page.text(self.row, at, unit);
                    }
                    UnitPlace::OwnRow => {
                        self.row += u32::from(department.is_some());
                        let unit = self.unit_line();
                        self.page.text(self.row, self.left, unit);
                    }
                    _ => {}
                }
                let middle = self.left + (self.right - self.left) / 2;
                if let Some(date) = date
                    .filter(|_| self.right > self.left + 3 && !self.page.holds(self.row, middle))
                {
                    self.page.text(self.row, middle, date);
                }
            }
        }
        self.row += u32::from(self.page.count() > before);
    }

    fn header(&mut self) {
        let Sheet { keys, plan, style, .. } = self.sheet;
        let split =
            keys.iter().any(|(key, _)| matches!(key, Key::Split(_))) && style.split_under_word;
        let deep = plan.is_deep() || split;
        let mut at = self.left;
        let (top, low) = (self.row, self.row + u32::from(deep));
        for (key, title) in *keys {
            match key {
                Key::Split(level) if deep => {
                    self.page.text(low, at, title.clone());
                    if *level == 0 {
                        self.page.text(top, at, style.split_word.clone());
                        if style.merged_heads {
                            self.page.merge((top, at), (top, at + 2));
                        }
                    }
                }
                _ => self.tall(top, low, at, title),
            }
            at += 1;
        }
        for head in &plan.heads {
            let Some(above) = &head.above else {
                self.tall(top, low, at, &head.fields[0].title);
                at += 1;
                continue;
            };
            let last = at + u16::try_from(head.fields.len()).expect("few columns") - 1;
            self.page.text(top, at, above.clone());
            if style.merged_heads {
                self.page.merge((top, at), (top, last));
            }
            for field in &head.fields {
                self.page.text(low, at, field.title.clone());
                at += 1;
            }
        }
        self.row = low + 1;
    }

    /// A title that stands beside two-row ones.
    fn tall(&mut self, top: u32, low: u32, at: u16, title: &str) {
        self.page.text(top, at, title);
        if self.sheet.style.merged_heads {
            self.page.merge((top, at), (low, at));
        }
    }

    fn numbering(&mut self) {
        let Some(numbering) = self.sheet.style.numbering else { return };
        let keys = u16::try_from(self.sheet.keys.len()).expect("few columns");
        for at in 0..=self.right - self.left {
            let text = match numbering {
                Numbering::Digits => (at + 1).to_string(),
                Numbering::Stems if at < keys.min(2) => ["甲", "乙"][usize::from(at)].to_owned(),
                Numbering::Named if at == 0 => "栏次".to_owned(),
                Numbering::Stems | Numbering::Named if at < keys => continue,
                Numbering::Stems | Numbering::Named => (at + 1 - keys).to_string(),
            };
            if text.chars().all(|c| c.is_ascii_digit()) {
                self.page.number(self.row, self.left + at, text, "General");
            } else {
                self.page.text(self.row, self.left + at, text);
            }
        }
        self.row += 1;
    }

    fn body(&mut self, rows: &[Row], header: u32) {
        let style = self.sheet.style;
        let mut departments: Vec<(u32, u32, &str)> = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            if style.repeated_heads && rows.len() > 10 && number > 0 && number % 9 == 0 {
                self.header();
            }
            if style.blank_rows && self.rng.percent(15) {
                self.row += 1;
            }
            self.body_row(row);
            if row.kind == Kind::Item
                && let Some(department) = &row.department
            {
                match departments.last_mut() {
                    Some((_, last, name)) if *name == department && *last + 1 == self.row => {
                        *last = self.row
                    }
                    _ => departments.push((self.row, self.row, department)),
                }
            }
            self.row += 1;
        }
        let column = self.sheet.keys.iter().position(|(key, _)| *key == Key::Department);
        let merged = style.merged_departments && !style.repeated_heads && header < self.row;
        if let Some(column) = column.filter(|_| merged) {
            let at = self.left + u16::try_from(column).expect("few columns");
            for (from, to, _) in departments {
                (from + 1..=to).for_each(|row| self.page.clear(row, at));
                self.page.merge((from, at), (to, at));
            }
        }
    }

    fn body_row(&mut self, row: &Row) {
        self.counted += usize::from(row.kind == Kind::Item);
        let mut at = self.left;
        for (key, _) in self.sheet.keys {
            if let Some(text) = self.key_text(*key, row) {
                match key {
                    Key::Number => self.page.number(self.row, at, text, "General"),
                    _ => self.page.text(self.row, at, text),
                }
            }
            at += 1;
        }
        let figures = row.figures(self.sheet.items);
        for field in self.sheet.plan.fields() {
            self.field(at, field, row, &figures);
            at += 1;
        }
    }

    fn key_text(&mut self, key: Key, row: &Row) -> Option<String> {
        let item = row.kind == Kind::Item;
        let style = self.sheet.style;
        let indented = |label: &String| format!("{}{label}", style.indent.repeat(row.level));
        let code = row.code.as_deref();
        match key {
            Key::Number => item.then(|| self.counted.to_string()),
            Key::Item | Key::ClassName => row.label.as_ref().map(indented),
            Key::ClassCode => row.code.clone(),
            Key::CodeName => match (code, &row.label) {
                (Some(code), Some(label)) => Some(format!("{code}{}{label}", style.code_separator)),
                (_, label) => label.clone(),
            },
            Key::Split(level) => {
                let part = code?.get(level * 2 + usize::from(level > 0)..)?;
                let digits = if level == 0 { 3 } else { 2 };
                part.get(..digits).map(str::to_owned)
            }
            Key::Year => row.year.map(|year| year.to_string()),
            Key::Department => {
                row.department.clone().or_else(|| item.then(|| self.sheet.department.to_owned()))
            }
            Key::ProjectCode => item.then(|| format!("4401012300000000{:05}", row.of[0] * 37 + 11)),
            Key::Function => item.then(|| {
                let all = ["2070101-行政运行", "2070104-图书馆", "2010301行政运行"];
                (*self.rng.pick(&all)).to_owned()
            }),
            Key::Economic => {
                item.then(|| (*self.rng.pick(&["30201-办公费", "30227-委托业务费"])).to_owned())
            }
            Key::Fund => item.then(|| (*self.rng.pick(&["一般公共预算", "政府性基金"])).to_owned()),
        }
    }

    fn field(&mut self, at: u16, field: &Field, row: &Row, figures: &Figures) {
        match field.column {
            Column::Rate => self.rate(at, figures),
            Column::Remark => {
                if row.kind == Kind::Item && self.rng.percent(20) {
                    let text = titles::one(self.rng, "aside");
                    self.page.text(self.row, at, text);
                }
            }
            column => {
                let amount = figures.0.get(field.part).map_or(0, |sums| sums[column]);
                self.amount(at, amount);
            }
        }
    }

    fn amount(&mut self, at: u16, amount: i64) {
        let Sheet { style, scale, .. } = self.sheet;
        if amount == 0 && style.zero_as_dash {
            self.page.text(self.row, at, "—");
        } else if amount == 0 && style.zero_blank {
        } else if style.numbers_as_text {
            let typed = scale.typed(amount);
            let typed = if style.wide_digits { widened(&typed) } else { typed };
            self.page.text(self.row, at, style.typed.replace("{}", &typed));
        } else {
            self.page.number(self.row, at, scale.digits(amount), scale.format());
        }
    }

    fn rate(&mut self, at: u16, figures: &Figures) {
        let whole = figures.whole();
        let (budget, spent) = (whole[Column::Adjusted], whole[Column::Executed]);
        if budget <= 0 {
            return;
        }
        // In hundredths of a percent, rounded half up.
        let rate = (spent * 20_000 / budget + 1) / 2;
        let (hundred, fraction) = (
            format!("{}.{:02}", rate / 100, rate % 100),
            format!("{}.{:04}", rate / 10_000, rate % 10_000),
        );
        match self.sheet.style.rate {
            RateForm::Format => self.page.number(self.row, at, fraction, "0.00%"),
            RateForm::Text => self.page.text(self.row, at, format!("{hundred}%")),
            RateForm::Hundred => self.page.number(self.row, at, hundred, "0.00"),
            RateForm::Fraction => self.page.number(self.row, at, fraction, "General"),
        }
    }

    fn lines_below(&mut self) {
        let style = self.sheet.style;
        if style.unit_place == UnitPlace::Footer {
            let line = titles::one(self.rng, "said_unit_below");
            self.page.text(self.row, self.left, line.replace("{}", self.sheet.scale.unit.word()));
            self.row += 1;
        }
        let Some(footer) = style.footer else { return };
        self.row += u32::from(self.rng.percent(30));
        match footer {
            Footer::OneCell => {
                let line = "制表人：张三    审核人：李四    填表日期：2024年1月15日";
                self.page.text(self.row, self.left, line);
            }
            Footer::Cells => {
                self.page.text(self.row, self.left, "制表人：王五");
                self.page.text(
                    self.row,
                    self.left + (self.right - self.left).div_ceil(2),
                    "负责人：赵六",
                );
                self.page.text(self.row, self.right, "2024年1月10日");
            }
            Footer::Note => {
                self.page.text(self.row, self.left, "注：1.本表反映2023年度预算执行情况。")
            }
        }
    }
}
