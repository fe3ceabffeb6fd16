//! What the partner keeps. Nothing personal is in the clear: grants, parcels, notices and answers are sealed to the
//! grant's own key, and what is left after erasure is ids, hashes and the partner's own signed messages.

mod rows;
mod tables;

use std::path::Path;

use holdall_protocol::Uuid;
use redb::{Database, ReadableDatabase as _, ReadableTable as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
pub use rows::{AnswerKind, GrantRow, MessageRow, MessageText, SealedKind, StoredAnswer, UsageRow};
use tables::{ANSWERS, GRANTS, MESSAGES, OFFERS_USED, SEALED, USAGE};

pub struct Store {
    db: Database,
}

/// What one step changes, all or nothing.
#[derive(Default)]
pub struct Change {
    pub grant: Option<GrantRow>,
    pub sealed: Vec<(SealedKind, u64, String)>,
    pub messages: Vec<MessageRow>,
    pub answer: Option<(AnswerKind, Uuid, StoredAnswer)>,
    pub offer_used: Option<Uuid>,
    pub acked: Vec<Uuid>,
    pub usage: Option<UsageRow>,
    /// Removes everything sealed, the notices among the messages, and the stored answer to the grant.
    pub erase: bool,
}

impl Store {
    pub fn open(path: &Path) -> Result<Self, Error> {
        let db = Database::create(path)?;
        let txn = db.begin_write()?;
        txn.open_table(GRANTS)?;
        txn.open_table(SEALED)?;
        txn.open_table(MESSAGES)?;
        txn.open_table(ANSWERS)?;
        txn.open_table(OFFERS_USED)?;
        txn.open_table(USAGE)?;
        txn.commit()?;
        Ok(Self { db })
    }

    pub fn grant(&self, id: Uuid) -> Result<Option<GrantRow>, Error> {
        let table = self.db.begin_read()?.open_table(GRANTS)?;
        table.get(id.as_u128())?.map(|row| read(row.value())).transpose()
    }

    pub fn grants(&self) -> Result<Vec<GrantRow>, Error> {
        let table = self.db.begin_read()?.open_table(GRANTS)?;
        table.iter()?.map(|row| read(row?.1.value())).collect()
    }

    pub fn sealed(&self, grant: Uuid, kind: SealedKind) -> Result<Vec<(u64, String)>, Error> {
        let table = self.db.begin_read()?.open_table(SEALED)?;
        let id = grant.as_u128();
        table
            .range((id, kind as u8, 0)..=(id, kind as u8, u64::MAX))?
            .map(|row| {
                let (key, value) = row?;
                Ok((key.value().2, value.value().to_owned()))
            })
            .collect()
    }

    pub fn messages(&self, grant: Uuid) -> Result<Vec<(u64, MessageRow)>, Error> {
        let table = self.db.begin_read()?.open_table(MESSAGES)?;
        let id = grant.as_u128();
        table
            .range((id, 0)..=(id, u64::MAX))?
            .map(|row| {
                let (key, value) = row?;
                Ok((key.value().1, read(value.value())?))
            })
            .collect()
    }

    pub fn answer(&self, kind: AnswerKind, id: Uuid) -> Result<Option<StoredAnswer>, Error> {
        let table = self.db.begin_read()?.open_table(ANSWERS)?;
        table.get((kind as u8, id.as_u128()))?.map(|row| read(row.value())).transpose()
    }

    pub fn offer_used(&self, offer: Uuid) -> Result<bool, Error> {
        Ok(self.db.begin_read()?.open_table(OFFERS_USED)?.get(offer.as_u128())?.is_some())
    }

    pub fn usage(&self, grant: Uuid) -> Result<Vec<UsageRow>, Error> {
        let table = self.db.begin_read()?.open_table(USAGE)?;
        let mut rows = Vec::new();
        for row in table.iter()? {
            let row: UsageRow = read(row?.1.value())?;
            if row.grant == grant {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// Applies a change to one grant in one transaction, on the disk when this returns.
    pub fn apply(&self, grant: Uuid, change: Change) -> Result<(), Error> {
        let id = grant.as_u128();
        let txn = self.db.begin_write()?;
        {
            let mut sealed = txn.open_table(SEALED)?;
            let mut messages = txn.open_table(MESSAGES)?;
            let mut answers = txn.open_table(ANSWERS)?;
            if change.erase {
                sealed.retain_in((id, 0, 0)..=(id, u8::MAX, u64::MAX), |_, _| false)?;
                answers.remove((AnswerKind::Grant as u8, id))?;
                messages.retain_in((id, 0)..=(id, u64::MAX), |_, row| !is_notice(row))?;
            }
            messages.retain_in((id, 0)..=(id, u64::MAX), |_, row| !is_acked(row, &change.acked))?;
            for (kind, n, jwe) in &change.sealed {
                sealed.insert((id, *kind as u8, *n), jwe.as_str())?;
            }
            let next = messages.range((id, 0)..=(id, u64::MAX))?.next_back().transpose()?.map_or(0, |(key, _)| key.value().1 + 1);
            for (n, message) in (next..).zip(&change.messages) {
                messages.insert((id, n), write(message)?.as_slice())?;
            }
            if let Some((kind, id, answer)) = &change.answer {
                answers.insert((*kind as u8, id.as_u128()), write(answer)?.as_slice())?;
            }
            if let Some(row) = &change.grant {
                txn.open_table(GRANTS)?.insert(id, write(row)?.as_slice())?;
            }
            if let Some(offer) = change.offer_used {
                txn.open_table(OFFERS_USED)?.insert(offer.as_u128(), id)?;
            }
            if let Some(row) = &change.usage {
                let mut usage = txn.open_table(USAGE)?;
                let next = usage.last()?.map_or(0, |(key, _)| key.value() + 1);
                usage.insert(next, write(row)?.as_slice())?;
            }
        }
        txn.commit()?;
        Ok(())
    }

    /// Forgets stored answers to syncs from before `moment`: a sync that old is refused anyway.
    pub fn forget_syncs(&self, moment: i64) -> Result<(), Error> {
        let txn = self.db.begin_write()?;
        txn.open_table(ANSWERS)?.retain(|(kind, _), row| {
            kind != AnswerKind::Sync as u8 || read::<StoredAnswer>(row).is_ok_and(|answer| answer.stored_at >= moment)
        })?;
        txn.commit()?;
        Ok(())
    }
}

fn is_notice(row: &[u8]) -> bool {
    read::<MessageRow>(row).is_ok_and(|row| matches!(row.text, MessageText::Sealed(_)))
}

fn is_acked(row: &[u8], acked: &[Uuid]) -> bool {
    !acked.is_empty() && read::<MessageRow>(row).is_ok_and(|row| acked.contains(&row.jti))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|_| Error::Damaged)
}

fn write<T: Serialize>(row: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(row).map_err(|_| Error::Damaged)
}
