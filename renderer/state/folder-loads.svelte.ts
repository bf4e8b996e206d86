import type { Grant } from '../../shared/bridge';
import { formatCount } from '../../shared/format';
import type { FileChoices } from '../../shared/source-preview';
import { fileNotices, type Source } from '../../shared/workspace';
import type { App } from './app.svelte';
import { FolderPreview } from './folder-preview.svelte';
import type { Workspace } from './workspace.svelte';

/** Folders on their way into the workspace: chosen, looked into, loaded. */
export class FolderLoads {
  /** Folders that the user chose and is asked about, one after the other. */
  previews = $state.raw<FolderPreview[]>([]);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Another workspace opens, or none. */
  forget(): void {
    for (const preview of this.previews) preview.cancel();
    this.previews = [];
  }

  /** Takes what main hands out, and loads it or shows what it holds. */
  takeGrants(): void {
    const app = this.#app;
    const { workspace, main } = app;
    if (workspace === null || main === null || main.pendingGrants.length === 0) return;
    if (main.workspace?.id !== workspace.id) return;
    const { preview } = main.pendingGrants[0] ?? { preview: false };
    if (!preview) app.page = { kind: 'sources' };
    void app.bridge.takeGrants().then((grants) => {
      if (app.workspace !== workspace) return;
      const asked = grants.filter((grant) => grant.preview);
      if (asked.length > 0) {
        this.previews = [...this.previews, ...asked.map((grant) => new FolderPreview(workspace, grant))];
        app.page = { kind: 'preview' };
      }
      void this.#load(grants.filter((grant) => !grant.preview).map((grant) => ({ grant })));
    });
  }

  /** Loads a folder whose preview is shown, with what was chosen in it. */
  load(preview: FolderPreview): void {
    const { grant, choices } = preview;
    this.#dismiss(preview);
    void this.#load([choices === null ? { grant } : { grant, files: choices }]);
  }

  /** Does not load a folder. */
  cancel(preview: FolderPreview): void {
    const app = this.#app;
    this.#dismiss(preview);
    if (app.page.kind !== 'sources') return;
    if (app.activeTab !== null) app.page = { kind: 'report' };
    else if (app.explores.shown !== null) app.show({ kind: 'explore' });
  }

  #dismiss(preview: FolderPreview): void {
    preview.cancel();
    this.previews = this.previews.filter((other) => other !== preview);
    this.#app.page = this.previews.length > 0 ? { kind: 'preview' } : { kind: 'sources' };
  }

  /** Goes on with sources that were paused. */
  async resume(sources: readonly Source[]): Promise<void> {
    await this.#finish((workspace) => sources.map((source) => workspace.resume(source)));
  }

  async #load(folders: { grant: Grant; files?: FileChoices }[]): Promise<void> {
    await this.#finish((workspace) => folders.map(({ grant, files }) => workspace.load(grant, files)));
  }

  /** Waits for loads, and opens the first report when it is there. */
  async #finish(start: (workspace: Workspace) => Promise<Source | null>[]): Promise<void> {
    const app = this.#app;
    const { workspace } = app;
    const loads = workspace === null ? [] : start(workspace);
    if (loads.length === 0) return;
    const sources = await Promise.all(loads);
    if (workspace === null || app.workspace !== workspace) return;
    const loaded = sources.filter((source) => source !== null).filter(({ state }) => state !== 'paused');
    const skipped = loaded.reduce((sum, source) => sum + fileNotices(source.notices).length, 0);
    const events = loaded.reduce((sum, source) => sum + source.events, 0);
    if (events > 0 && app.page.kind !== 'preview') app.openFirstReport(loaded.flatMap(({ groups }) => groups));
    if (skipped > 0 && app.page.kind !== 'sources') {
      app.toasts.show('info', `${formatCount(skipped, 'file')} skipped or cut short`, 'All the rest was loaded.', {
        label: 'Show why',
        run: () => app.show({ kind: 'sources' }),
      });
    }
  }
}
