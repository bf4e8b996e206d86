import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { listLicencesInBundle } from './scripts/licences.mjs';

/** Main, engine and command line are CommonJS bundles that also run on Node 18; DuckDB stays outside them. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      emptyOutDir: false,
      target: 'node18',
      sourcemap: true,
      externalizeDeps: { exclude: ['chokidar', 'readdirp', 'commander', 'fzstd', 'jsonc-parser', 'zod'] },
      rolldownOptions: {
        input: {
          'main/index': 'electron/main/index.ts',
          'engine/index': 'electron/engine/index.ts',
          'cli/index': 'electron/cli/index.ts',
        },
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node18',
      rolldownOptions: { input: 'electron/preload/index.ts', output: { format: 'cjs', entryFileNames: 'index.js' } },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [svelte(), listLicencesInBundle(import.meta.dirname)],
    build: {
      outDir: 'out/renderer',
      target: 'chrome114',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
});
