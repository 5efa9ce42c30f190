//! Makes a run choice by choice, in the browser. Each page is a run as far as its address goes, made anew; each move that could
//! come next is a link, so going back is going back.
mod place;
mod served;

use super::{CommandError, Context, args::Bound, check::interrupted, parse::number};
use crate::{
    Exit,
    show::page::explore::{Explored, address},
};
use clap::Args;
use place::Place;
use served::Served;
use std::{io, net::Ipv4Addr, sync::atomic::Ordering, time::Duration};
use tiny_http::Server;

#[derive(Clone, Debug, Args)]
pub(super) struct Explore {
    /// A file that `check` wrote, or a scenario; `list` says which there are
    #[arg(value_name = "FILE|SCENARIO")]
    what: String,
    /// The version of the handlers [default: the first that is not wrong on purpose]
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    #[command(flatten)]
    bound: Bound,
    /// The port of 127.0.0.1 at which the page is served; 0 is any that is free
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = number(0..=65_535))]
    port: u64,
}

/// So often somebody looks whether it is to end.
const LOOK: Duration = Duration::from_millis(100);

/// Serves the page until somebody has had enough.
pub(super) fn explore(
    context: &Context<'_>,
    args: &Explore,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let catalogue = context.catalogue;
    let stop = interrupted();
    let Place { case, at, schedule, subject } = place::place(catalogue, args)?;
    let promises = subject.promises();
    let port = u16::try_from(args.port).unwrap_or(0);
    let server = Server::http((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        CommandError::Usage(format!(
            "--port {port}: nothing can be served at 127.0.0.1: {error}; choose another"
        ))
    })?;
    let port = server.server_addr().to_ip().map_or(port, |address| address.port());
    let explored = Explored {
        catalogue: &catalogue.name,
        case: (&case.scenario, &case.variant),
        actors: case.actors.as_deref(),
        at: &at,
        promises: &promises,
    };
    let served = Served { port, explored, subject: &*subject };
    writeln!(out, " explore  http://127.0.0.1:{port}{}", address(&schedule))?;
    writeln!(out, "          Ctrl-C ends it")?;
    out.flush()?;
    while !stop.load(Ordering::Relaxed) {
        match server.recv_timeout(LOOK) {
            Ok(Some(request)) => served.answer(request),
            Ok(None) => {}
            Err(error) => return Err(CommandError::Foreign(format!("the page is served no more: {error}"))),
        }
    }
    Ok(Exit::Holds)
}
