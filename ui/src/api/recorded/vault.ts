/** The sample vault: its states, its recovery code, its log. */
import type { AuditCheck } from '../generated/AuditCheck';
import type { AuditView } from '../generated/AuditView';
import type { KeyringState } from '../generated/KeyringState';
import type { VaultState } from '../generated/VaultState';
import type { VaultStatus } from '../generated/VaultStatus';

export const CODE = ['K7QM', '2XRD', 'H4TV', '9WBN', 'C6FJ', 'P3ZA', 'YE8G', '5SMK'];

export function status(state: VaultState, keyring: KeyringState): VaultStatus {
  const there = state !== 'none';
  return {
    state,
    dir: '/home/nora/.local/share/holdall',
    vault_id: there ? '5d1c90e2' : null,
    created: there ? '2026-06-01T09:58:00Z' : null,
    ways_in: there ? (keyring === 'usable' ? ['keyring', 'recovery_code'] : ['passphrase', 'recovery_code']) : [],
    recovery_proved: there,
    was_locked: false,
    concerns: [],
    app_version: '0.1.0',
  };
}

/** A picture in the form of a QR code: the three marks in the corners, and a repeatable pattern that says nothing. */
export function qr(): string[] {
  const size = 29;
  const mark = (x: number, y: number) => {
    const d = Math.max(Math.abs(x - 3), Math.abs(y - 3));
    return d > 3 ? undefined : d === 2 ? 0 : 1;
  };
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => {
      const corner = [mark(x, y), mark(x - (size - 7), y), mark(x, y - (size - 7))].find((m) => m !== undefined);
      const free = (x < 8 && y < 8) || (x > size - 9 && y < 8) || (x < 8 && y > size - 9);
      return corner ?? (free ? 0 : ((x * 7 + y * 13 + x * y * 3) % 5) % 2);
    }).join(''),
  );
}

const ACTS: ReadonlyArray<readonly [at: string, text: string]> = [
  ['2026-11-21T18:01:12Z', 'Vault opened with the keyring.'],
  ['2026-11-20T21:14:40Z', 'Share 1f90be37 stopped.'],
  ['2026-11-20T21:10:02Z', 'Vault opened with the keyring.'],
  ['2026-11-02T18:24:11Z', 'Import 9 stored: 118 records new, 3 changed.'],
  ['2026-11-02T18:20:40Z', 'Import 8 stored: 62 records new, 2 rows kept aside.'],
  ['2026-11-01T18:00:03Z', 'Receipt for share 1f90be37 checked: nine of nine.'],
  ['2026-11-01T18:00:00Z', 'Share 1f90be37 signed: 31 rows to quillandpage.example.'],
  ['2026-10-29T08:12:00Z', 'Share c8b15d02 overdue: no deletion statement.'],
  ['2026-10-12T08:02:09Z', 'Import 6 stored: 610 records new.'],
  ['2026-08-30T20:47:55Z', 'Import 5 stored: 5210 records new.'],
  ['2026-07-19T08:12:33Z', 'Deletion statement for share a2d0934e checked: complete.'],
  ['2026-07-12T19:30:05Z', 'Share a2d0934e stopped.'],
];

export const AUDIT: AuditView = {
  entries: ACTS.map(([at, text], i) => ({ number: 214 - i, at, text })),
  intact: true,
  damage: null,
};

export const WHOLE: AuditCheck = { whole: true, entries: 214, head: '9f2c4e07b1d84a55c3f0a6e98d7712b64450e1cfa83b2d96750f1ce4ab38d201', damage: null };
export const BROKEN: AuditCheck = {
  whole: false,
  entries: 87,
  head: '21d0a87fe3c94b6d0e5512c7f9ab34860d71e2c5b8f64a93170e5dc2b69f8a44',
  damage: 'Entry 88: the entry, or its link to the one before, was changed.',
};

export const REPORT = `Holdall 0.1.0
linux x86_64
vault: open
theme: System, locks after 15 minutes

holdall.log, the last 3 lines:
2026-11-21T18:01:12Z vault.unlock 212 ms ok
2026-11-21T18:01:13Z home 9 ms ok
2026-11-21T18:04:51Z import.preview 41 ms file-unknown
`;
