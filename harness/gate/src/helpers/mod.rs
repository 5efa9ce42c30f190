//! What is put beside a handler of some language, so that nothing of the handler need be changed.
use std::{
    env, fs, io,
    path::PathBuf,
    process::Command,
    sync::{Arc, Mutex, PoisonError, Weak},
};

const FILES: [(&str, &str); 5] = [
    ("preload.cjs", include_str!("preload.cjs")),
    ("origin.cjs", include_str!("origin.cjs")),
    ("lambda.mjs", include_str!("lambda.mjs")),
    ("lambda.py", include_str!("lambda.py")),
    ("python/sitecustomize.py", include_str!("sitecustomize.py")),
];

/// The helpers as files, for as long as somebody needs them.
pub(crate) struct Helpers {
    folder: tempfile::TempDir,
}

impl Helpers {
    /// The ones that are there already, if somebody has them.
    pub(crate) fn get() -> io::Result<Arc<Helpers>> {
        static HELPERS: Mutex<Weak<Helpers>> = Mutex::new(Weak::new());
        let mut known = HELPERS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(helpers) = known.upgrade() {
            return Ok(helpers);
        }
        let folder = tempfile::Builder::new().prefix("anechoic-").tempdir()?;
        for (name, text) in FILES {
            let path = folder.path().join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, text)?;
        }
        let helpers = Arc::new(Helpers { folder });
        *known = Arc::downgrade(&helpers);
        Ok(helpers)
    }

    /// Where a helper is.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Lets Node and Python load theirs before anything else, whoever starts them.
    pub(crate) fn preload(&self, command: &mut Command) {
        let options = env::var("NODE_OPTIONS").unwrap_or_default();
        command.env("NODE_OPTIONS", format!("--require={} {options}", self.path("preload.cjs")).trim());
        let own = PathBuf::from(self.path("python"));
        let others = env::var_os("PYTHONPATH").unwrap_or_default();
        let paths =
            std::iter::once(own).chain(env::split_paths(&others).filter(|path| !path.as_os_str().is_empty()));
        if let Ok(paths) = env::join_paths(paths) {
            command.env("PYTHONPATH", paths);
        }
    }
}
