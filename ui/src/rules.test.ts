/** Rules of the window that no type can hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(process.cwd(), 'src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(svelte|ts)$/.test(path) && !path.includes('api/generated/') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

function offenders(pattern: RegExp, except: string[] = []): string[] {
  return sources.filter(({ path, text }) => !except.includes(path) && pattern.test(text)).map(({ path }) => path);
}

it('finds the sources', () => expect(sources.length).toBeGreaterThan(60));
it('builds no HTML from data', () => expect(offenders(/\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/)).toEqual([]));
it('runs no text as a program', () => expect(offenders(/\beval\(|new Function\(/)).toEqual([]));
it('has no inline styles, which the content policy forbids', () => expect(offenders(/<[a-z][^>]*\sstyle=["{]/)).toEqual([]));
it('opens no connection and no other page', () =>
  expect(offenders(/\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|window\.open|<iframe|<img|target="_blank"/)).toEqual([]));
it('writes nothing into the storage of the webview', () => expect(offenders(/localStorage|sessionStorage|indexedDB|document\.cookie/)).toEqual([]));
it('speaks to the desktop program in one file', () => expect(offenders(/@tauri-apps/, ['api/tauri.ts'])).toEqual([]));
it('knows no address of its own but those of the sample person', () =>
  expect(sources.filter(({ path, text }) => !path.startsWith('api/recorded') && /https?:\/\/[a-z]/.test(text)).map(({ path }) => path)).toEqual([]));
it('keeps every file short', () => expect(sources.filter(({ text }) => text.split('\n').length > 600).map(({ path }) => path)).toEqual([]));
