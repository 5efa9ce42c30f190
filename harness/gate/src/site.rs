//! All that handlers can reach: the tables, and the outside services.
use crate::{
    durable::{self, Function},
    dynamo::{Dynamo, Tables},
    memo::Memo,
    outside::ServiceSpec,
    table::TableSpec,
    touched::About,
    trouble::Trouble,
    world::World,
};
use anechoic_engine::{Failure, Over};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What handlers can reach, and what it is like before a run.
pub struct Site {
    /// The tables.
    pub tables: Arc<[TableSpec]>,
    /// The outside services.
    pub services: Vec<ServiceSpec>,
    /// The handlers that durable functions may invoke.
    pub(crate) functions: Arc<[Function]>,
    dynamo: Mutex<Dynamo>,
    pub(crate) beginning: Arc<Tables>,
    pub(crate) about: Memo<u128, Arc<About>>,
    pub(crate) durable: durable::Known,
    trouble: Mutex<Option<Trouble>>,
    /// The functions that were invoked, and that no handler is.
    not_run: Mutex<BTreeSet<String>>,
}

impl Site {
    /// Makes the tables, and fills them.
    ///
    /// # Errors
    /// A table that cannot be made, or a row that does not fit.
    pub fn new(tables: Vec<TableSpec>, services: Vec<ServiceSpec>) -> Result<Site, String> {
        let tables: Arc<[TableSpec]> = tables.into();
        let (dynamo, beginning) = Dynamo::new(tables.clone())?;
        let (dynamo, beginning) = (Mutex::new(dynamo), Arc::new(beginning));
        Ok(Site {
            tables,
            services,
            functions: Arc::default(),
            dynamo,
            beginning,
            about: Memo::default(),
            durable: Default::default(),
            trouble: Mutex::new(None),
            not_run: Mutex::default(),
        })
    }

    /// The same, with handlers that durable functions may invoke.
    #[must_use]
    pub fn with_functions(self, functions: Vec<Function>) -> Site {
        Site { functions: functions.into(), ..self }
    }

    /// Starts the programs that stand for services, to see whether that can be done.
    ///
    /// # Errors
    /// Why one cannot.
    pub fn rehearse(&self) -> Result<(), String> {
        self.services.iter().try_for_each(|service| {
            let rehearsed = service.stub.as_ref().map_or(Ok(()), |stub| stub.rehearse());
            rehearsed.map_err(|what| format!("service `{}` {what}", service.name))
        })
    }

    pub(crate) fn dynamo(&self) -> MutexGuard<'_, Dynamo> {
        self.dynamo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps why nothing can be said; the first reason counts.
    pub(crate) fn note(&self, trouble: Trouble) {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(trouble);
    }

    /// A function was invoked that no handler is: how it comes out is a choice.
    pub(crate) fn note_not_run(&self, function: &str) {
        self.not_run.lock().unwrap_or_else(PoisonError::into_inner).insert(function.into());
    }

    /// The functions that were invoked, and that no handler is.
    pub(crate) fn not_run(&self) -> BTreeSet<String> {
        self.not_run.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps it, and ends a delivery with it.
    pub(crate) fn gone_astray(&self, trouble: Trouble) -> Over<World> {
        let words = trouble.to_string();
        self.note(trouble);
        Over::Returned(Err(Failure::new(words)))
    }

    /// Forgets it: what was the reason is mended.
    pub(crate) fn forget_trouble(&self) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Why nothing can be said of the runs so far, if so.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
