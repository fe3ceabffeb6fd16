/** The vault itself: opening it, its settings and log, and everything out. */
import { AUDIT, BROKEN, CODE, REPORT, WHOLE, qr, status } from '../vault';
import { refuse, type Answers, type Scene } from '../scene';

export const vaultAnswers = (scene: Scene): Pick<Answers, 'vault.status' | 'vault.keyring' | 'vault.create' | 'vault.prove' | 'vault.unlock' | 'vault.lock' | 'vault.kit' | 'vault.here' | 'support.preview' | 'support.save' | 'audit.list' | 'audit.verify' | 'audit.export' | 'export.all' | 'settings.get' | 'settings.set'> => ({
  'vault.status': () => scene.vault,
  'vault.keyring': () => {
    const answer = scene.keyring;
    if (answer === 'locked') scene.keyring = 'usable';
    return answer;
  },
  'vault.create': () => {
    scene.vault = { ...status('open', scene.keyring), recovery_proved: false };
    return { status: scene.vault, recovery_code: CODE, ask_groups: [3, 7], recovery_qr: qr() };
  },
  'vault.prove': ({ groups }) => {
    if (groups.some((g) => CODE[g.group - 1] !== g.text.trim().toUpperCase())) {
      refuse('recovery-mismatch', 'These groups do not match your recovery code.', 'Compare them with your sheet and type them again. Letters and digits only; case does not matter.');
    }
    scene.codeIsOld = false;
    return (scene.vault = { ...scene.vault, recovery_proved: true });
  },
  'vault.unlock': ({ passphrase, recovery_code, older }) => {
    if (scene.refuse) refuse(scene.refuse, 'It cannot be opened now.', 'Read above what can be done. Nothing was changed.');
    const barred = ['header_damaged', 'database_damaged', 'newer_than_app', 'in_use'];
    if (barred.includes(scene.vault.state)) refuse('vault-' + scene.vault.state.replaceAll('_', '-'), 'It is still the same.', 'Read above what can be done. Nothing was changed.');
    if (recovery_code !== null && recovery_code.replace(/[^A-Za-z0-9]/g, '').toUpperCase() !== CODE.join('')) {
      refuse('wrong-key', 'This recovery code does not open this vault.', 'Check that all eight groups are right and that the sheet belongs to this vault.');
    }
    if (passphrase === 'wrong') refuse('wrong-key', 'This passphrase does not open the vault.', 'Check the keyboard language and Caps Lock, and type it again.');
    if ((scene.vault.state === 'older_than_seen' || scene.older) && !older) {
      refuse('vault-older', 'This vault is older than the one this computer has seen last.', 'Open it only if you put back a backup on purpose.');
    }
    if (!passphrase && !recovery_code && scene.vault.state !== 'older_than_seen' && scene.vault.state !== 'locked') refuse('vault-' + scene.vault.state.replaceAll('_', '-'), 'The keyring still gives no key.', 'Use your recovery code, or make the keyring available and try again.');
    return (scene.vault = status('open', scene.keyring));
  },
  'vault.lock': () => (scene.vault = { ...status('locked', scene.keyring), was_locked: true }),
  'vault.kit': ({ file }) => ({ file }),
  'vault.here': () => ({}),
  'audit.list': () => (scene.broken ? { ...AUDIT, intact: false, damage: BROKEN.damage } : AUDIT),
  'audit.verify': () => (scene.broken ? BROKEN : WHOLE),
  'audit.export': ({ file }) => ({ file, entries: 214, check: scene.broken ? BROKEN : WHOLE }),
  'export.all': async ({ dir, into_cloud }, tell, signal) => {
    if (dir.includes('Dropbox') && !into_cloud) refuse('cloud-folder', 'This folder belongs to Dropbox, which would copy your data to other computers, and not encrypted.', 'Choose another folder, or say that you mean this one.');
    await scene.steps('exporting', scene.records, tell, signal);
    return { dir, records: scene.records, originals: scene.imports.length, files: 24 };
  },
  'support.preview': () => ({ text: REPORT }),
  'support.save': ({ file }) => ({ file }),
  'settings.get': () => ({ settings: scene.settings, can_hide_from_capture: scene.canHide }),
  'settings.set': (request) => (scene.settings = request.settings),
});
