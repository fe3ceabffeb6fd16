/** Partners, offers, shares and their proofs. */
import type { GrantDetail } from '../../generated/GrantDetail';
import { checks, GRANTS } from '../grants';
import { OFFERS, PARTNERS } from '../partners';
import { NOW, refuse, type Answers, type Scene } from '../scene';
import { previewShare } from '../share';

const AIR_HOST = 'alderair.example';

export const sharingAnswers = (scene: Scene): Pick<Answers, 'partner.add' | 'partner.trust_key' | 'partner.list' | 'partner.offers' | 'share.preview' | 'share.confirm' | 'grant.list' | 'grant.get' | 'grant.revoke' | 'sync' | 'proof.export' | 'proof.verify'> => ({
  'partner.add': ({ url }) => {
    if (!url.startsWith('https://')) refuse('partner-address', 'This is not a secure web address.', 'Type the address as the partner gives it. It begins with https://');
    const known = PARTNERS.find((p) => url.includes(p.host));
    if (url.includes('moved.')) refuse('partner-key-changed', 'The partner’s key has changed, and its old key does not vouch for the new one. Its words were `bosin dulap kevot naril zuhob tepam` and are now `fimud razol hipet wogan lusik devab`: compare them with the partner by telephone before you trust it again.', 'Nothing was sent. Ask the partner by telephone; if the new words are right, trust them with its entry.');
    if (!known) refuse('partner-no-descriptor', 'Nothing at this address says how to share data with it.', 'Check the address. The partner may not support sharing with Holdall yet.');
    if (!scene.partners.some((p) => p.origin === known.origin)) scene.partners.push(known);
    return known;
  },
  'partner.trust_key': ({ key_words }) => {
    if (key_words !== 'fimud razol hipet wogan lusik devab') refuse('partner-untrusted', 'These are not the words of the key that the partner shows now.', 'Type all its words as the partner tells them by telephone. If they differ again, do not trust the key.');
    return PARTNERS[0]!;
  },
  'partner.list': () => scene.partners,
  'partner.offers': ({ partner }) => (scene.empty ? [] : OFFERS.filter((o) => !partner || o.partner === partner).map((o) => ({ ...o, active_grant: scene.summaries().find((g) => g.state === 'active' && g.partner === o.partner && g.purpose === o.purpose)?.grant_id ?? null }))),
  'share.preview': async (request) => (await previewShare(request)) ?? refuse('offer-gone', 'The partner no longer makes this offer.', 'Go back to Sharing and look at its other offers.'),
  'share.confirm': async ({ preview_id, sha256 }, tell, signal) => {
    await scene.steps('sealing', 40, tell, signal);
    const [partner = '', purpose = '', days = '30'] = preview_id.split(' ');
    const offer = OFFERS.find((o) => o.partner === partner && o.purpose === purpose) ?? refuse('preview-gone', 'This preview is too old.', 'Look at the preview again, and share then.');
    const base = scene.grants[0] ?? GRANTS[0]!;
    const rows = 37;
    const made: GrantDetail = {
      ...structuredClone(base),
      summary: { ...base.summary, grant_id: sha256.slice(0, 8), partner, partner_name: offer.partner_name, purpose, title: offer.title, gives_back: offer.gives_back, state: 'active', live: true, created: NOW, ends: new Date(Date.UTC(2026, 10, 21 + Number(days))).toISOString().slice(0, 10), rows },
      events: [
        { at: NOW, kind: 'shared', text: `You shared ${rows} rows and signed the permission.`, signed_by_partner: false },
        { at: NOW, kind: 'receipt', text: `${offer.partner_name} accepted ${rows} rows. All nine checks of the receipt passed.`, signed_by_partner: true },
      ],
      receipt: { received: NOW, accepted_rows: rows, rejected_rows: 0, delete_by: '2026-12-21', storage_locations: offer.storage_locations, recipients: offer.recipients, checks: checks() },
      benefits: [],
    };
    scene.grants = [made, ...scene.grants];
    return made;
  },
  'grant.list': () => scene.summaries(),
  'grant.get': ({ grant_id }) => scene.grantOf(grant_id),
  'grant.revoke': ({ grant_id }) =>
    scene.change(grant_id, (g) => ({
      ...g,
      summary: { ...g.summary, state: 'stopped', state_label: 'Stopped, deletion to come', live: false },
      events: [
        ...g.events,
        { at: NOW, kind: 'revoked', text: 'You stopped the share. Nothing more leaves this computer.', signed_by_partner: false },
        { at: NOW, kind: 'stopped', text: `${g.summary.partner_name} stopped using the data.`, signed_by_partner: true },
      ],
      waiting: `${g.summary.partner_name} must delete the data and say so by 5 December 2026.`,
      can_revoke: false,
    })),
  sync: async (_, tell, signal) => {
    await scene.steps('receiving', 2, tell, signal);
    return { delivered: 0, answers: 0, failures: [{ grant_id: '1f90be37', partner_name: 'Quill & Page', reason: 'The partner did not answer within 30 seconds.' }], changed: [] };
  },
  'proof.export': ({ path }) => ({ path, bytes: 18_422, sha256: '9f4c2b7e61d0a3588e07c41b2f96d5a07733bb1e4c90f8d2a615e0c7b3894f12' }),
  'proof.verify': ({ path }) => {
    if (path.includes('broken')) {
      return { verdict: 'invalid', partner: AIR_HOST, purpose: 'status-match', checks: [{ text: 'The signature of the receipt does not fit its text.', ok: false }], gaps: [] };
    }
    const done = ['Every file is the one the list of contents names.', 'The permission is signed by the person’s key.', 'The receipt is signed by the partner’s key.', 'The stop is signed by the person’s key.'];
    return { verdict: 'incomplete', partner: 'quillandpage.example', purpose: 'gift-ideas', checks: done.map((text) => ({ text, ok: true })), gaps: ['The partner’s confirmation of the stop is not in the file.', 'There is no deletion statement.'] };
  },
});
