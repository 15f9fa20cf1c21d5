//! Vaccines as certificates name them, and the components by which they count.
//!
//! Codes and names are those of 国家免疫规划疫苗儿童免疫程序及说明 (2021, 2026).

use std::sync::LazyLock;

use serde::Serialize;

/// A vaccine or immunoglobulin of the list shipped with the program (`data/immunization/products.csv`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "&'static str")]
pub struct Product(u8);

/// A set of antigens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Components(u32);

/// Words of the components column, in bit order.
const COMPONENT_NAMES: [&str; 19] = [
    "hepb",
    "bcg",
    "polio",
    "ipv",
    "trivalent",
    "d",
    "t",
    "p",
    "men_a",
    "infant_men_a",
    "men_c",
    "measles",
    "mumps",
    "rubella",
    "je_live",
    "je_inactivated",
    "hepa_live",
    "hepa_inactivated",
    "hpv",
];

impl Components {
    pub(super) const NONE: Self = Self(0);
    pub(super) const HEPB: Self = Self(1);
    pub(super) const BCG: Self = Self(1 << 1);
    pub(super) const POLIO: Self = Self(1 << 2);
    pub(super) const IPV: Self = Self(1 << 3);
    pub(super) const TRIVALENT: Self = Self(1 << 4);
    pub(super) const D: Self = Self(1 << 5);
    pub(super) const DT: Self = Self(0b11 << 5);
    pub(super) const P: Self = Self(1 << 7);
    pub(super) const DTP: Self = Self(0b111 << 5);
    pub(super) const MEN_A: Self = Self(1 << 8);
    pub(super) const INFANT_MEN_A: Self = Self(1 << 9);
    pub(super) const MEN_AC: Self = Self(0b101 << 8);
    pub(super) const MEASLES: Self = Self(1 << 11);
    pub(super) const MUMPS: Self = Self(1 << 12);
    pub(super) const RUBELLA: Self = Self(1 << 13);
    pub(super) const MMR: Self = Self(0b111 << 11);
    pub(super) const JE_LIVE: Self = Self(1 << 14);
    pub(super) const JE_INACTIVATED: Self = Self(1 << 15);
    pub(super) const HEPA_LIVE: Self = Self(1 << 16);
    pub(super) const HEPA_INACTIVATED: Self = Self(1 << 17);
    pub(super) const HPV: Self = Self(1 << 18);

    pub(super) fn includes(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
    }

    pub(super) fn touches(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Under which terms a product is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// 免疫规划疫苗: by the ages and intervals of the schedule.
    Programme,
    /// Outside the programme, given by its own label 说明书, counts by what it contains.
    OwnLabel,
    /// In no series of the programme.
    Other,
    /// Immunoglobulin, which delays live vaccines.
    Globulin,
}

pub(super) struct ProductFacts {
    code: &'static str,
    zh: &'static str,
    aliases: Vec<&'static str>,
    pub(super) kind: ProductKind,
    pub(super) live: bool,
    live_not_injected: bool,
    pub(super) components: Components,
}

static PRODUCTS: LazyLock<Vec<ProductFacts>> =
    LazyLock::new(|| read(include_str!("../../data/immunization/products.csv")));

/// What an unlisted index would mean; no such `Product` can be made.
static UNKNOWN: ProductFacts = ProductFacts {
    code: "",
    zh: "",
    aliases: Vec::new(),
    kind: ProductKind::Other,
    live: false,
    live_not_injected: false,
    components: Components::NONE,
};

fn read(text: &'static str) -> Vec<ProductFacts> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(read_line).collect()
}

fn read_line(line: &'static str) -> Option<ProductFacts> {
    let mut cells = line.split(',');
    let (code, zh) = (cells.next()?, cells.next()?);
    let kind = match cells.next()? {
        "programme" => ProductKind::Programme,
        "label" => ProductKind::OwnLabel,
        "globulin" => ProductKind::Globulin,
        _ => ProductKind::Other,
    };
    let live = cells.next()?;
    let (live, live_not_injected) = (live == "1", live == "2");
    let bits = |word: &str| COMPONENT_NAMES.iter().position(|name| *name == word).map_or(0, |bit| 1 << bit);
    let components = Components(cells.next()?.split(' ').map(bits).sum());
    Some(ProductFacts {
        code,
        zh,
        aliases: cells.next()?.split(' ').filter(|alias| !alias.is_empty()).collect(),
        kind,
        live,
        live_not_injected,
        components,
    })
}

impl Product {
    /// All products of the list.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..PRODUCTS.len()).filter_map(|index| u8::try_from(index).ok().map(Self))
    }

    /// Finds a product by its code, Chinese name or a common other name; case, blanks and full-width forms do not
    /// matter. `None` when the list does not have it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let wanted = folded(name);
        if wanted.is_empty() {
            return None;
        }
        let is = |candidate: &str| folded(candidate) == wanted;
        let position = PRODUCTS.iter().position(|facts| {
            is(facts.code) || is(facts.zh) || facts.aliases.iter().any(|alias| is(alias))
        })?;
        u8::try_from(position).ok().map(Self)
    }

    /// The abbreviation, as printed in the schedule where it stands there: `HepB`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.facts().code
    }

    /// The Chinese name: 乙肝疫苗.
    #[must_use]
    pub fn zh(self) -> &'static str {
        self.facts().zh
    }

    /// Under which terms it is given.
    #[must_use]
    pub fn kind(self) -> ProductKind {
        self.facts().kind
    }

    /// Whether it is an injectable live attenuated vaccine 注射减毒活疫苗.
    #[must_use]
    pub fn is_live_injectable(self) -> bool {
        self.facts().live
    }

    /// Whether it is a live attenuated vaccine, injected or not.
    pub(super) fn is_live(self) -> bool {
        self.facts().live || self.facts().live_not_injected
    }

    pub(super) fn facts(self) -> &'static ProductFacts {
        PRODUCTS.get(usize::from(self.0)).unwrap_or(&UNKNOWN)
    }

    pub(super) fn components(self) -> Components {
        self.facts().components
    }
}

impl From<Product> for &'static str {
    fn from(product: Product) -> Self {
        product.code()
    }
}

/// The form in which names are compared.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '-' | '_' | '/' | '＋' | '+' | '(' | ')' | '（' | '）')
        })
        .map(|c| match c {
            '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_product_with_known_components() {
        let text = include_str!("../../data/immunization/products.csv");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), Product::all().count());
        for line in lines {
            let words = line.split(',').nth(4).unwrap();
            assert!(
                words.split(' ').all(|word| word.is_empty() || COMPONENT_NAMES.contains(&word)),
                "{line}"
            );
        }
    }

    #[test]
    fn every_name_leads_to_one_product() {
        for product in Product::all() {
            let facts = product.facts();
            for name in facts.aliases.iter().chain([&facts.code, &facts.zh]) {
                assert_eq!(Product::parse(name), Some(product), "{name}");
            }
        }
    }

    #[test]
    fn names_are_forgiving_about_form_only() {
        assert_eq!(Product::parse(" hepb ").map(Product::zh), Some("乙肝疫苗"));
        assert_eq!(Product::parse("ＨｅｐＢ").map(Product::zh), Some("乙肝疫苗"));
        assert_eq!(Product::parse("a+c流脑疫苗").map(Product::code), Some("MPSV-AC"));
        assert_eq!(Product::parse("肝"), None);
        assert_eq!(Product::parse(""), None);
    }
}
