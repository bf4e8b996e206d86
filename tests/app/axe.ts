import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

type Violation = { id: string; impact: string; nodes: { html: string; failureSummary?: string }[] };

let source: Promise<string> | null = null;

/**
 * What axe finds on the page as it is shown, in a light and in a dark theme: serious and critical findings, with the
 * elements that they are about. The page's own theme is set back to that of the system.
 */
export async function findFaults(page: Page): Promise<string[]> {
  source ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const script = await source;
  const faults: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((chosen) => window.bridge.changeSettings({ theme: chosen }), theme);
    await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' });
    for (const { id, nodes } of await runAxe(page, script)) {
      faults.push(`${theme}, ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    }
  }
  return faults;
}

function runAxe(page: Page, script: string): Promise<Violation[]> {
  return page.evaluate(async (code) => {
    if (!('axe' in window)) new Function(code).call(window);
    // Colours are judged as they stay, not on their way from one theme to the other.
    const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.all(transitions.map((transition) => transition.finished.catch(() => {})));
    const { violations } = await (
      window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }
    ).axe.run();
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  }, script);
}
