//! A configuration that is wrong is refused: where, what was expected, and what to do.
use super::{anechoic, assert_exit, folder, mistakes::assert_helps, says, stderr, stdout};
use std::fs;

/// A configuration, and what must be said of it.
type Case = (&'static str, &'static [&'static str]);

#[test]
fn a_configuration_that_is_wrong_is_refused_with_line_and_what_was_expected() {
    const HANDLER: &str =
        "[handlers.pay]\nlambda = [\"sh\", \"-c\", \"exit 3\"]\n[tables.orders]\nkey = \"id\"\n";
    let cases: &[Case] = &[
        ("", &["it has no scenario, so there is nothing to check; add one"]),
        ("[handlers.pay\n", &["line 1"]),
        (
            "[handlers.pay]\nnod = \"index.handler\"\n",
            &["line 2", "unknown field `nod`; did you mean `node`?"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pya\" }]\n",
            &["there is no handler `pya`; did you mean `pay`?", "line 6"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\", times = 99 }]\n",
            &["expected a number of deliveries from 1 to 8"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\", event = \"no.json\" }]\n",
            &["no.json: there is nothing of this name"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n[promises.p]\nnever = \"select * from order\"\n",
            &["line 8", "promise `p`"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n[promises.p]\nnever = \"select * from oders\"\n",
            &["line 8", "orders"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n[promises.p]\nnever = \"select 1\"\n",
            &["line 8", "promise `p`"],
        ),
        (
            "[handlers.pay]\nnode = \"index.handler\"\ndurable = { timout = 3 }\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["line 3", "expected true, or a table of timeout, page, refuses and callbacks"],
        ),
        (
            "[handlers.pay]\ncommand = [\"true\"]\ndurable = true\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["line 3", "expected node, python or lambda"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n[variants.old]\nbreaks = [\"as_if_onc\"]\n",
            &["line 8", "there is no promise `as_if_onc`; did you mean `as_if_once`?"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n[as_if_once]\noff = true\n",
            &["line 8", "nothing is promised: with `off = true`"],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n[as_if_once]\nignore = [\"oders.at\"]\n",
            &["did you mean `orders`?"],
        ),
        (
            "HANDLERrows = [{ name = \"x\" }]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["a row of table `orders` does not fit"],
        ),
        (
            "[handlers.pay]\nnode = \"index.handler\"\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["there is none of index.mjs, index.js, index.cjs, index.mts, index.ts", "is it built?"],
        ),
        (
            "[handlers.pay]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["exactly one of node, python, lambda, http and command; it has none"],
        ),
        (
            "HANDLER[services.cards]\nanswers = [{ on = \"charges\" }]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["expected a method and a path, as in \"POST /charges\""],
        ),
        (
            "HANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["does not ask for an event: it ended with exit status: 3"],
        ),
        (
            "template = \"no.yaml\"\nHANDLER[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["no.yaml: there is nothing of this name"],
        ),
        (
            "HANDLER[tables.notes]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &[
                "table `notes` has no key, and no `template` declares it; expected a line such as\n  key = \"order_id\"",
            ],
        ),
        (
            "HANDLER[services.cards]\nstub = [\"true\"]\nanswers = [{ on = \"POST /charges\" }]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["line 6", "leave out one of `stub` and `answers`"],
        ),
        (
            "HANDLER[services.cards]\nstub = [\"true\"]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["service `cards` does not listen at the port that is in PORT: it ended with exit status: 0"],
        ),
        (
            "HANDLER[constants.legal]\nrows = \"legal.json\"\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["line 6", "legal.json: there is nothing of this name"],
        ),
        (
            "HANDLER[constants.orders]\nrows = [{ id = \"a\" }]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["orders"],
        ),
        (
            "[handlers.pay]\npython = \"app.handler\"\ntimers = 2\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["line 3", "fire in virtual time", "leave out `timers`"],
        ),
        (
            "HANDLER[services.cards]\nstub = [\"no-such-program\"]\n[scenarios.a]\ndeliver = [{ to = \"pay\" }]\n",
            &["service `cards`", "`no-such-program` cannot be started", "is it installed"],
        ),
    ];
    let many = ["{ to = \"pay\", times = 8 }"; 9].join(", ");
    let many = format!("HANDLER[scenarios.a]\ndeliver = [{many}]\n");
    let too_many: &[&str] = &["line 5", "makes 72 deliveries; expected at most 64 in all"];
    for (config, said) in cases.iter().copied().chain([(&*many, too_many)]) {
        let folder = folder();
        fs::write(folder.path().join("anechoic.toml"), config.replace("HANDLER", HANDLER)).expect("written");
        let output = anechoic(folder.path(), &["check"]);
        assert!([2, 4].contains(&output.status.code().unwrap_or(0)), "{config}\n{}", stderr(&output));
        for said in said {
            assert!(says(&output, said), "{config}\nshould say {said:?}:\n{}", stderr(&output));
        }
        assert!(!says(&output, "panicked"), "{}", stderr(&output));
        assert_helps(&output);
    }
}

/// What there is to check is listed although nobody could check it here.
#[test]
fn a_list_starts_no_program() {
    let folder = folder();
    let config = "handlers.pay.lambda = ['no-such-program']\nscenarios.once.deliver = [{ to = 'pay', event = {} }]\n\
                  tables.payments.key = 'id'\npromises.paid-once.never = 'select id from payments'\n";
    fs::write(folder.path().join("anechoic.toml"), config).expect("written");
    let listed = anechoic(folder.path(), &["list"]);
    assert_exit(&listed, 0);
    assert!(stdout(&listed).contains("\n  paid-once "), "{}", stdout(&listed));
    assert_exit(&anechoic(folder.path(), &["check"]), 4);
}
