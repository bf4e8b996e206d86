import { type Settings, usualSettings } from '../../shared/settings';
import type { App } from '../state/app.svelte';

/** What the user set for the app as a whole; main keeps it. */
export class Preferences {
  /** The dialog is shown. */
  isOpen = $state(false);

  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  get settings(): Settings {
    return this.#app.main?.settings ?? usualSettings;
  }

  /** Keeps some of the settings. The zone counts for the open workspace, too. */
  change(changes: Partial<Settings>): void {
    if (changes.zone !== undefined) this.#app.zone = changes.zone;
    void this.#app.bridge.changeSettings(changes);
  }
}
