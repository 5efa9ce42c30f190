//! `sum`, `total` and `avg` that add exactly. SQLite adds real numbers as their bits are, so that 0.1, 0.2 and -0.3 do not make 0.
use crate::decimal::Decimal;
use rusqlite::{
    Connection, Error,
    functions::{Aggregate, Context, FunctionFlags, WindowAggregate},
    types::{Value, ValueRef},
};

/// Lets a connection add exactly. All else of these functions is as SQLite has it.
pub(crate) fn register(data: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, function) in [("sum", Function::Sum), ("total", Function::Total), ("avg", Function::Avg)] {
        data.create_window_function(name, 1, flags, function)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Function {
    Sum,
    Total,
    Avg,
}

/// What was added.
#[derive(Default)]
struct Sum {
    /// How many values, and how many of them were no integers, and how many were none of the exact ones.
    count: i64,
    reals: i64,
    roughs: i64,
    integers: i128,
    decimals: Decimal,
    rough: Rough,
}

/// A sum of real numbers that are too large or too fine to be added exactly, and what was lost by rounding.
#[derive(Clone, Copy, Default)]
struct Rough {
    sum: f64,
    lost: f64,
}

enum Addend {
    Integer(i64),
    Decimal(Decimal),
    Rough(f64),
}

impl Sum {
    /// Adds a value, or takes it away again.
    fn add(&mut self, value: ValueRef<'_>, sign: i8) {
        let Some(addend) = addend(value) else { return };
        self.count += i64::from(sign);
        if !matches!(addend, Addend::Integer(_)) {
            self.reals += i64::from(sign);
        }
        match addend {
            Addend::Integer(number) => self.integers += i128::from(sign) * i128::from(number),
            Addend::Decimal(number) => {
                self.decimals.whole += i128::from(sign) * number.whole;
                self.decimals.units += i128::from(sign) * number.units;
            }
            Addend::Rough(number) => {
                self.roughs += i64::from(sign);
                self.rough.add(f64::from(sign) * number);
                if self.roughs == 0 {
                    self.rough = Rough::default();
                }
            }
        }
    }

    fn real(&self) -> f64 {
        let exact = Decimal { whole: self.integers + self.decimals.whole, ..self.decimals }.to_real();
        if self.roughs == 0 {
            return exact;
        }
        let mut rough = self.rough;
        rough.add(exact);
        rough.get()
    }
}

impl Rough {
    fn add(&mut self, number: f64) {
        let sum = self.sum + number;
        self.lost += match self.sum.abs() > number.abs() {
            true => (self.sum - sum) + number,
            false => (number - sum) + self.sum,
        };
        self.sum = sum;
    }

    fn get(&self) -> f64 {
        if self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

/// What a value adds; none, if it is NULL.
fn addend(value: ValueRef<'_>) -> Option<Addend> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(Addend::Integer(number)),
        ValueRef::Real(number) => Some(real(number)),
        ValueRef::Text(text) => Some(spelt(text, true)),
        ValueRef::Blob(text) => Some(spelt(text, false)),
    }
}

fn real(number: f64) -> Addend {
    Decimal::of(number).map_or(Addend::Rough(number), Addend::Decimal)
}

/// The number with which a text begins; zero, if it does not. Only a text that is an integer and nothing else adds an integer.
fn spelt(text: &[u8], may_be_integer: bool) -> Addend {
    let is_blank = |letter: &u8| matches!(letter, b' ' | b'\t' | b'\n' | b'\x0b' | b'\x0c' | b'\r');
    let text = &text[text.iter().position(|letter| !is_blank(letter)).unwrap_or(text.len())..];
    let digits = |from: usize| text[from..].iter().take_while(|letter| letter.is_ascii_digit()).count();
    let sign = usize::from(text.first().is_some_and(|letter| matches!(letter, b'+' | b'-')));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return Addend::Decimal(Decimal::default());
    }
    let point = end;
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let is_signed = text.get(end + 1).is_some_and(|letter| matches!(letter, b'+' | b'-'));
        let from = end + 1 + usize::from(is_signed);
        if from < text.len() && digits(from) > 0 {
            end = from + digits(from);
        }
    }
    // All of it is ASCII.
    let number = std::str::from_utf8(&text[..end]).unwrap_or("0");
    let is_all = text[end..].iter().all(is_blank);
    if may_be_integer
        && is_all
        && end == sign + whole
        && let Ok(integer) = number.parse()
    {
        return Addend::Integer(integer);
    }
    let exact = (end == point).then(|| Decimal::spelt(number)).flatten();
    exact.map_or_else(|| real(number.parse().unwrap_or(0.0)), Addend::Decimal)
}

impl Function {
    fn of(self, sum: Option<&Sum>) -> rusqlite::Result<Value> {
        let sum = sum.filter(|sum| sum.count > 0);
        Ok(match (self, sum) {
            (Function::Total, None) => Value::Real(0.0),
            (Function::Sum | Function::Avg, None) => Value::Null,
            (Function::Sum, Some(sum)) if sum.reals == 0 => {
                let integer = i64::try_from(sum.integers);
                Value::Integer(integer.map_err(|_| Error::UserFunctionError("integer overflow".into()))?)
            }
            (Function::Sum | Function::Total, Some(sum)) => Value::Real(sum.real()),
            (Function::Avg, Some(sum)) => Value::Real(sum.real() / sum.count as f64),
        })
    }
}

impl Aggregate<Sum, Value> for Function {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Sum> {
        Ok(Sum::default())
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Sum) -> rusqlite::Result<()> {
        sum.add(context.get_raw(0), 1);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Sum>) -> rusqlite::Result<Value> {
        self.of(sum.as_ref())
    }
}

impl WindowAggregate<Sum, Value> for Function {
    fn value(&self, sum: Option<&mut Sum>) -> rusqlite::Result<Value> {
        self.of(sum.as_deref())
    }

    fn inverse(&self, context: &mut Context<'_>, sum: &mut Sum) -> rusqlite::Result<()> {
        sum.add(context.get_raw(0), -1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::register;
    use rusqlite::{Connection, types::Value};

    /// What a query finds in the first column, by SQLite itself and by what is here.
    fn both(values: &[Value], sql: &str) -> [Result<Vec<Value>, String>; 2] {
        [false, true].map(|is_exact| {
            let data = Connection::open_in_memory().expect("a database");
            if is_exact {
                register(&data).expect("functions");
            }
            data.execute_batch("create table t (x)").expect("a table");
            for value in values {
                data.execute("insert into t values (?)", [value]).expect("a row");
            }
            let mut statement = data.prepare(sql).expect(sql);
            let rows = statement.query_map([], |row| row.get(0)).expect(sql);
            rows.collect::<rusqlite::Result<Vec<Value>>>().map_err(|error| error.to_string())
        })
    }

    fn one(values: &[Value], sql: &str) -> Value {
        let [_, exact] = both(values, sql);
        exact.expect(sql).remove(0)
    }

    fn texts(texts: &[&str]) -> Vec<Value> {
        texts.iter().map(|text| Value::Text(text.to_string())).collect()
    }

    const FUNCTIONS: [&str; 7] = [
        "select sum(x) from t",
        "select total(x) from t",
        "select avg(x) from t",
        "select sum(distinct x) from t",
        "select total(x) filter (where x > 3) from t",
        "select total(x) over (order by rowid rows between 3 preceding and 1 following) from t",
        "select avg(x) over (order by rowid rows between 2 following and 5 following) from t",
    ];

    #[test]
    fn what_sqlite_adds_exactly_is_the_same() {
        let mut seed = 7_u64;
        let mut next = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 40) as i64 - (1 << 23)
        };
        for round in 0..300 {
            let values: Vec<Value> = (0..round % 20)
                .map(|_| match (round % 3, next() % 7) {
                    (_, 0) => Value::Null,
                    (0, _) => Value::Integer(next()),
                    (1, 1) => Value::Text(next().to_string()),
                    // A fraction of 64ths is exact in bits, too.
                    (1, _) => Value::Real(next() as f64 / 64.0),
                    (_, 1) => Value::Text(format!(" {:?}rest", next() as f64 / 8.0)),
                    (_, 2) => Value::Text(format!("{}e-1", next() * 10)),
                    (_, 3) => Value::Blob(b"-12".into()),
                    _ => Value::Integer(next()),
                })
                .collect();
            for sql in FUNCTIONS {
                let [own, exact] = both(&values, sql);
                assert_eq!(own, exact, "{sql} of {values:?}");
            }
        }
    }

    #[test]
    fn each_text_adds_what_it_adds_in_sqlite() {
        for text in [
            "",
            "-",
            ".",
            "+5",
            " 12 ",
            "12a",
            "1.",
            ".5",
            "-.5e1",
            "5e",
            "5e+",
            "1e2",
            "x",
            "0x10",
            "inf",
            "007",
            "9223372036854775807",
            "9223372036854775808",
            "1e30",
            "1e999",
            "\u{a0}1",
            "1 2",
        ] {
            for sql in ["select sum(x) from t", "select typeof(sum(x)) from t", "select total(x) from t"] {
                let [own, exact] = both(&texts(&[text]), sql);
                assert_eq!(own, exact, "{sql} of {text:?}");
            }
        }
    }

    #[test]
    fn decimals_are_added_as_they_are_spelt() {
        let reals = [0.1, 0.2, -0.3].map(Value::Real);
        assert_eq!(one(&reals, "select sum(x) from t"), Value::Real(0.0));
        assert_eq!(one(&reals, "select sum(x) <> 0 from t"), Value::Integer(0));
        assert_eq!(one(&reals[..2], "select avg(x) from t"), Value::Real(0.15));
        let spelt = texts(&["0.1", "0.2", "-0.3"]);
        assert_eq!(one(&spelt, "select sum(cast(x as real)) from t"), Value::Real(0.0));
        assert_eq!(one(&spelt, "select total(x) from t"), Value::Real(0.0));
        let cents = vec![Value::Real(0.01); 1_000];
        assert_eq!(one(&cents, "select sum(x) from t"), Value::Real(10.0));
        let large = [1e30, 0.1, -1e30].map(Value::Real);
        assert_eq!(one(&large, "select sum(x) from t"), Value::Real(0.1), "what is rough is compensated");
        let window = "select sum(x) over (order by rowid rows 1 preceding) from t";
        let [_, sums] = both(&[0.1, 1e30, 0.2, 0.3].map(Value::Real), window);
        assert_eq!(sums, Ok([0.1, 1e30, 1e30, 0.5].map(Value::Real).into()));
    }

    #[test]
    fn integers_stay_integers_and_do_not_overflow_unseen() {
        let most = [i64::MAX, 1].map(Value::Integer);
        let [own, exact] = both(&most, "select sum(x) from t");
        assert_eq!(
            (own.unwrap_err(), exact.unwrap_err()),
            ("integer overflow".into(), "integer overflow".into())
        );
        assert_eq!(
            one(&[i64::MAX, 1, -1].map(Value::Integer), "select sum(x) from t"),
            Value::Integer(i64::MAX)
        );
        assert_eq!(one(&most, "select total(x) from t"), Value::Real(9_223_372_036_854_775_808.0));
    }
}
