//! Lines that join several things which are kept apart here: 晨检和全日观察.

use hygeia_pack::model::{DutyId, RegisterId};
use std::ops::Range;

/// Words between things that are named side by side, longest first where one ends with another.
const JOINTS: [&str; 5] = ["以及", "、", "和", "及", "与"];

/// What words name: a duty, or only the register that something is entered in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    /// The duty.
    pub duty: Option<DutyId>,
    /// Its register.
    pub register: RegisterId,
}

impl Kept {
    fn is_same(&self, other: &Kept) -> bool {
        match (&self.duty, &other.duty) {
            (Some(duty), Some(other)) => duty == other,
            _ => self.register == other.register,
        }
    }
}

/// The things that `title` joins where each is another one of those kept here and one at least is a duty; else the
/// title alone. What names nothing by itself (水杯、毛巾消毒) stays with what follows it.
pub(super) fn parts(title: &str, kept: impl Fn(&str) -> Option<Kept>) -> Vec<&str> {
    let mut groups: Vec<(Range<usize>, Kept)> = Vec::new();
    let mut start = 0;
    for (piece, next) in pieces(title) {
        let Some(named) = title.get(piece.clone()).and_then(&kept) else { continue };
        match groups.last_mut() {
            Some((range, last)) if last.is_same(&named) => {
                range.end = piece.end;
                last.duty = last.duty.take().or(named.duty);
            }
            _ => groups.push((start..piece.end, named)),
        }
        start = next;
    }
    if let Some((range, _)) = groups.last_mut() {
        range.end = title.len();
    }
    if groups.len() < 2 || groups.iter().all(|(_, named)| named.duty.is_none()) {
        return vec![title];
    }
    groups.into_iter().filter_map(|(range, _)| title.get(range)).collect()
}

/// The pieces between the joints, each with where the next one starts.
fn pieces(title: &str) -> Vec<(Range<usize>, usize)> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = title.get(at..) {
        let Some(first) = rest.chars().next() else { break };
        match JOINTS.iter().find(|joint| rest.starts_with(**joint)) {
            Some(joint) => {
                pieces.push((start..at, at + joint.len()));
                at += joint.len();
                start = at;
            }
            None => at += first.len_utf8(),
        }
    }
    pieces.push((start..title.len(), title.len()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(title: &str) -> Vec<&str> {
        parts(title, |piece| {
            let known = [
                ("晨检", Some("morning"), "morning"),
                ("观察", None, "observation"),
                ("毛巾消毒", Some("daily"), "disinfection"),
                ("玩具消毒", Some("toys"), "disinfection"),
                ("茶杯消毒", Some("daily"), "disinfection"),
                ("留样", None, "sample"),
            ];
            let found = known.iter().find(|(name, ..)| piece.contains(name))?;
            Some(Kept { duty: found.1.map(DutyId::new), register: RegisterId::new(found.2) })
        })
    }

    #[test]
    fn what_is_kept_apart_is_told_apart() {
        assert_eq!(apart("做好晨检和全日观察"), ["做好晨检", "全日观察"]);
        assert_eq!(apart("晨检、全日观察以及消毒液登记"), ["晨检", "全日观察以及消毒液登记"]);
        assert_eq!(apart("水杯、毛巾消毒与玩具消毒"), ["水杯、毛巾消毒", "玩具消毒"]);
        assert_eq!(apart("毛巾消毒、水杯和茶杯消毒"), ["毛巾消毒、水杯和茶杯消毒"]);
        assert_eq!(apart("及时做好晨检"), ["及时做好晨检"]);
        assert_eq!(apart("留样和观察"), ["留样和观察"]);
        assert_eq!(apart("家长宣传与环境整治"), ["家长宣传与环境整治"]);
    }
}
