//! One id type per kind of thing. Ids of pack things are `pack.name`; roles, org kinds and lists are bare names.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a name; whether it exists is the loader's question.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }
            /// The name as written in packs, URLs and columns.
            pub fn as_str(&self) -> &str {
                &self.0
            }
            /// The part after the pack's name: `morning_check` of `kindergarten.morning_check`.
            pub fn local(&self) -> &str {
                self.0.split_once('.').map_or(&self.0, |(_, local)| local)
            }
            /// The pack's name, or `""` for bare names.
            pub fn pack(&self) -> &str {
                self.0.split_once('.').map_or("", |(pack, _)| pack)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// A pack: `kindergarten`.
    PackId;
    /// A register: `kindergarten.morning_check`.
    RegisterId;
    /// A measure: `kindergarten.morning_checked`, `kindergarten.morning_check:entries`, `duty:kindergarten.morning_check`.
    MeasureId;
    /// An indicator: `kindergarten.morning_check_rate`.
    IndicatorId;
    /// A duty: `kindergarten.morning_check`.
    DutyId;
    /// A report: `kindergarten.term-summary` (`kindergarten/term-summary` on the command line).
    ReportId;
    /// A signal: `infectious_disease.cluster_school`.
    SignalId;
    /// A response to an incident: `infectious_disease.contact`.
    ResponseId;
    /// A role: `teacher`.
    RoleId;
    /// A kind of org unit: `class`.
    OrgKindId;
    /// A standard: `kindergarten.class_hygiene`.
    StandardId;
    /// A ledger: `medical-waste.waste`.
    LedgerId;
    /// A code list: `notifiable_disease`.
    ListId;
}
