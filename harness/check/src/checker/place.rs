use crate::replay::TEST;
use std::path::{Path, PathBuf};

/// Where a test stands. [`checker!`](crate::checker) knows.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its package.
    pub package: &'static str,
    /// The folder of the package's manifest.
    pub manifest: &'static str,
    /// Its source file, as the compiler was told of it.
    pub file: &'static str,
    /// Its module, with the crate in front.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// A [`Checker`](crate::Checker) for the test of this name, in this place.
///
/// ```no_run
/// # struct Payment;
/// # impl anechoic::Scenario for Payment {
/// #     type Service = Shop;
/// #     fn promises(&self) -> Vec<anechoic::Promise> { vec!["none".into()] }
/// #     fn service(&self) -> Shop { Shop }
/// #     fn set_up(&self, _: &mut anechoic::Room<Shop>, _: &[usize]) {}
/// #     fn at_rest(&self, _: &anechoic::Rest<'_, Shop>, _: &mut anechoic::Breaches) {}
/// # }
/// # #[derive(Debug, Hash)] struct Shop;
/// # impl anechoic::Service for Shop {
/// #     type Request = (); type Response = (); type Answer = ();
/// #     fn apply(&mut self, _: &()) {}
/// # }
/// anechoic::checker!("a_card_is_charged_once").faults(1).assert(|_| Payment);
/// ```
#[macro_export]
macro_rules! checker {
    ($name:expr) => {
        $crate::Checker::new($crate::Place {
            package: ::core::env!("CARGO_PKG_NAME"),
            manifest: ::core::env!("CARGO_MANIFEST_DIR"),
            file: ::core::file!(),
            module: ::core::module_path!(),
            name: $name,
        })
    };
}

impl Place {
    /// The test's path, with its target in front: two targets of a package may have tests of one name.
    pub(crate) fn test(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }

    /// The catalogue that its runs are of.
    pub(super) fn catalogue(&self) -> String {
        format!("{TEST}{}", self.package)
    }

    /// Where its runs are kept: beside its source file.
    pub(super) fn folder(&self) -> PathBuf {
        // The compiler's path is relative to the workspace, which is the package or around it.
        let source = Path::new(self.manifest).ancestors().map(|root| root.join(self.file));
        let source = source.into_iter().find(|source| source.is_file());
        let beside = source.as_deref().and_then(Path::parent).unwrap_or(Path::new(self.manifest));
        beside.join("anechoic")
    }

    /// A path as it is shown: from the package, if it lies in it.
    pub(super) fn relative(&self, path: &Path) -> String {
        path.strip_prefix(self.manifest).unwrap_or(path).display().to_string()
    }

    /// A file that was named in the environment: from where the test runs, from its package, or from the workspace.
    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        let roots = Path::new(self.manifest).ancestors().map(|root| root.join(path));
        let mut candidates = [path.to_path_buf()].into_iter().chain(roots);
        candidates.find(|candidate| candidate.exists()).unwrap_or_else(|| path.into())
    }
}
