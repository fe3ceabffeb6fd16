// What a person does in the window, in the words of the window.

/** From the first page to an open vault, with the recovery code written down and proved. Returns the code's groups. */
export async function makeVault(window) {
  await window.click('button', 'Create my vault');
  await window.click('button', 'Create vault');
  const printed = await window.read('list', 'Recovery code');
  const groups = new Map([...printed.matchAll(/Group (\d+):\s*(\S+)/g)].map(([, number, text]) => [number, text]));
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
