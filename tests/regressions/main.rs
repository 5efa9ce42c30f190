//! What was observed once, and reproduced by `anechoic reproduce`, does not come back.
#[path = "01KQT96W0B8J48HDWGF4YA9V7D.rs"]
mod observed;
