/** Backups of the sample vault, and its ways in. */
import type { BackupView } from '../generated/BackupView';
import type { VaultContents } from '../generated/VaultContents';
import type { WayInView } from '../generated/WayInView';

export const FOLDER = '/media/nora/Blue disk/Holdall';
export const ASIDE = '/home/nora/.local/share/holdall.before-1';

function backup(number: number, created: string, bytes: number): BackupView {
  return {
    file: `${FOLDER}/holdall-5d1c90e2-${String(number).padStart(6, '0')}.holdall-backup`,
    vault_id: '5d1c90e2',
    this_vault: true,
    number,
    created,
    bytes,
    ways_in: ['keyring', 'recovery_code'],
    app_version: '0.1.0',
  };
}

/** Newest first. */
export const BACKUPS: BackupView[] = [
  backup(9, '2026-11-20T19:02:44Z', 18_204_118),
  backup(8, '2026-11-13T18:40:02Z', 18_190_870),
  backup(7, '2026-11-06T20:11:27Z', 18_188_004),
  backup(6, '2026-10-30T19:30:51Z', 17_733_912),
  backup(3, '2026-08-31T09:15:00Z', 17_610_340),
];

/** Of a vault that is not the one at hand. */
export const FOREIGN: BackupView = { ...backup(2, '2025-12-24T17:00:00Z', 4_204_118), file: '/media/nora/Blue disk/other.holdall-backup', vault_id: '77aa01c4', this_vault: false, ways_in: ['passphrase', 'recovery_code'] };

export const THEN: VaultContents = {
  records: 12_186,
  vendors: 6,
  newest_record: '2026-11-02T17:58:30Z',
  imports: 7,
  last_import: '2026-10-12T08:02:09Z',
  partners: 2,
  shares: 4,
};

export const LIVE: VaultContents = {
  records: 12_304,
  vendors: 6,
  newest_record: '2026-11-20T21:03:11Z',
  imports: 8,
  last_import: '2026-11-02T18:24:11Z',
  partners: 2,
  shares: 5,
};

export function way(kind: WayInView['kind'], id: string, created: string, more: Partial<WayInView> = {}): WayInView {
  return { id, kind, created, place: kind === 'keyring' ? 'Secret Service' : '', bound: false, removable: false, checked: null, check_due: false, ...more };
}
