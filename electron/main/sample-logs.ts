import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../shared/problem';
import { resourcesPath } from './engine-process';
import { readJsonFile } from './json-file';

const Groups = z.record(z.string().regex(/^[\w-]+$/), z.string().min(1));

/**
 * The folders of the sample logs with the log group that each holds.
 * @throws UserError `file/missing` where they are not installed
 */
export function listSampleLogs(): { path: string; group: string; label: string }[] {
  const folder = join(resourcesPath(), 'sample-logs');
  const groups = readJsonFile(join(folder, 'groups.json'), Groups);
  if (groups === null) {
    const message = 'The sample logs are not there.';
    throw new UserError([{ code: 'file/missing', place: folder, message, hint: 'Install the app again.' }]);
  }
  return Object.entries(groups).map(([name, group]) => ({
    path: join(folder, name),
    group,
    label: name,
  }));
}
