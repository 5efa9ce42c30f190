//! What a picture is made of.

/// A line, and what it looks like.
pub struct Stroke {
    /// Its kind, as the style sheet calls it.
    pub class: &'static str,
    /// Its path, as SVG writes one.
    pub path: String,
}

/// A piece of text.
pub struct Label {
    /// Its kind, as the style sheet calls it.
    pub class: &'static str,
    /// Where it begins.
    pub x: i32,
    /// The line that it stands on.
    pub y: i32,
    /// What it says, cut to fit.
    pub text: String,
}

impl Label {
    /// A text of at most so many characters.
    pub(super) fn new(class: &'static str, x: i32, y: i32, text: &str, most: usize) -> Label {
        Label { class, x, y, text: cut(text, most) }
    }
}

/// Text of at most so many characters, of which the last says that there are more.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A point, from the left and from above.
pub(super) type At = (i32, i32);

/// How an arrow ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tip {
    /// It arrives.
    Filled,
    /// Only a part of it arrives.
    Hollow,
    /// It does not arrive.
    Cross,
    /// Nothing is known of its end.
    Open,
}

/// An arrow along these points.
pub(super) fn arrow(class: &'static str, along: &[At], tip: Tip) -> Vec<Stroke> {
    let mut strokes = vec![line(class, along)];
    let (Some(end), Some(before)) = (along.last(), along.iter().rev().nth(1)) else { return strokes };
    strokes.push(match tip {
        Tip::Filled => Stroke { class: "tip", path: head(*before, *end) },
        Tip::Hollow => Stroke { class: "tip hollow", path: head(*before, *end) },
        Tip::Cross => cross(*end),
        Tip::Open => ring(*end),
    });
    strokes
}

/// A line along these points.
pub(super) fn line(class: &'static str, along: &[At]) -> Stroke {
    let mut path = String::new();
    for (index, (x, y)) in along.iter().enumerate() {
        path += &format!("{}{x} {y}", if index == 0 { 'M' } else { 'L' });
    }
    Stroke { class, path }
}

/// Where something ends that should not.
pub(super) fn cross((x, y): At) -> Stroke {
    Stroke { class: "cross", path: format!("M{} {}l10 10m0-10l-10 10", x - 5, y - 5) }
}

/// A ring around a point.
pub(super) fn ring((x, y): At) -> Stroke {
    Stroke { class: "ring", path: format!("M{} {y}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", x - 4) }
}

/// A dot on a line of life.
pub(super) fn dot((x, y): At) -> Stroke {
    Stroke { class: "dot", path: format!("M{} {y}a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", x - 3) }
}

/// The head of an arrow that comes from there and ends here.
fn head((from_x, from_y): At, (x, y): At) -> String {
    let (dx, dy) = (f64::from(x - from_x), f64::from(y - from_y));
    let long = dx.hypot(dy).max(1.0);
    let (dx, dy) = (dx / long * 9.0, dy / long * 9.0);
    let (back_x, back_y) = (f64::from(x) - dx, f64::from(y) - dy);
    let (side_x, side_y) = (-dy * 0.5, dx * 0.5);
    format!(
        "M{x} {y}L{:.1} {:.1}L{:.1} {:.1}z",
        back_x + side_x,
        back_y + side_y,
        back_x - side_x,
        back_y - side_y
    )
}
