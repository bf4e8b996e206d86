// npm run dev: the app with its window reloaded at each change of the sources. Arguments go to electron-vite.
import { createRequire } from 'node:module';
import path from 'node:path';
import { listDisplayFlags } from './display.mjs';
import { findRuntime, repositoryRoot, runtimeEnvironment } from './electron-runtime.mjs';
import { runForeground } from './processes.mjs';
import { runScript } from './script-error.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

await runScript(async () => {
  const runtime = await findRuntime();
  await ensureSystemPackages({ executable: runtime.executable, display: false, install: false });
  const manifest = createRequire(import.meta.url).resolve('electron-vite/package.json');
  const electronVite = path.join(path.dirname(manifest), 'bin', 'electron-vite.js');
  const noSandbox = listDisplayFlags(runtime.dist, console.error).includes('--no-sandbox') ? ['--noSandbox'] : [];
  return runForeground(process.execPath, [electronVite, 'dev', ...noSandbox, ...process.argv.slice(2)], {
    cwd: repositoryRoot,
    env: { ...process.env, ...runtimeEnvironment(runtime) },
  });
});
