//! The words that targets and actuals are read with.

/// Words of comparison, yes and no, bands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {}
