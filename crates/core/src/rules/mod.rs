//! Rules.
/// Rules.
#[derive(Clone, Debug)]
pub struct Rules {}
/// Error.
#[derive(Debug, thiserror::Error)]
#[error("rules")]
pub struct RulesError {}
