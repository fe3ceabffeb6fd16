/**
 * Every screen worth an accessibility check: its name, its address, and what to do there first. Those marked `kept` have their picture in
 * docs/screens.
 */

const button = (page, name) => page.getByRole('button', { name, exact: false }).first();

async function toCode(page) {
  await button(page, 'Create my vault').click();
  await button(page, 'Create vault').click();
  await page.getByRole('heading', { name: 'Your recovery code' }).waitFor();
}

async function previewOf(page, path) {
  await button(page, 'Type a path').click();
  await page.getByLabel('Path of a file on this computer').fill(path);
  await button(page, 'Look inside').click();
  await page.getByText('This is a preview').waitFor();
}

const CODE = 'K7QM 2XRD H4TV 9WBN C6FJ P3ZA YE8G 5SMK';

async function restore(page, choose = true) {
  if (choose) await button(page, 'Choose').click();
  const field = page.getByLabel('Recovery code', { exact: true });
  await page.getByRole('radio', { name: 'With the recovery code on paper' }).check();
  await field.fill(CODE);
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
}

async function tryOut(page) {
  await page.getByRole('button', { name: 'Try it out' }).first().click();
  await page.getByText('gives your vault back').waitFor();
}

async function mirrored(page) {
  await page.evaluate(() => (document.documentElement.dir = 'rtl'));
}

async function openRecord(page) {
  await page.getByLabel('Search everything').fill('frankfurt');
  await page.getByRole('listbox', { name: 'Records' }).getByRole('option').first().click();
  await page.getByText('Where this came from').waitFor();
}

export const SCENES = [
  { name: 'welcome', kept: true, query: 'vault=none' },
  { name: 'create-vault', query: 'vault=none', act: (page) => button(page, 'Create my vault').click() },
  { name: 'create-passphrase', query: 'vault=none&keyring=unusable', act: (page) => button(page, 'Create my vault').click() },
  { name: 'create-keyring-locked', query: 'vault=none&keyring=locked', act: (page) => button(page, 'Create my vault').click() },
  { name: 'recovery-code', kept: true, query: 'vault=none', act: toCode },
  {
    name: 'recovery-proof',
    query: 'vault=none',
    act: async (page) => {
      await toCode(page);
      await button(page, 'I have it on paper').click();
    },
  },
  { name: 'locked-passphrase', kept: true, query: 'vault=locked&keyring=unusable' },
  { name: 'locked-key-missing', kept: true, query: 'vault=key_missing' },
  { name: 'locked-damaged', query: 'vault=database_damaged' },
  { name: 'home', kept: true, query: '' },
  { name: 'home-empty', kept: true, query: 'empty' },
  { name: 'everything', kept: true, query: '', hash: 'everything' },
  { name: 'record', kept: true, query: '', hash: 'everything', act: openRecord },
  {
    name: 'everything-nothing',
    query: '',
    hash: 'everything',
    act: async (page) => {
      await page.getByLabel('Search everything').fill('zzzz');
      await page.getByText('Nothing matches').waitFor();
    },
  },
  { name: 'import', kept: true, query: '', hash: 'import' },
  { name: 'import-preview', kept: true, query: '', hash: 'import', act: (page) => previewOf(page, '/home/nora/Downloads/Your Orders.zip') },
  { name: 'import-question', kept: true, query: '', hash: 'import', act: (page) => previewOf(page, '/home/nora/Downloads/statement.csv') },
  { name: 'import-failed', query: '', hash: 'import', act: (page) => previewOf(page, '/home/nora/Downloads/broken.zip') },
  {
    name: 'import-working',
    query: 'slow',
    hash: 'import',
    act: async (page) => {
      await button(page, 'Choose files').click();
      await page.getByText('left', { exact: false }).first().waitFor({ timeout: 8000 });
    },
  },
  {
    name: 'import-result', kept: true,
    query: '',
    hash: 'import',
    act: async (page) => {
      await previewOf(page, '/home/nora/Downloads/Your Orders.zip');
      await button(page, 'Import 12 records').click();
      await page.getByRole('button', { name: 'Import more' }).waitFor();
    },
  },
  {
    name: 'import-not-all',
    query: 'full',
    hash: 'import',
    act: async (page) => {
      await previewOf(page, '/home/nora/Downloads/Your Orders.zip');
      await button(page, 'Import 12 records').click();
      await page.getByRole('button', { name: 'Import more' }).waitFor();
    },
  },
  { name: 'import-similar', kept: true, query: '', hash: 'import/similar' },
  { name: 'import-aside', query: '', hash: 'import/aside' },
  { name: 'vendor', kept: true, query: '', hash: 'vendor/amazon' },
  { name: 'get-my-data', kept: true, query: '', hash: 'get-my-data', act: (page) => page.locator('summary').first().click() },
  { name: 'sharing', kept: true, query: '', hash: 'sharing' },
  { name: 'sharing-empty', query: 'empty', hash: 'sharing' },
  { name: 'offers', kept: true, query: '', hash: 'sharing/offers' },
  { name: 'review', kept: true, query: '', hash: 'sharing/offer/https%3A%2F%2Fquillandpage.example/reading-advice', act: (page) => page.getByText('Fingerprint').waitFor() },
  {
    name: 'review-bytes', kept: true,
    query: '',
    hash: 'sharing/offer/https%3A%2F%2Falderair.example/status-match',
    act: async (page) => {
      await page.getByText('Fingerprint').waitFor();
      await page.getByRole('button', { name: 'The exact bytes' }).click();
    },
  },
  { name: 'share-active', kept: true, query: '', hash: 'sharing/share/7c41f2aa' },
  { name: 'share-revoking', query: '', hash: 'sharing/share/1f90be37' },
  { name: 'share-confirmed', kept: true, query: '', hash: 'sharing/share/a2d0934e' },
  { name: 'share-silent', kept: true, query: '', hash: 'sharing/share/c8b15d02' },
  { name: 'revoke', kept: true, query: '', hash: 'sharing/share/7c41f2aa/stop' },
  {
    name: 'revoked', kept: true,
    query: '',
    hash: 'sharing/share/7c41f2aa/stop',
    act: async (page) => {
      await button(page, 'Revoke now').click();
      await page.getByText('It is stopped here').waitFor();
    },
  },
  {
    name: 'proof-check', kept: true,
    query: '',
    hash: 'proof-check',
    act: async (page) => {
      await page.getByLabel('Proof file').fill('/home/nora/Documents/quill-page-1f90be37.dgproof');
      await button(page, 'Check this file').click();
      await page.getByText('What was checked').waitFor();
    },
  },
  {
    name: 'import-changed',
    query: '',
    hash: 'import',
    act: async (page) => {
      await page.getByRole('button', { name: 'Type a path' }).click();
      await page.getByLabel('Path of a file on this computer').fill('/home/nora/Downloads/Your Orders changed.zip');
      await page.getByRole('button', { name: 'Look inside' }).click();
      await page.getByRole('button', { name: 'Show the description' }).click();
      await page.getByRole('button', { name: 'Save the description' }).waitFor();
    },
  },
  {
    name: 'import-paused',
    query: 'slow',
    hash: 'import',
    act: async (page) => {
      await page.getByRole('button', { name: 'Choose files…' }).click();
      await page.getByText('seconds left').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('Paused').waitFor();
    },
  },
  { name: 'home-new-export', query: 'watch', act: (page) => page.getByText('A new export from').waitFor() },
  { name: 'settings-watch', query: 'watch=/media/unplugged', hash: 'settings', act: (page) => page.getByRole('heading', { name: 'Tell me about new exports' }).scrollIntoViewIfNeeded() },
  {
    name: 'settings-layout',
    query: '',
    hash: 'settings',
    act: async (page) => {
      await page.getByRole('button', { name: 'Give it to everybody…' }).click();
      await page.getByLabel('Whose file is it?').fill('My Union');
      await page.getByRole('button', { name: 'Show what would be written' }).click();
      await page.getByRole('button', { name: 'Write it into a folder…' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'settings', kept: true, query: '', hash: 'settings' },
  { name: 'settings-troubled', query: 'backups=missing&aside&keyring=unusable', hash: 'settings/backups', act: (page) => page.getByText('plug that in').waitFor() },
  { name: 'home-reminded', query: 'code=old&backups=same', act: (page) => page.getByText('Can you still find').first().waitFor() },
  // M3: as a person sees it whose language runs from right to left.
  { name: 'home-rtl', query: '', act: mirrored },
  { name: 'record-rtl', query: '', hash: 'everything', act: async (page) => (await mirrored(page), await openRecord(page)) },
  { name: 'settings-rtl', query: 'code=old', hash: 'settings/recovery', act: async (page) => (await mirrored(page), await page.getByLabel('Group 8').waitFor()) },
  { name: 'settings-check-code', query: 'code=old', hash: 'settings/recovery', act: (page) => page.getByLabel('Group 8').waitFor() },
  {
    name: 'settings-log',
    query: '',
    hash: 'settings',
    act: async (page) => {
      await button(page, 'Check the log').click();
      await page.getByText('were checked just now').scrollIntoViewIfNeeded();
    },
  },
  { name: 'settings-no-backups', query: 'backups=none', hash: 'settings/backups', act: (page) => page.getByLabel('Folder for backups').waitFor() },
  { name: 'settings-backups', kept: true, query: '', hash: 'settings/backups', act: tryOut },
  {
    name: 'settings-passphrase',
    query: '',
    hash: 'settings',
    act: async (page) => {
      await button(page, 'Set a passphrase').click();
      await page.getByLabel('New passphrase', { exact: true }).fill('four words that stay');
    },
  },
  {
    name: 'settings-check-damaged',
    query: 'damaged',
    hash: 'settings',
    act: async (page) => {
      await button(page, 'Check the vault').click();
      await page.getByText('Something in your vault is damaged').waitFor();
    },
  },
  {
    name: 'confirm',
    query: 'confirm&keyring=unusable',
    hash: 'settings/new-code',
    act: async (page) => {
      await button(page, 'Make a new code').click();
      await page.getByRole('heading', { name: 'Type your passphrase to go on' }).waitFor();
    },
  },
  {
    name: 'new-code',
    query: '',
    hash: 'settings/new-code',
    act: async (page) => {
      await button(page, 'Make a new code').click();
      await page.getByRole('list', { name: 'Recovery code' }).waitFor();
    },
  },
  { name: 'new-key', query: 'keyring=unusable', hash: 'settings/new-key' },
  {
    name: 'new-key-working',
    query: 'slow',
    hash: 'settings/new-key',
    act: async (page) => {
      await button(page, 'Write my vault anew').click();
      await page.getByRole('progressbar').waitFor();
    },
  },
  {
    name: 'restore-first', kept: true,
    query: 'vault=none',
    act: async (page) => {
      await button(page, 'I have a backup').click();
      await button(page, 'Choose').click();
      await page.getByLabel('Recovery code', { exact: true }).waitFor();
    },
  },
  {
    name: 'restored-first',
    query: 'vault=none',
    act: async (page) => {
      await button(page, 'I have a backup').click();
      await restore(page);
      await page.getByRole('heading', { name: 'Your vault is back' }).waitFor();
    },
  },
  {
    name: 'offer-keyring',
    query: 'vault=key_missing',
    act: async (page) => {
      await page.getByLabel('Recovery code').fill(CODE);
      await button(page, 'Open with the recovery code').click();
      await page.getByRole('heading', { name: 'Let this computer open your vault?' }).waitFor();
    },
  },
  {
    name: 'restore-beside', kept: true,
    query: '',
    hash: 'settings/restore',
    act: async (page) => {
      await restore(page);
      await page.getByRole('heading', { name: 'Nothing of yours was changed' }).waitFor();
    },
  },
  {
    name: 'restore-another',
    query: '',
    hash: 'settings/restore',
    act: async (page) => {
      await page.getByLabel('Your backup').fill('/media/nora/other.holdall-backup');
      await button(page, 'Look at it').click();
      await restore(page, false);
      await page.getByText('This is a backup of another vault').waitFor();
    },
  },
  {
    name: 'restore-left',
    query: '',
    hash: 'settings/restore',
    act: async (page) => {
      await restore(page);
      await button(page, 'Leave everything as it is').click();
    },
  },
  { name: 'locked-older', query: 'vault=older_than_seen' },
  { name: 'home-no-backup', query: 'backups=none' },
  { name: 'failure', query: 'fail=home', hash: '' },
];
