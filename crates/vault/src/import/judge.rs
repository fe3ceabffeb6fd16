//! What an incoming record is, compared with what is kept. Storing and previewing ask the same judge.

use std::collections::HashMap;

use holdall_model::{Identity, Precision, Quantity, Record, Verdict, VerdictCounts};
use rusqlite::{Connection, params};

use super::decide::{SAME_THING, pair, remembered};
use super::ids::{NumberSet, day_end, day_start, split};
use super::prints::{Content, PRINT, Place, Prints, content, cut};
use super::shapes::{ShapeReader, vendor_number};
use super::sightings::Notes;
use super::undo::prints_at;
use super::versions::{Home, listed};
use super::{ImportId, Judged};
use crate::db::Reader;
use crate::search::newest_change;
use crate::{Vault, VaultError};

/// Days of which similar records are remembered before they are read anew.
const REMEMBERED: usize = 200_000;
/// Blocks whose content prints are kept at hand: an export tells its rows in the order of an earlier one, or against it.
const OPEN_BLOCKS: usize = 64;

/// A kept record of another import that has the same amount on the same day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    id: i64,
    place: Place,
    kind: u8,
    account: String,
    second: Option<i64>,
}

/// Day, and amount without trailing zeros.
type DayAmount = (i64, [u8; 8], i64, u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    New,
    AlreadyHere(Place),
    Changed(Place),
    Similar {
        other: i64,
        place: Place,
    },
    /// A person has said before that the two rows tell one thing.
    SameThing {
        other: i64,
    },
}

/// Everything known of one vendor that a verdict needs.
pub(super) struct Court {
    rows: Prints,
    vendor: Option<i64>,
    /// Places from here on belong to the import that is being judged.
    first_place: Place,
    /// Content prints of this import's own records, by place from `first_place` on.
    fresh: Vec<Content>,
    /// Content prints of the blocks that were met last.
    contents: HashMap<i64, Vec<u8>>,
    days: NumberSet<i64>,
    candidates: HashMap<DayAmount, Vec<Candidate>>,
    shapes: ShapeReader,
    /// What a person has decided about pairs of rows.
    decided: HashMap<String, i64>,
    /// One bit per place that this file has shown again.
    seen: Vec<u64>,
    /// Places that new records of this file resemble.
    resembled: Vec<Place>,
    counts: VerdictCounts,
    /// What of both was there when the entry at hand began.
    before: (VerdictCounts, usize),
}

impl Court {
    /// Nothing is known: everything is new, except what the file repeats.
    pub(super) fn empty() -> Self {
        Self {
            rows: Prints::default(),
            vendor: None,
            first_place: 0,
            fresh: Vec::new(),
            contents: HashMap::new(),
            days: NumberSet::default(),
            candidates: HashMap::new(),
            shapes: ShapeReader::default(),
            decided: HashMap::new(),
            seen: Vec::new(),
            resembled: Vec::new(),
            counts: VerdictCounts::default(),
            before: Default::default(),
        }
    }

    /// Nothing has to be judged any more: these are the counts.
    pub(super) fn before(first_place: Place, counts: VerdictCounts) -> Self {
        Self { first_place, counts, ..Self::empty() }
    }

    /// Reads the prints of one vendor's records, but for those of an import that is read anew.
    pub(super) fn of_vendor(db: &Connection, vendor: &str, anew: Option<ImportId>) -> Result<Self, VaultError> {
        let mut court = Self::empty();
        court.first_place = place(super::next_number(db, "block")?, 0)?;
        let Some(vendor) = vendor_number(db, vendor)? else { return Ok(court) };
        court.vendor = Some(vendor);
        court.decided = remembered(db)?;
        let earlier: NumberSet<i64> =
            db.prepare("SELECT place FROM earlier_version")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let anew = anew.map_or(0, |import| import.0);
        let count = "SELECT coalesce(sum(count), 0) FROM block WHERE import IN (SELECT id FROM import WHERE vendor = ?1 AND id <> ?2)";
        let rows: i64 = db.query_row(count, [vendor, anew], |row| row.get(0))?;
        court.rows = Prints::with_room_for(usize::try_from(rows).unwrap_or(0));
        let sql = "SELECT id, prints FROM block WHERE import IN (SELECT id FROM import WHERE vendor = ?1 AND id <> ?2)";
        let mut statement = db.prepare(sql)?;
        let mut found = statement.query([vendor, anew])?;
        while let Some(row) = found.next()? {
            let block: i64 = row.get(0)?;
            let prints = row.get_ref(1)?.as_blob().unwrap_or_default();
            for (index, print) in prints.as_chunks::<PRINT>().0.iter().enumerate() {
                let place = place(block, index)?;
                // Only the present wording of a row answers for it.
                if !earlier.contains(&i64::from(place)) {
                    court.rows.insert(print, place);
                }
            }
        }
        court.seen = vec![0; (court.first_place as usize).div_ceil(64)];
        Ok(court)
    }

    pub(super) fn first_place(&self) -> Place {
        self.first_place
    }

    /// Judges one record. `db` is asked for kept records, `None` where there is no vault.
    pub(super) fn judge(&mut self, record: &Record, identity: &Identity, db: Option<&Connection>) -> Result<Finding, VaultError> {
        let finding = self.look_up(record, identity, db)?;
        match finding {
            Finding::AlreadyHere(place) | Finding::Changed(place) => self.mark_seen(place),
            Finding::Similar { place, .. } => self.resembled.push(place),
            Finding::New | Finding::SameThing { .. } => {}
        }
        self.counts.count(finding.verdict());
        Ok(finding)
    }

    /// The same where nothing is stored: what is not here already is known from now on, at the next place.
    pub(super) fn judge_next(
        &mut self,
        record: &Record,
        identity: &Identity,
        db: Option<&Connection>,
        next: &mut Place,
    ) -> Result<Finding, VaultError> {
        let finding = self.judge(record, identity, db)?;
        if !matches!(finding, Finding::AlreadyHere(_)) {
            self.remember(identity, *next);
            *next += 1;
        }
        Ok(finding)
    }

    fn look_up(&mut self, record: &Record, identity: &Identity, db: Option<&Connection>) -> Result<Finding, VaultError> {
        if let Some(finding) = self.known(identity, db)? {
            return Ok(finding);
        }
        if let (Some(db), Some(vendor)) = (db, self.vendor)
            && let Some((other, decided)) = self.find_similar(record, &cut(&identity.row), vendor, db)?
        {
            return Ok(match decided {
                Some(SAME_THING) => Finding::SameThing { other: other.id },
                _ => Finding::Similar { other: other.id, place: other.place },
            });
        }
        Ok(Finding::New)
    }

    /// What a row is whose identity is known.
    pub(super) fn known(&mut self, identity: &Identity, db: Option<&Connection>) -> Result<Option<Finding>, VaultError> {
        let Some(place) = self.rows.get(&cut(&identity.row)) else { return Ok(None) };
        let content = content(&identity.content);
        if self.content_at(place, db)? == Some(content) {
            return Ok(Some(Finding::AlreadyHere(place)));
        }
        // An older export tells an earlier wording: it is known, and must not come back.
        Ok(Some(match self.earlier_with(place, content, db)? {
            Some(earlier) => Finding::AlreadyHere(earlier),
            None => Finding::Changed(place),
        }))
    }

    fn mark_seen(&mut self, place: Place) {
        if let Some(word) = self.seen.get_mut(place as usize / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn content_at(&mut self, place: Place, db: Option<&Connection>) -> Result<Option<Content>, VaultError> {
        if let Some(fresh) = place.checked_sub(self.first_place) {
            return Ok(self.fresh.get(fresh as usize).copied());
        }
        let Some(db) = db else { return Ok(None) };
        let block = i64::from(place / 256);
        if !self.contents.contains_key(&block) {
            if self.contents.len() >= OPEN_BLOCKS {
                self.contents.clear();
            }
            let sql = "SELECT contents FROM block WHERE id = ?1";
            self.contents.insert(block, db.prepare_cached(sql)?.query_row([block], |row| row.get(0))?);
        }
        let index = place as usize % 256;
        Ok(self.contents.get(&block).and_then(|bytes| bytes.as_chunks::<8>().0.get(index).copied()))
    }

    /// An earlier wording of the record at a place, if it has this content.
    fn earlier_with(&mut self, place: Place, content: Content, db: Option<&Connection>) -> Result<Option<Place>, VaultError> {
        let Some(db) = db.filter(|_| place < self.first_place) else { return Ok(None) };
        let Some((row, Home::Present | Home::SetAside)) = listed(db, i64::from(place))? else { return Ok(None) };
        let sql = "SELECT place FROM earlier_version WHERE record = ?1 ORDER BY id DESC";
        let places: Vec<Place> = db.prepare_cached(sql)?.query_map([row.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for earlier in places {
            if self.content_at(earlier, Some(db))? == Some(content) {
                return Ok(Some(earlier));
            }
        }
        Ok(None)
    }

    /// From now on this record is known.
    pub(super) fn remember(&mut self, identity: &Identity, place: Place) {
        self.remember_prints(&cut(&identity.row), content(&identity.content), place);
    }

    fn remember_prints(&mut self, row: &[u8; PRINT], content: Content, place: Place) {
        self.rows.insert(row, place);
        if let Some(fresh) = place.checked_sub(self.first_place) {
            let at = fresh as usize;
            if self.fresh.len() <= at {
                self.fresh.resize(at + 1, [0; 8]);
            }
            self.fresh[at] = content;
        }
    }

    /// The same for all records that stand in the blocks of an import.
    pub(super) fn remember_import(&mut self, db: &Connection, import: i64) -> Result<(), VaultError> {
        let mut statement = db.prepare_cached("SELECT id, prints, contents FROM block WHERE import = ?1")?;
        let mut found = statement.query([import])?;
        while let Some(row) = found.next()? {
            let block: i64 = row.get(0)?;
            let (prints, contents) = (row.get_ref(1)?.as_blob().unwrap_or_default(), row.get_ref(2)?.as_blob().unwrap_or_default());
            for (index, (print, content)) in prints.as_chunks::<PRINT>().0.iter().zip(contents.as_chunks::<8>().0).enumerate() {
                self.remember_prints(print, *content, place(block, index)?);
            }
        }
        Ok(())
    }

    pub(super) fn count(&mut self, verdict: Verdict) {
        self.counts.count(verdict);
    }

    pub(super) fn was_seen(&self, place: Place) -> bool {
        is_marked(&self.seen, place)
    }

    /// What was judged since the last entry ended.
    pub(super) fn end_entry(&mut self) -> VerdictCounts {
        let (counts, resembled) = std::mem::replace(&mut self.before, (self.counts, self.resembled.len()));
        self.settled(self.counts.since(counts), &self.resembled[resembled..])
    }

    pub(super) fn final_counts(&self) -> VerdictCounts {
        self.settled(self.counts, &self.resembled)
    }

    /// A record that resembles one which this very file also holds is another one: it is new.
    fn settled(&self, mut counts: VerdictCounts, resembled: &[Place]) -> VerdictCounts {
        let both = resembled.iter().filter(|place| self.was_seen(**place)).count() as u64;
        counts.similar -= both;
        counts.new += both;
        counts
    }

    /// Same vendor, kind, account, day and amount of money, from another import, with what was decided about the two before. Each kept
    /// record is matched once, and never with a row that is known to be another thing.
    fn find_similar(
        &mut self,
        record: &Record,
        row: &[u8; PRINT],
        vendor: i64,
        db: &Connection,
    ) -> Result<Option<(Candidate, Option<i64>)>, VaultError> {
        let Some((amount, moment)) = record.amount.zip(record.moment) else { return Ok(None) };
        if !amount.unit.is_currency() || moment.precision() < Precision::Day {
            return Ok(None);
        }
        let (day, second) = split(moment.sort_key());
        if self.days.len() > REMEMBERED {
            self.days.clear();
            self.candidates.clear();
        }
        if self.days.insert(day) {
            self.read_day(vendor, day, db)?;
        }
        let seen = |place| is_marked(&self.seen, place);
        let Some(list) = day_amount(day, amount).and_then(|key| self.candidates.get_mut(&key)) else { return Ok(None) };
        let timed = moment.precision() > Precision::Day;
        let fits = |c: &Candidate| {
            c.kind == record.kind.code()
                && (c.account == record.account || c.account.is_empty() || record.account.is_empty())
                && (!timed || c.second.is_none_or(|s| (s - second).abs() < 12 * 3600))
        };
        let mut found = None;
        for (at, candidate) in list.iter().enumerate().filter(|(_, c)| fits(c)) {
            let decided = match self.decided.is_empty() {
                true => None,
                false => self.decided.get(&pair(row, &prints_at(db, i64::from(candidate.place))?.0)).copied(),
            };
            // What was decided goes before what only looks alike, and what this file tells as well is another thing.
            if decided == Some(SAME_THING) || decided.is_none() && found.is_none() && !seen(candidate.place) {
                found = Some((at, decided));
            }
        }
        Ok(found.map(|(at, decided)| (list.swap_remove(at), decided)))
    }

    fn read_day(&mut self, vendor: i64, day: i64, db: &Connection) -> Result<(), VaultError> {
        let sql = "SELECT id, shape, units, clock, place FROM record WHERE id BETWEEN ?1 AND ?2 AND place < ?3";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query(params![day_start(day), day_end(day), self.first_place])?;
        while let Some(row) = rows.next()? {
            let row = super::shapes::Row::read(row)?;
            let shape = self.shapes.shape(db, row.shape)?;
            let Some(amount) = row.amount(shape).filter(|_| shape.vendor == vendor) else { continue };
            let (kind, account) = (shape.kind.code(), shape.account);
            let timed = row.moment(shape)?.is_some_and(|m| m.precision() > Precision::Day);
            let account = self.shapes.account(db, account)?.to_owned();
            let place = Place::try_from(row.place).map_err(|_| VaultError::damaged("a record's place"))?;
            let Some(key) = day_amount(day, amount) else { continue };
            let candidate = Candidate { id: row.id, place, kind, account, second: timed.then_some(row.clock) };
            self.candidates.entry(key).or_default().push(candidate);
        }
        Ok(())
    }
}

fn is_marked(seen: &[u64], place: Place) -> bool {
    seen.get(place as usize / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}

fn day_amount(day: i64, amount: Quantity) -> Option<DayAmount> {
    let mut unit = [0; 8];
    let text = amount.unit.as_str().as_bytes();
    unit[..text.len()].copy_from_slice(text);
    let (units, scale) = Quantity::new(amount.value.normalize(), amount.unit).to_scaled().ok()?;
    Some((day, unit, units, scale))
}

pub(super) fn place(block: i64, index: usize) -> Result<Place, VaultError> {
    let full = VaultError::Refused { what: "The record", why: "the vault has no room for more than four thousand million records" };
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    match Place::try_from(block.saturating_mul(256).saturating_add(index)) {
        Ok(place) if place < Place::MAX => Ok(place),
        _ => Err(full),
    }
}

/// A preview: the verdicts an import would give, without storing anything. No two records of one entry have the same [`Identity`], so
/// nothing of them is remembered where no other entry follows.
pub struct Judge {
    court: Court,
    reader: Option<Reader>,
    /// The place that the next record would get, where records are remembered.
    next: Option<Place>,
    /// Number of the vault's newest change, where there is a vault.
    change: Option<i64>,
    /// What was here already of the file at hand, as long as it tells nothing else.
    here: Option<(VerdictCounts, Notes)>,
}

/// Everything in a file is here already, said of the vault as it was after one of its changes.
pub struct AllHere {
    pub(super) change: i64,
    pub(super) first_place: Place,
    pub(super) counts: VerdictCounts,
    pub(super) notes: Notes,
}

impl Vault {
    /// Judges the records of a vendor's export without storing them.
    pub fn judge_only(&self, vendor: &str) -> Result<Judge, VaultError> {
        let reader = self.reader()?;
        reader.execute_batch("BEGIN")?;
        let court = Court::of_vendor(&reader, vendor, None)?;
        let change = Some(newest_change(&reader)?);
        Ok(Judge { court, reader: Some(reader), next: None, change, here: Some(Default::default()) })
    }
}

impl Judge {
    /// Judges as if nothing was kept: for a look at a file before there is a vault.
    pub fn without_vault() -> Self {
        Self { court: Court::empty(), reader: None, next: None, change: None, here: None }
    }

    /// Several entries follow one another: what one of them told is already here in the next.
    pub fn of_several_entries(self) -> Self {
        Self { next: Some(self.court.first_place()), ..self }
    }

    /// A row may later turn out to be new instead of similar; [`Self::end_entry`] has the final counts.
    pub fn judge(&mut self, record: &Record, identity: &Identity) -> Result<Verdict, VaultError> {
        let db = self.reader.as_deref();
        let finding = match &mut self.next {
            Some(next) => self.court.judge_next(record, identity, db, next)?,
            None => self.court.judge(record, identity, db)?,
        };
        if let (Some((counts, notes)), Finding::AlreadyHere(place)) = (&mut self.here, finding)
            && place < self.court.first_place()
        {
            counts.count(Verdict::AlreadyHere);
            notes.push(place, &record.locator)?;
        } else {
            self.here = None;
        }
        Ok(finding.verdict())
    }

    /// What would become of the records that were judged since the last entry ended.
    pub fn end_entry(&mut self) -> Judged {
        Judged { counts: self.court.end_entry() }
    }

    /// Another file follows. What was found of this one, if all of its records are here already; rows that could not be read are not
    /// known of here.
    pub fn end_file(&mut self) -> Option<AllHere> {
        let change = self.change?;
        let (counts, notes) = self.here.replace(Default::default())?;
        Some(AllHere { change, first_place: self.court.first_place(), counts, notes })
    }
}

impl Finding {
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::New => Verdict::New,
            Self::AlreadyHere(_) | Self::SameThing { .. } => Verdict::AlreadyHere,
            Self::Changed(_) => Verdict::Changed,
            Self::Similar { .. } => Verdict::Similar,
        }
    }
}
