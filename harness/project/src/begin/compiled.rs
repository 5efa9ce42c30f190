//! What is compiled of a source in TypeScript, as its `tsconfig.json` says.
use super::project::pattern;
use regex::Regex;
use std::{fs, path::Path, sync::LazyLock};

static OUT: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?m)^[^/\n]*"outDir"\s*:\s*"(?:\./)?([^"]+?)/?""#));
static ROOT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?m)^[^/\n]*"rootDir"\s*:\s*"(?:\./)?([^"]+?)/?""#));

/// Where a project compiles its sources to.
pub(crate) struct Compiler {
    /// The folder of the sources, with a slash behind it.
    root: String,
    out: String,
}

impl Compiler {
    /// That of a project which has one. A `tsconfig.json` may hold comments, so it is looked at by patterns.
    pub(crate) fn of(folder: &Path) -> Option<Compiler> {
        let config = fs::read_to_string(folder.join("tsconfig.json")).ok()?;
        let out = OUT.captures(&config)?[1].to_string();
        let root = ROOT.captures(&config).map_or("src/".into(), |found| format!("{}/", &found[1]));
        Some(Compiler { root, out })
    }

    /// The file that is compiled of a source, without its ending.
    pub(crate) fn compiled(&self, source: &str) -> Option<String> {
        let (stem, _) = source.rsplit_once('.').filter(|(_, ending)| ending.ends_with("ts"))?;
        Some(format!("{}/{}", self.out, stem.strip_prefix(&self.root).unwrap_or(stem)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_lies_where_the_compiler_puts_it() {
        let folder = std::env::temp_dir().join(format!("anechoic-compiled-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("created");
        let compiled = |source: &str| Compiler::of(&folder)?.compiled(source);
        assert_eq!(compiled("src/pay.ts"), None, "nothing is compiled");
        for (config, out) in [
            ("{ \"compilerOptions\": { \"outDir\": \"./dist/\", \"rootDir\": \"src\" } }", "dist/pay"),
            ("{\n // \"outDir\": \"no\"\n \"outDir\": \"build\"\n}", "build/pay"),
            ("{ \"outDir\": \"dist\", \"rootDir\": \".\" }", "dist/src/pay"),
        ] {
            fs::write(folder.join("tsconfig.json"), config).expect("written");
            assert_eq!(compiled("src/pay.ts").as_deref(), Some(out), "{config}");
            assert_eq!(compiled("src/pay.mjs"), None, "it runs as it is");
        }
        fs::remove_dir_all(&folder).expect("removed");
    }
}
