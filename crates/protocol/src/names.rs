//! Every name of the protocol in one place, so that a rename is one commit.

/// The protocol version in every payload's `dgp` member.
pub const VERSION: &str = "1";
/// The cryptographic suite this crate speaks.
pub const SUITE: &str = "dgp-jose-1";
/// Where a partner's descriptor lives on its domain.
pub const WELL_KNOWN_PATH: &str = "/.well-known/data-grant";
/// The URI scheme of a link that opens an offer for review.
pub const OFFER_SCHEME: &str = "datagrant";
/// Name spaces in a parcel's `@context`.
pub const CONTEXT: [&str; 2] = ["https://schema.org", "https://dgp.example/ns/1"];
/// A strand's schema is this, its name, and `/1`.
pub const STRAND_SCHEMA_BASE: &str = "https://dgp.example/schema/";
/// A problem's `type` is this and its code.
pub const PROBLEM_BASE: &str = "https://dgp.example/errors/";
/// Version of the ISO/IEC TS 27560 record inside a receipt.
pub const CONSENT_RECORD_VERSION: &str = "dgp-27560-1";
/// RFC 9278: a key's thumbprint as a URN.
pub const THUMBPRINT_URN: &str = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:";

/// Labels for key derivation.
pub mod label {
    pub const SIGNING_KEY: &[u8] = b"dgp1/sig";
    pub const RECORD_ID_KEY: &[u8] = b"dgp1/rid";
}

/// The `typ` header of each message.
pub mod typ {
    pub const DESCRIPTOR: &str = "dgp-descriptor+jwt";
    pub const KEY_CHANGE: &str = "dgp-keychange+jwt";
    pub const OFFER: &str = "dgp-offer+jwt";
    pub const GRANT: &str = "dgp-grant+jwt";
    pub const MANIFEST: &str = "dgp-manifest+jwt";
    pub const RECEIPT: &str = "dgp-receipt+jwt";
    pub const REVOCATION: &str = "dgp-revocation+jwt";
    pub const REVOCATION_ACK: &str = "dgp-revocation-ack+jwt";
    pub const DELETION_RECEIPT: &str = "dgp-deletion-receipt+jwt";
    pub const SYNC: &str = "dgp-sync+jwt";
    pub const NOTICE: &str = "dgp-notice+jwt";
    pub const PARCEL: &str = "dgp-parcel+jwe";
}

/// Media types of HTTP bodies.
pub mod media {
    pub const DESCRIPTOR: &str = "application/dgp-descriptor+jwt";
    pub const OFFER: &str = "application/dgp-offer+jwt";
    pub const JSON: &str = "application/json";
    pub const PROBLEM: &str = "application/problem+json";
}

/// JOSE algorithm names.
pub mod alg {
    /// RFC 9864: fully specified.
    pub const ED25519: &str = "Ed25519";
    /// RFC 8037: polymorphic and deprecated; read where the pinned key is Ed25519, never written.
    pub const EDDSA: &str = "EdDSA";
    pub const ECDH_ES: &str = "ECDH-ES";
    pub const A256GCM: &str = "A256GCM";
}

/// Terms of the W3C Data Privacy Vocabulary that messages use.
pub mod dpv {
    pub const CONSENT: &str = "https://w3id.org/dpv#Consent";
    pub const DATA_CONTROLLER: &str = "dpv:DataController";
    pub const DATA_PROCESSOR: &str = "dpv:DataProcessor";
    pub const RECIPIENT: &str = "dpv:Recipient";
    pub const LAWFUL_CONSENT: &str = "dpv:Consent";
    pub const EXPLICIT_CONSENT: &str = "dpv:ExplicitlyExpressedConsent";
    pub const CONSENT_GIVEN: &str = "dpv:ConsentGiven";
    /// Purposes start with this; the rest is a term name.
    pub const PREFIX: &str = "https://w3id.org/dpv#";
    /// Categories of personal data start with this; the rest is a term name.
    pub const PERSONAL_DATA_PREFIX: &str = "https://w3id.org/dpv/pd#";
}
