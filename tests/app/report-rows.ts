import type { Page } from 'playwright-core';

/** The rows of the report's table as they are shown, once there is one: keys, then the value. */
export async function readRows(page: Page): Promise<string[][]> {
  const rows = page.getByTestId('contributor-row');
  await rows.first().waitFor();
  return rows.evaluateAll((elements) =>
    elements.map((row) => [
      ...[...row.querySelectorAll('.key')].map((key) => key.textContent?.trim() ?? ''),
      row.querySelector('[data-testid="row-value"]')?.textContent ?? '',
    ]),
  );
}
