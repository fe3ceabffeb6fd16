// What a person does when something may be lost, in the real window: going back to a backup, and locking the vault.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { Desk } from './harness/desk.mjs';
import * as step from './steps.mjs';

const CONTROL = '\uE009';

test('H6: a backup is made, restored beside the vault, compared, taken, and taken back', async (story) => {
  const desk = await Desk.setUp(story);
  const window = await desk.open();
  const chapter = step.chapters(story);
  const folder = path.join(desk.folder, 'stick');
  let before, after, file;

  await chapter('a vault with flights is backed up', async () => {
    await step.makeVault(window);
    before = await step.importFile(window, desk.export('flightdiary.csv'));
    file = await step.backUp(window, folder);
    await desk.picture(window, 'made');
  });

  await chapter('more is imported, which the backup has not', async () => {
    after = before + (await step.importFile(window, desk.export('MonzoDataExport.csv')));
    assert.ok(after > before);
  });

  await chapter('the backup is restored beside, and both are shown side by side', async () => {
    await step.restoreBeside(window, path.join(folder, file));
    await window.find('heading', 'The backup is restored. Nothing of yours was changed.');
    await window.see(/Taking it loses the last (\d+ entries|entry) of your log/);
    await desk.picture(window, 'compared');
  });

  await chapter('the restored vault is taken: what came later is not in it', async () => {
    await window.click('button', 'Take the restored vault');
    await window.find('heading', new RegExp(`^${before} records`));
    assert.doesNotMatch(await window.text(), /no backup of your vault yet/, 'it came out of one');
    await desk.picture(window, 'taken');
  });

  await chapter('the one that was set aside is taken back whole', async () => {
    await step.go(window, 'Settings');
    await window.click('button', 'Take it back');
    await window.click('button', 'Take it');
    await window.find('heading', new RegExp(`^${after} records`));
  });
});

test('K3: a recovery code that was copied is off the clipboard once the vault locks', async (story) => {
  const desk = await Desk.setUp(story);
  const window = await desk.open();
  await step.makeVault(window);
  await step.go(window, 'Settings');
  await window.click('link', 'New code…');
  await window.click('button', 'Make a new code');
  await window.select('list', 'Recovery code');
  await window.press(CONTROL, 'c');
  await window.see('In 30 seconds it is taken off the clipboard again.');
  assert.match(await desk.clipboard(), /[0-9A-Z]{4}/);
  assert.equal(await desk.clipboard('x-kde-passwordManagerHint'), 'secret', 'programs that keep a history are asked to leave it out');
  await desk.lockScreen();
  await window.find('heading', 'Your vault is locked');
  assert.equal(await desk.clipboard(), '');
});

test('K6: the window leaves no core dump', async (story) => {
  const desk = await Desk.setUp(story);
  const window = await desk.open();
  await window.find('button', 'Create my vault');
  assert.match(await desk.limits(), /^Max core file size +0 +0 /m);
});
