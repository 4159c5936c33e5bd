//! Self-evaluation forms: drawn with their truth, and written onto a sheet.
//!
//! Scores are worked out here in whole hundredths: weight × min(1, done ÷ target), rounded half up; for costs and what
//! should not happen target ÷ done.

use super::page::{Page, workbook};
use super::rng::Rng;
use super::titles::{form_word, of_forms};

/// What a form's columns are, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Level1,
    Level2,
    Level3,
    Target,
    Symbol,
    Value,
    Unit,
    Actual,
    Weight,
    Score,
    Reason,
}

/// A kind of form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// A project's, targets in one cell.
    Project,
    /// A project's, targets split into sign, value and unit.
    Split,
    /// A department's.
    Department,
}

/// An indicator with its truth.
#[derive(Clone, Debug)]
pub struct Indicator {
    pub block: String,
    pub section: String,
    pub name: String,
    pub weight: i64,
    unit: String,
    /// Target and what was done, in hundredths; none for words.
    figures: Option<(i64, i64)>,
    sign: String,
    words: String,
    /// In hundredths of a point.
    pub score: i64,
}

/// A form with its truth.
#[derive(Clone, Debug)]
pub struct Form {
    pub variant: Variant,
    pub subject: String,
    unit_name: String,
    department: String,
    /// Initial, adjusted, executed, in hundredths of the unit.
    pub money: [i64; 3],
    pub in_ten_thousand: bool,
    pub indicators: Vec<Indicator>,
    pub execution_score: i64,
    filled: bool,
    merged: bool,
    parts: bool,
    side_label: bool,
    weights_as_text: bool,
    percents_as_numbers: bool,
    page: Page,
}

/// Hundredths of `weight × part ÷ whole`, rounded half up.
fn points(weight: i64, part: i64, whole: i64) -> i64 {
    (weight * 100 * part * 2 + whole) / (2 * whole)
}

/// Draws the form of a seed.
pub fn draw(seed: u64) -> Form {
    let rng = &mut Rng::new(seed ^ 0xF0F0);
    let variant =
        *rng.pick(&[Variant::Project, Variant::Project, Variant::Split, Variant::Department]);
    let place = rng.count(0, 3);
    let department = of_forms("departments")[place].clone();
    let subject = match variant {
        Variant::Department => department.clone(),
        _ => form_word(rng, "projects"),
    };
    let initial = rng.range(100, 50_000);
    let adjusted = initial + if rng.percent(50) { 0 } else { rng.range(1, initial / 2 + 1) };
    let executed = if rng.percent(50) { adjusted } else { adjusted * rng.range(50, 100) / 100 };
    let mut form = Form {
        variant,
        subject,
        unit_name: of_forms("units")[place].clone(),
        department,
        money: [initial, adjusted, executed],
        in_ten_thousand: rng.percent(66),
        indicators: indicators(rng),
        execution_score: points(10, executed.min(adjusted), adjusted),
        filled: rng.percent(50),
        merged: rng.percent(85),
        parts: rng.percent(60),
        side_label: rng.percent(75),
        weights_as_text: rng.percent(20),
        percents_as_numbers: rng.percent(30),
        page: Page::new(*rng.pick(&["自评表", "Sheet1", "表1"])),
    };
    form.write(rng);
    form
}

fn indicators(rng: &mut Rng) -> Vec<Indicator> {
    let satisfied = rng.percent(80);
    let count: usize = *rng.pick(&[3, 5, 8, 10, 14, 20]);
    let (benefits, satisfaction) = ((count / 3).max(1), usize::from(satisfied));
    let outputs = count.saturating_sub(benefits + satisfaction).max(1);
    let benefit_weight = if satisfied { 30 } else { 40 };
    let blocks = [
        ("产出指标", outputs, 50),
        ("效益指标", benefits, benefit_weight),
        ("满意度指标", satisfaction, 10),
    ];
    let mut all = Vec::new();
    for (block, count, weight) in blocks {
        let bank: Vec<String> =
            of_forms("indicators").into_iter().filter(|line| line.starts_with(block)).collect();
        let count = count.min(bank.len());
        let drawn = rng.some(&bank, count);
        for (line, weight) in drawn.iter().zip(shares(rng, weight, count)) {
            all.push(indicator(rng, line, weight));
        }
    }
    all
}

/// Whole weights that add up.
fn shares(rng: &mut Rng, whole: i64, count: usize) -> Vec<i64> {
    let Some(last) = count.checked_sub(1) else { return Vec::new() };
    let mut cuts: Vec<i64> = rng.some(&(1..whole).collect::<Vec<_>>(), last);
    cuts.insert(0, 0);
    cuts.push(whole);
    cuts.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn indicator(rng: &mut Rng, line: &str, weight: i64) -> Indicator {
    let words: Vec<&str> = line.split(' ').collect();
    let [block, section, name, unit, least, most] = words[..] else {
        panic!("a line of six words: {line}")
    };
    let mut made = Indicator {
        block: block.to_owned(),
        section: section.to_owned(),
        name: name.to_owned(),
        weight,
        unit: unit.to_owned(),
        figures: None,
        sign: "定性".to_owned(),
        words: form_word(rng, "qualitative"),
        score: weight * 100,
    };
    if unit == "-" {
        return made;
    }
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let target = rng.range(number(least), number(most));
    let less_is_better = section == "成本指标" || target == 0;
    let room = if unit == "%" { (100 - target).min(5) } else { (target / 10).max(1) };
    let done = match rng.range(1, 100) {
        _ if target == 0 => 0,
        1..=55 => target,
        56..=75 => target + rng.range(0, room),
        _ => (target - rng.range(0, (target / 5).max(0))).max(1),
    };
    let done = if unit == "%" && done < 100 && rng.percent(15) {
        done * 100 - rng.range(1, 99)
    } else {
        done * 100
    };
    made.sign = form_word(rng, if less_is_better { "at_most" } else { "at_least" });
    let target = target * 100;
    made.score = match less_is_better {
        true if done > target => points(weight, target, done),
        false if done < target => points(weight, done, target),
        _ => weight * 100,
    };
    made.figures = Some((target, done));
    made
}

/// Hundredths as a person writes them.
fn shown(hundredths: i64) -> String {
    match (hundredths / 100, hundredths % 100) {
        (whole, 0) => whole.to_string(),
        (whole, rest) if rest % 10 == 0 => format!("{whole}.{}", rest / 10),
        (whole, rest) => format!("{whole}.{rest:02}"),
    }
}

impl Form {
    /// Its workbook.
    pub fn workbook(&self) -> Vec<u8> {
        workbook(std::slice::from_ref(&self.page))
    }

    /// In hundredths of a point.
    pub fn total(&self) -> i64 {
        self.execution_score + self.indicators.iter().map(|indicator| indicator.score).sum::<i64>()
    }

    /// What it is made of.
    pub fn features(&self) -> Vec<String> {
        let mut features = vec![format!("form {:?}", self.variant).to_lowercase()];
        let flags = [
            (self.filled, "scores filled in", "scores blank"),
            (self.merged, "levels merged", "levels not merged"),
            (self.parts, "money by funds", "money in one row"),
            (self.side_label, "label down the side", "no label down the side"),
            (self.weights_as_text, "weights as text", "weights as numbers"),
            (self.percents_as_numbers, "percents as numbers", "percents as text"),
        ];
        features
            .extend(flags.into_iter().map(|(is, yes, no)| (if is { yes } else { no }).to_owned()));
        features
    }

    fn slots(&self) -> Vec<Slot> {
        use Slot::{
            Actual, Level1, Level2, Level3, Reason, Score, Symbol, Target, Unit, Value, Weight,
        };
        match self.variant {
            Variant::Split => {
                vec![Level1, Level2, Level3, Symbol, Value, Unit, Actual, Weight, Score, Reason]
            }
            _ => vec![Level1, Level2, Level3, Target, Actual, Weight, Score, Reason],
        }
    }

    fn write(&mut self, rng: &mut Rng) {
        let slots = self.slots();
        let first = u16::from(self.side_label);
        let width = first + u16::try_from(slots.len()).expect("few columns");
        let department = self.variant == Variant::Department;
        let list = if department { "title_department" } else { "title_project" };
        self.wide(0, 0, width - 1, &form_word(rng, list));
        self.wide(1, 0, width - 1, &form_word(rng, "said_year"));
        let subject = self.subject.clone();
        let mut row = 2;
        if department {
            self.wide(row, 0, 1, &form_word(rng, "said_department"));
            self.wide(row, 2, width - 1, &subject);
        } else {
            self.wide(row, 0, 1, &form_word(rng, "said_project"));
            self.wide(row, 2, width - 1, &subject);
            row += 1;
            let (named, unit) = (self.department.clone(), self.unit_name.clone());
            self.wide(row, 0, 1, "主管部门");
            self.wide(row, 2, 3, &named);
            self.page.text(row, 4, "实施单位");
            self.wide(row, 5, width - 1, &unit);
        }
        let row = self.money(rng, row + 1, width);
        self.page.text(row, 0, "年度\n总体\n目标");
        self.wide(row, 1, width / 2, "预期目标");
        self.wide(row, width / 2 + 1, width - 1, "实际完成情况");
        self.page.merge((row, 0), (row + 1, 0));
        self.wide(row + 1, 1, width / 2, "完成全年各项任务，投入资金100万元，服务群众1000人次。");
        self.wide(row + 1, width / 2 + 1, width - 1, "已完成。执行率100%");
        self.table(rng, row + 2, first, &slots);
    }

    fn wide(&mut self, row: u32, from: u16, to: u16, text: &str) {
        self.page.text(row, from, text);
        self.page.merge((row, from), (row, to));
    }

    /// The block of the money; the row after it.
    fn money(&mut self, rng: &mut Rng, top: u32, width: u16) -> u32 {
        let mut titles: Vec<String> =
            ["initial", "adjusted", "executed"].map(|list| form_word(rng, list)).to_vec();
        titles.extend(["分值".to_owned(), form_word(rng, "rate"), "得分".to_owned()]);
        let at = width.max(8) - 6;
        let unit = if self.in_ten_thousand { "万元" } else { "元" };
        let label =
            if self.variant == Variant::Department { "预算资金" } else { "项目资金" };
        let rows = 1 + if self.parts { 3 } else { 0 };
        let labels_at = u16::from(at > 1);
        let form = *rng.pick(&["（{}）", "\n（{}）", "({})"]);
        if labels_at > 0 {
            self.page.text(top, 0, format!("{label}{}", form.replace("{}", unit)));
            self.page.merge((top, 0), (top + rows, 0));
        }
        for (column, title) in (at..).zip(titles) {
            self.page.text(top, column, title);
        }
        let [initial, adjusted, executed] = self.money;
        let share = |amount: i64| amount * 7 / 10;
        let first = [share(initial), share(adjusted), share(executed)];
        let rest = [initial - first[0], adjusted - first[1], executed - first[2]];
        let funds = of_forms("parts");
        let mut lines = vec![("年度资金总额".to_owned(), self.money)];
        if self.parts {
            lines.extend(funds.into_iter().zip([first, rest, [0; 3]]));
        }
        for (row, (label, money)) in (top + 1..).zip(&lines) {
            self.page.text(row, labels_at, label.clone());
            for (column, amount) in (at..).zip(money) {
                self.page.number(
                    row,
                    column,
                    format!("{}.{:02}", amount / 100, amount % 100),
                    "#,##0.00",
                );
            }
            if row > top + 1 {
                self.page.text(row, at + 3, "—");
                self.page.text(row, at + 5, "—");
                continue;
            }
            self.page.number(row, at + 3, "10", "General");
            if self.filled {
                let rate = points(100, executed, adjusted);
                self.page.text(row, at + 4, format!("{}.{:02}%", rate / 100, rate % 100));
                self.page.number(row, at + 5, shown(self.execution_score), "0.00");
            }
        }
        top + 1 + u32::try_from(lines.len()).expect("few rows")
    }

    fn table(&mut self, rng: &mut Rng, top: u32, first: u16, slots: &[Slot]) {
        for (column, slot) in (first..).zip(slots) {
            let title = match slot {
                Slot::Level1 => form_word(rng, "level1"),
                Slot::Level2 => form_word(rng, "level2"),
                Slot::Level3 => form_word(rng, "level3"),
                Slot::Target => form_word(rng, "target"),
                Slot::Symbol => "指标性质".to_owned(),
                Slot::Value => "指标值".to_owned(),
                Slot::Unit => "度量单位".to_owned(),
                Slot::Actual => form_word(rng, "actual"),
                Slot::Weight => form_word(rng, "weight"),
                Slot::Score => form_word(rng, "score"),
                Slot::Reason => form_word(rng, "reason"),
            };
            self.page.text(top, column, title);
        }
        let indicators = self.indicators.clone();
        for (row, indicator) in (top + 1..).zip(&indicators) {
            for (column, slot) in (first..).zip(slots) {
                self.indicator_cell(rng, (row, column), *slot, indicator);
            }
        }
        let last = top + u32::try_from(indicators.len()).expect("few rows");
        if self.merged {
            self.merge_runs(top + 1, first, |indicator| indicator.block.clone());
            self.merge_runs(top + 1, first + 1, |indicator| {
                format!("{}{}", indicator.block, indicator.section)
            });
        }
        if self.side_label {
            self.page.text(top, 0, *rng.pick(&["绩\n效\n指\n标", "绩效指标", "年度绩效指标"]));
            self.page.merge((top, 0), (last, 0));
        }
        let at = |wanted: Slot| {
            first
                + u16::try_from(slots.iter().position(|s| *s == wanted).expect("a slot"))
                    .expect("few")
        };
        self.wide(last + 1, 0, at(Slot::Weight) - 1, &form_word(rng, "total"));
        self.page.number(last + 1, at(Slot::Weight), "100", "General");
        if self.filled {
            self.page.number(last + 1, at(Slot::Score), shown(self.total()), "0.00");
        }
        if rng.percent(30) {
            self.page.text(
                last + 2,
                0,
                "填表人：张三     联系电话：020-12345678     填报日期：2024年3月5日",
            );
        }
    }

    fn merge_runs(&mut self, top: u32, column: u16, key: impl Fn(&Indicator) -> String) {
        let keys: Vec<String> = self.indicators.iter().map(key).collect();
        let mut from = 0;
        for at in 1..=keys.len() {
            if at < keys.len() && keys[at] == keys[from] {
                continue;
            }
            let row = |index: usize| top + u32::try_from(index).expect("few rows");
            (from + 1..at).for_each(|index| self.page.clear(row(index), column));
            self.page.merge((row(from), column), (row(at - 1), column));
            from = at;
        }
    }

    fn indicator_cell(
        &mut self,
        rng: &mut Rng,
        (row, column): (u32, u16),
        slot: Slot,
        of: &Indicator,
    ) {
        let percent = of.unit == "%";
        let text = match (slot, of.figures) {
            (Slot::Level1, _) => of.block.clone(),
            (Slot::Level2, _) => of.section.clone(),
            (Slot::Level3, _) => of.name.clone(),
            (Slot::Target, None) | (Slot::Actual, None) | (Slot::Value, None) => of.words.clone(),
            (Slot::Target, Some((target, _))) => {
                let plain = of.sign.is_empty() || of.sign == "=";
                if percent && plain && self.percents_as_numbers {
                    return self.page.number(row, column, format!("{}e-4", target), "0%");
                }
                format!("{}{}{}", of.sign, shown(target), of.unit)
            }
            (Slot::Symbol, None) => "定性".to_owned(),
            (Slot::Symbol, Some(_)) => {
                let at_most = of_forms("at_most").contains(&of.sign);
                let exact = of.sign == "=";
                (if at_most {
                    "≤"
                } else if exact {
                    "＝"
                } else {
                    "≥"
                })
                .to_owned()
            }
            (Slot::Value, Some((target, _))) => {
                return self.page.number(row, column, shown(target), "General");
            }
            (Slot::Unit, None) => return,
            (Slot::Unit, Some(_)) => of.unit.clone(),
            (Slot::Actual, Some((_, done))) if percent => {
                if self.percents_as_numbers && self.variant != Variant::Split {
                    return self.page.number(row, column, format!("{done}e-4"), "0.00%");
                }
                format!("{}%", shown(done))
            }
            (Slot::Actual, Some((_, done))) => match rng.range(1, 3) {
                1 => return self.page.number(row, column, shown(done), "General"),
                2 => shown(done),
                _ => format!("{}{}", shown(done), of.unit),
            },
            (Slot::Weight, _) if self.weights_as_text => {
                format!("{}{}", of.weight, rng.pick(&["", "分"]))
            }
            (Slot::Weight, _) => {
                return self.page.number(row, column, of.weight.to_string(), "General");
            }
            (Slot::Score, _) if self.filled => {
                return self.page.number(row, column, shown(of.score), "General");
            }
            (Slot::Score, _) => return,
            (Slot::Reason, _) if of.score < of.weight * 100 => {
                "受疫情影响，部分任务推迟".to_owned()
            }
            (Slot::Reason, _) => return,
        };
        self.page.text(row, column, text);
    }
}
