import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { protectTask } from '../../../service/net/task-protection.ts';
import { eventually } from '../../support/eventually.ts';

/** An ECS agent that takes what it is asked for, or answers as it is told. */
async function startAgent() {
  const asked: { readonly path: string | undefined; readonly method: string | undefined; readonly body: unknown }[] =
    [];
  const heard = new Set<() => void>();
  const answer = { status: 200, body: '{"protection":{}}' };
  const server = createServer(async (request, response) => {
    asked.push({ path: request.url, method: request.method, body: await json(request) });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    for (const wake of [...heard]) wake();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/task`,
    asked,
    heard,
    answer,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe('the protection of a task of ECS', () => {
  let agent: Awaited<ReturnType<typeof startAgent>>;
  beforeEach(async () => {
    agent = await startAgent();
  });
  afterEach(() => agent.close());

  /** Checks come when the test calls them. */
  function protect() {
    const state = { associations: 0, nowMs: 0 };
    const failures: string[] = [];
    const due = new Set<() => void>();
    const woken = new Set<() => void>();
    const protection = protectTask({
      agentUri: agent.uri,
      liveAssociations: () => state.associations,
      monotonicMs: () => state.nowMs,
      schedule: (_, task) => {
        due.add(task);
        for (const wake of [...woken]) wake();
        return { cancel: () => due.delete(task) };
      },
      onFailure: (detail) => failures.push(detail),
    });
    /** Runs the check that is due and waits until the next one is. */
    const check = async () => {
      const [task] = due;
      if (task === undefined) throw new Error('no check is due');
      due.delete(task);
      task();
      await eventually(woken, () => (due.size > 0 ? true : undefined));
    };
    return { protection, state, failures, check, due };
  }
  const on = { ProtectionEnabled: true, ExpiresInMinutes: 30 };
  const off = { ProtectionEnabled: false };
  const bodies = () => agent.asked.map(({ body }) => body);

  it('is asked for while associations live, once, and given back when they have ended', async () => {
    const { state, check } = protect();
    await check();
    expect(bodies()).toEqual([]);
    state.associations = 2;
    await check();
    await check();
    expect(agent.asked).toEqual([{ path: '/api/task/task-protection/v1/state', method: 'PUT', body: on }]);
    state.associations = 0;
    await check();
    await check();
    expect(bodies()).toEqual([on, off]);
  });

  it('is renewed before it expires', async () => {
    const { state, check } = protect();
    state.associations = 1;
    await check();
    state.nowMs = 9 * 60_000;
    await check();
    expect(bodies()).toEqual([on]);
    state.nowMs = 10 * 60_000;
    await check();
    expect(bodies()).toEqual([on, on]);
  });

  it.each([
    ['an agent that is busy', 429, '{"error":{"Code":"ThrottlingException"}}', /^the agent answered 429/],
    ['a task that is draining', 200, '{"failure":{"Reason":"DEPLOYMENT_BLOCKED"}}', /^ECS refused/],
  ])('goes on after a failure: %s', async (_, status, body, detail) => {
    const { state, check, failures } = protect();
    state.associations = 1;
    Object.assign(agent.answer, { status, body });
    await check();
    expect(failures).toEqual([expect.stringMatching(detail)]);
    Object.assign(agent.answer, { status: 200, body: '{"protection":{}}' });
    await check();
    expect(bodies()).toEqual([on, on]);
    expect(failures).toHaveLength(1);
  });

  it('is given back when the service ends', async () => {
    const { protection, state, check, due } = protect();
    state.associations = 1;
    await check();
    await protection.close();
    expect(bodies()).toEqual([on, off]);
    expect(due.size).toBe(0);
  });
});
