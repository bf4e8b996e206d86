import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent, FromEngine, ToEngine } from '../../shared/contract';
import { EngineClient, isAbort } from './engine';

/** The engine's end of a real port: records what it gets, answers by hand. */
function openChannel(client: EngineClient) {
  const { port1, port2 } = new MessageChannel();
  const received: ToEngine[] = [];
  const waiters: (() => void)[] = [];
  port2.onmessage = (message: MessageEvent<ToEngine>) => {
    received.push(message.data);
    for (const wake of waiters.splice(0)) wake();
  };
  client.connect(port1);
  return {
    received,
    send: (message: FromEngine) => port2.postMessage(message),
    async until(count: number) {
      while (received.length < count) await new Promise<void>((wake) => waiters.push(wake));
    },
    close: () => port2.close(),
  };
}

describe('engine client', () => {
  let events: EngineEvent[];
  let client: EngineClient;
  let channel: ReturnType<typeof openChannel>;
  beforeEach(() => {
    events = [];
    client = new EngineClient((event) => events.push(event));
    channel = openChannel(client);
  });
  afterEach(() => {
    client.disconnect();
    channel.close();
  });

  test('answers and progress reach the call that they belong to', async () => {
    const steps: unknown[] = [];
    const first = client.call('rules.list', {});
    const second = client.call('sources.reload', { id: 3 }, { onProgress: (step) => steps.push(step) });
    await channel.until(2);
    const [listId, reloadId] = channel.received.map((message) => message.id);
    channel.send({ kind: 'progress', id: reloadId!, step: { bytesDone: 5 } });
    channel.send({ kind: 'result', id: reloadId!, value: 'reloaded' });
    channel.send({ kind: 'result', id: listId!, value: [] });
    expect([await first, await second, steps]).toEqual([[], 'reloaded', [{ bytesDone: 5 }]]);
  });

  test('a cancelled call rejects at once and tells the engine', async () => {
    const control = new AbortController();
    const call = client.call('rules.list', {}, { signal: control.signal });
    await channel.until(1);
    control.abort();
    const cause = await call.catch((error: unknown) => error);
    await channel.until(2);
    expect([isAbort(cause), channel.received[1]?.kind]).toEqual([true, 'cancel']);
  });

  test('problems of the engine arrive as they are', async () => {
    const call = client.call('rules.delete', { name: 'x' });
    await channel.until(1);
    const problems = [{ code: 'rule/unknown', place: 'x', message: 'No rule has this name.' } as const];
    channel.send({ kind: 'failure', id: channel.received[0]!.id, problems: [...problems] });
    await expect(call).rejects.toMatchObject({ problems });
  });

  test('calls fail when the engine goes, and those made meanwhile reach the next one', async () => {
    const lost = client.call('rules.list', {});
    await channel.until(1);
    client.disconnect();
    await expect(lost).rejects.toMatchObject({ problems: [{ code: 'engine/stopped' }] });
    const waits = client.call('rules.list', {});
    channel.close();
    channel = openChannel(client);
    await channel.until(1);
    channel.send({ kind: 'result', id: channel.received[0]!.id, value: ['back'] });
    expect(await waits).toEqual(['back']);
  });

  test('broadcasts are passed on', async () => {
    const call = client.call('rules.list', {});
    await channel.until(1);
    channel.send({ kind: 'event', event: { name: 'data', version: 7 } });
    channel.send({ kind: 'result', id: channel.received[0]!.id, value: [] });
    await call;
    expect(events).toEqual([{ name: 'data', version: 7 }]);
  });
});
