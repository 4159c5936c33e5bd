//! A score's calculation as a person reads it.
//!
//! * In: a scored row. Out: the branch of the formula that was taken, with its numbers and its value.
//! * Never: computes anything again.

use crate::evaluation::ScoredIndicator;

impl ScoredIndicator {
    /// How the score comes about, in Chinese and in English: `10 × 98 ÷ 100 = 9.8`, or that the target was met.
    pub fn worked(&self) -> (String, String) {
        let Some(way) = &self.calculation else {
            return (self.substituted.clone(), self.substituted.clone());
        };
        let of = |name: &str| {
            let binding = way.bindings.iter().find(|binding| binding.name == name);
            binding.and_then(|binding| Some(binding.value.as_ref()?.exact().clone()))
        };
        let exact = way.exact.rounded(4).normalize();
        match way.formula.taken(&of) {
            Some(taken) => {
                let signs = taken.replace(" * ", " × ").replace(" / ", " ÷ ");
                (format!("{signs} = {exact}"), format!("{taken} = {exact}"))
            }
            None if self.score == self.weight => {
                ("已完成指标值".to_owned(), "the target was met".to_owned())
            }
            None => (format!("按规则得 {exact} 分"), format!("{exact} points by the rule")),
        }
    }
}
