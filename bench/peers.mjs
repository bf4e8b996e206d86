import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const debianPackages = { gawk: 'gawk', mlr: 'miller', lnav: 'lnav', goaccess: 'goaccess' };

/**
 * Installs what we are compared with: chdb from npm into a folder of the bench, the rest from Debian where we are root.
 * @param {string} folder
 * @returns {{ chdb: string | null, programs: Set<string> }} what there is
 */
export function ensurePeers(folder) {
  const chdb = path.join(folder, 'node_modules');
  if (!existsSync(path.join(chdb, 'chdb'))) {
    mkdirSync(folder, { recursive: true });
    run('npm', ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', folder, 'chdb@3.4.0']);
  }
  const missing = Object.keys(debianPackages).filter((program) => !isInstalled(program));
  if (missing.length > 0 && process.platform === 'linux' && process.getuid?.() === 0) {
    run('apt-get', ['update', '-q']);
    const names = missing.map((program) => debianPackages[program]);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names]);
  }
  return {
    chdb: existsSync(path.join(chdb, 'chdb')) ? chdb : null,
    programs: new Set(Object.keys(debianPackages).filter(isInstalled)),
  };
}

function run(program, args) {
  const { status, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) console.error(`${program} ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}`);
}

function isInstalled(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}
