/**
 * A bridge that answers from recorded data, so that the whole window runs in an ordinary browser tab and under test.
 *
 * The address chooses a scene: `?vault=none|locked|key_missing|…`, `&keyring=locked|unusable`, `&empty` (a new vault), `&records=1000000`, `&fail=home` (a command
 * that fails), `&slow` (long work takes time), `&confirm` (acts that open the vault to others ask for the passphrase),
 * `&backups=none|due|overdue|missing|same`, `&code=old` (the recovery code was not looked for in a year), `&broken` (the log was changed),
 * `&aside` (a vault was set aside), `&damaged` (a check finds damage), `&full` (the disk fills up during an import),
 * `&watch` (a new export lies in the watched folder), `&watch=/media/unplugged` (its folder is gone),
 * `&refuse=vault-in-use` (how opening fails), `&older` (the vault turns out to be an older one).
 */
import type { Bridge, CommandName, DropEvents } from './bridge';
import { backupAnswers } from './recorded/answers/backup';
import { dataAnswers } from './recorded/answers/data';
import { importsAnswers } from './recorded/answers/imports';
import { sharingAnswers } from './recorded/answers/sharing';
import { watchAnswers } from './recorded/answers/watch';
import { vaultAnswers } from './recorded/answers/vault';
import { BACKUPS, FOLDER } from './recorded/backups';
import { copyInTab } from './recorded/clipboard';
import { refuse, Scene, type Answers } from './recorded/scene';

/** What needs the person, and not the open vault alone. */
const PERSONAL: readonly CommandName[] = ['keys.passphrase', 'keys.remove', 'keys.renew_code', 'keys.prepare_new', 'partner.add', 'export.all'];

export function recordedBridge(query: URLSearchParams): Bridge {
  const scene = new Scene(query);
  const answers: Answers = { ...vaultAnswers(scene), ...importsAnswers(scene), ...dataAnswers(scene), ...sharingAnswers(scene), ...backupAnswers(scene), ...watchAnswers(scene) };
  return {
    recorded: true,
    async call(name, request, onProgress, signal) {
      await Promise.resolve();
      if (scene.fail === name) refuse('recorded', 'This part of the vault could not be read.', 'Try again. If it happens again, restart Holdall; nothing was changed.');
      if (!scene.confirmed && PERSONAL.includes(name)) refuse('confirm-needed', 'This needs your passphrase, although the vault is open.', 'Type your passphrase.');
      const given = JSON.parse(JSON.stringify(request)) as typeof request;
      return structuredClone(await answers[name](given, onProgress ?? (() => undefined), signal));
    },
    pause: (signal, paused) => void (paused ? scene.paused.add(signal) : scene.paused.delete(signal)),
    async copy(text) {
      if (!(await copyInTab(text))) throw new Error('the browser allows no copying');
    },
    pickFiles: async (title) => [title.includes('backup') ? BACKUPS[0]!.file : '/home/nora/Downloads/Your Orders.zip'],
    pickFolder: async (title) => (title.includes('backups') ? FOLDER : title.includes('watch') ? '/home/nora/Downloads' : '/home/nora/Holdall export'),
    pickSavePath: async (_, name) => `/home/nora/Documents/${name}`,
    onDrop: async (events) => listen(events),
  };
}

/** A browser tab is told names of dropped files and no paths; for recorded data that is enough. */
function listen(events: DropEvents): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  addEventListener('dragover', (e) => (e.preventDefault(), events.over()), options);
  addEventListener('dragleave', (e) => e.relatedTarget === null && events.leave(), options);
  addEventListener('drop', (e) => (e.preventDefault(), events.drop(Array.from(e.dataTransfer?.files ?? [], (f) => `/home/nora/Downloads/${f.name}`))), options);
  return () => stop.abort();
}
