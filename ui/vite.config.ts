import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { budget } from './tools/budget.ts';

export default defineConfig({
  plugins: [svelte(), budget()],
  // The window loads the page from its own scheme, a browser tab from any folder.
  base: './',
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
  preview: { port: 5199, strictPort: true, host: '127.0.0.1' },
  build: {
    target: ['es2023', 'safari16'],
    sourcemap: false,
    // Fonts stay files: the content policy allows no data: URL for them.
    assetsInlineLimit: 0,
  },
  // Without this the tests would load Svelte's server half.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], setupFiles: ['src/test-setup.ts'], testTimeout: 20_000 },
});
