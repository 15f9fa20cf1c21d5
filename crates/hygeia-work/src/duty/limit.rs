//! How many entries of a duty one day can hold at all.

use hygeia_pack::model::{Duty, Expects, FieldType, KeyPart, Register};

/// Most entries, per person or option where the duty expects them so, that the register's natural key admits on one
/// day of one unit; `None` when the key sets no such bound (it is empty, holds a number, a text or a time, or tells
/// several people of the unit apart).
pub(crate) fn most_a_day(duty: &Duty, register: &Register) -> Option<u16> {
    let holds = |part: &KeyPart| register.key.contains(part);
    if !holds(&KeyPart::Field(register.day.clone())) {
        return None;
    }
    match duty.expects {
        Expects::EachEnrolled(_) | Expects::EachOpen { .. } if !holds(&KeyPart::Subject) => return None,
        Expects::Times | Expects::EachOption { .. }
            if holds(&KeyPart::Subject) || !holds(&KeyPart::OrgUnit) =>
        {
            return None;
        }
        _ => {}
    }
    register.key.iter().try_fold(1_u16, |most, part| match part {
        KeyPart::Field(name) if *name != register.day => {
            Some(most.saturating_mul(values(duty, register, name)?))
        }
        _ => Some(most),
    })
}

/// Values that the field of a key can have in the entries that count for the duty; `None` when they are not counted.
fn values(duty: &Duty, register: &Register, name: &str) -> Option<u16> {
    if matches!(&duty.expects, Expects::EachOption { field, .. } if field == name) {
        return Some(1);
    }
    let choice = match &register.fields.get(name)?.kind {
        FieldType::Choice(choice) => choice,
        FieldType::Bool => return Some(2),
        _ => return None,
    };
    let open: Vec<&str> = choice.options.iter().filter(|o| !o.retired).map(|o| o.code.as_str()).collect();
    // A condition such as `object == 'cup'` names the codes that count.
    let condition = duty.filter.as_ref().map_or("", |filter| filter.source.as_str());
    let named = open.iter().filter(|code| condition.contains(&format!("'{code}'"))).count();
    u16::try_from(if named == 0 { open.len() } else { named }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_bounds_what_a_day_holds() {
        let packs = hygeia_pack::load(&hygeia_pack::builtin(), &crate::pack_functions()).unwrap();
        let most = |id: &str| {
            let duty = packs.duties.get(id).unwrap();
            most_a_day(duty, packs.registers.get(&duty.register).unwrap())
        };
        assert_eq!(most("kindergarten.morning_check"), Some(1));
        assert_eq!(most("kindergarten.ventilation"), Some(4));
        assert_eq!(most("kindergarten.tableware"), Some(1));
        assert_eq!(most("kindergarten.bedding_wash"), Some(1));
        assert_eq!(most("kindergarten.toy_disinfection"), most("kindergarten.disinfection_daily"));
        // One a day of each child, but of how many children a day is open.
        assert_eq!(most("kindergarten.special_review"), None);
    }
}
