/** Serves ui/dist the way the window does: with the content policy of tauri.conf.json, so that what the policy forbids fails here as well. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.png': 'image/png' };

export function policy() {
  const conf = JSON.parse(readFileSync(new URL('../../tauri.conf.json', import.meta.url), 'utf8'));
  return Object.entries(conf.app.security.csp)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** Starts on a free port of the loopback; answers with the address and a way to stop. */
export function serve() {
  const csp = policy();
  // Read whole beforehand, so that a build that runs meanwhile changes nothing.
  const names = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = new Map(names.map((f) => join(f.parentPath ?? f.path, f.name)).map((path) => [path.slice(DIST.length).replaceAll('\\', '/'), readFileSync(path)]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const name = path === '/' ? '/index.html' : path;
    const file = files.get(name);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'content-security-policy': csp });
    response.end(file);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() }));
  });
}
