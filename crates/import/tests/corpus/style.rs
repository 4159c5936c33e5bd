//! How a ledger is written down: its unit and places, how figures and words look, what stands around the table.

use super::rng::Rng;
use super::titles;
use jixiao_core::Unit;

/// A unit with the places its amounts are printed with.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub unit: Unit,
    pub places: u32,
    /// The smallest amount it prints, in 分.
    pub step: i64,
}

impl Scale {
    /// Draws one; 元 and 万元 are what offices use most.
    pub fn draw(rng: &mut Rng) -> Scale {
        let units = [Unit::Yuan, Unit::TenThousand];
        let units =
            if rng.percent(30) { vec![units[0], units[1], Unit::Thousand] } else { units.to_vec() };
        let (unit, places) = match *rng.pick(&units) {
            Unit::TenThousand => (Unit::TenThousand, *rng.pick(&[2, 4, 6])),
            Unit::Thousand => (Unit::Thousand, *rng.pick(&[2, 5])),
            unit => (unit, 2),
        };
        let fen = match unit {
            Unit::TenThousand => 1_000_000,
            Unit::Thousand => 100_000,
            _ => 100,
        };
        Scale { unit, places, step: fen / 10_i64.pow(places) }
    }

    /// An amount in digits, without separators.
    pub fn digits(self, fen: i64) -> String {
        let steps = fen / self.step;
        let one = 10_i64.pow(self.places);
        let sign = if steps < 0 { "-" } else { "" };
        let (whole, rest) = (steps.abs() / one, steps.abs() % one);
        format!("{sign}{whole}.{rest:0width$}", width = self.places as usize)
    }

    /// An amount as a person types it, thousands separated.
    pub fn typed(self, fen: i64) -> String {
        let digits = self.digits(fen.abs());
        let (whole, rest) = digits.split_once('.').unwrap_or((&digits, ""));
        let mut typed = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                typed.push(',');
            }
            typed.push(digit);
        }
        format!("{}{typed}.{rest}", if fen < 0 { "-" } else { "" })
    }

    /// The number format of its amounts.
    pub fn format(self) -> &'static str {
        if self.places == 2 { "#,##0.00" } else { "#,##0.0000" }
    }
}

/// Where the unit is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitPlace {
    /// In the line above the table, on the right.
    Line,
    /// In one cell with department and date.
    Combined,
    /// In its own row on the left.
    OwnRow,
    /// Behind the title.
    Title,
    /// Behind every amount column's title.
    Header,
    /// Below the table.
    Footer,
    /// In the sheet's name.
    SheetName,
    /// Nowhere: a person has to be asked.
    Nowhere,
}

/// How execution rates are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateForm {
    Format,
    Text,
    Hundred,
    Fraction,
}

/// The closing lines of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footer {
    OneCell,
    Cells,
    Note,
}

/// How the row below the header numbers the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// 1, 2, 3 from the left.
    Digits,
    /// 甲, 乙, then 1, 2.
    Stems,
    /// 栏次, then 1, 2.
    Named,
}

/// Everything that is a matter of taste.
#[derive(Clone, Debug)]
pub struct Style {
    pub unit_place: UnitPlace,
    pub indent: &'static str,
    pub numbers_as_text: bool,
    pub wide_digits: bool,
    /// What is typed around an amount that stands as text.
    pub typed: &'static str,
    pub zero_as_dash: bool,
    pub zero_blank: bool,
    pub rate: RateForm,
    pub code_separator: &'static str,
    pub merged_heads: bool,
    pub split_under_word: bool,
    /// The word over 类, 款 and 项.
    pub split_word: String,
    pub numbering: Option<Numbering>,
    pub repeated_heads: bool,
    pub blank_rows: bool,
    pub merged_departments: bool,
    pub footer: Option<Footer>,
    pub first_column_empty: bool,
    pub title: Option<String>,
    pub said_department: Option<String>,
    /// The department is said with its code before the name.
    pub coded_department: bool,
    pub said_date: Option<String>,
    pub title_merged: bool,
    pub total: Option<Option<String>>,
    pub total_on_top: bool,
}

impl Style {
    /// Draws a style for a sheet of this department.
    pub fn draw(rng: &mut Rng, department: &str) -> Style {
        use UnitPlace::{
            Combined, Footer as Below, Header, Line, Nowhere, OwnRow, SheetName, Title,
        };
        let places = [Line, Line, Title, Header, Below, Combined, OwnRow, Line, Line];
        let unit_place = match rng.range(1, 100) {
            1..=3 => SheetName,
            4 => Nowhere,
            _ => *rng.pick(&places),
        };
        let numbers_as_text = rng.percent(8);
        let title = rng.percent(92).then(|| titles::one(rng, "heading").replace("{}", department));
        let label = titles::one(rng, "said_department");
        let total = titles::one(rng, "total");
        let total = (!rng.percent(6)).then_some(total);
        let place = rng.range(1, 4);
        let said = rng.percent(60);
        let coded = said && rng.percent(12);
        Style {
            unit_place,
            indent: rng.pick::<&str>(&["", "  ", "　"]),
            numbers_as_text,
            wide_digits: numbers_as_text && rng.percent(30),
            typed: rng.pick::<&str>(&["{}", "{}", "{}", "￥{}", "¥{}", " {}", "{}\u{a0}", "{}　"]),
            zero_as_dash: rng.percent(10),
            zero_blank: rng.percent(50),
            rate: *rng.pick(&[
                RateForm::Format,
                RateForm::Text,
                RateForm::Hundred,
                RateForm::Fraction,
            ]),
            code_separator: rng.pick::<&str>(&["", "-", " "]),
            merged_heads: rng.percent(80),
            split_under_word: rng.percent(60),
            split_word: titles::one(rng, "split_code"),
            numbering: rng
                .percent(10)
                .then(|| *rng.pick(&[Numbering::Digits, Numbering::Stems, Numbering::Named])),
            repeated_heads: rng.percent(6),
            blank_rows: rng.percent(8),
            merged_departments: rng.percent(50),
            footer: rng
                .percent(25)
                .then(|| *rng.pick(&[Footer::OneCell, Footer::Cells, Footer::Note])),
            first_column_empty: rng.percent(25),
            title,
            said_department: said
                .then(|| format!("{label}{}{department}", if coded { "219001-" } else { "" })),
            coded_department: coded,
            said_date: rng.percent(60).then(|| titles::one(rng, "said_date")),
            title_merged: rng.percent(70),
            total: (place > 1).then_some(total),
            total_on_top: place == 2,
        }
    }

    /// What it is made of, for the rates by feature.
    pub fn features(&self) -> Vec<String> {
        let mut features = vec![format!("unit in {:?}", self.unit_place).to_lowercase()];
        let total = match (&self.total, self.total_on_top) {
            (None, _) => "no total",
            (Some(None), _) => "unnamed total",
            (_, true) => "total on top",
            _ => "total at the bottom",
        };
        features.push(total.to_owned());
        let flags = [
            (self.numbers_as_text, "numbers as text"),
            (self.wide_digits, "full-width digits"),
            (self.numbers_as_text && self.typed != "{}", "signs around amounts"),
            (self.coded_department, "code before the department"),
            (self.zero_as_dash, "dash for zero"),
            (self.repeated_heads, "repeated header"),
            (self.blank_rows, "blank rows"),
            (self.footer.is_some(), "footer"),
            (self.first_column_empty, "empty first column"),
            (self.title.is_none(), "no title"),
            (self.numbering.is_some(), "row of column numbers"),
        ];
        features.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned()));
        features
    }
}

/// Digits and signs in full width.
pub fn widened(text: &str) -> String {
    let wide = |c: char| match c {
        '0'..='9' | '.' | ',' | '-' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(wide).collect()
}
