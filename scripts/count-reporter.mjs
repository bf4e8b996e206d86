import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @param {Counts} counts
 * @returns {string} the line that ends a test run
 */
export function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * A vitest reporter that counts tests for `scripts/test.mjs`, which prints the line after everything else. A file that
 * cannot be loaded and an error outside a test count as failures, since no test of theirs reports it.
 */
export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Counts} */
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test still pending at the end never told its outcome.
        counts[state === 'pending' ? 'failed' : state] += 1;
      }
    }
    const file = process.env.CONTRIBUTOR_INSIGHTS_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(counts));
    else console.log(formatCounts(counts));
  }
}
