/**
 * Opens every scene of the built window in Chromium, in light and dark, checks it with axe-core, and takes its picture.
 *
 *   node tools/screens.mjs [--only name,name] [--out folder] [--all] [--full] [--width 1180] [--text 200] [--no-pictures]
 *
 * Fails when a scene breaks the content policy, logs an error, scrolls sideways, or has an accessibility violation.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { SCENES } from './scenes.mjs';
import { serve } from './serve.mjs';

const { values: option } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    out: { type: 'string', default: fileURLToPath(new URL('../../docs/screens', import.meta.url)) },
    full: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    width: { type: 'string', default: '1180' },
    text: { type: 'string', default: '100' },
    'no-pictures': { type: 'boolean', default: false },
  },
});
const only = option.only.split(',').filter(Boolean);
const scenes = SCENES.filter((s) => only.length === 0 || only.includes(s.name));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const problems = [];
const server = await serve();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--font-render-hinting=none'] });
if (!option['no-pictures']) mkdirSync(option.out, { recursive: true });

for (const theme of ['light', 'dark']) {
  const context = await browser.newContext({
    viewport: { width: Number(option.width), height: 780 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    // The check itself is a foreign script; the policy is watched through the events below.
    bypassCSP: false,
  });
  for (const scene of scenes) {
    const page = await context.newPage();
    const report = (text) => problems.push(`${theme}-${scene.name}: ${text}`);
    page.on('console', (m) => m.type() === 'error' && report(m.text()));
    page.on('pageerror', (e) => report(e.message));
    page.on('request', (r) => !r.url().startsWith(server.url) && report(`asks for ${r.url()}`));
    try {
      await page.goto(`${server.url}/?${scene.query}#/${scene.hash ?? ''}`);
      if (option.text !== '100') await page.evaluate((size) => document.documentElement.style.setProperty('font-size', `${size}%`), option.text);
      await page.locator('h1, [role=alert]').first().waitFor();
      await scene.act?.(page);
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(150);
      const result = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`);
      for (const v of result.violations) report(`${v.id}: ${v.help} — ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')} ${v.nodes[0]?.any[0]?.message ?? ''}`);
      const sideways = await page.evaluate(() => {
        const main = document.querySelector('#main') ?? document.documentElement;
        return main.scrollWidth - main.clientWidth;
      });
      if (sideways > 1) report(`scrolls sideways by ${sideways} pixels`);
      if (!option['no-pictures'] && (scene.kept || option.all || only.length > 0)) {
        if (option.full) {
          const height = await page.evaluate(() => Math.max((document.querySelector('#main') ?? document.documentElement).scrollHeight, document.documentElement.scrollHeight));
          await page.setViewportSize({ width: Number(option.width), height: Math.min(6000, Math.max(780, height)) });
          await page.waitForTimeout(100);
        }
        await page.screenshot({ path: join(option.out, `${theme}-${scene.name}.png`) });
      }
    } catch (error) {
      report(String(error.message).split('\n')[0]);
      if (!option['no-pictures']) await page.screenshot({ path: join(option.out, `${theme}-${scene.name}-failed.png`) });
    }
    await page.close();
  }
  await context.close();
}

await browser.close();
server.stop();
for (const problem of problems) console.error(problem);
console.log(`${scenes.length} scenes in light and dark: ${problems.length === 0 ? 'no problem found' : `${problems.length} problems`}`);
process.exitCode = problems.length === 0 ? 0 : 1;
