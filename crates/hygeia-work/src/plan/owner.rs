//! Whose work a line of a plan is: the role and the unit that its words name.

use crate::directory::Directory;
use hygeia_pack::model::{PackSet, RoleId};
use hygeia_store::OrgUnitId;

/// The role that `words` name by title or synonym, the longest name first; `None` when none or two are named.
pub(super) fn role_in(packs: &PackSet, words: &str) -> Option<RoleId> {
    let named = packs.roles.values().filter_map(|role| {
        // 园长（校长） is known by either name.
        let titles = role.title.zh.split(['（', '）']).filter(|part| !part.is_empty());
        let names = titles.chain(role.synonyms.iter().map(String::as_str));
        let longest = names.filter(|name| words.contains(name)).map(|name| name.chars().count()).max()?;
        Some((longest, &role.id))
    });
    let named: Vec<(usize, &RoleId)> = named.collect();
    let longest = named.iter().map(|(length, _)| *length).max()?;
    let mut best = named.iter().filter(|(length, _)| *length == longest);
    match (best.next(), best.next()) {
        (Some((_, role)), None) => Some((*role).clone()),
        _ => None,
    }
}

/// The unit below `unit` that `words` name by its title; `None` when none is, or several are.
pub(super) fn unit_in(directory: &Directory, unit: OrgUnitId, words: &str) -> Option<OrgUnitId> {
    let named = crate::proofread::unit_of(directory, unit, words)?;
    (named != unit).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_its_names() {
        let packs = hygeia_pack::load(&hygeia_pack::builtin(), &crate::pack_functions()).unwrap();
        let role = |words: &str| role_in(&packs, words).map(|role| role.to_string());
        assert_eq!(role("各班老师做好交接").as_deref(), Some("teacher"));
        assert_eq!(role("保健医负责晨检").as_deref(), Some("health_teacher"));
        assert_eq!(role("由园长组织").as_deref(), Some("head"));
        assert_eq!(role("保育员和厨房"), Some("caregiver".to_owned()));
        assert_eq!(role("做好消毒"), None);
    }
}
