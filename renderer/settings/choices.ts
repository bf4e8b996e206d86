import type { Zone } from '../../shared/format';
import type { Theme } from '../../shared/settings';

/** The themes to choose from. */
export const themes: { value: Theme; label: string }[] = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** The zones that times can be shown in. */
export const zones: { value: Zone; label: string }[] = [
  { value: 'utc', label: 'UTC' },
  { value: 'local', label: 'Local time' },
];
