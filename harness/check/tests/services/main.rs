//! The ready-made services: what each does, and that no search skips anything of it.
mod api;
mod lock;
mod queue;
mod sound;
mod store;
mod table;
mod transactions;
