import type { Report } from '../../../shared/report';

const mostReports = 32;

/** Larger reports are not kept. */
const mostContributors = 1000;

/** The reports that were asked for last, by all that they depend on. */
export class ReportCache {
  readonly #reports = new Map<string, Report>();

  get(key: string): Report | null {
    const report = this.#reports.get(key);
    if (report === undefined) return null;
    this.#reports.delete(key);
    this.#reports.set(key, report);
    return report;
  }

  set(key: string, report: Report): void {
    if (report.contributors.length > mostContributors) return;
    this.#reports.set(key, report);
    for (const oldest of this.#reports.keys()) {
      if (this.#reports.size <= mostReports) return;
      this.#reports.delete(oldest);
    }
  }
}
