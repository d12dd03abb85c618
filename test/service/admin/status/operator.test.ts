import { describe, expect, it } from 'vitest';
import type { AdminPost } from '../../../../service/admin/server.ts';
import { actionRoutes } from '../../../../service/admin/status/operator-actions.ts';
import { OperatorToken, OperatorTokenError } from '../../../../service/admin/status/operator-token.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const right = 'a-token-of-enough-characters';

function forms() {
  const clock = new FakeClock();
  const done: string[] = [];
  const told: unknown[] = [];
  const routes = actionRoutes({
    token: new OperatorToken(`${right}\n`, clock),
    actions: {
      replay: async (batchId) => {
        done.push(batchId);
        return { done: true, sentence: '', location: '/status/batch?id=x' };
      },
    },
    onAction: (...action) => told.push(action),
    tell: (status, _title, sentence) => ({ status, contentType: 'text/html', body: sentence }),
  });
  const send = (changes: Partial<AdminPost> = {}, token = right) =>
    routes({
      path: '/status/replay',
      form: new URLSearchParams({ id: 'x', token }),
      headers: { origin: 'http://localhost:8080', host: 'localhost:8080', 'sec-fetch-site': 'same-origin' },
      ...changes,
    });
  return { clock, done, told, send };
}

describe('a form of an operator', () => {
  it('does what it says, and is told of', async () => {
    const { send, done, told } = forms();
    expect(await send()).toMatchObject({ status: 303, headers: { location: '/status/batch?id=x' } });
    expect(done).toEqual(['x']);
    expect(told).toEqual([['replay', 'x', 'done']]);
  });

  it.each([
    [{ origin: 'http://evil.example', host: 'localhost:8080' }],
    [{ origin: 'http://localhost:8080', host: 'localhost:8080', 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'http://localhost:8080', host: 'localhost:8080', 'sec-fetch-site': 'same-site' }],
    [{ origin: 'null', host: 'localhost:8080' }],
    [{ origin: undefined, host: 'localhost:8080' }],
  ])('counts from this server alone: not with %j', async (headers) => {
    const { send, done, told } = forms();
    expect(await send({ headers })).toMatchObject({ status: 403 });
    expect(done).toEqual([]);
    expect(told).toEqual([['replay', 'x', 'denied']]);
  });

  it('lets nobody guess the token', async () => {
    const { send, done, clock } = forms();
    for (let guess = 0; guess < 5; guess++) expect(await send({}, `guess ${guess}`)).toMatchObject({ status: 403 });
    expect(await send()).toMatchObject({ status: 429 });
    expect(done).toEqual([]);
    await clock.advance(60_000);
    expect(await send()).toMatchObject({ status: 303 });
  });

  it('is unknown where the settings do not provide for it', async () => {
    const { send } = forms();
    expect(await send({ path: '/status/approve' })).toBeUndefined();
    expect(await send({ path: '/status' })).toBeUndefined();
  });
});

it('a token that can be guessed is none', () => {
  expect(() => new OperatorToken('short\n', new FakeClock())).toThrow(OperatorTokenError);
});
