import { onTestFinished } from 'vitest';
import { launchApp } from '../support/electron';

/** The app with all of the sample logs loaded. It is closed when the test is over, or before by `close`. */
export async function launchSample(userDataDir: string, args = ['--sample']) {
  const { app, window: page, close } = await launchApp({ args, userDataDir });
  let isClosed = false;
  const closeOnce = async () => {
    if (!isClosed) await close();
    isClosed = true;
  };
  onTestFinished(closeOnce);
  await page.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 90_000 });
  return { app, page, close: closeOnce };
}
