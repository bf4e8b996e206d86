import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** `npm run test:long` sets the mode: only the tests in tests/long, which every other run leaves out. */
export default defineConfig(({ mode }) => ({
  // The window's state is written in runes.
  plugins: [svelte()],
  test: {
    include:
      mode === 'long'
        ? ['tests/long/**/*.test.ts']
        : ['{electron,shared,renderer,scripts}/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: mode === 'long' ? [] : ['tests/long/**'],
    pool: 'forks',
    maxWorkers: 2,
    // A test of the app starts it up to three times, and a busy machine takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
}));
