/** One screen for each state a vault can be found in: what is the matter, what is safe, what to do. None of them offers to start over. */
import type { VaultState } from '../../api/generated/VaultState';

export interface Screen {
  title: string;
  /** What happened, and why there is no reason for alarm where there is none. */
  text: string[];
  /** What to try, in order. */
  steps?: string[];
  /** Word on the main button; without it, there is nothing to try again. */
  retry?: string;
  /** The recovery code is the way that helps, rather than trying again. */
  codeFirst?: boolean;
  /** It opens once the person says that they expect an older one. */
  older?: boolean;
  /** A backup may be the way out. */
  restore?: boolean;
  /** A key could open the vault now. */
  canUnlock: boolean;
}

export const SCREENS: Record<Exclude<VaultState, 'none' | 'open'>, Screen> = {
  locked: {
    title: 'Your vault is locked',
    text: ['Everything in it is encrypted. Open it to go on.'],
    retry: 'Unlock',
    restore: true,
    canUnlock: true,
  },
  keyring_unavailable: {
    title: 'This computer’s keyring does not answer',
    text: ['The key to your vault is kept in the keyring of this computer, and the keyring is not running. Your vault is unharmed.'],
    steps: ['Sign out and in again, or start your keyring program, then try again.', 'Or open the vault with your recovery code.'],
    retry: 'Try again',
    restore: true,
    canUnlock: true,
  },
  keyring_locked: {
    title: 'This computer’s keyring is locked',
    text: ['The key to your vault is in there. Your vault is unharmed.'],
    steps: ['Unlock the keyring, usually with the password of this computer, then try again.', 'Or open the vault with your recovery code.'],
    retry: 'Try again',
    restore: true,
    canUnlock: true,
  },
  key_missing: {
    title: 'The keyring has no key for this vault',
    text: [
      'That happens after a new installation, on a new computer, or under another user name. Your vault is unharmed, and no new key was made.',
    ],
    steps: ['Open the vault with your recovery code.', 'If you have another user name on this computer: sign in as the one who made the vault, and try again.'],
    retry: 'Try again',
    codeFirst: true,
    restore: true,
    canUnlock: true,
  },
  key_wrong: {
    title: 'The key in the keyring does not fit',
    text: ['It belongs to another vault, or it is damaged. Your vault is unharmed.'],
    steps: ['Open the vault with your recovery code.', 'If you have several vaults, check that the folder below is the one you mean.'],
    retry: 'Try again',
    codeFirst: true,
    restore: true,
    canUnlock: true,
  },
  header_damaged: {
    title: 'The vault’s first file is damaged',
    text: ['It says how the vault is opened. Nothing was changed or deleted.'],
    steps: ['Try again: a disk that was busy may answer now.', 'Copy the vault’s folder to a safe place before anything else.', 'Restore your newest backup, which stands beside this vault until you take it.'],
    retry: 'Try again',
    restore: true,
    canUnlock: false,
  },
  database_damaged: {
    title: 'The vault’s database is damaged',
    text: ['A part of it can no longer be read. Holdall does not touch it, so that nothing gets worse.'],
    steps: ['Copy the vault’s folder to a safe place before anything else.', 'Check the disk of this computer.', 'Restore your newest backup, which stands beside this vault until you take it.'],
    retry: 'Try again',
    restore: true,
    canUnlock: false,
  },
  newer_than_app: {
    title: 'This vault was used by a newer Holdall',
    text: ['This version could do harm to it, so it leaves it alone. Nothing was changed.'],
    steps: ['Install the newest version of Holdall, then open the vault with it.'],
    retry: 'Try again',
    canUnlock: false,
  },
  in_use: {
    title: 'This vault is already open',
    text: ['Another Holdall window, or the command line, is using it. Only one at a time may write.'],
    steps: ['Go on in the other window, or close it and try again.'],
    retry: 'Try again',
    canUnlock: false,
  },
  older_than_seen: {
    title: 'This vault is older than the one seen here last',
    text: ['It looks like an earlier copy, for example from a backup. What you did since then is not in it: later imports, shares you made or stopped.'],
    steps: ['If you put back a backup on purpose: open it, and go on from there.', 'If not: the newer vault may be in another folder. Look there first, and change nothing here.'],
    older: true,
    restore: true,
    canUnlock: true,
  },
};

/** Public codes of a failed opening that have a screen of their own. A key that the person typed may simply be mistyped. */
const CODES: Record<string, keyof typeof SCREENS> = {
  'keyring-unavailable': 'keyring_unavailable',
  'keyring-locked': 'keyring_locked',
  'key-missing': 'key_missing',
  'vault-damaged': 'database_damaged',
  'vault-newer': 'newer_than_app',
  'vault-in-use': 'in_use',
  'vault-older': 'older_than_seen',
};

export function stateOf(code: string, typed: boolean): keyof typeof SCREENS | undefined {
  return code === 'wrong-key' && !typed ? 'key_wrong' : CODES[code];
}
