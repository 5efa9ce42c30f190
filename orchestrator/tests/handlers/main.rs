//! What each handler does with a task, in a world in which every answer comes.
mod beside;
mod ends;
mod steps;
mod words;
mod world;
