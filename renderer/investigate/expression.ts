import { longestTitle } from '../../shared/hidden-values';
import { metricNames } from '../../shared/insight-rule-report';

/** One thing that may stand at the cursor of an expression. */
export type Completion = { value: string; label: string; detail: string };

/** What may take the place of a stretch of the text. */
export type Completions = { from: number; to: number; options: Completion[] };

const functions: [name: string, detail: string][] = [
  ['INSIGHT_RULE_METRIC', 'a metric of a rule'],
  ['ABS', 'each point without its sign'],
  ['AVG', 'the average'],
  ['CEIL', 'each point rounded up'],
  ['DATAPOINT_COUNT', 'how many points there are'],
  ['DIFF', 'difference to the point before'],
  ['FILL', 'missing points: a number, REPEAT, LINEAR'],
  ['FIRST', 'the first of several series'],
  ['FLOOR', 'each point rounded down'],
  ['IF', 'condition, then, else'],
  ['LAST', 'the last of several series'],
  ['LOG', 'natural logarithm'],
  ['LOG10', 'logarithm to the base of 10'],
  ['MAX', 'the largest'],
  ['MIN', 'the least'],
  ['PERIOD', 'the period in seconds'],
  ['RATE', 'change a second'],
  ['RUNNING_SUM', 'the sum so far'],
  ['STDDEV', 'the standard deviation'],
  ['SUM', 'the sum'],
  ['TIME_SERIES', 'a value at every period'],
];

const optionsMax = 50;

/** What may stand at an offset of an expression. @param ids those of the expressions before it */
export function completeExpression(
  text: string,
  offset: number,
  known: { rules: readonly string[]; ids: readonly string[] },
): Completions | null {
  const before = text.slice(0, offset);
  const inText = /INSIGHT_RULE_METRIC\s*\(\s*(?:"((?:[^"\\]|\\.)*)"\s*,\s*)?"((?:[^"\\]|\\.)*)$/i.exec(before);
  if (inText !== null) {
    const typed = inText[2] ?? '';
    const from = offset - typed.length;
    const to = offset + (/^[^"]*/.exec(text.slice(offset))?.[0].length ?? 0);
    const isRule = inText[1] === undefined;
    const names = isRule ? known.rules : metricNames;
    const close = text[to] === '"' ? '' : '"';
    // A rule is followed by its metric.
    const options = names
      .filter((name) => name.toLowerCase().includes(typed.toLowerCase()))
      .slice(0, optionsMax)
      .map((name) => ({ value: escapeText(name) + close, label: name, detail: isRule ? 'rule' : 'metric' }));
    return options.length === 0 ? null : { from, to, options };
  }
  if (isInText(before)) return null;
  const word = /[A-Za-z][A-Za-z0-9_]*$/.exec(before)?.[0] ?? '';
  if (word === '') return null;
  const to = offset + (/^[A-Za-z0-9_]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const lower = word.toLowerCase();
  const options = [
    ...known.ids.filter((id) => id.startsWith(word)).map((id) => ({ value: id, label: id, detail: 'expression' })),
    ...functions
      .filter(([name]) => name.toLowerCase().startsWith(lower))
      .map(([name, detail]) => ({
        value: name === 'INSIGHT_RULE_METRIC' ? `${name}("` : `${name}(`,
        label: name,
        detail,
      })),
  ].filter(({ label }) => label !== word);
  return options.length === 0 ? null : { from: offset - word.length, to, options };
}

function isInText(before: string): boolean {
  return (before.replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1;
}

function escapeText(name: string): string {
  return name.replace(/["\\]/g, (character) => `\\${character}`);
}

/** An expression for a metric of a rule. */
export function ruleMetric(rule: string, metric: string): string {
  return `INSIGHT_RULE_METRIC("${escapeText(rule)}", "${metric}")`;
}

/** An ID that is free: `e1`, `e2`, … */
export function nextId(taken: readonly string[]): string {
  for (let number = 1; ; number++) if (!taken.includes(`e${number}`)) return `e${number}`;
}

const quoted = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`;
/** A call for a metric of a rule: its start, the rule's name, the metric's, and the keys of a contributor. */
const ruleCall = new RegExp(
  String.raw`(INSIGHT_RULE_METRIC\s*\(\s*)(${quoted})(\s*,\s*${quoted})((?:\s*,\s*${quoted})*)`,
  'gis',
);

/** The rules whose metrics an expression takes. */
export function listRules(text: string): string[] {
  return [...text.matchAll(ruleCall)].map((match) => unquote(match[2] ?? ''));
}

/** The contributors that an expression names, each with its rule. */
export function listContributors(text: string): { rule: string; keys: string[] }[] {
  return [...text.matchAll(ruleCall)].flatMap(([, , rule = '', , keys = '']) => {
    const named = [...keys.matchAll(new RegExp(quoted, 'gs'))].map(([key]) => unquote(key));
    return named.length === 0 ? [] : [{ rule: unquote(rule), keys: named }];
  });
}

/** What an expression is called where it has no name: a metric of a rule in words, anything else as it reads. */
export function nameExpression(text: string): string {
  const [call] = text.trim().matchAll(ruleCall);
  const [whole = '', , rule = '', metric = '', keys = ''] = call ?? [];
  if (whole === '' || keys !== '' || !/^\s*\)$/.test(text.trim().slice(whole.length))) return text.trim();
  return `${unquote(rule)}, ${unquote(metric.replace(/^\s*,\s*/, ''))}`;
}

function unquote(quotedText: string): string {
  return quotedText.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** One argument of a call: a text, or a word where the quotes were forgotten. */
const argument = String.raw`(?:${quoted}|[^\s,()"']+)`;
const namingCall = new RegExp(
  String.raw`(INSIGHT_RULE_METRIC\s*\(\s*${argument}\s*,\s*${argument})(?:\s*,\s*${argument})+`,
  'gis',
);
/** A call that ends within a text: what stands before the text, and its quote. */
const openCall = new RegExp(
  String.raw`(INSIGHT_RULE_METRIC\s*\(\s*(?:${argument}\s*,\s*)*)(?:"(?:[^"\\]|\\.)*|'(?:[^'\\]|\\.)*)\\?$`,
  'is',
);

/** An expression without the keys of the contributors that it names, whole or cut off. */
export function hideContributors(text: string): string {
  return text.replace(namingCall, '$1, "…"').replace(openCall, '$1"…');
}

/** What something is called at most: a longer name is cut, but never within a text of an expression. */
export function cutTitle(title: string): string {
  if (title.length <= longestTitle) return title;
  const cut = title.slice(0, longestTitle - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut.replace(openCall, '$1')}…`;
}
