import { formatBytes, formatNumber } from '../../../shared/format';
import type { LoadProgress } from '../../../shared/workspace';

const barWidth = 24;
const intervalMs = 100;

/** A progress bar on a terminal; nothing where stderr is no terminal. */
export class Progress {
  #shownMs = 0;
  #isShown = false;

  constructor(private readonly stream: NodeJS.WriteStream | null) {}

  show(step: LoadProgress): void {
    const now = Date.now();
    if (!this.stream?.isTTY || now - this.#shownMs < intervalMs) return;
    this.#shownMs = now;
    this.#isShown = true;
    const share = step.bytes === 0 ? 1 : Math.min(1, step.bytesDone / step.bytes);
    const filled = Math.round(share * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
    const line = `${bar} ${formatBytes(step.bytesDone)} of ${formatBytes(step.bytes)} · ${formatNumber(step.events)} events`;
    this.stream.write(`\r\u001b[K${line.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1))}`);
  }

  /** Takes the bar away, before anything else is written. */
  clear(): void {
    if (!this.#isShown) return;
    this.stream?.write('\r\u001b[K');
    this.#isShown = false;
  }
}
