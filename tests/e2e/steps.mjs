// What a person does in the window, in the words of the window.

/** Tells the chapters of a story in order; where one fails, the story ends. */
export function chapters(story) {
  return async (name, tell) => {
    const outcome = {};
    await story.test(name, async () => {
      await tell().catch((error) => {
        outcome.error = error;
        throw error;
      });
    });
    if (outcome.error) throw new Error(`the story ends where this failed: ${name}`);
  };
}

/** From the first page to an open vault, with the recovery code written down and proved. Returns the code's groups. */
export async function makeVault(window) {
  await window.click('button', 'Create my vault');
  await window.click('button', 'Create vault');
  // Number and group follow each other; a driver may leave out the spaces, and the words meant for screen readers alone.
  const printed = (await window.read('list', 'Recovery code')).replaceAll(/Group \d:|\s/g, '');
  const groups = new Map([...printed.matchAll(/(\d)([0-9A-Z]{4})/g)].map(([, number, text]) => [number, text]));
  await window.click('button', 'I have it on paper');
  for (const name of await window.names('textbox', /^Group \d+$/)) {
    await window.fill('textbox', name, groups.get(name.replace('Group ', '')));
  }
  await window.click('button', 'Finish');
  await window.find('navigation', 'Main');
  return groups;
}

export async function go(window, place) {
  await window.click('link', place);
  await window.find('heading', place);
}

/** Looks into a file and imports what is in it. Returns how many records the window says it stored. */
export async function importFile(window, path) {
  await go(window, 'Import');
  await look(window, path);
  await window.click('button', /^Import [\d,.]+ records?$/);
  const [, stored] = await window.see(/([\d,.]+) records? imported/);
  await window.click('button', 'Import more');
  return Number(stored.replace(/[,.]/g, ''));
}

/** Shows what is in a file; nothing is stored. */
export async function look(window, path) {
  await window.click('button', 'Type a path');
  await window.fill('textbox', 'Path of a file on this computer', path);
  await window.click('button', 'Look inside');
  await window.see('This is a preview. Nothing is stored yet.');
}

/** Finds words, and opens the first record that has them. */
export async function findRecord(window, words) {
  await go(window, 'Everything');
  await window.fill('searchbox', 'Search everything', words);
  await window.click('option', new RegExp(words, 'i'));
  await window.find('heading', 'Where this came from');
}

export async function addPartner(window, address) {
  await go(window, 'Sharing');
  await window.click('link', 'Partners and offers');
  await window.fill('textbox', 'Address of the partner', address);
  await window.click('button', 'Add partner');
  await window.find('link', 'Look at it closely');
}

/** Reviews the first offer on the page and shares what it needs, and no more. Returns how many rows the button promised. */
export async function shareFirstOffer(window) {
  await window.click('link', 'Look at it closely');
  await window.see('Nothing has left this computer so far.');
  const button = /^Share [\d,.]+ rows? with .+ until .+$/;
  const [promise] = await window.names('button', button);
  await window.click('button', button);
  await window.see('Shared. You find it under Sharing');
  return Number(/[\d,.]+/.exec(promise)[0].replace(/[,.]/g, ''));
}

/** From the page of a share: the consequences, and one click. */
export async function revoke(window) {
  await window.click('link', 'Revoke');
  await window.find('heading', 'What happens when you revoke');
  await window.click('button', 'Revoke now');
  await window.see('It is stopped here.');
  await window.click('link', 'See the share');
}

export async function saveProof(window, path) {
  await window.click('button', 'Save the proof');
  await window.fill('textbox', 'Save as', path);
  await window.click('button', 'Save');
  await window.find('heading', 'The proof is saved');
  await window.click('button', 'Close');
}

export async function checkProof(window, path) {
  await go(window, 'Proof check');
  await window.fill('textbox', 'Proof file', path);
  await window.click('button', 'Check this file');
}

/** Chooses a folder for backups, and makes one there. Returns the name of its file. */
export async function backUp(window, folder) {
  await go(window, 'Settings');
  await window.fill('textbox', 'Folder for backups', folder);
  await window.click('radio', 'Only by hand');
  await window.click('button', 'Save');
  await window.click('button', 'Back up now');
  const [file] = await window.see(/Holdall-[-\d]+\.holdall-backup/);
  return file;
}

/** From a backup's file to the two vaults side by side. */
export async function restoreBeside(window, file) {
  await go(window, 'Settings');
  await window.click('link', 'Restore from a backup');
  await window.fill('textbox', 'Your backup', file);
  await window.click('button', 'Look at it');
  await window.see('Backup of');
  await window.click('radio', 'With this computer’s keyring');
  await window.click('button', 'Restore');
}
