//! Findings: what was skipped, guessed, converted or does not hold. They travel beside the result and never stop it.

use crate::{Place, Waived};
use serde::{Deserialize, Serialize};

/// How grave a finding is. An error makes the program end with exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// A person should look.
    Warning,
    /// A figure cannot stand as it is, or a question is open.
    Error,
}

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

macro_rules! codes {
    ($( $(#[$doc:meta])* $name:ident = $text:literal, $severity:ident; )*) => {
        /// What kind of finding it is. The texts (`total-mismatch` …) are a fixed contract.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Code { $( $(#[$doc])* #[serde(rename = $text)] $name, )* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[ $( Code::$name, )* ];
            /// The code as JSON and messages print it.
            pub fn text(self) -> &'static str { match self { $( Code::$name => $text, )* } }
            /// The severity it has unless a rule says otherwise.
            pub fn severity(self) -> Severity { match self { $( Code::$name => Severity::$severity, )* } }
        }
    };
}

codes! {
    /// The file cannot be read.
    Unreadable = "unreadable", Error;
    /// The file has a password.
    Encrypted = "encrypted", Error;
    /// The file is no workbook.
    UnsupportedFormat = "unsupported-format", Error;
    /// The file is larger than the limits.
    LimitExceeded = "limit-exceeded", Error;
    /// The file is cut off.
    Truncated = "truncated", Error;
    /// No sheet holds a table that is understood.
    NoTable = "no-table", Error;
    /// Two readings would give different totals; a person must say which.
    Question = "question", Error;
    /// Amounts without a unit.
    UnitMissing = "unit-missing", Warning;
    /// Amounts were converted to yuan.
    UnitConverted = "unit-converted", Info;
    /// A row was not counted.
    RowSkipped = "row-skipped", Info;
    /// A column of amounts whose title is not understood was not used.
    ColumnUnused = "column-unused", Info;
    /// A number stood as text.
    TextNumber = "text-number", Info;
    /// Hidden rows, columns or sheets.
    HiddenContent = "hidden-content", Warning;
    /// A cell holds an error value.
    ErrorCell = "error-cell", Error;
    /// A formula without a computed value.
    NoCachedValue = "no-cached-value", Error;
    /// A value that cannot be read where one is needed.
    ValueUnreadable = "value-unreadable", Error;
    /// Noise of binary fractions was taken off.
    FloatNoise = "float-noise", Info;
    /// The same row twice.
    DuplicateRow = "duplicate-row", Warning;
    /// A value from another workbook.
    ExternalLink = "external-link", Warning;
    /// A stated total is not the sum of its parts.
    TotalMismatch = "total-mismatch", Error;
    /// A stated total differs by what rounding explains.
    RoundingTail = "rounding-tail", Info;
    /// Initial budget and changes do not give the adjusted budget.
    IdentityBroken = "identity-broken", Error;
    /// Two tables disagree.
    Reconciliation = "reconciliation", Error;
    /// More was spent than budgeted.
    Overspent = "overspent", Warning;
    /// Spending without a budget.
    Unbudgeted = "unbudgeted", Warning;
    /// A budget of zero.
    ZeroBudget = "zero-budget", Info;
    /// A negative amount.
    NegativeAmount = "negative-amount", Warning;
    /// The weights do not add up to 100.
    WeightsNot100 = "weights-not-100", Error;
    /// A block's weight differs from the rule.
    BlockWeight = "block-weight", Warning;
    /// A target that is not understood.
    TargetUnparsed = "target-unparsed", Warning;
    /// Target and actual have different units.
    UnitDiffers = "unit-differs", Warning;
    /// There are no indicators.
    NoIndicators = "no-indicators", Warning;
    /// A person has to judge.
    JudgementNeeded = "judgement-needed", Warning;
    /// A reason is demanded and absent.
    ReasonMissing = "reason-missing", Error;
    /// A reason says the opposite of the numbers.
    ReasonContradicts = "reason-contradicts", Warning;
    /// A reason stands where nothing was missed.
    ReasonUnneeded = "reason-unneeded", Info;
    /// The actual repeats the target's text.
    TargetCopied = "target-copied", Warning;
    /// The target was exceeded by far.
    TargetFarExceeded = "target-far-exceeded", Warning;
    /// The target lies far below what was reached last year.
    TargetTooLow = "target-too-low", Warning;
    /// Every row of a form was given full marks.
    AllFullMarks = "all-full-marks", Info;
    /// Full satisfaction, and no word about who was asked.
    SampleMissing = "sample-missing", Info;
    /// Rows that should differ are filled in alike.
    RowsAlike = "rows-alike", Info;
    /// A division by zero in a rule.
    DenominatorZero = "denominator-zero", Warning;
    /// The score runs ahead of the money.
    ScoreAheadOfMoney = "score-ahead-of-money", Warning;
    /// A platform shows a warning light for this.
    WarningLight = "warning-light", Warning;
    /// The rate uses the initial budget.
    BaseAssumed = "base-assumed", Info;
    /// The filled score is not what the rule gives.
    ScoreDiffers = "score-differs", Warning;
    /// A person put a score in the place of the computed one.
    ScoreDecided = "score-decided", Info;
    /// The filled total is not the sum of the scores.
    TotalDiffers = "total-differs", Error;
    /// The filled rate is not executed over budget.
    RateDiffers = "rate-differs", Error;
    /// The filled grade is not that of the total.
    GradeDiffers = "grade-differs", Error;
    /// Settings of the rules were replaced by the input or the office.
    SettingsUsed = "settings-used", Info;
    /// A setting that the rules do not have, or a value that it cannot take.
    SettingUnknown = "setting-unknown", Warning;
    /// The rule was not read in its official text.
    RuleUnverified = "rule-unverified", Info;
    /// A rule that does not apply.
    RuleNotApplicable = "rule-not-applicable", Info;
    /// A fact that a rule needs is absent.
    FactMissing = "fact-missing", Warning;
}

/// One answer to a question, with what it would make of the totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is chosen, as the answers file writes it.
    pub answer: String,
    /// What it would make of the totals, in words.
    pub effect: String,
}

/// What a question is about, so that an answer can be kept: the headings it holds for, and what of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Question {
    /// The fingerprint of the headings; equal for every table with the same ones.
    pub headings: String,
    /// What is asked: `unit`, an amount such as `executed`, `row:…`.
    pub about: String,
}

/// One thing a person should know, with the cells it speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// How grave.
    pub severity: Severity,
    /// What was found, where, what was expected and what to do, in the language asked for.
    pub message: String,
    /// Where.
    pub source: Place,
    /// Other cells that belong to it.
    pub related: Vec<Place>,
    /// The answers to a question.
    pub choices: Option<Vec<Choice>>,
    /// Under what an answer is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// Why it may stand, where a person waived it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
    /// The English message, until [`Finding::speak`] takes it.
    #[serde(skip)]
    pub english: String,
}

impl Finding {
    /// A finding with the severity of its code. Both messages say what was found, what was expected and what to do.
    pub fn new(
        code: Code,
        source: Place,
        chinese: impl Into<String>,
        english: impl Into<String>,
    ) -> Finding {
        Finding {
            code,
            severity: code.severity(),
            message: chinese.into(),
            source,
            related: Vec::new(),
            choices: None,
            question: None,
            waived: None,
            english: english.into(),
        }
    }

    /// The same with another severity.
    pub fn with_severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }

    /// The same with a further cell that it speaks of.
    pub fn with_related(mut self, place: Place) -> Finding {
        self.related.push(place);
        self
    }

    /// The same as a question: under what its answer is kept, and the answers that can be given.
    pub fn asking(mut self, question: Question, choices: Vec<Choice>) -> Finding {
        self.question = Some(question);
        self.choices = Some(choices);
        self
    }

    /// Puts the message into `lang`.
    pub fn speak(&mut self, lang: Lang) {
        if lang == Lang::En && !self.english.is_empty() {
            self.message = std::mem::take(&mut self.english);
        }
    }
}
