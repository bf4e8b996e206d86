import { Notification } from 'electron';
import { describeBreach } from '../../shared/describe-breach';
import type { Breach } from '../../shared/threshold';

/** Tells of a breach outside the window, where the system can. A click on it calls `open`. */
export function notifyBreach(breach: Breach, open: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification(describeBreach(breach, 'local'));
  notification.on('click', open);
  notification.show();
}
