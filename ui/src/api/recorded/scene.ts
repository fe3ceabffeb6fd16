/** One recorded vault, as the address chose it. */
import { Failure, type CommandName, type Request, type View } from '../bridge';
import type { DriftView } from '../generated/DriftView';
import type { ErrorView } from '../generated/ErrorView';
import type { GrantDetail } from '../generated/GrantDetail';
import type { KeyringState } from '../generated/KeyringState';
import type { ProgressView } from '../generated/ProgressView';
import type { ReminderKind } from '../generated/ReminderKind';
import type { ReminderView } from '../generated/ReminderView';
import type { RereadView } from '../generated/RereadView';
import type { Settings } from '../generated/Settings';
import type { VaultState } from '../generated/VaultState';
import { ASIDE } from './backups';
import { DEFINITIONS } from './definitions';
import { GRANTS } from './grants';
import { BETTER, IMPORTS, SIMILAR } from './imports';
import { PARTNERS } from './partners';
import { RECORDS } from './records';
import { status } from './vault';

type Tell = (progress: ProgressView) => void;

export type Answers = {
  [C in CommandName]: (request: Request<C>, tell: Tell, signal?: AbortSignal) => View<C> | Promise<View<C>>;
};

export const CHECKED_LONG_AGO = '2025-11-02T09:12:00Z';
export const NOW = '2026-11-21T18:06:43Z';

export function refuse(code: string, title: string, what_to_do: string): never {
  const view: ErrorView = { code, title, what_to_do, question: null };
  throw new Failure(view);
}

/** A vault of its own per bridge: what one test does, the next does not see. */
export class Scene {
  readonly empty: boolean;
  readonly slow: boolean;
  /** One that is `locked` is unlocked when it is asked again. */
  keyring: KeyringState;
  readonly records: number;
  /** A command that fails. */
  readonly fail: string | null;
  /** The code with which opening the vault is refused. */
  readonly refuse: string | null;
  /** The vault turns out to be an older one when it is opened. */
  readonly older: boolean;
  /** `none`, `due`, `overdue`, `missing` (their folder), `same` (the vault's own disk), or all is well. */
  readonly backups: string | null;
  /** A check of the vault finds an original that is gone. */
  readonly damaged: boolean;
  /** False: acts that open the vault to others ask for the passphrase first. */
  confirmed: boolean;
  /** The recovery code was last checked more than a year ago. */
  codeIsOld: boolean;
  /** The disk fills up while the second file of an import is stored. */
  readonly full: boolean;
  /** The log of the vault was changed. */
  readonly broken: boolean;
  /** What to remind of was put off. */
  readonly putOff = new Set<ReminderKind>();
  /** Calls that stand still, by the signal that ends them. */
  readonly paused = new WeakSet<AbortSignal>();
  /** The folder that is watched, and whether its one export was declined. */
  watched: string | null;
  declined = false;
  /** What was told of the files that were looked at last. */
  drift: DriftView | null = null;
  /** Vaults that were set aside. */
  aside: string[];
  vault;
  settings: Settings = { theme: 'system', lock_after_minutes: 15, hidden_from_capture: true };
  /** The system can keep the window out of screenshots. */
  readonly canHide: boolean;
  imports;
  definitions;
  similar;
  /** A kept file that is understood better by now. */
  better: RereadView | null;
  grants: GrantDetail[];
  readonly partners;

  constructor(query: URLSearchParams) {
    this.empty = query.has('empty');
    this.canHide = query.has('can-hide');
    this.slow = query.has('slow');
    this.keyring = (query.get('keyring') ?? 'usable') as KeyringState;
    this.records = this.empty ? 0 : Number(query.get('records') ?? RECORDS.length);
    this.fail = query.get('fail');
    this.refuse = query.get('refuse');
    this.older = query.has('older');
    this.backups = query.get('backups');
    this.damaged = query.has('damaged');
    this.confirmed = !query.has('confirm');
    this.codeIsOld = query.get('code') === 'old';
    this.full = query.has('full');
    this.broken = query.has('broken');
    this.watched = query.has('watch') ? query.get('watch') || '/home/nora/Downloads' : null;
    this.aside = query.has('aside') ? [ASIDE] : [];
    this.vault = status((query.get('vault') ?? 'open') as VaultState, this.keyring);
    const synced = 'Dropbox keeps the vault’s folder in step with other computers, and can mix two states of a vault. Keep the vault on this computer’s own disk.';
    if (query.get('place') === 'synced') this.vault.concerns = [synced];
    this.imports = this.empty ? [] : [...IMPORTS];
    this.definitions = this.empty ? [] : [...DEFINITIONS];
    this.similar = this.empty ? [] : [...SIMILAR];
    this.better = this.empty ? null : BETTER;
    this.grants = this.empty ? [] : structuredClone(GRANTS);
    this.partners = this.empty ? [] : structuredClone(PARTNERS);
  }

  reminders(): ReminderView[] {
    const due: ReminderView[] = [];
    if (this.codeIsOld) due.push({ kind: 'recovery_code', since: CHECKED_LONG_AGO });
    if (this.backups === 'overdue') due.push({ kind: 'no_backup', since: '2026-10-03T08:00:00Z' });
    if (this.backups === 'none' && !this.empty) due.push({ kind: 'no_backup', since: null });
    if (this.backups === 'same') due.push({ kind: 'backup_on_same_disk', since: '2026-11-20T19:02:44Z' });
    return due.filter(({ kind }) => !this.putOff.has(kind));
  }

  summaries() {
    return this.grants.map((g) => g.summary);
  }

  grantOf(id: string): GrantDetail {
    return this.grants.find((g) => g.summary.grant_id === id) ?? refuse('not-found', 'This share does not exist.', 'Go back to Sharing and choose another one.');
  }

  change(id: string, edit: (g: GrantDetail) => GrantDetail): GrantDetail {
    this.grants = this.grants.map((g) => (g.summary.grant_id === id ? edit(g) : g));
    return this.grantOf(id);
  }

  /** Long work: three steps, or half a minute of them. */
  async steps(phase: string, total: number, tell: Tell, signal?: AbortSignal): Promise<void> {
    const rounds = this.slow ? 600 : 3;
    for (let i = 1; i <= rounds; i++) {
      if (signal?.aborted) refuse('cancelled', 'Cancelled.', 'Nothing was changed.');
      const done = Math.round((total * i) / rounds);
      tell({ phase, done, total, seconds_left: this.slow && i > 40 ? Math.round(((rounds - i) * 50) / 1000) : null, paused: false });
      while (signal && this.paused.has(signal) && !signal.aborted) {
        tell({ phase, done, total, seconds_left: null, paused: true });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await new Promise((resolve) => setTimeout(resolve, this.slow ? 50 : 4));
    }
  }
}
