//! Reads `vendor.toml` and `export.toml`. Every word in them is checked: a definition that says something unknown is refused as a whole.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use holdall_model::{Kind, Property};
use serde::Deserialize;

use super::{
    Column, Condition, Export, ExportFiles, HeaderName, How, Layout, Shape, Side, SkipRule, Table, Target, Template, TemplatePart, Test,
    Transform, Use, Vendor, normal,
};
use crate::table::date::Order;
use crate::table::number::Mark;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct VendorFile {
    name: String,
    #[serde(default)]
    countries: Vec<String>,
    #[serde(default)]
    url: String,
    #[serde(default)]
    privacy: String,
    #[serde(default)]
    how: HowFile,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct HowFile {
    steps: Vec<String>,
    link: String,
    wait: String,
    files: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ExportFile {
    name: String,
    #[serde(default = "bank")]
    kind: Kind,
    #[serde(default = "csv")]
    format: String,
    #[serde(flatten)]
    table: toml::Table,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[derive(Default)]
struct TableFile {
    records: Option<String>,
    columns: Vec<Vec<String>>,
    headerless: bool,
    files: Vec<String>,
    needs_name: bool,
    charset: Option<String>,
    order: Option<String>,
    order_when: Vec<(String, Vec<String>, String)>,
    decimal: Option<String>,
    unit: Option<String>,
    sign: Option<String>,
    debit: Option<String>,
    credit: Option<String>,
    fee: Option<String>,
    out: Vec<String>,
    into: Vec<String>,
    pending: Vec<String>,
    void: Vec<String>,
    info: Vec<String>,
    info_when: Vec<Vec<String>>,
    empty: Vec<String>,
    text: BTreeMap<String, String>,
    fixed: BTreeMap<String, String>,
    words: BTreeMap<String, BTreeMap<String, String>>,
    cut: BTreeMap<String, Vec<String>>,
    skip: Vec<(String, Vec<Vec<String>>)>,
    footers: Vec<String>,
    preamble: Vec<String>,
    requires: Vec<Vec<String>>,
    excludes: Vec<Vec<String>>,
    account_labels: Vec<String>,
    unit_labels: Vec<String>,
    period_labels: Vec<String>,
    continuation: Vec<Vec<String>>,
    group_by: Option<String>,
    statement: bool,
    short_rows: bool,
    dateless: bool,
    amountless: bool,
    reduced_dates: bool,
    zone: Option<String>,
    mojibake: bool,
    part_of: Option<String>,
    people: bool,
}

fn bank() -> Kind {
    Kind::BankTransaction
}

fn csv() -> String {
    "csv".into()
}

/// Reads one vendor, but for its exports.
pub(super) fn vendor(slug: &'static str, text: &str, exports: ExportFiles) -> Result<Vendor, String> {
    let file: VendorFile = toml::from_str(text).map_err(|e| format!("vendor.toml: {e}"))?;
    let how = How { steps: file.how.steps, link: file.how.link, wait: file.how.wait, files: file.how.files };
    let VendorFile { name, countries, url, privacy, .. } = file;
    Ok(Vendor { slug, name, countries, url, how, privacy, files: exports, read: OnceLock::new() })
}

pub(super) fn export(slug: &str, text: &str, edition: &'static str) -> Result<Export, String> {
    let file: ExportFile = toml::from_str(text).map_err(|e| e.to_string())?;
    let layout = match file.format.as_str() {
        "csv" | "json" => {
            let table: TableFile = file.table.try_into().map_err(|e: toml::de::Error| e.to_string())?;
            if (file.format == "json") != table.records.is_some() {
                return Err("records is for format json, and only for it".into());
            }
            Layout::Table(Box::new(build(table, file.kind)?))
        }
        language if file.table.is_empty() => Layout::Language(language.to_owned()),
        language => return Err(format!("the language {language} tells everything itself")),
    };
    Ok(Export { slug: slug.to_owned(), name: file.name, kind: file.kind, edition, layout })
}

fn columns(file: &TableFile) -> Result<Vec<Column>, String> {
    let mut columns: Vec<Column> =
        file.columns.iter().map(|c| column(c, file.headerless, file.records.is_some())).collect::<Result<_, _>>()?;
    if file.people {
        columns.push(Column { uses: vec![Use::parse("amount")?], optional: true, names: Vec::new(), shape: Shape::Any });
    }
    Ok(columns)
}

fn build(file: TableFile, kind: Kind) -> Result<Table, String> {
    let columns = columns(&file)?;
    if columns.iter().all(|c| c.optional) {
        return Err("at least one column must be required".into());
    }
    let find = |name: &str| find_column(&columns, name);
    let conditions = |list: &[Vec<String>]| list.iter().map(|c| condition(c, &find)).collect::<Result<Vec<_>, String>>();
    let templates = file.text.iter().map(|(target, text)| template(target, text, &find)).collect::<Result<_, _>>()?;
    let fixed = file.fixed.iter().map(|(t, text)| Ok((self::target(t)?, text.clone()))).collect::<Result<_, String>>()?;
    let lowered = |words: Vec<String>| words.iter().map(|w| normal(w)).collect::<Vec<_>>();
    let statement = file.statement;
    let mut table = Table {
        kind,
        records: file.records.map(|path| path.split('/').skip(1).map(str::to_owned).collect()),
        order: order(file.order.as_deref())?,
        order_when: file.order_when.into_iter().map(|rule| order_when(rule, &find)).collect::<Result<_, String>>()?,
        decimal: decimal(file.decimal.as_deref())?,
        charset: file.charset.map(|c| encoding_rs::Encoding::for_label(c.as_bytes()).ok_or(format!("{c} is no charset"))).transpose()?,
        unit: file.unit.map(|u| u.parse().map_err(|_| format!("{u} is no unit"))).transpose()?,
        inverted: sign(file.sign.as_deref())?,
        debit: side(file.debit.as_deref())?,
        credit: side(file.credit.as_deref())?,
        fee_in_sum: choice(file.fee.as_deref(), &[("apart", false), ("subtract", true)])?,
        zone_untrue: choice(file.zone.as_deref(), &[("as-told", false), ("untrue", true)])?,
        skip: file
            .skip
            .iter()
            .map(|(why, when)| Ok(SkipRule { why: skip_reason(why)?, when: conditions(when)? }))
            .collect::<Result<_, String>>()?,
        continuation: conditions(&file.continuation)?,
        requires: conditions(&file.requires)?,
        excludes: conditions(&file.excludes)?,
        group_by: file.group_by.map(|name| find(&name).map(|_| name)).transpose()?,
        words: file.words.into_iter().map(|(name, map)| (normal(&name), map)).collect(),
        cut: file.cut.into_iter().map(|(name, list)| (normal(&name), list)).collect(),
        headerless: file.headerless,
        files: file.files,
        needs_name: file.needs_name,
        out_words: file.out.iter().collect(),
        in_words: file.into.iter().collect(),
        pending: file.pending.iter().collect(),
        void: file.void.iter().collect(),
        info: file.info.iter().collect(),
        info_when: conditions(&file.info_when)?,
        empty: file.empty,
        footers: lowered(file.footers),
        preamble: lowered(file.preamble),
        account_labels: lowered(file.account_labels),
        unit_labels: lowered(file.unit_labels),
        period_labels: lowered(file.period_labels),
        short_rows: file.short_rows,
        one_sided: false,
        dateless: file.dateless,
        amountless: file.amountless,
        reduced: file.reduced_dates,
        by_place: false,
        mojibake: file.mojibake,
        part_of: file.part_of,
        people: file.people,
        templates,
        fixed,
        columns,
    };
    if statement {
        crate::generic::read_as_statement(&mut table);
    }
    Ok(table)
}

fn order(name: Option<&str>) -> Result<Option<Order>, String> {
    match name {
        None => Ok(Some(Order::Ymd)),
        Some("auto") => Ok(None),
        Some(name) => Order::named(name).map(Some).ok_or_else(|| format!("{name} is no order")),
    }
}

type OrderRule = (String, Vec<String>, String);

fn order_when(rule: OrderRule, find: &dyn Fn(&str) -> Result<usize, String>) -> Result<(String, Vec<String>, Order), String> {
    let (name, words, order) = rule;
    find(&name)?;
    let order = Order::named(&order).ok_or_else(|| format!("{order} is no order"))?;
    Ok((name, words, order))
}

fn decimal(name: Option<&str>) -> Result<Option<Mark>, String> {
    match name {
        None | Some("dot") => Ok(Some(Mark::Dot)),
        Some("comma") => Ok(Some(Mark::Comma)),
        Some("auto") => Ok(None),
        Some(other) => Err(format!("{other} is no decimal mark")),
    }
}

fn sign(name: Option<&str>) -> Result<Option<bool>, String> {
    match name {
        None | Some("account") => Ok(Some(false)),
        Some("inverted") => Ok(Some(true)),
        Some("ask") => Ok(None),
        Some(other) => Err(format!("{other} is no sign rule")),
    }
}

/// The reasons a row may be skipped for; their texts are in `normalise`.
fn skip_reason(why: &str) -> Result<&'static str, String> {
    crate::normalise::SKIPPED.iter().map(|(id, _)| *id).find(|id| *id == why).ok_or_else(|| format!("{why} is no reason to skip a row"))
}

fn choice(name: Option<&str>, choices: &[(&str, bool)]) -> Result<bool, String> {
    let Some(name) = name else { return Ok(choices[0].1) };
    choices.iter().find(|(n, _)| *n == name).map(|(_, v)| *v).ok_or_else(|| format!("{name} is none of the choices"))
}

fn side(name: Option<&str>) -> Result<Side, String> {
    let name = name.unwrap_or(Side::Positive.name());
    Side::named(name).ok_or_else(|| format!("{name} is no way to sign a side"))
}

/// `["?role+role", "Heading", "Alias"…]`, or `["role", "shape"]` without headings.
fn column(parts: &[String], headerless: bool, json: bool) -> Result<Column, String> {
    let [roles, rest @ ..] = parts else { return Err("a column needs a role and a heading".into()) };
    if rest.is_empty() {
        return Err(format!("the column {roles} has no heading"));
    }
    let (optional, roles) = roles.strip_prefix('?').map_or((false, roles.as_str()), |r| (true, r));
    let uses = roles.split('+').map(Use::parse).collect::<Result<_, _>>()?;
    if headerless {
        return Ok(Column { uses, optional, names: Vec::new(), shape: Shape::parse(&rest[0])? });
    }
    let names = rest.iter().map(|n| if json { HeaderName::exact(n) } else { HeaderName::new(n) }).collect();
    Ok(Column { uses, optional, names, shape: Shape::Any })
}

/// By heading, or by position (`#3`) where there are no headings.
fn find_column(columns: &[Column], name: &str) -> Result<usize, String> {
    if let Some(position) = name.strip_prefix('#').and_then(|n| n.parse::<usize>().ok()) {
        return if (1..=columns.len()).contains(&position) { Ok(position - 1) } else { Err(format!("there is no column {name}")) };
    }
    let wanted = [HeaderName::new(name).text(), HeaderName::exact(name).text()];
    columns.iter().position(|c| c.names.iter().any(|n| wanted.contains(&n.text()))).ok_or_else(|| format!("no column is called {name}"))
}

/// `["Heading", "is", "word"…]`
fn condition(parts: &[String], find: &dyn Fn(&str) -> Result<usize, String>) -> Result<Condition, String> {
    let [name, test, words @ ..] = parts else { return Err("a condition needs a heading and a test".into()) };
    let test = match test.as_str() {
        "empty" => Test::Empty,
        "filled" => Test::Filled,
        "is" => Test::Is,
        "is-not" => Test::IsNot,
        "starts" => Test::Starts,
        "contains" => Test::Contains,
        other => return Err(format!("{other} is no test")),
    };
    Ok(Condition { column: find(name)?, test, words: Arc::new(words.iter().collect()) })
}

fn target(name: &str) -> Result<Target, String> {
    Ok(match name {
        "title" => Target::Title,
        "party" => Target::Party,
        "account" => Target::Account,
        "id" => Target::Id,
        "moment" => Target::Moment,
        name => Target::Property(Property::named(name).ok_or_else(|| format!("no property is called {name}"))?),
    })
}

/// `"{From|code} → {To|code}"`
fn template(target_name: &str, text: &str, find: &dyn Fn(&str) -> Result<usize, String>) -> Result<Template, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, tail)) = rest.split_once('{') {
        let (name, tail) = tail.split_once('}').ok_or("a { is never closed")?;
        if !literal.is_empty() {
            parts.push(TemplatePart::Literal(literal.to_owned()));
        }
        let (name, transform) = name.rsplit_once('|').map_or(Ok((name, Transform::None)), |(n, t)| Transform::parse(t).map(|t| (n, t)))?;
        parts.push(TemplatePart::Column(find(name)?, transform));
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(TemplatePart::Literal(rest.to_owned()));
    }
    Ok(Template { target: target(target_name)?, parts })
}
