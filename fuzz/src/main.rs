//! Runs fuzz targets: `jixiao-fuzz TARGET|all SECONDS [SEED]`. An input that ends a target is kept in `fuzz/found/TARGET`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a tool for developers that talks to its terminal and stops with a message"
)]

use jixiao_fuzz::mutate;
use jixiao_fuzz::random::Random;
use jixiao_fuzz::targets::{ALL, Target};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<&str> = ALL.iter().map(|target| target.name).collect();
    let chosen = |name: &String| -> Vec<&Target> {
        ALL.iter().filter(|target| name == "all" || target.name == name).collect()
    };
    let targets = args.first().map(chosen).unwrap_or_default();
    let seconds = args.get(1).and_then(|text| text.parse::<u64>().ok());
    let seed = args.get(2).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    let (false, Some(seconds)) = (targets.is_empty(), seconds) else {
        println!("jixiao-fuzz all|{} SECONDS [SEED]", names.join("|"));
        return ExitCode::from(2);
    };
    // A fault is told once below, with its input.
    std::panic::set_hook(Box::new(|_| {}));
    let mut faults = 0;
    for target in targets {
        faults += run(target, Duration::from_secs(seconds), seed);
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(target: &Target, time: Duration, seed: u64) -> usize {
    let (seeds, mut random, begun) = ((target.seeds)(), Random::new(seed), Instant::now());
    let (mut count, mut faults) = (0u64, 0);
    let mut pool = seeds.clone();
    let current = found(target).join("current");
    while begun.elapsed() < time && faults < 10 {
        let input = mutate::any(random.pick::<Vec<u8>>(&pool), &mut random);
        // A death that cannot be caught leaves its input here.
        std::fs::write(&current, &input).expect("a folder to write to");
        let clock = Instant::now();
        if let Err(cause) = catch_unwind(AssertUnwindSafe(|| (target.run)(&input))) {
            faults += 1;
            let text = cause.downcast_ref::<String>().cloned();
            let text = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            keep(target, count, &input, &text.unwrap_or_default());
        } else if clock.elapsed() > Duration::from_secs(20) {
            faults += 1;
            keep(target, count, &input, "took more than 20 seconds");
        }
        count += 1;
        // Mutants of mutants reach further; the pool stays small and begins again from good inputs.
        if random.once_in(20) {
            pool.push(input);
            if pool.len() > seeds.len() + 100 {
                pool.truncate(seeds.len());
            }
        }
    }
    let _ = std::fs::remove_file(current);
    let _ = std::fs::remove_dir(found(target));
    let took = begun.elapsed().as_secs();
    println!("{}: {count} inputs in {took} s, {faults} faults (seed {seed})", target.name);
    faults
}

fn found(target: &Target) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found").join(target.name);
    std::fs::create_dir_all(&folder).expect("a folder to write to");
    folder
}

fn keep(target: &Target, count: u64, input: &[u8], why: &str) {
    let path = found(target).join(format!("input-{count}"));
    std::fs::write(&path, input).expect("a folder to write to");
    println!("{}: {why}: {}", target.name, path.display());
}
