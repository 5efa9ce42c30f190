//! What the searches do, on mazes small enough for a pencil.
mod exhaustive;
mod findings;
mod large;
mod maze;
mod replay;
mod samples;
mod smallest;
mod threads;
