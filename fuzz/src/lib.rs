//! Input that nobody would write by hand, for every door that takes input.
//!
//! * In: a seed. Out: mutated inputs, and for each target a function that must come back from any of them.
//! * [`targets`] are the doors, [`mutate`] changes an input, [`random`] makes it all repeatable.
//! * `cargo run --release -p jixiao-fuzz -- TARGET SECONDS` runs one for a while; the tests run each for a moment.
//! * Never: needs nightly, a corpus on the disk or a network.
#![deny(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "support of tests: to stop with a message is how a fault is told"
)]

pub mod mutate;
pub mod random;
pub mod targets;
