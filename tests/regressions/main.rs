//! What was observed once, and reproduced by `anechoic reproduce`, does not come back.
/// A run that is printed as a test: it passes, because what ships keeps the promise in it.
mod emitted;
#[path = "01KQT96W0B8J48HDWGF4YA9V7D.rs"]
mod observed;
