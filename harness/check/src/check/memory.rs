//! How much memory there is for the states of a search.
use super::jobs::cores;
use std::fs;

/// A state takes 36 bytes with what is empty in its table, and more while that grows.
const BYTES: u64 = 64;

/// As many states as half of the memory that is free has room for, by so many searches side by side; all, where the machine does
/// not tell how much is.
pub(crate) fn states(searches: usize) -> u64 {
    free().map_or(u64::MAX, |free| free / 2 / BYTES / searches.max(1) as u64)
}

/// How many searches run side by side.
pub(crate) fn searches(threads: u64) -> usize {
    if threads > 1 { 1 } else { cores() }
}

/// In bytes: on the machine, or in the group of processes that this one is of, whichever is less.
fn free() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let of_machine = read("/proc/meminfo").and_then(|text| available(&text));
    let number = |path: &str| read(path)?.trim().parse::<u64>().ok();
    let of_group = number("/sys/fs/cgroup/memory.max")
        .map(|most| most.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    of_machine.into_iter().chain(of_group).min()
}

/// What `/proc/meminfo` says could be had.
fn available(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_what_is_free_is_for_states() {
        let text = "MemTotal:       24097912 kB\nMemFree:  1 kB\nMemAvailable:   23000000 kB\n";
        assert_eq!(available(text), Some(23_552_000_000));
        assert_eq!(available("MemTotal: 1 kB"), None);
        if cfg!(target_os = "linux") {
            let (one, two) = (states(1), states(2));
            assert!(two > 1_000 && two < one && one < 1 << 40, "{one} and {two}");
        }
    }
}
