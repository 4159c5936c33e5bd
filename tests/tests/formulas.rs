//! The exact value of a formula against the value that a spreadsheet gives its translation, on random formulas and numbers.
#![allow(clippy::expect_used, clippy::panic, reason = "to stop with a message is how a test fails")]

use jixiao_core::formula::{Formula, Step, Undefined, Value, decimal};
use jixiao_core::{Binding, Calculation, Cells, Ratio, round_half_up};
use jixiao_tests::recalculate::compare;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Formula as Cell, Workbook};

const FORMULAS: usize = 6_000;
const NAMES: [&str; 6] = ["weight", "actual", "target", "完成值", "fact(编制数)", "零"];
/// What stands in the sheet where a formula has no value.
const NO_VALUE: &str = "-99999";
/// Binary noise is below this place.
const PLACES: u32 = 9;

/// Random choices that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).expect("an index")]
    }

    fn literal(&mut self) -> String {
        match self.below(4) {
            0 => format!("{}%", self.below(150)),
            1 => format!("{}.{}", self.below(20), self.below(100)),
            _ => self.below(12).to_string(),
        }
    }

    fn leaf(&mut self) -> String {
        if self.below(3) == 0 { self.literal() } else { self.of(&NAMES).to_owned() }
    }

    /// A formula of at most this depth.
    fn number(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.leaf();
        }
        let [a, b, c] = [(); 3].map(|()| self.number(depth - 1));
        match self.below(22) {
            0 => format!("({a}) + ({b}) - ({c})"),
            1 => format!("({a}) * ({b})"),
            2 => format!("({a}) / ({b})"),
            3 => format!("-({a})"),
            4 => format!("min({a}, {b}, {c})"),
            5 => format!("max({a}, {b})"),
            6 => format!("abs({a})"),
            7 => format!("round({a}, {})", self.below(4)),
            8 => format!("floor({a})"),
            9 => format!("ceil({a})"),
            10 => format!("if({}, {b}, {c})", self.condition(depth - 1)),
            11 => format!("(({a}) / ({b})) else ({c})"),
            12 => {
                let steps = self.of(&["full_steps", "started_steps", "continuous"]);
                format!("deduct({a}, {b}, {}.5, {c}, {steps})", self.below(3))
            }
            13 => format!("bands({a}, > 5 => {b}, 5 => {c}, 2 => 1, 0)"),
            14 => format!("bands({a}, <= 0 => {b}, < 3 => {c}, 7)"),
            15 => format!("ratio_up({a}, {b}, {c})"),
            16 => format!("ratio_down({a}, {b}, {c})"),
            17 => format!("linear_down({a}, {b}, {c})"),
            18 => format!("equality({a}, {b}, {c})"),
            19 => format!("pass_mark({a}, {b}, 60%)"),
            20 => format!("checklist({a} => {b}, {c} => 2)"),
            _ => format!("per_event({a}, {b}, 1.5) + coefficient({a}, {c}) + yes_no({b}, {c})"),
        }
    }

    fn condition(&mut self, depth: u32) -> String {
        let [a, b] = [(); 2].map(|()| self.number(depth));
        let sign = self.of(&["<", "<=", "=", "!=", ">=", ">"]);
        let compared = format!("({a}) {sign} ({b})");
        match self.below(4) {
            0 => format!("not ({compared})"),
            1 => format!("{compared} and {}", self.leaf_condition()),
            2 => format!("{compared} or {}", self.leaf_condition()),
            _ => compared,
        }
    }

    fn leaf_condition(&mut self) -> String {
        format!("{} >= {}", self.leaf(), self.leaf())
    }

    /// The number of a name: mostly small, sometimes equal, sometimes zero.
    fn value(&mut self, name: &str) -> Decimal {
        match name {
            "零" => Decimal::ZERO,
            _ => {
                let cents = i64::try_from(self.below(1_200)).expect("small") - 200;
                Decimal::new(if self.below(3) == 0 { cents / 100 * 100 } else { cents }, 2)
            }
        }
    }
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn a_spreadsheet_gives_the_exact_values() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (mut row, mut undefined) = (0, 0);
    while usize::try_from(row).expect("a row") < FORMULAS {
        let depth = 1 + u32::try_from(dice.below(3)).expect("small");
        let text = dice.number(depth);
        let Ok(formula) = Formula::parse(&text) else { panic!("{text}") };
        let values: Vec<(&str, Decimal)> =
            NAMES.iter().map(|name| (*name, dice.value(name))).collect();
        let lookup = |name: &str| {
            let (_, value) = values.iter().find(|(of, _)| *of == name)?;
            decimal(&value.to_string())
        };
        let column = |name: &str| u16::try_from(NAMES.iter().position(|of| *of == name)?).ok();
        let cell = |name: &str| {
            let column = column(name)?;
            Some(format!("{}", Cells::one(row, u32::from(column))))
        };
        let Ok(excel) = formula.to_excel(&cell) else { continue };
        // A spreadsheet has sixteen digits: steps beyond a million leave too few behind the point.
        let large = decimal("1000000").expect("a number");
        let is_large = |step: &Step| match &step.value {
            Ok(Value::Number(value)) => *value > large || *value < -large.clone(),
            _ => false,
        };
        if formula.trace(&lookup).iter().any(is_large) {
            continue;
        }
        let expected = match formula.evaluate(&lookup) {
            Ok(value) => round_half_up(&value, PLACES),
            Err(Undefined::DivisionByZero { .. }) => {
                undefined += 1;
                NO_VALUE.parse().expect("a number")
            }
            Err(other) => panic!("{text}: {other}"),
        };
        for (name, value) in &values {
            let column = column(name).expect("a column");
            let number: f64 = value.to_string().parse().expect("a number");
            sheet.write_number(row, column, number).expect("a cell");
        }
        let cell = Cell::new(format!("=ROUND(IFERROR({excel},{NO_VALUE}),{PLACES})"))
            .set_result(expected.normalize().to_string());
        sheet.write_formula(row, 8, cell).expect("a cell");
        sheet.write_string(row, 9, &text).expect("a cell");
        row += 1;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("formulas.xlsx");
    let bytes = book.save_to_buffer().expect("a workbook");
    std::fs::write(&path, bytes).expect("a file");
    let comparison = compare(&path, folder.path());
    assert_eq!(comparison.formulas, FORMULAS);
    assert!(undefined > FORMULAS / 50, "only {undefined} divisions by zero");
    let differences = &comparison.differences;
    assert!(
        differences.is_empty(),
        "{}: {:#?}",
        differences.len(),
        &differences[..differences.len().min(10)]
    );
}

/// Formulas of scores, as rule files write them.
const SCORES: [&str; 26] = [
    "weight * min(1, actual / target)",
    "if(actual >= target, weight, weight * actual / target)",
    "if(actual <= target, weight, weight * target / actual)",
    "ratio_up(weight, actual, target)",
    "ratio_down(weight, actual, target)",
    "linear_down(weight, actual, target)",
    "equality(weight, actual, target)",
    "pass_mark(weight, actual / target, 60%)",
    "bands(actual / target, 100% => weight, 80% => weight * 70%, 60% => weight * 50%, 0)",
    "bands(actual / target, > 100% => weight, > 90% => weight * 2 / 3, > 75% => weight / 3, 0)",
    "bands(actual / target - 1, <= 0 => weight, <= 5% => weight / 2, <= 30% => 1, 0)",
    "bands(actual, < 0 => 0, <= 0 => 1, < 95 => weight / 3, weight)",
    "deduct(weight, 1 - actual / target, 5%, 2, full_steps)",
    "deduct(weight, 1 - actual / target, 5%, 2, started_steps)",
    "deduct(weight, actual / target - 1, 1%, 0.5, continuous)",
    "deduct(weight, actual - target, 5, 0.5, full_steps)",
    "per_event(weight, actual, 1.5)",
    "yes_no(weight, actual)",
    "checklist(actual / target => weight / 3, actual => weight / 3)",
    "coefficient(weight, actual / target)",
    "round(weight * actual / target, 1)",
    "floor(10 * actual / target) / 10 * weight",
    "ceil(weight * actual / target)",
    "weight * ((actual / (target - target)) else 0.5)",
    "if(actual + target >= 2 * target and not (actual = target), weight, weight / 7)",
    "if(measured > 10%, 0, weight * (1 - 10 * measured))",
];

/// What the edges of rules lie at, as shares of the target.
const EDGES: [&str; 16] = [
    "0", "0.55", "0.6", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95", "0.9999", "1", "1.05", "1.1",
    "1.3", "2", "-0.1",
];

/// On the edges of the rules, one 分 beside them, and for amounts of billions: what is written as a live formula gives core's
/// score in a spreadsheet, and what might not is not written.
#[test]
#[ignore = "slow: needs LibreOffice"]
fn a_score_that_lives_in_a_sheet_is_cores_score() {
    const TARGETS: [&str; 10] =
        ["1", "3", "7", "95", "100", "0.95", "46.3", "500000000", "12345678901.23", "0.0001"];
    const WEIGHTS: [&str; 7] = ["1", "2.5", "3", "7.5", "8", "10", "33.33"];
    const BESIDE: [&str; 5] = ["0", "0", "0.01", "-0.01", "0.000001"];
    const SHEET_NOISE: u32 = 12;
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (mut row, mut doubtful) = (0_u32, 0);
    while usize::try_from(row).expect("a row") < FORMULAS {
        let formula = Formula::parse(dice.of(&SCORES)).expect("a formula");
        let number = |text: &str| text.parse::<Decimal>().expect("a number");
        let (weight, target) = (number(dice.of(&WEIGHTS)), number(dice.of(&TARGETS)));
        let actual = target * number(dice.of(&EDGES)) + number(dice.of(&BESIDE));
        let measured = number(dice.of(&EDGES)) / Decimal::TEN + number(dice.of(&BESIDE));
        let values =
            [("weight", weight), ("actual", actual), ("target", target), ("measured", measured)];
        let known = |name: &str| values.iter().find(|(of, _)| *of == name).map(|(_, value)| *value);
        let exactly = |name: &str| decimal(&known(name)?.to_string());
        let Ok(exact) = formula.evaluate(&exactly) else { continue };
        let exact = Ratio::from(exact);
        let bindings = values.map(|(name, value)| Binding {
            name: name.to_owned(),
            value: Some(Ratio::from(value)),
        });
        let within = exact.clone().min(Ratio::from(weight)).max(Ratio::from(Decimal::ZERO));
        let calculation = Calculation { formula, bindings: bindings.to_vec(), exact, decimals: 2 };
        let shown = within.rounded(2);
        if calculation.in_a_sheet(weight) != Some(shown) {
            doubtful += 1;
            continue;
        }
        let cell = |name: &str| {
            let column = values.iter().position(|(of, _)| *of == name)?;
            Some(format!("{}", Cells::one(row, u32::try_from(column).ok()?)))
        };
        let excel = calculation.formula.to_excel(&cell).expect("a cell formula");
        let first = cell("weight").expect("a cell");
        let excel = format!("=ROUND(ROUND(MAX(0,MIN({first},{excel})),{SHEET_NOISE}),2)");
        for (column, (_, value)) in (0_u16..).zip(&values) {
            let number: f64 = value.to_string().parse().expect("a number");
            sheet.write_number(row, column, number).expect("a cell");
        }
        let cell = Cell::new(excel).set_result(shown.normalize().to_string());
        sheet.write_formula(row, 8, cell).expect("a cell");
        sheet.write_string(row, 9, calculation.formula.source()).expect("a cell");
        row += 1;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scores.xlsx");
    std::fs::write(&path, book.save_to_buffer().expect("a workbook")).expect("a file");
    let comparison = compare(&path, folder.path());
    assert_eq!(comparison.formulas, FORMULAS);
    let differences = &comparison.differences;
    assert!(differences.is_empty(), "{}: {differences:#?}", differences.len());
    assert!(doubtful < FORMULAS / 50, "{doubtful} of {FORMULAS} scores could not live in a sheet");
}
