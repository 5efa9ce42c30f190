use crate::common::{Ask, Journal, Script};
use anechoic_engine::{
    Client, Cost, Deed, Failed, Footprint, Pick, Point, Policy, Room, Runtime, Semantics, Source, Start,
    State, Subject,
};

/// A point, as it was shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) labels: Vec<String>,
    pub(crate) deeds: Vec<Option<Deed>>,
    pub(crate) costs: Vec<Cost>,
    pub(crate) footprints: Vec<Footprint>,
    pub(crate) faults: u32,
    pub(crate) state: Option<State>,
}

/// Plays a script as [`Script`] does, and keeps what it was shown.
pub(crate) struct Looking {
    pub(crate) script: Script,
    pub(crate) shown: Vec<Shown>,
    pub(crate) wants_states: bool,
}

impl Source for Looking {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let ways = 0..point.ways();
        self.shown.push(Shown {
            labels: ways.clone().map(|way| point.label(way)).collect(),
            deeds: ways.clone().map(|way| point.way(way).deed).collect(),
            costs: ways.clone().map(|way| point.way(way).cost).collect(),
            footprints: ways.map(|way| point.footprint(way)).collect(),
            faults: point.faults(),
            state: point.state(),
        });
        self.script.pick(point)
    }

    fn wants_states(&self) -> bool {
        self.wants_states
    }
}

pub(crate) fn look(subject: &dyn Subject, script: &[&'static str]) -> Vec<Shown> {
    let mut looking = Looking { script: Script(script.to_vec()), shown: Vec::new(), wants_states: true };
    subject.run(&mut looking);
    assert!(looking.script.0.is_empty(), "never offered: {:?}", looking.script.0);
    looking.shown
}

impl Shown {
    /// The only way whose label contains this.
    #[track_caller]
    pub(crate) fn way(&self, label: &str) -> usize {
        let ways: Vec<usize> =
            (0..self.labels.len()).filter(|way| self.labels[*way].contains(label)).collect();
        assert_eq!(ways.len(), 1, "{label} in {:#?}", self.labels);
        ways[0]
    }
}

/// Reads, makes seven versions of the cell, and writes a word.
pub(crate) async fn busy(client: Client<Journal>) -> Result<u32, Failed> {
    client.call(Ask::Read).await?;
    for from in 0..7 {
        client.call(Ask::Set { from, to: from + 1 }).await?;
    }
    client.call(Ask::Write("done")).await?;
    Ok(0)
}

/// Two workflows that take a step at once.
pub(crate) fn workflows(room: &mut Room<Journal>) {
    let runtime = Runtime {
        policy: Policy::default().at_most(2),
        semantics: Semantics::AtLeastOncePerRetry,
        start: Start::Awaited,
    };
    for (name, word) in [("one", "a"), ("two", "b")] {
        room.durable(name, &runtime, move |execution| async move {
            let client = execution.client().clone();
            execution.step("step", || async { client.call(Ask::Write(word)).await.map(drop) }).await?;
            Ok::<_, Failed>(0)
        });
    }
}
