/** Ways into the vault, backups of it, and getting it back from one. */
import type { BackupPlan } from '../../generated/BackupPlan';
import type { BackupsView } from '../../generated/BackupsView';
import type { BackupView } from '../../generated/BackupView';
import type { NewRecoveryCode } from '../../generated/NewRecoveryCode';
import type { WayInView } from '../../generated/WayInView';
import type { CommandName } from '../../bridge';
import { ASIDE, BACKUPS, FOLDER, FOREIGN, LIVE, THEN, way } from '../backups';
import { CHECKED_LONG_AGO, NOW, refuse, type Answers, type Scene } from '../scene';
import { CODE, qr, status } from '../vault';

type Names = 'vault.confirm' | 'vault.check' | Extract<CommandName, `keys.${string}` | `backup.${string}`>;

const LEAST = 12;

export function backupAnswers(scene: Scene): Pick<Answers, Names> {
  return { ...keysAnswers(scene), ...madeAnswers(scene), ...restoreAnswers(scene) };
}

function keysAnswers(scene: Scene): Pick<Answers, 'vault.confirm' | 'vault.check' | Extract<CommandName, `keys.${string}`>> {
  let ways: WayInView[] = [
    scene.keyring === 'usable' ? way('keyring', 'a1', '2026-06-01T09:58:00Z') : way('passphrase', 'a1', '2026-06-01T09:58:00Z'),
    way('recovery_code', 'b2', '2026-06-01T09:58:00Z', { checked: scene.codeIsOld ? CHECKED_LONG_AGO : '2026-06-01T10:04:00Z' }),
  ];
  const told = () => {
    const others = ways.filter((w) => w.kind !== 'recovery_code').length;
    const code = (w: WayInView) => w.kind === 'recovery_code' && scene.vault.recovery_proved;
    const checked = (w: WayInView) => (!code(w) ? null : w.checked === CHECKED_LONG_AGO && !scene.codeIsOld ? NOW : (w.checked ?? NOW));
    ways = ways.map((w) => ({ ...w, removable: w.kind !== 'recovery_code' && others > 1, checked: checked(w), check_due: code(w) && scene.codeIsOld }));
    scene.vault = { ...scene.vault, ways_in: ways.map((w) => w.kind) };
    return ways;
  };
  const code = (): NewRecoveryCode => ({ recovery_code: CODE, ask_groups: [3, 7], recovery_qr: qr() });
  const long = (passphrase: string | null) => {
    if (passphrase !== null && passphrase.length < LEAST) refuse('bad-request', 'The passphrase is too short:', `use at least ${LEAST} characters.`);
  };
  return {
    'vault.confirm': ({ passphrase }) => {
      if (passphrase === 'wrong') refuse('wrong-key', 'This passphrase does not open the vault.', 'Check for typing mistakes and capital letters, or use the recovery code.');
      scene.confirmed = true;
      return {};
    },
    'vault.check': async (_, tell, signal) => {
      await scene.steps('originals', 8, tell, signal);
      if (scene.damaged) return { whole: false, database: null, acts: 214, log: null, originals: 8, broken_originals: [6] };
      return { whole: true, database: null, acts: 214, log: null, originals: scene.imports.length, broken_originals: [] };
    },
    'keys.list': () => told(),
    'keys.passphrase': ({ passphrase, only_here }) => {
      long(passphrase);
      ways = [...ways.filter((w) => w.kind !== 'passphrase'), way('passphrase', 'c3', NOW, { bound: only_here })];
      return told();
    },
    'keys.remove': ({ id }) => {
      ways = ways.filter((w) => w.id !== id);
      return told();
    },
    'keys.enrol': () => {
      ways = [...ways, way('keyring', 'd4', NOW)];
      return told();
    },
    'keys.renew_device': () => {
      ways = ways.map((w) => (w.kind === 'keyring' ? { ...w, created: NOW } : w));
      return told();
    },
    'keys.renew_code': () => {
      ways = ways.map((w) => (w.kind === 'recovery_code' ? { ...w, created: NOW } : w));
      return code();
    },
    'keys.ask_code': () => ({ ask_groups: [1, 8] }),
    'keys.prepare_new': async ({ passphrase }, tell, signal) => {
      long(passphrase);
      await scene.steps('copying', 18_204_118, tell, signal);
      return code();
    },
    'keys.finish_new': ({ groups }) => {
      if (groups.some((g) => CODE[g.group - 1] !== g.text)) refuse('bad-request', 'These groups are not those of the recovery code.', 'Look at the groups asked for and type them again.');
      return (scene.vault = { ...scene.vault, state: 'open', recovery_proved: true });
    },
  };
}

function madeAnswers(scene: Scene): Pick<Answers, 'backup.list' | 'backup.plan' | 'backup.make' | 'backup.verify' | 'backup.drill' | 'backup.discard' | 'backup.look'> {
  const none = scene.empty || scene.backups === 'none';
  let plan: BackupPlan = none ? { folder: null, every_days: 0 } : { folder: FOLDER, every_days: 7 };
  let made = none ? [] : [...BACKUPS];
  let lastDrill: string | null = none || scene.backups === 'overdue' ? null : '2026-10-02T18:22:10Z';
  const missing = scene.backups === 'missing';
  const listed = (): BackupsView => ({
    plan,
    last_made: scene.backups === 'overdue' ? '2026-10-03T08:00:00Z' : (made[0]?.created ?? null),
    holds_all: !none && !missing && scene.backups !== 'overdue' && scene.backups !== 'due',
    last_drill: lastDrill,
    same_disk: scene.backups === 'same',
    overdue: made.length === 0 || scene.backups === 'overdue',
    backups: missing || !plan.folder ? [] : made,
    unreadable: none || missing ? [] : [`${FOLDER}/old copy.holdall-backup`],
    folder_missing: missing,
    set_aside: scene.aside,
  });
  return {
    'backup.list': listed,
    'backup.plan': (request) => {
      plan = request.plan;
      return listed();
    },
    'backup.make': async ({ only_if_due }, tell, signal) => {
      if (only_if_due && scene.backups !== 'due') return { backup: null, originals: 0, originals_missing: 0, removed: [] };
      if (missing) refuse('cannot-write', `${FOLDER} could not be written (entity not found).`, 'Choose a folder you may write to.');
      await scene.steps('writing', 18_204_118, tell, signal);
      const backup: BackupView = { ...BACKUPS[0]!, number: 10, created: NOW, file: BACKUPS[0]!.file.replace('000009', '000010') };
      made = [backup, ...made];
      return { backup, originals: 8, originals_missing: 0, removed: [] };
    },
    'backup.look': ({ file }) => {
      if (file.includes('other')) return FOREIGN;
      if (!file.endsWith('.holdall-backup')) refuse('not-a-backup', 'This file is no backup of Holdall.', 'Choose a file that ends in .holdall-backup.');
      return { ...(BACKUPS.find((b) => b.file === file) ?? BACKUPS[0]!), file, this_vault: scene.vault.state === 'open' };
    },
    'backup.verify': async ({ file, depth }, tell, signal) => {
      await scene.steps('reading', 18_204_118, tell, signal);
      if (file.includes('000003')) refuse('backup-damaged', 'The backup is damaged (piece 41).', 'Use another one, and keep this file; nothing was changed.');
      return { file, depth, pieces: 278, originals: 8, originals_missing: 0, rows: 0 };
    },
    'backup.drill': async ({ file }, tell, signal) => {
      await scene.steps('reading', 18_204_118, tell, signal);
      lastDrill = NOW;
      return { file: file ?? BACKUPS[0]!.file, seconds: 4.2, rows: 48_112, originals: 8 };
    },
    'backup.discard': ({ dir }) => {
      scene.aside = scene.aside.filter((d) => d !== dir);
      return {};
    },
  };
}

function restoreAnswers(scene: Scene): Pick<Answers, 'backup.restore' | 'backup.take'> {
  return {
    'backup.restore': async ({ file, secret }, tell, signal) => {
      if (secret.recovery_code !== null && secret.recovery_code.replace(/[^A-Za-z0-9]/g, '').toUpperCase() !== CODE.join('')) {
        refuse('wrong-key', 'This recovery code does not open the vault.', 'Check that it is the newest one, and that it belongs to this vault.');
      }
      if (secret.passphrase === 'wrong') refuse('wrong-key', 'This passphrase does not open the vault.', 'Check for typing mistakes and capital letters, or use the recovery code.');
      await scene.steps('reading', 18_204_118, tell, signal);
      const inPlace = scene.vault.state === 'none';
      const open = scene.vault.state === 'open';
      if (inPlace) scene.vault = { ...status('locked', scene.keyring), was_locked: true };
      const same = !file.includes('other');
      return {
        dir: inPlace ? scene.vault.dir : '/home/nora/.local/share/holdall.restored-1',
        in_place: inPlace,
        contents: THEN,
        originals_missing: 0,
        comparison: open ? { live: LIVE, same_vault: same, acts_lost: same ? 14 : 214, acts_gained: same ? 0 : 31 } : null,
      };
    },
    'backup.take': () => {
      scene.aside = [...scene.aside, ASIDE.replace('-1', `-${scene.aside.length + 1}`)];
      scene.vault = { ...status('older_than_seen', scene.keyring), was_locked: true };
      return { set_aside: scene.aside.at(-1)! };
    },
  };
}
