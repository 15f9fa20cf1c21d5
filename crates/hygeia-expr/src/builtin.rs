//! The built-in functions and macros: names, signatures, meaning.

macro_rules! builtins {
    ($($variant:ident $name:literal $signature:literal $doc:literal;)*) => {
        /// A function of the language itself; most take several types, and many have a form in SQL.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Builtin { $($variant),* }

        impl Builtin {
            pub(crate) const ALL: &'static [Builtin] = &[$(Builtin::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Builtin::$variant => $name),* }
            }
            pub(crate) fn signature(self) -> &'static str {
                match self { $(Builtin::$variant => $signature),* }
            }
            pub(crate) fn doc(self) -> &'static str {
                match self { $(Builtin::$variant => $doc),* }
            }
            pub(crate) fn named(name: &str) -> Option<Builtin> {
                Self::ALL.iter().copied().find(|builtin| builtin.name() == name)
            }
        }
    };
}

builtins! {
    Size "size" "size(text | list) → int" "Characters of a text, items of a list.";
    Has "has" "has(x) → bool" "Whether x has a value.";
    Coalesce "coalesce" "coalesce(a, b, …) → type of a and b" "The first argument that has a value.";
    Contains "contains" "contains(text, part) → bool" "Whether the text contains the part.";
    StartsWith "startsWith" "startsWith(text, part) → bool" "Whether the text starts with the part.";
    EndsWith "endsWith" "endsWith(text, part) → bool" "Whether the text ends with the part.";
    Abs "abs" "abs(number) → number" "The number without its sign.";
    Round "round" "round(number, places) → decimal" "Rounded half away from zero to 0–6 decimal places.";
    MinOf "min_of" "min_of(a, b, …) → type of a and b" "The least; missing when an argument is.";
    MaxOf "max_of" "max_of(a, b, …) → type of a and b" "The greatest; missing when an argument is.";
    ToInt "int" "int(number) → int" "The number without its decimals.";
    ToDecimal "decimal" "decimal(number) → decimal" "The number as a decimal.";
    ToDate "date" "date(text | datetime) → date" "A date from its ISO text, or the date of a datetime.";
    ToTime "time" "time(text | datetime) → time" "A time from its text, or the time of a datetime.";
    DaysBetween "days_between" "days_between(from, to) → int" "Days from one date to another; negative when `to` is earlier.";
    AgeMonths "age_months" "age_months(birth, date) → int" "Completed months of age on a date; missing before birth.";
    AgeYears "age_years" "age_years(birth, date) → int" "Completed years of age on a date; missing before birth.";
    Year "year" "year(date) → int" "The year.";
    Month "month" "month(date) → int" "The month, 1–12.";
    Day "day" "day(date) → int" "The day of the month, 1–31.";
    Weekday "weekday" "weekday(date) → int" "The weekday, 1 (Monday) to 7.";
}
