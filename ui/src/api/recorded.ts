/**
 * A bridge that answers from recorded data, so that the whole window runs in an ordinary browser tab and under test.
 *
 * The address chooses a scene: `?vault=none|locked|key_missing|…`, `&keyring=no`, `&empty` (a new vault), `&records=1000000`, `&fail=home` (a command
 * that fails), `&slow` (long work takes time).
 */
import { Failure, type Bridge, type CommandName, type DropEvents, type Request, type View } from './bridge';
import type { ErrorView } from './generated/ErrorView';
import type { GrantDetail } from './generated/GrantDetail';
import type { ProgressView } from './generated/ProgressView';
import type { Settings } from './generated/Settings';
import type { VaultState } from './generated/VaultState';
import { checks, GRANTS } from './recorded/grants';
import { IMPORTS, preview, QUARANTINE, SIMILAR } from './recorded/imports';
import { OFFERS, PARTNERS } from './recorded/partners';
import { RECORDS } from './recorded/records';
import { previewShare } from './recorded/share';
import { detail, find, kindCounts, vendorDetail, vendorSummaries } from './recorded/store';
import { AUDIT, CODE, qr, status } from './recorded/vault';
import { DIRECTORY } from './recorded/vendors';

type Answers = {
  [C in CommandName]: (request: Request<C>, tell: (p: ProgressView) => void, signal?: AbortSignal) => View<C> | Promise<View<C>>;
};

function refuse(code: string, title: string, what_to_do: string): never {
  const view: ErrorView = { code, title, what_to_do, question: null };
  throw new Failure(view);
}

const NOW = '2026-11-21T18:06:43Z';

/** A vault of its own per bridge: what one test does, the next does not see. */
export function recordedBridge(scene: URLSearchParams): Bridge {
  const empty = scene.has('empty');
  const slow = scene.has('slow');
  const keyring = scene.get('keyring') !== 'no';
  const records = empty ? 0 : Number(scene.get('records') ?? RECORDS.length);
  let vault = status((scene.get('vault') ?? 'open') as VaultState, keyring);
  let settings: Settings = { theme: 'system' };
  let imports = empty ? [] : [...IMPORTS];
  let similar = empty ? [] : [...SIMILAR];
  let grants: GrantDetail[] = empty ? [] : structuredClone(GRANTS);
  const partners = empty ? [] : structuredClone(PARTNERS);

  const summaries = () => grants.map((g) => g.summary);
  const grantOf = (id: string) => grants.find((g) => g.summary.grant_id === id) ?? refuse('not-found', 'This share does not exist.', 'Go back to Sharing and choose another one.');

  async function steps(phase: string, total: number, tell: (p: ProgressView) => void, signal?: AbortSignal): Promise<void> {
    const rounds = slow ? 600 : 3;
    for (let i = 1; i <= rounds; i++) {
      if (signal?.aborted) refuse('cancelled', 'Cancelled.', 'Nothing was changed.');
      tell({ phase, done: Math.round((total * i) / rounds), total });
      await new Promise((resolve) => setTimeout(resolve, slow ? 50 : 4));
    }
  }

  function change(id: string, edit: (g: GrantDetail) => GrantDetail): GrantDetail {
    grants = grants.map((g) => (g.summary.grant_id === id ? edit(g) : g));
    return grantOf(id);
  }

  const answers: Answers = {
    'vault.status': () => vault,
    'vault.create': () => {
      vault = { ...status('open', keyring), recovery_proved: false };
      return { status: vault, recovery_code: CODE, ask_groups: [3, 7], recovery_qr: qr() };
    },
    'vault.prove': ({ groups }) => {
      if (groups.some((g) => CODE[g.group - 1] !== g.text.trim().toUpperCase())) {
        refuse('recovery-mismatch', 'These groups do not match your recovery code.', 'Compare them with your sheet and type them again. Letters and digits only; case does not matter.');
      }
      return (vault = { ...vault, recovery_proved: true });
    },
    'vault.unlock': ({ passphrase, recovery_code }) => {
      const barred = ['header_damaged', 'database_damaged', 'newer_than_app', 'in_use'];
      if (barred.includes(vault.state)) refuse('vault-' + vault.state.replaceAll('_', '-'), 'It is still the same.', 'Read above what can be done. Nothing was changed.');
      if (recovery_code !== null && recovery_code.replace(/[^A-Za-z0-9]/g, '').toUpperCase() !== CODE.join('')) {
        refuse('wrong-recovery-code', 'This recovery code does not open this vault.', 'Check that all eight groups are right and that the sheet belongs to this vault.');
      }
      if (passphrase === 'wrong') refuse('wrong-passphrase', 'This passphrase does not open the vault.', 'Check the keyboard language and Caps Lock, and type it again.');
      if (!passphrase && !recovery_code && vault.state !== 'locked') refuse('vault-' + vault.state.replaceAll('_', '-'), 'The keyring still gives no key.', 'Use your recovery code, or make the keyring available and try again.');
      return (vault = status('open', keyring));
    },
    'vault.lock': () => (vault = status('locked', keyring)),
    home: () => ({
      records,
      kinds: empty ? [] : kindCounts(RECORDS),
      vendors: empty ? [] : vendorSummaries(imports),
      period: empty ? null : { from: RECORDS.at(-1)?.moment ?? '', to: RECORDS[0]?.moment ?? '' },
      imports: imports.slice(0, 5),
      shares_active: summaries().filter((g) => g.state === 'active').length,
      shares_waiting: summaries().filter((g) => ['queued', 'sent', 'revoking', 'stopped', 'overdue', 'partial'].includes(g.state)).length,
      similar: similar.length,
      quarantined: empty ? 0 : QUARANTINE.length,
    }),
    'import.preview': async (request, tell, signal) => {
      await steps('reading', 1_204_332, tell, signal);
      if (request.paths.some((p) => p.includes('missing'))) refuse('file-not-found', 'There is no file at this place.', 'Check the path, or choose the file with “Choose files”.');
      return preview(request);
    },
    'import.commit': async (_, tell, signal) => {
      await steps('storing', 781, tell, signal);
      const done = { ...IMPORTS[1]!, import_id: 10, at: NOW, records: 10, verdicts: { new: 10, already_here: 776, changed: 1, similar: 1, not_understood: 2 } };
      imports = [done, ...imports];
      return { imports: [done], files: [] };
    },
    'import.discard': () => ({}),
    'import.list': () => imports,
    'import.undo': ({ import_id }) => {
      const gone = imports.find((i) => i.import_id === import_id);
      imports = imports.filter((i) => i.import_id !== import_id);
      return { removed: gone?.records ?? 0, handed_over: 0, restored: gone?.verdicts.changed ?? 0 };
    },
    'import.quarantine': ({ import_id }) => (empty ? [] : QUARANTINE.filter((q) => import_id === null || q.import_id === import_id)),
    'import.similar': () => similar,
    'import.decide': ({ other_id }) => {
      similar = similar.filter((p) => p.other.id !== other_id);
      return {};
    },
    'record.find': (request) => (empty ? { rows: [], total: 0, total_is_exact: true, next: null } : find(request, records)),
    'record.get': ({ id }) => detail(id, imports) ?? refuse('not-found', 'This record does not exist any more.', 'It may have gone with an import that was undone. Search again.'),
    'vendor.list': () => (empty ? [] : vendorSummaries(imports)),
    'vendor.get': ({ slug }) => {
      const own = grants.filter((g) => g.sources.some((s) => s.slug === slug)).map((g) => g.summary);
      return vendorDetail(slug, imports, own) ?? refuse('not-found', 'You have no data from this vendor.', 'Go back to Home and choose another one.');
    },
    'vendor.directory': () => DIRECTORY,
    'partner.add': ({ url }) => {
      if (!url.startsWith('https://')) refuse('partner-address', 'This is not a secure web address.', 'Type the address as the partner gives it. It begins with https://');
      const known = PARTNERS.find((p) => url.includes(p.host));
      if (!known) refuse('partner-no-descriptor', 'Nothing at this address says how to share data with it.', 'Check the address. The partner may not support sharing with Holdall yet.');
      if (!partners.some((p) => p.origin === known.origin)) partners.push(known);
      return known;
    },
    'partner.list': () => partners,
    'partner.offers': ({ partner }) => (empty ? [] : OFFERS.filter((o) => !partner || o.partner === partner).map((o) => ({ ...o, active_grant: summaries().find((g) => g.state === 'active' && g.partner === o.partner && g.purpose === o.purpose)?.grant_id ?? null }))),
    'share.preview': async (request) => (await previewShare(request)) ?? refuse('offer-gone', 'The partner no longer makes this offer.', 'Go back to Sharing and look at its other offers.'),
    'share.confirm': async ({ preview_id, sha256 }, tell, signal) => {
      await steps('sealing', 40, tell, signal);
      const [partner = '', purpose = '', days = '30'] = preview_id.split(' ');
      const offer = OFFERS.find((o) => o.partner === partner && o.purpose === purpose) ?? refuse('preview-gone', 'This preview is too old.', 'Look at the preview again, and share then.');
      const base = grants[0] ?? GRANTS[0]!;
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
      grants = [made, ...grants];
      return made;
    },
    'grant.list': () => summaries(),
    'grant.get': ({ grant_id }) => grantOf(grant_id),
    'grant.revoke': ({ grant_id }) =>
      change(grant_id, (g) => ({
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
      await steps('receiving', 2, tell, signal);
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
    'audit.list': () => AUDIT,
    'export.all': async ({ dir }, tell, signal) => {
      await steps('exporting', records, tell, signal);
      return { dir, records, originals: imports.length, files: 24 };
    },
    'settings.get': () => settings,
    'settings.set': (request) => (settings = request.settings),
  };

  return {
    recorded: true,
    async call(name, request, onProgress, signal) {
      await Promise.resolve();
      if (scene.get('fail') === name) refuse('recorded', 'This part of the vault could not be read.', 'Try again. If it happens again, restart Holdall; nothing was changed.');
      const given = JSON.parse(JSON.stringify(request)) as typeof request;
      return structuredClone(await answers[name](given, onProgress ?? (() => undefined), signal));
    },
    pickFiles: async () => ['/home/nora/Downloads/Your Orders.zip'],
    pickFolder: async () => '/home/nora/Holdall export',
    pickSavePath: async (_, name) => `/home/nora/Documents/${name}`,
    onDrop: async (events) => listen(events),
  };
}

const AIR_HOST = 'alderair.example';

/** A browser tab is told names of dropped files and no paths; for recorded data that is enough. */
function listen(events: DropEvents): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  addEventListener('dragover', (e) => (e.preventDefault(), events.over()), options);
  addEventListener('dragleave', (e) => e.relatedTarget === null && events.leave(), options);
  addEventListener('drop', (e) => (e.preventDefault(), events.drop(Array.from(e.dataTransfer?.files ?? [], (f) => `/home/nora/Downloads/${f.name}`))), options);
  return () => stop.abort();
}
