//! The attribute of `anechoic`. Use it as `#[anechoic::test]`; its documentation is there.
use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{quote, quote_spanned};
use syn::{
    Error, Expr, FnArg, Ident, ItemFn, Result, ReturnType, Token, Type,
    parse::{Parse, ParseStream},
    parse_macro_input,
    punctuated::Punctuated,
    spanned::Spanned,
};

/// What can be set; each is a method of the builder.
const SETTINGS: [&str; 8] = ["faults", "callers", "retries", "kinds", "max_time", "search", "seed", "runs"];

/// `name = value`.
struct Setting {
    name: Ident,
    value: Expr,
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> Result<Setting> {
        let name: Ident = input.parse()?;
        if !SETTINGS.iter().any(|known| name == known) {
            let known = SETTINGS.join(", ");
            return Err(Error::new(
                name.span(),
                format!("there is no `{name}` to be set; expected one of {known}"),
            ));
        }
        input.parse::<Token![=]>()?;
        Ok(Setting { name, value: input.parse()? })
    }
}

/// Makes a test of a function that yields a scenario.
#[proc_macro_attribute]
pub fn test(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let settings = parse_macro_input!(attribute with Punctuated::<Setting, Token![,]>::parse_terminated);
    let function = parse_macro_input!(item as ItemFn);
    expand(settings, function).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn expand(settings: Punctuated<Setting, Token![,]>, function: ItemFn) -> Result<Tokens> {
    let ItemFn { attrs, vis, sig, block, .. } = function;
    let (name, inputs) = (&sig.ident, &sig.inputs);
    let output = outliving(&sig.output);
    let is_situation = |input: &FnArg| matches!(input, FnArg::Typed(_));
    if inputs.len() > 1 || !inputs.iter().all(is_situation) || sig.asyncness.is_some() {
        let what = "expected `fn name() -> impl Scenario` or `fn name(at: &Situation) -> impl Scenario`";
        return Err(Error::new(sig.span(), what));
    }
    for (at, setting) in settings.iter().enumerate() {
        if settings.iter().take(at).any(|before| before.name == setting.name) {
            return Err(Error::new(setting.name.span(), format!("`{}` is set twice", setting.name)));
        }
    }
    let callers = settings.iter().find(|setting| setting.name == "callers");
    if let (Some(callers), true) = (callers, inputs.is_empty()) {
        let what = "the number of callers is told to a function that takes `at: &Situation`, as `at.callers`";
        return Err(Error::new(callers.name.span(), what));
    }
    let settings =
        settings.iter().map(|Setting { name, value }| quote_spanned!(name.span()=> .#name(#value)));
    let open =
        if inputs.is_empty() { quote!(|_| __anechoic_scenario()) } else { quote!(__anechoic_scenario) };
    let many = (!inputs.is_empty()).then(|| quote!(.with_callers()));
    let text = name.to_string();
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #name() {
            fn __anechoic_scenario(#inputs) #output #block
            ::anechoic::checker!(#text) #many #(#settings)* .assert(#open);
        }
    })
}

/// A scenario outlives the situation that it is opened for, so its type says that nothing of it is kept.
fn outliving(output: &ReturnType) -> Tokens {
    match output {
        ReturnType::Type(arrow, written) if matches!(**written, Type::ImplTrait(_)) => {
            quote!(#arrow #written + use<>)
        }
        output => quote!(#output),
    }
}
