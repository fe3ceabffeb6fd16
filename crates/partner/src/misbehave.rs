use clap::ValueEnum;

/// One way of breaking the protocol, so that clients can be tested against a partner that lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Misbehaviour {
    /// The receipt names another grant than was sent.
    WrongHash,
    /// The receipt names other content than was sent.
    WrongCommit,
    /// 200 without any signed message.
    Unsigned,
    /// The receipt allows a recipient that was not granted.
    WiderRecipients,
    /// The receipt names a place of storage that was not granted.
    WiderStorage,
    /// The receipt keeps the data for a year longer.
    LongerRetention,
    /// The consent record in the receipt is incomplete.
    ThinRecord,
    /// Messages are signed with a key that the descriptor does not list.
    BadKey,
    /// The receipt is for somebody else.
    OtherPerson,
    /// A revocation is taken without a word, then and later.
    Silent,
    /// The deletion receipt is final and covers nothing.
    PartialDeletion,
    /// The deletion receipt announces another one that never comes.
    NeverFinal,
    /// The deletion receipt answers a revocation that was never sent.
    OtherTrigger,
    /// Every answer of the API is 503.
    Unavailable,
    /// Every answer of the API is 200 and a web page.
    WebPage,
    /// Every answer of the API is larger than the protocol allows.
    Huge,
}
