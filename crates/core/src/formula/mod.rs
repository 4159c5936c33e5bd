//! The formula language of rules.
/// A parsed formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {}
