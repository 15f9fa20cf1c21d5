//! Names of registers, indicators and units that there are none of: the answer names what was probably meant, among
//! what the asker may see.

use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::error::{Result, WorkError};
use crate::indicator::FigureId;
use crate::work::Work;
use hygeia_expr::nearest;
use hygeia_pack::model::{PackSet, Register};
use hygeia_store::OrgUnit;

impl Work {
    /// [`Work::register`], with the id that was probably meant where there is none.
    pub fn register_or_meant<'a>(&self, actor: &Actor, packs: &'a PackSet, id: &str) -> Result<&'a Register> {
        self.register(packs, id).map_err(|error| {
            let directory = self.directory();
            let is_seen = |register: &&Register| {
                [Action::View, Action::Enter]
                    .iter()
                    .any(|action| actor.may_somewhere(&directory, register, *action))
            };
            let seen = packs.registers.values().filter(is_seen);
            meant(error, id, &seen.map(|register| register.id.as_str()).collect::<Vec<_>>())
        })
    }

    /// [`Work::figure_id`], with the indicator that was probably meant where there is none.
    pub fn figure_or_meant(&self, actor: &Actor, packs: &PackSet, text: &str) -> Result<FigureId> {
        self.figure_id(packs, text).map_err(|error| {
            let seen = self.indicators_of(actor, packs, None);
            meant(error, text, &seen.iter().map(|indicator| indicator.id.as_str()).collect::<Vec<_>>())
        })
    }

    /// [`Work::unit_by_code`], with the code that was probably meant where there is none.
    pub fn unit_or_meant<'a>(
        &self,
        actor: &Actor,
        directory: &'a Directory,
        code: &str,
    ) -> Result<&'a OrgUnit> {
        self.unit_by_code(directory, code).map_err(|error| {
            let seen = directory.all().into_iter().filter(|unit| actor.reaches(directory, unit.id));
            meant(error, code, &seen.map(|unit| unit.code.as_str()).collect::<Vec<_>>())
        })
    }
}

/// Adds to "not found" which of the known names was probably meant: the one without its pack in front, or the nearest.
fn meant(error: WorkError, name: &str, known: &[&str]) -> WorkError {
    let own = |full: &&&str| full.rsplit_once('.').is_some_and(|(_, own)| own == name);
    let likely = known.iter().find(own).copied().or_else(|| nearest(name, known.iter().copied()));
    match (error, likely) {
        (WorkError::NotFound(what), Some(likely)) => WorkError::NotFound(format!("{what}，是否指“{likely}”")),
        (error, _) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_its_pack_or_with_a_slip_is_understood() {
        let known = ["kindergarten.stock", "kindergarten.morning_check", "school.stock"];
        let said = |name: &str| meant(WorkError::NotFound(format!("“{name}”")), name, &known).to_string();
        assert_eq!(said("morning_check"), "找不到“morning_check”，是否指“kindergarten.morning_check”");
        assert_eq!(said("school.stok"), "找不到“school.stok”，是否指“school.stock”");
        assert_eq!(said("zzz"), "找不到“zzz”");
        let denied = meant(WorkError::Denied("甲".into()), "school.stok", &known);
        assert!(matches!(denied, WorkError::Denied(_)));
    }
}
