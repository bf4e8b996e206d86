import { formatBytes, formatCompact, formatCount, formatDuration } from '../../shared/format';
import { fileNotices, type LoadProgress, type Source } from '../../shared/workspace';

/** What is known of a load under way. Numbers are null until there is enough to tell. */
export type LoadEstimate = {
  /** 0 to 100. */
  percent: number | null;
  eventsPerSecond: number | null;
  bytesPerSecond: number | null;
  leftMs: number | null;
  /** Events in all, once loaded. */
  eventsExpected: number | null;
};

/** Below this the rates are noise. */
const settledMs = 300;

/** Rates and time left, from the averages since the load began. */
export function estimateLoad(progress: LoadProgress): LoadEstimate {
  // What was read of the bytes that were read: the last events are written later.
  const { bytes, bytesDone, eventsRead: events, elapsedMs } = progress;
  const settled = elapsedMs >= settledMs && bytesDone > 0;
  return {
    percent: bytes > 0 ? Math.min((100 * bytesDone) / bytes, 100) : null,
    eventsPerSecond: settled ? (events * 1000) / elapsedMs : null,
    bytesPerSecond: settled ? (bytesDone * 1000) / elapsedMs : null,
    leftMs: settled && bytes >= bytesDone ? ((bytes - bytesDone) * elapsedMs) / bytesDone : null,
    eventsExpected: settled && bytes >= bytesDone ? (events * bytes) / bytesDone : null,
  };
}

/** One line for the status bar: `64% · 38 k events/s · 18 s left`. */
export function describeLoad(progress: LoadProgress): string {
  const estimate = estimateLoad(progress);
  const parts = [estimate.percent === null ? formatBytes(progress.bytesDone) : `${Math.floor(estimate.percent)}%`];
  if (estimate.eventsPerSecond !== null) parts.push(`${formatCompact(estimate.eventsPerSecond)} events/s`);
  if (estimate.leftMs !== null) parts.push(`${formatDuration(Math.ceil(estimate.leftMs / 1000) * 1000)} left`);
  return parts.join(' · ');
}

/** Last part of a path, which tells sources apart in a list. */
export function baseName(label: string): string {
  return label.split(/[\\/]/).filter(Boolean).pop() ?? label;
}

/** Kind of mark beside a source. */
export function dotOf(source: Source): 'ok' | 'busy' | 'warn' | 'bad' | 'off' {
  if (source.state === 'loading') return 'busy';
  if (source.state === 'failed' || source.state === 'missing') return 'bad';
  if (source.state === 'waiting' || source.state === 'paused' || source.state === 'cancelled') return 'off';
  return source.notices.length > 0 ? 'warn' : 'ok';
}

/** A source's state in words: `loading 64%`, `cancelled, 12 k kept`, `2 files skipped`. */
export function describeState(source: Source): string {
  switch (source.state) {
    case 'loading':
      return source.bytes > 0 ? `loading ${Math.floor((100 * source.bytesDone) / source.bytes)}%` : 'loading';
    case 'waiting':
      return 'waiting';
    case 'paused':
      return 'paused';
    case 'cancelled':
      return `cancelled, ${formatCompact(source.events)} kept`;
    case 'missing':
      return 'folder is missing';
    case 'failed':
      return 'failed';
    default: {
      const count = fileNotices(source.notices).length;
      return count > 0 ? `${formatCount(count, 'file')} skipped` : source.state;
    }
  }
}
