/** Holds the size of the window: what loads before the first view, and everything together. */
import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

const KB = 1024;
const FIRST = 90 * KB;
const TOTAL = 250 * KB;
/** Loaded one after the other before a person sees their vault: the program's own bridge, the frame, and Home. */
const FIRST_VIEW = ['tauri', 'Home'];

function size(file: Rolldown.OutputAsset | Rolldown.OutputChunk): number {
  const bytes = file.type === 'chunk' ? file.code : file.source;
  // Fonts are compressed already.
  return file.fileName.endsWith('.woff2') ? Buffer.byteLength(bytes) : gzipSync(bytes).length;
}

export function budget(): Plugin {
  return {
    name: 'size-budget',
    apply: 'build',
    writeBundle(_, bundle) {
      const files = Object.values(bundle);
      const first = new Set<string>();
      const add = (name: string) => {
        const file = bundle[name];
        if (!file || first.has(name)) return;
        first.add(name);
        if (file.type !== 'chunk') return;
        for (const next of file.imports) add(next);
        // The builder notes here which styles and fonts come with a chunk.
        const meta = (file as { viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> } }).viteMetadata;
        for (const asset of [...(meta?.importedCss ?? []), ...(meta?.importedAssets ?? [])]) add(asset);
      };
      for (const file of files) {
        if (file.type === 'chunk' && (file.isEntry || FIRST_VIEW.includes(file.name))) add(file.fileName);
      }
      // Fonts count in the total alone: the first view is painted without them, in the system's letters.
      const before = files.filter((f) => first.has(f.fileName) && !f.fileName.endsWith('.woff2')).reduce((n, f) => n + size(f), 0);
      const total = files.reduce((n, f) => n + size(f), 0);
      const kb = (n: number) => `${(n / KB).toFixed(1)} kB`;
      this.info(`compressed: ${kb(before)} before the first view (at most ${kb(FIRST)}), ${kb(total)} in all (at most ${kb(TOTAL)})`);
      if (before > FIRST || total > TOTAL) this.error('The window has grown past its size budget. See tools/budget.ts.');
    },
  };
}
