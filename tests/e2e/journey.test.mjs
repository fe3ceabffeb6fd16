// The main job in the real window, with the real app behind it, a real key ring and real partners on loopback.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { Desk } from './harness/desk.mjs';
import * as step from './steps.mjs';

test('import, search, share, revoke, prove', async (story) => {
  const desk = await Desk.setUp(story);
  const { airline } = await desk.startPartners();
  const window = await desk.open();
  const chapter = step.chapters(story);

  await chapter('a vault is made, and its recovery code proved', () => step.makeVault(window));

  await chapter('flights go in, and the same file again brings nothing', async () => {
    const flights = desk.export('flightdiary.csv');
    assert.ok((await step.importFile(window, flights)) > 0);
    await step.look(window, flights);
    await window.see('You already have all of this');
    await window.click('button', 'Close');
  });

  await chapter('a word finds a record, and the record shows the row it came from', async () => {
    await step.findRecord(window, 'FRA');
    await window.see(/Row \d+ of flightdiary\.csv/);
  });

  await chapter('an offer is reviewed and shared, and a signed receipt comes back', async () => {
    await step.addPartner(window, airline);
    assert.ok((await step.shareFirstOffer(window)) > 0);
    await window.see('The partner holds exactly what you shared and confirmed it with a signed receipt.');
  });

  await chapter('the share is revoked, and the partner signs that everything is deleted', async () => {
    await step.revoke(window);
    await window.see('The partner signed a statement that everything you shared is deleted.');
  });

  await chapter('the proof is genuine in the window, and in another program without the vault', async () => {
    const proof = path.join(desk.folder, 'share.dgproof');
    await step.saveProof(window, proof);
    await step.checkProof(window, proof);
    await window.see('Genuine and complete');
    assert.ok((await readFile(proof)).length > 0);
    await desk.holdall('verify', proof);
  });
});

test('after a power cut the vault opens by itself, with everything in it', async (story) => {
  const desk = await Desk.setUp(story);
  const before = await desk.open();
  await step.makeVault(before);
  const stored = await step.importFile(before, desk.export('flightdiary.csv'));
  await desk.kill();
  const after = await desk.open();
  await step.go(after, 'Everything');
  await after.see(new RegExp(`\\b${stored} `));
});

test('K1: when the desktop locks its screen, the vault locks too, and shows nothing', async (story) => {
  const desk = await Desk.setUp(story);
  const window = await desk.open();
  await step.makeVault(window);
  await step.importFile(window, desk.export('flightdiary.csv'));
  await step.go(window, 'Everything');
  await desk.lockScreen();
  await window.find('heading', 'Your vault is locked');
  await window.gone('link', 'Everything');
  await window.click('button', 'Unlock');
  await window.find('navigation', 'Main');
});
