use crate::config::Config;
use crate::error::Error;

/// A partner that comes with the program, to try sharing without a vendor.
#[derive(Debug, Clone, Copy)]
pub struct DemoPartner {
    /// Name of its folder.
    pub slug: &'static str,
    pub name: &'static str,
    pub config: &'static str,
}

/// An airline that matches a status, and a bookseller that gives a reading credit.
pub const DEMO_PARTNERS: [DemoPartner; 2] = [
    DemoPartner { slug: "alder-air", name: "Alder Air", config: include_str!("../demo/alder-air.toml") },
    DemoPartner { slug: "quill-and-page", name: "Quill & Page", config: include_str!("../demo/quill-and-page.toml") },
];

/// The parsed configuration of a demo partner.
pub fn demo_config(partner: &DemoPartner) -> Result<Config, Error> {
    Config::parse(partner.config, std::path::Path::new(partner.slug))
}
