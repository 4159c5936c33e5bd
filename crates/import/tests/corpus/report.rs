//! The rates of the corpus: counted, printed, and demanded.

use super::truth::Outcome;
use std::collections::BTreeMap;
use std::fmt;

/// How often each outcome was met.
#[derive(Clone, Copy, Debug, Default)]
struct Rates {
    exact: usize,
    beside: usize,
    asked: usize,
    refused: usize,
    wrong: usize,
}

impl Rates {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Exact => self.exact += 1,
            Outcome::Beside(_) => self.beside += 1,
            Outcome::Asked(_) => self.asked += 1,
            Outcome::Refused(_) => self.refused += 1,
            Outcome::Wrong(_) => self.wrong += 1,
        }
    }

    fn all(&self) -> usize {
        self.exact + self.beside + self.asked + self.refused + self.wrong
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.all().max(1);
        // Tenths of a percent, rounded half up.
        let share = |count: usize| {
            let tenths = (count * 2_000 / all).div_ceil(2);
            format!("{:>4}.{} %", tenths / 10, tenths % 10)
        };
        let counts = [self.exact, self.beside, self.asked, self.refused, self.wrong];
        write!(f, "{:>6}", self.all())?;
        counts.into_iter().try_for_each(|count| write!(f, " {}", share(count)))
    }
}

/// What was drawn, as far as the rates go.
pub struct Made<'a> {
    pub seed: u64,
    pub features: &'a [String],
    /// Why even a person would have to ask.
    pub ambiguous: Option<&'static str>,
}

/// Everything that was met.
#[derive(Debug, Default)]
pub struct Report {
    /// Ledgers that a person reads without asking.
    clear: Rates,
    /// Ledgers that leave a question even to a person.
    ambiguous: Rates,
    features: BTreeMap<String, Rates>,
    /// What was not exact, a line each.
    notes: Vec<(bool, String)>,
}

impl Report {
    /// Counts one ledger.
    pub fn add(&mut self, truth: &Made<'_>, outcome: Outcome, understood: &str) {
        match truth.ambiguous {
            None => {
                self.clear.add(&outcome);
                for feature in truth.features {
                    self.features.entry(feature.clone()).or_default().add(&outcome);
                }
            }
            Some(why) => {
                self.ambiguous.add(&outcome);
                self.features.entry(format!("ambiguous: {why}")).or_default().add(&outcome);
            }
        }
        let (word, said) = match &outcome {
            Outcome::Exact => return,
            Outcome::Beside(said) => ("beside", said),
            Outcome::Asked(_) if truth.ambiguous.is_some() => return,
            Outcome::Asked(said) => ("asked", said),
            Outcome::Refused(said) => ("refused", said),
            Outcome::Wrong(said) => ("WRONG", said),
        };
        let made_of = truth.features.join("; ");
        let note =
            format!("seed {} {word}: {said}\n    of {made_of}\n    read {understood}", truth.seed);
        self.notes.push((matches!(outcome, Outcome::Wrong(_)), note));
    }

    /// How many were wrong, clear or not.
    pub fn wrong(&self) -> usize {
        self.clear.wrong + self.ambiguous.wrong
    }

    /// How many of the unambiguous ones were exact.
    pub fn exact_of_unambiguous(&self) -> (usize, usize) {
        (self.clear.exact, self.clear.all())
    }

    /// The wrong ones, a line each.
    pub fn list_wrong(&self) -> String {
        let wrong = self.notes.iter().filter(|(wrong, _)| *wrong);
        wrong.map(|(_, note)| note.as_str()).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| feature | ledgers | exact | beside | asked | refused | wrong |")?;
        let total =
            [("all that are clear", &self.clear), ("all that are ambiguous", &self.ambiguous)];
        let features = self.features.iter().map(|(name, rates)| (name.as_str(), rates));
        for (name, rates) in total.into_iter().chain(features) {
            writeln!(f, "{rates}  {name}")?;
        }
        self.notes.iter().try_for_each(|(_, note)| writeln!(f, "{note}"))
    }
}
