//! The gate in front of the records: nobody reads them without saying for which purpose, and every reading is written down.

use holdall_protocol::key::OpeningKey;
use holdall_protocol::message::Grant;
use holdall_protocol::payload::{Line, Record, parse};
use holdall_protocol::{Place, Signed, Uuid, jose};

use crate::Partner;
use crate::error::Error;
use crate::store::{Change, SealedKind, UsageRow};

/// One reading of a grant's records.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    pub grant: Uuid,
    pub purpose: &'a str,
    pub strand: &'a str,
    /// The fields needed, by their names in the catalogue.
    pub fields: &'a [&'a str],
    /// Who reads: a name of the vendor's own system.
    pub actor: &'a str,
}

impl Partner {
    /// Reads the records of a grant that is in force, for a purpose and fields that it gives, and logs the reading before
    /// handing anything out. Other fields are not in the result even if they were delivered.
    pub fn read_records(&self, wanted: Use<'_>) -> Result<Vec<Record>, Error> {
        let row = self.store.grant(wanted.grant)?.ok_or(Error::Gate("there is no such grant"))?;
        let now = self.now();
        if !row.state.may_use() {
            return Err(Error::Gate("the grant has been stopped"));
        }
        if row.exp <= now || row.delete_by <= now {
            return Err(Error::Gate("the grant has ended"));
        }
        let grant = self.kept_grant(wanted.grant, &row.key()?)?;
        if grant.nbf > now {
            return Err(Error::Gate("the grant has not begun"));
        }
        if !grant.purposes.iter().any(|p| p == wanted.purpose) {
            return Err(Error::Gate("the grant does not give this purpose"));
        }
        let strand = grant.strand(wanted.strand).ok_or(Error::Gate("the grant does not give this strand"))?;
        if !wanted.fields.iter().all(|f| strand.fields.iter().any(|given| given == f)) {
            return Err(Error::Gate("the grant does not give this field"));
        }
        let records = self.open_records(wanted)?;
        let usage = UsageRow {
            grant: wanted.grant,
            at: now,
            purpose: wanted.purpose.into(),
            strand: wanted.strand.into(),
            fields: wanted.fields.iter().map(|f| (*f).to_owned()).collect(),
            records: records.len() as u64,
            actor: wanted.actor.into(),
        };
        self.store.apply(wanted.grant, Change { usage: Some(usage), ..Change::default() })?;
        Ok(records)
    }

    /// How often a grant's records were read, by whom and for what.
    pub fn usage_of(&self, grant: Uuid) -> Result<Vec<UsageRow>, Error> {
        self.store.usage(grant)
    }

    fn kept_grant(&self, id: Uuid, signer: &holdall_protocol::key::VerifyingKey) -> Result<Grant, Error> {
        let token = unseal(self, id, SealedKind::Grant, 0)?;
        // The header carries the key; the row says which key it must be.
        let grant = Signed::<Grant>::verify_by_own_key(&token)?;
        if grant.signer() == signer { Ok(grant.into_claims()) } else { Err(Error::Damaged) }
    }

    fn open_records(&self, wanted: Use<'_>) -> Result<Vec<Record>, Error> {
        let key = self.keys.grant_key(wanted.grant)?;
        let mut records = Vec::new();
        for (n, jwe) in self.store.sealed(wanted.grant, SealedKind::Parcel)? {
            let text = jose::open(&jwe, &place(wanted.grant, SealedKind::Parcel, n)?, &key)?;
            let parsed = parse(&text).map_err(|_| Error::Damaged)?;
            if parsed.head.strand != wanted.strand {
                continue;
            }
            for line in parsed.lines {
                if let Line::Upsert(mut record) = line {
                    record.fields.retain(|name, _| wanted.fields.contains(&name.as_str()));
                    records.push(record);
                }
            }
        }
        Ok(records)
    }
}

/// Seals something to a grant's key for its place in the store.
pub(crate) fn seal(partner: &Partner, grant: Uuid, key: &OpeningKey, kind: SealedKind, n: u64, text: &[u8]) -> Result<String, Error> {
    let place = place(grant, kind, n)?;
    jose::seal(text, &place, &key.sealing_key(), partner.entropy()).map_err(|_| Error::Damaged)
}

/// Opens a text that [`seal`] has sealed.
pub(crate) fn unseal(partner: &Partner, grant: Uuid, kind: SealedKind, n: u64) -> Result<String, Error> {
    let key = partner.keys.grant_key(grant)?;
    let sealed = partner.store.sealed(grant, kind)?;
    let (_, jwe) = sealed.iter().find(|(number, _)| *number == n).ok_or(Error::Damaged)?;
    let text = jose::open(jwe, &place(grant, kind, n)?, &key)?;
    String::from_utf8(text.to_vec()).map_err(|_| Error::Damaged)
}

/// The place in the store takes the place of delivery and parcel, so that no sealed text can be moved to another row.
fn place(grant: Uuid, kind: SealedKind, n: u64) -> Result<Place, Error> {
    Ok(Place { grant, seq: kind as u64, n: u32::try_from(n).map_err(|_| Error::Damaged)? })
}
