import { type Problem, UserError } from '../../shared/problem';

/** What is asked of the engine, by the first part of a method's name. */
const areas: Record<string, string> = {
  common: 'What contributors have in common',
  compare: 'The comparison',
  contributor: 'The contributor',
  coverage: 'The coverage of the logs',
  doubles: 'The search for doubles',
  events: 'The search for events',
  explore: 'Explore',
  export: 'The export',
  groups: 'The log groups',
  impact: 'The impact',
  metrics: 'The metric',
  report: 'The report',
  rules: 'The rule',
  settings: 'The settings',
  sources: 'The source',
  workspace: 'The workspace',
};
/** Problems whose place may be the name of a method. */
const ofMethods = new Set(['args/invalid', 'engine/internal', 'engine/unknown-method']);

/** What to tell the user about anything that was thrown. */
export function problemsOf(cause: unknown): Problem[] {
  if (cause instanceof UserError) return cause.problems.map(placeInWords);
  return [
    {
      code: 'engine/internal',
      place: '',
      message: `Something went wrong in the window: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Nothing in the workspace changed. Run it again.',
    },
  ];
}

/** The name of a method tells people nothing: `report.run` becomes "The report". */
function placeInWords(problem: Problem): Problem {
  const [, area = ''] = /^([a-z]+)\.[A-Za-z.]+(?:\.|$)/.exec(problem.place) ?? [];
  const words = Object.hasOwn(areas, area) ? areas[area] : undefined;
  return words === undefined || !ofMethods.has(problem.code) ? problem : { ...problem, place: words };
}
