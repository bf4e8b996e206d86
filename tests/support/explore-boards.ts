import { expect } from 'vitest';
import { call } from '../../electron/engine/door';
import type { Engine } from '../../electron/engine/engine';
import type { Args } from '../../shared/contract';
import type { Board, ExploreField, ExploreStep, ExploreSummary } from '../../shared/explore';

type Explored = ExploreSummary & { fields: ExploreField[]; boards: Map<string, Board> };

/** Asks for the boards of a log group. @returns what was told on the way, too */
export async function explore(
  engine: Engine,
  args: Args<'explore.boards'>,
  signal = new AbortController().signal,
): Promise<Explored> {
  const steps: ExploreStep[] = [];
  const progress = (step: unknown) => steps.push(step as ExploreStep);
  const summary = await call(engine.handlers, 'explore.boards', args, { signal, progress });
  const [first, ...rest] = steps;
  if (first?.kind !== 'fields') throw new Error('The fields come first.');
  const boards = rest.flatMap((step) => {
    if (step.kind !== 'boards') throw new Error('The fields come once.');
    return step.boards;
  });
  expect(boards).toHaveLength(first.fields.length);
  return { ...summary, fields: first.fields, boards: new Map(boards.map((board) => [board.reference, board])) };
}
