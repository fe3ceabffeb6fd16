use crate::Code;
use crate::jose::Signed;
use crate::message::{AccessMode, Descriptor, Grant, GrantCommitments, Need, Purpose, StrandGrant, StrandRequest};
use crate::rules::purpose_fault;
use crate::strand::Strand;
use crate::transform::{Precision, Transform, is_moment};
use crate::{Digest, limits, utc_date};

/// Why a grant does not fit a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeFault {
    #[error("the grant is meant for another partner")]
    Audience,
    #[error("the grant's key is not the one it names as its issuer")]
    Issuer,
    #[error("the grant was made from another descriptor")]
    OtherDescriptor,
    #[error("the grant depends on a term that is not known here")]
    MustUnderstand,
    #[error("the grant's times do not follow each other")]
    Times,
    #[error("the grant names no purpose, or one that is not offered")]
    Purpose,
    #[error("the grant's mode of access is not offered for its purposes")]
    Mode,
    #[error("the grant gives a strand or a field that is not asked for")]
    Field,
    #[error("the grant leaves out what the purpose cannot do without")]
    RequiredMissing,
    #[error("the grant reaches further back than is asked for")]
    Lookback,
    #[error("the grant gives more records than are asked for")]
    Records,
    #[error("the grant gives a date more precisely than is asked for")]
    Precision,
    #[error("the grant names a transform that is not known here")]
    Transform,
    #[error("the grant lets data be kept for longer than is asked for")]
    Retention,
    #[error("the grant allows a recipient that is not declared")]
    Recipient,
    #[error("the grant allows a place of storage that is not declared")]
    Storage,
    #[error("the grant relies on other promises than the descriptor gives")]
    Commitments,
    #[error("the grant rests on another legal ground than the purpose")]
    Legal,
}

impl ScopeFault {
    /// The code a partner answers with.
    pub fn code(self) -> Code {
        match self {
            Self::Audience => Code::WrongAudience,
            Self::Issuer => Code::IssuerKeyMismatch,
            Self::OtherDescriptor => Code::DescriptorStale,
            Self::MustUnderstand => Code::MustUnderstand,
            Self::Times | Self::Transform => Code::Malformed,
            Self::Purpose => Code::PurposeNotOffered,
            _ => Code::OutsideDescriptor,
        }
    }
}

/// Whether a grant stays within what the descriptor asks for. `descriptor_digest` is the hash of the descriptor's token.
pub fn grant_within_descriptor(grant: &Signed<Grant>, descriptor: &Descriptor, descriptor_digest: Digest) -> Result<(), ScopeFault> {
    let g = grant.claims();
    require(g.aud == descriptor.iss, ScopeFault::Audience)?;
    require(g.issuer() == Some(grant.signer().thumbprint()), ScopeFault::Issuer)?;
    require(g.must_understand.iter().all(|m| Grant::KNOWN.contains(&m.as_str())), ScopeFault::MustUnderstand)?;
    require(g.descriptor == descriptor_digest, ScopeFault::OtherDescriptor)?;
    let purposes = granted_purposes(g, descriptor)?;
    require(0 <= g.iat && g.iat <= g.nbf && g.nbf < g.exp && g.iat < g.delete_limit(), ScopeFault::Times)?;
    require(purposes.iter().all(|p| p.modes.contains(&g.access_mode)), ScopeFault::Mode)?;
    require(g.update.is_none() || g.access_mode == AccessMode::Continuous, ScopeFault::Mode)?;
    strands_within(g, &purposes)?;
    let kept =
        g.retention.on_expiry == "delete" && purposes.iter().all(|p| g.retention.max_duration.within(&p.retention.max_duration, g.iat));
    require(kept, ScopeFault::Retention)?;
    require(g.recipients.iter().all(|r| purposes.iter().any(|p| p.recipients.contains(r))), ScopeFault::Recipient)?;
    require(g.storage_locations.iter().all(|s| purposes.iter().any(|p| p.storage_locations.contains(s))), ScopeFault::Storage)?;
    require(!g.storage_locations.is_empty(), ScopeFault::Storage)?;
    require(commitments_repeated(&g.commit, descriptor), ScopeFault::Commitments)?;
    require(purposes.iter().all(|p| p.legal_basis == g.legal.basis), ScopeFault::Legal)
}

fn require(holds: bool, fault: ScopeFault) -> Result<(), ScopeFault> {
    if holds { Ok(()) } else { Err(fault) }
}

fn granted_purposes<'d>(grant: &Grant, descriptor: &'d Descriptor) -> Result<Vec<&'d Purpose>, ScopeFault> {
    require(!grant.purposes.is_empty() && grant.purposes.len() <= limits::LIST, ScopeFault::Purpose)?;
    let grantable = |id: &String| descriptor.purpose(id).filter(|p| purpose_fault(descriptor, p).is_none());
    grant.purposes.iter().map(|id| grantable(id).ok_or(ScopeFault::Purpose)).collect()
}

/// Negotiating promises is level 3; below it, a grant repeats them so that it can be read alone.
fn commitments_repeated(commit: &GrantCommitments, descriptor: &Descriptor) -> bool {
    let promised = &descriptor.commitments;
    commit.revocation_stop == promised.revocation_stop
        && commit.erasure == promised.erasure
        && commit.usage_report == promised.usage_report
        && commit.onward_erasure == promised.onward_erasure
}

fn strands_within(grant: &Grant, purposes: &[&Purpose]) -> Result<(), ScopeFault> {
    require(!grant.strands.is_empty() && grant.strands.len() <= limits::LIST, ScopeFault::Field)?;
    for (index, strand) in grant.strands.iter().enumerate() {
        let repeated = grant.strands[..index].iter().any(|s| s.strand == strand.strand);
        require(!repeated, ScopeFault::Field)?;
        let requests: Vec<_> = purposes.iter().flat_map(|p| &p.strands).filter(|r| r.strand == strand.strand).collect();
        strand_within(grant, strand, &requests)?;
    }
    let has = |name: &str| grant.strand(name).is_some();
    let missing = purposes.iter().flat_map(|p| &p.strands).any(|r| r.necessity == Need::Required && !has(&r.strand));
    require(!missing, ScopeFault::RequiredMissing)
}

fn strand_within(grant: &Grant, strand: &StrandGrant, requests: &[&StrandRequest]) -> Result<(), ScopeFault> {
    let asked = |field: &str| requests.iter().flat_map(|r| &r.fields).filter(move |f| f.f == field).collect::<Vec<_>>();
    require(!strand.fields.is_empty() && !requests.is_empty(), ScopeFault::Field)?;
    require(strand.fields.iter().all(|f| !asked(f).is_empty()), ScopeFault::Field)?;
    let required = requests.iter().flat_map(|r| &r.fields).filter(|f| f.need == Need::Required);
    require(required.into_iter().all(|f| strand.fields.contains(&f.f)), ScopeFault::RequiredMissing)?;

    let transforms = strand.transforms.iter().map(|t| Transform::parse(t)).collect::<Option<Vec<_>>>().ok_or(ScopeFault::Transform)?;
    for field in &strand.fields {
        // Two purposes may ask for one field at different precision: the finer one is what the partner may get.
        let allowed =
            asked(field).iter().map(|f| f.max_precision.as_deref().map_or(Some(Precision::Full), Precision::parse)).max().flatten();
        let given = transforms.iter().filter_map(|t| t.precision_of(field)).min().unwrap_or(Precision::Full);
        require(allowed.is_some_and(|allowed| given <= allowed), ScopeFault::Precision)?;
    }

    if let Some(bound) = &strand.time_constraint {
        let dates = [&bound.since, &bound.until].into_iter().flatten().all(|d| d.len() == 10 && is_moment(d));
        require(dates && Strand::named(&strand.strand).is_some_and(|s| s.when == bound.field), ScopeFault::Times)?;
    }
    if requests.iter().all(|r| r.max_records.is_some()) {
        let most = requests.iter().filter_map(|r| r.max_records).max();
        require(strand.max_records.is_some() && strand.max_records <= most, ScopeFault::Records)?;
    }
    if requests.iter().all(|r| r.lookback.is_some()) {
        let earliest = requests.iter().filter_map(|r| r.lookback.as_ref()?.before(grant.iat)).min().map(utc_date);
        let since = strand.time_constraint.as_ref().and_then(|t| t.since.clone());
        require(since.is_some() && since >= earliest, ScopeFault::Lookback)?;
    }
    Ok(())
}
