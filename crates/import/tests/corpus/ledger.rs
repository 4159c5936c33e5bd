//! One ledger of the corpus: a seed in, a workbook with its truth out.

use super::arrange::{self, Arrangement};
use super::figures::{Column, Figures};
use super::header::{self, Plan};
use super::page::{Page, workbook};
use super::rng::Rng;
use super::rows::{self, Body, Key, Kind, Layout};
use super::sheet::Sheet;
use super::style::{Scale, Style, UnitPlace};
use super::titles;
use super::truth::Truth;
use jixiao_core::Unit;

/// A workbook with what it holds.
pub struct Ledger {
    pub bytes: Vec<u8>,
    pub truth: Truth,
}

const LAYOUTS: [Layout; 18] = [
    Layout::Items,
    Layout::Items,
    Layout::Items,
    Layout::Coded,
    Layout::Classified,
    Layout::Functions,
    Layout::Economic,
    Layout::Departments,
    Layout::Tree,
    Layout::Funds,
    Layout::Halves,
    Layout::Years,
    Layout::Sheets,
    Layout::Sheets,
    Layout::Items,
    Layout::Items,
    Layout::Months,
    Layout::YearColumn,
];

/// Everything that was drawn for a ledger.
struct Drawn {
    layout: Layout,
    arrangement: Arrangement,
    department: String,
    scale: Scale,
    style: Style,
    columns: Vec<Column>,
    body: Body,
    plan: Plan,
    keys: Vec<(Key, String)>,
    /// The amounts stand in 元 and are shown in 万元 by their number format.
    scaled: bool,
    /// An amount column has a title that nobody knows.
    unknown_title: bool,
}

/// Draws the ledger of a seed.
pub fn draw(seed: u64) -> Ledger {
    let rng = &mut Rng::new(seed);
    let drawn = Drawn::draw(rng);
    let mut pages = drawn.pages(rng);
    let truth = drawn.truth(seed, &pages);
    if rng.percent(12) {
        pages.push(instructions());
    }
    if rng.percent(8) {
        pages.push(Page::new("空表"));
    }
    Ledger { bytes: workbook(&pages), truth }
}

impl Drawn {
    fn draw(rng: &mut Rng) -> Drawn {
        let scale = Scale::draw(rng);
        let layout = *rng.pick(&LAYOUTS);
        let department = titles::one(rng, "departments");
        let style = Style::draw(rng, &department);
        let columns = header::choose(rng, layout);
        let mut body = rows::draw(rng, layout, &columns, scale.step, &department);
        let unit = (style.unit_place == UnitPlace::Header).then(|| scale.unit.word());
        let mut plan = header::draw(rng, layout, &columns, unit);
        for item in &mut body.items {
            if plan.parts > 0 {
                item.divide(rng, plan.parts, scale.step);
            } else if layout == Layout::Years {
                item.with_earlier(rng, scale.step);
            }
        }
        let keys = key_titles(rng, layout, &body);
        let arrangement = arrangement(rng, layout, &body, &plan, &style);
        let scaled = scale.unit == Unit::Yuan && !style.numbers_as_text && rng.percent(3);
        let unknown_title = layout == Layout::Items && rng.percent(6);
        if unknown_title {
            plan.rename(rng);
        }
        Drawn {
            layout,
            arrangement,
            department,
            scale,
            style,
            columns,
            body,
            plan,
            keys,
            scaled,
            unknown_title,
        }
    }

    fn pages(&self, rng: &mut Rng) -> Vec<Page> {
        let of = Sheet {
            keys: &self.keys,
            plan: &self.plan,
            style: &self.style,
            scale: self.scale,
            department: &self.department,
            items: &self.body.items,
        };
        let name = name_of_sheet(rng, &self.style, self.scale);
        let mut pages = arrange::write(rng, self.arrangement, &of, &self.body.rows, &name);
        if self.scaled {
            pages.iter_mut().for_each(|page| page.show_as("0!.0,"));
        }
        pages
    }

    /// Why even a person has to ask, if so.
    fn ambiguity(&self) -> Option<&'static str> {
        let split = matches!(self.arrangement, Arrangement::TwoSheets | Arrangement::Summary);
        let silent = match self.style.unit_place {
            UnitPlace::Nowhere => self.arrangement != Arrangement::Turned,
            UnitPlace::SheetName => split,
            _ => false,
        };
        let plain = self.style.total.is_none() && self.style.indent.is_empty();
        let causes = [
            (silent, "no unit"),
            (self.scaled, "figures scaled by their number format"),
            (self.unknown_title, "an amount under a title nobody knows"),
            (self.layout == Layout::YearColumn, "rows of two years"),
            (self.body.lone_child && plain, "a group of one item without code or total"),
        ];
        causes.into_iter().find(|(met, _)| *met).map(|(_, cause)| cause)
    }

    fn features(&self) -> Vec<String> {
        let Drawn { body, plan, style, scale, .. } = self;
        let mut features = vec![
            format!("layout {:?}", self.layout).to_lowercase(),
            format!("tables {:?}", self.arrangement).to_lowercase(),
            format!("{} with {} places", scale.unit.word(), scale.places),
            format!("{} amounts", self.columns.len()),
        ];
        features.extend(style.features());
        features.extend(body.features.iter().chain(&plan.features).cloned());
        let split = body.keys.contains(&Key::Split(0)) && style.split_under_word;
        if (plan.is_deep() || split) && !style.merged_heads {
            features.push("header groups not merged".to_owned());
        }
        features
    }

    fn truth(&self, seed: u64, pages: &[Page]) -> Truth {
        let Drawn { style, columns, department, .. } = self;
        let ours =
            self.body.rows.iter().filter(|row| row.kind == Kind::Item && row.year != Some(2022));
        let items: Vec<&Figures> = ours.map(|row| &self.body.items[row.of[0]]).collect();
        let total = Figures::sum(items.iter().copied());
        let empty = |item: &Figures| columns.iter().all(|column| item.whole()[*column] == 0);
        // A remark such as 2023年12月支付 dates a payment, not the ledger.
        let remarks = titles::all("aside");
        let says_year = |text: &str| {
            (text.contains("2023年") || text.contains("2023-"))
                && !remarks.iter().any(|remark| remark == text)
        };
        let told = pages
            .iter()
            .any(|page| page.name.contains("2023") || page.texts_until(3).any(says_year));
        let begins = style
            .title
            .as_ref()
            .is_some_and(|title| title.starts_with(&format!("{department}2023")));
        Truth {
            seed,
            features: self.features(),
            ambiguous: self.ambiguity(),
            amounts: columns.iter().map(|column| (*column, total.whole()[*column])).collect(),
            adjusted: total.whole()[Column::Adjusted],
            plain_budget: self.plan.plain_budget || self.plan.says_no_budget(),
            lines: items.len(),
            empty_lines: items.iter().filter(|item| empty(item)).count(),
            unit: self.scale.unit,
            name: (style.said_department.is_some() || begins).then(|| department.clone()),
            year_told: told || self.layout == Layout::Years,
            year: 2023,
        }
    }
}

/// How the tables stand; only plain items are split, and only narrow tables stand side by side.
fn arrangement(
    rng: &mut Rng,
    layout: Layout,
    body: &Body,
    plan: &Plan,
    style: &Style,
) -> Arrangement {
    if layout == Layout::Sheets {
        return *rng.pick(&[Arrangement::TwoSheets, Arrangement::TwoSheets, Arrangement::Summary]);
    }
    let plain = body.rows.iter().all(|row| row.kind == Kind::Item) && body.rows.len() >= 4;
    if !plain || layout != Layout::Items || rng.percent(50) {
        return Arrangement::Alone;
    }
    let turnable = !plan.is_deep() && body.rows.len() < 12 && style.numbering.is_none();
    match rng.range(1, 5) {
        1 => Arrangement::SideBySide,
        2 => Arrangement::Stacked,
        3 if turnable => Arrangement::Turned,
        4 => Arrangement::HiddenCopy,
        5 => Arrangement::Copy,
        _ => Arrangement::Alone,
    }
}

/// The key columns with their titles; most ledgers number their rows.
fn key_titles(rng: &mut Rng, layout: Layout, body: &Body) -> Vec<(Key, String)> {
    let mut keys = body.keys.clone();
    let numbered = !matches!(layout, Layout::Functions | Layout::Economic | Layout::Classified);
    if numbered && rng.percent(40) {
        keys.insert(0, Key::Number);
    }
    let functions = layout == Layout::Functions;
    let titled = keys.into_iter().map(|key| {
        let list = match key {
            Key::Split(level) => return (key, ["类", "款", "项"][level].to_owned()),
            Key::Number => "number",
            Key::Item => "item",
            Key::ClassCode if functions => "function_code",
            Key::ClassCode => "economic_code",
            Key::ClassName | Key::CodeName if functions => "function_name",
            Key::ClassName | Key::CodeName => "economic_name",
            Key::Department => "department",
            Key::ProjectCode => "project_code",
            Key::Function => "function",
            Key::Economic => "economic",
            Key::Fund => "fund",
            Key::Year => "year",
        };
        (key, titles::one(rng, list))
    });
    titled.collect()
}

fn name_of_sheet(rng: &mut Rng, style: &Style, scale: Scale) -> String {
    let name = *rng.pick(&["Sheet1", "预算执行", "台账", "2023年", "表1"]);
    match style.unit_place {
        UnitPlace::SheetName => format!("{name}（{}）", scale.unit.word()),
        _ => name.to_owned(),
    }
}

fn instructions() -> Page {
    let mut page = Page::new("填表说明");
    page.text(0, 0, "填表说明");
    page.text(1, 0, "1.本表由预算单位填报。");
    page.text(2, 0, "2.执行数为截至12月31日的累计支出数。");
    page
}
