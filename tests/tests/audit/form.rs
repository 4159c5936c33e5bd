//! A form that is filled in rightly. Points are hundredths, money is hundredths of 万元; everything else is a fraction of them.

use crate::chance::Chance;

/// A fund row, or the total of the funds.
#[derive(Clone, Debug)]
pub struct Fund {
    pub label: &'static str,
    pub initial: i64,
    pub adjusted: i64,
    pub executed: i64,
    /// The printed rate in hundredths of a percent.
    pub rate: Option<i64>,
}

/// How a row is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    AtLeast,
    AtMost,
    Words,
}

/// An indicator as printed.
#[derive(Clone, Debug)]
pub struct Row {
    pub level1: &'static str,
    pub level2: &'static str,
    pub name: String,
    pub kind: Kind,
    pub wanted: i64,
    pub given: i64,
    pub unit: &'static str,
    pub target: String,
    pub actual: String,
    pub weight: i64,
    /// The printed score; none where it stands in a cell over several rows.
    pub score: i64,
    pub reason: Option<&'static str>,
    pub last: Option<String>,
}

/// How a first level is written beside its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Merged,
    EveryRow,
    Once,
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    pub written: Written,
    pub name: String,
    pub funds: Vec<Fund>,
    /// The printed total of the funds.
    pub total_funds: Fund,
    pub rate_score: i64,
    pub rows: Vec<Row>,
    /// Weights printed in the names of the first levels, where they are.
    pub level_weights: Option<Vec<(&'static str, i64)>>,
    /// Printed subtotals of the first levels: name, weight, score.
    pub subtotals: Option<Vec<(&'static str, i64, i64)>>,
    /// First levels whose scores stand in one cell over all their rows: the score.
    pub merged: Option<(&'static str, i64)>,
    pub total_weight: i64,
    pub total: i64,
    pub grade: &'static str,
}

/// `a / b` rounded half up; both positive.
pub fn half_up(a: i64, b: i64) -> i64 {
    (2 * a + b) / (2 * b)
}

const LEVELS: [(&str, i64, &[&str]); 3] = [
    ("产出指标", 5_000, &["数量指标", "质量指标", "时效指标"]),
    ("效益指标", 3_000, &["社会效益指标", "可持续影响指标"]),
    ("满意度指标", 1_000, &["服务对象满意度指标"]),
];
const NAMES: [&str; 10] = [
    "培训班次",
    "受益群众",
    "巡查里程",
    "编印资料",
    "维护设备",
    "开放场馆",
    "采集样点",
    "接待来访",
    "修缮房屋",
    "发放补助",
];
const UNITS: [&str; 6] = ["人次", "次", "个", "公里", "台", "户"];

impl Row {
    /// The score by the rule, in hundredths: ≥ weight·B/A, ≤ weight·A/B.
    pub fn right_score(&self) -> i64 {
        match self.kind {
            Kind::Words => self.weight,
            _ if self.is_met() => self.weight,
            Kind::AtLeast => half_up(self.weight * self.given, self.wanted),
            Kind::AtMost => half_up(self.weight * self.wanted, self.given),
        }
    }

    pub fn is_met(&self) -> bool {
        match self.kind {
            Kind::AtLeast => self.given >= self.wanted,
            Kind::AtMost => self.given <= self.wanted,
            Kind::Words => true,
        }
    }

    pub fn is_number(&self) -> bool {
        self.kind != Kind::Words
    }

    /// Prints target and actual from the numbers.
    pub fn print(&mut self) {
        let sign = if self.kind == Kind::AtMost { "≤" } else { "≥" };
        if self.is_number() {
            self.target = format!("{sign}{}{}", self.wanted, self.unit);
            self.actual = format!("{}{}", self.given, self.unit);
        }
    }
}

impl Fund {
    fn printed_rate(&mut self) {
        self.rate = (self.adjusted > 0).then(|| half_up(self.executed * 10_000, self.adjusted));
    }
}

impl Form {
    /// A form in which everything is right.
    pub fn right(chance: &mut Chance, number: usize) -> Form {
        let mut funds = Vec::new();
        for label in ["其中：当年财政拨款", "上年结转资金", "其他资金"] {
            let is_empty = label != "其中：当年财政拨款" && chance.once_in(2);
            let adjusted = if is_empty { 0 } else { chance.between(2_000, 900_000) };
            // From 96 % on, so that scores do not run ahead of the money and no reason is demanded.
            let executed = adjusted - adjusted * chance.between(0, 4) / 100;
            let fund = Fund { label, initial: adjusted, adjusted, executed, rate: None };
            funds.push(fund);
        }
        let mut form = Form {
            written: *chance.of(&[Written::Merged, Written::EveryRow, Written::Once]),
            name: format!("示例项目{}", number + 1),
            total_funds: Fund {
                label: "年度资金总额",
                initial: 0,
                adjusted: 0,
                executed: 0,
                rate: None,
            },
            funds,
            rate_score: 0,
            rows: rows(chance),
            level_weights: None,
            subtotals: None,
            merged: None,
            total_weight: 10_000,
            total: 0,
            grade: "",
        };
        if chance.once_in(2) {
            form.level_weights =
                Some(LEVELS.iter().map(|(name, weight, _)| (*name, *weight)).collect());
        }
        form.fill(chance.once_in(3));
        form
    }

    /// Fills in everything that follows from the rows and the funds.
    pub fn fill(&mut self, subtotals: bool) {
        let sum = |of: fn(&Fund) -> i64| self.funds.iter().map(of).sum::<i64>();
        let (initial, adjusted, executed) =
            (sum(|f| f.initial), sum(|f| f.adjusted), sum(|f| f.executed));
        self.total_funds = Fund { initial, adjusted, executed, ..self.total_funds.clone() };
        self.total_funds.printed_rate();
        self.funds.iter_mut().for_each(Fund::printed_rate);
        self.rate_score = half_up(1_000 * executed, adjusted).min(1_000);
        for row in &mut self.rows {
            row.print();
            row.score = row.right_score();
        }
        if subtotals {
            self.subtotal();
        }
        self.add_up();
    }

    pub fn subtotal(&mut self) {
        let of = |name: &str, part: fn(&Row) -> i64| {
            self.rows.iter().filter(|row| row.level1 == name).map(part).sum::<i64>()
        };
        let sums =
            LEVELS.iter().map(|(name, ..)| (*name, of(name, |r| r.weight), of(name, |r| r.score)));
        self.subtotals = Some(sums.collect());
    }

    /// Total and grade from the printed scores.
    pub fn add_up(&mut self) {
        self.total = self.rate_score + self.rows.iter().map(|row| row.score).sum::<i64>();
        self.regrade();
    }

    pub fn regrade(&mut self) {
        self.grade = match self.total {
            9_000.. => "优",
            8_000.. => "良",
            6_000.. => "中",
            _ => "差",
        };
    }

    pub fn with_last_year(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.is_number()) {
            row.last = Some(format!("{}{}", row.wanted, row.unit));
        }
    }
}

/// Indicators of the three first levels; the weights of each add up to that of its level.
fn rows(chance: &mut Chance) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (level1, whole, second) in LEVELS {
        let count = match level1 {
            "产出指标" => chance.between(3, 5),
            "效益指标" => chance.between(2, 3),
            _ => 1,
        };
        let mut left = whole;
        for number in 0..count {
            let rest = count - number - 1;
            // Each of the rest keeps at least two points; halves of a point occur.
            let most = ((left - rest * 400) / 50).min(40);
            let weight = if rest == 0 { left } else { chance.between(8, most.max(8)) * 50 };
            left -= weight;
            let name = NAMES[rows.len() % NAMES.len()];
            rows.push(row(
                chance,
                level1,
                second[usize::try_from(number).unwrap() * second.len()
                    / usize::try_from(count).unwrap()],
                name,
                weight,
            ));
        }
    }
    rows
}

fn row(
    chance: &mut Chance,
    level1: &'static str,
    level2: &'static str,
    name: &str,
    weight: i64,
) -> Row {
    let satisfaction = level1 == "满意度指标";
    let kind = match chance.between(1, 8) {
        _ if satisfaction => Kind::AtLeast,
        1 => Kind::Words,
        2 | 3 => Kind::AtMost,
        _ => Kind::AtLeast,
    };
    let percent = satisfaction || chance.once_in(3);
    let unit = if percent { "%" } else { chance.of(&UNITS) };
    let wanted = if percent { chance.between(80, 92) } else { chance.between(40, 4_000) };
    let is_missed = !satisfaction && kind != Kind::Words && chance.once_in(3);
    let up = (kind == Kind::AtLeast) != is_missed;
    // Within 8 %, so that nothing is exceeded by far, and the share of the scores stays near that of the money.
    let step = (wanted * chance.between(1, 8) / 100).max(1);
    let given = if up { wanted + step } else { wanted - step };
    let mut row = Row {
        level1,
        level2,
        name: if satisfaction {
            "服务对象满意度".to_owned()
        } else {
            format!("{name}{}", if percent { "完成率" } else { "数量" })
        },
        kind,
        wanted,
        given,
        unit,
        target: "有效".to_owned(),
        actual: "有效".to_owned(),
        weight,
        score: 0,
        reason: is_missed.then_some("汛期推迟，已列入下一年度计划"),
        last: None,
    };
    row.print();
    row.score = row.right_score();
    row
}
