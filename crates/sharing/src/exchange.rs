use holdall_protocol::Entropy;

use crate::delivery::Message;
use crate::error::SharingError;
use crate::event::Event;
use crate::network::Client;
use crate::partner::Partner;
use crate::share::Share;

/// Messages of one share in one go: the waiting one, and pages of news.
const ROUNDS: u32 = 20;

/// What one exchange brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// The share's own messages that the partner took.
    pub delivered: u64,
    /// Signed messages that came back.
    pub answers: u64,
    pub events: Vec<Event>,
    /// Why it did not get through, as a sentence.
    pub failure: Option<String>,
}

/// Sends what a share has waiting and fetches what its partner has to say. `keep` stores the share; it is called before
/// each sending and after each answer, so that a program that ends in between loses nothing and sends nothing twice.
/// `asked` means that the person wants it now, whatever the pauses say.
pub async fn exchange<E: From<SharingError>>(
    client: &Client,
    share: &mut Share,
    partner: &Partner,
    asked: bool,
    entropy: &(dyn Entropy + Sync),
    mut keep: impl FnMut(&Share) -> Result<(), E>,
) -> Result<Exchanged, E> {
    let mut done = Exchanged::default();
    share.learn(partner);
    done.events.extend(share.tick(client.now())?);
    for _ in 0..ROUNDS {
        let Some(outgoing) = share.next(partner, asked, client.now(), entropy)? else { break };
        keep(share)?;
        match client.send(share.partner(), &outgoing).await {
            Ok(delivered) => {
                let known = share.answers.len();
                done.events.extend(share.apply(outgoing.message, &delivered, client.now())?);
                done.answers += (share.answers.len() - known) as u64;
                done.delivered += u64::from(outgoing.message != Message::Sync);
                keep(share)?;
                if !delivered.answer.more || outgoing.message != Message::Sync {
                    break;
                }
            }
            Err(error) => {
                done.events.extend(share.failed(outgoing.message, &error, client.now(), entropy)?);
                done.failure = Some(format!("{error}."));
                keep(share)?;
                break;
            }
        }
    }
    Ok(done)
}
