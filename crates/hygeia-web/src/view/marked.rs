//! A document's text with marked places that lead to what was found there.

use maud::{Markup, html};

/// One marked place.
pub(crate) struct Place {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Number of the item, in the addresses `#item-…` and `#mark-…`.
    pub item: i64,
    /// What is shown instead of the text that stands there.
    pub instead: Option<String>,
    /// State of the item, for its colour.
    pub state: String,
    /// What sort of item it is, for its colour.
    pub kind: String,
}

/// The text with its places marked; a place that overlaps the one before only gets an anchor.
pub(crate) fn document(text: &str, mut places: Vec<Place>) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    places.retain(|place| place.start < place.end && place.end <= chars.len());
    places.sort_by_key(|place| (place.start, place.end, place.item));
    let slice = |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut at = 0;
    let mut pieces = Vec::new();
    for place in places {
        if place.start >= at {
            let before = slice(at, place.start);
            let marked = place.instead.clone().unwrap_or_else(|| slice(place.start, place.end));
            at = place.end;
            pieces.push((before, Some(marked), place));
        } else {
            pieces.push((String::new(), None, place));
        }
    }
    html! {
        @for (before, marked, place) in pieces {
            (before)
            @match marked {
                Some(marked) => {
                    mark data-item=(place.item) id={ "mark-" (place.item) } data-state=(place.state) data-kind=(place.kind) { a href={ "#item-" (place.item) } { (marked) } }
                }
                None => { a.anchor id={ "mark-" (place.item) } {} }
            }
        }
        (slice(at, chars.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(start: usize, end: usize, item: i64) -> Place {
        Place { start, end, item, instead: None, state: "suggested".into(), kind: "duty".into() }
    }

    #[test]
    fn overlapping_places_keep_the_text_whole() {
        let drawn = document("晨检率为98%<b>。", vec![place(2, 6, 2), place(0, 4, 1), place(40, 50, 3)])
            .into_string();
        assert!(drawn.contains(">晨检率为</a></mark>") && drawn.contains("id=\"mark-2\""), "{drawn}");
        assert!(drawn.ends_with("98%&lt;b&gt;。"), "{drawn}");
        assert!(!drawn.contains("mark-3"));
    }
}
