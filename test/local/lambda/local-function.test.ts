import { afterEach, describe, expect, it } from 'vitest';
import { FunctionError } from '../../../local/lambda/invocation.ts';
import { LocalFunction } from '../../../local/lambda/local-function.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const clock = new FakeClock();
const open: LocalFunction[] = [];

function functionOf(module: string, onLog: (line: string) => void = () => undefined): LocalFunction {
  const created = new LocalFunction({
    name: 'trial',
    module: new URL(module, import.meta.url),
    environment: { ONLY: 'this' },
    timeoutSeconds: 30,
    schedule: clock.schedule,
    onLog,
  });
  open.push(created);
  return created;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('a local function', () => {
  it('sees the environment that it is given and nothing else', async () => {
    expect(await functionOf('./handlers/trial-handler.ts').invoke({ act: 'environment' })).toEqual({ ONLY: 'this' });
  });

  it('answers each invocation its own result, in order', async () => {
    const trial = functionOf('./handlers/trial-handler.ts');
    const results = await Promise.all([1, 2, 3].map((act) => trial.invoke({ act })));
    expect(results).toEqual([{ act: 1 }, { act: 2 }, { act: 3 }]);
  });

  it("reports an error by the handler's name for it, as Lambda does", async () => {
    const error: unknown = await functionOf('./handlers/trial-handler.ts')
      .invoke({ act: 'fail' })
      .catch((caught: unknown) => caught);
    if (!(error instanceof FunctionError)) throw new Error('it did not fail');
    expect(error.name).toBe('NamedFault');
    expect(JSON.parse(error.message)).toMatchObject({ errorType: 'NamedFault', errorMessage: 'as asked' });
  });

  it('is ended when it takes too long, and starts afresh', async () => {
    const trial = functionOf('./handlers/trial-handler.ts');
    const hanging = trial.invoke({ act: 'hang' });
    const next = trial.invoke({ act: 'next' });
    const refused = expect(hanging).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
    await clock.advance(30_000);
    await refused;
    expect(await next).toEqual({ act: 'next' });
  });

  it('fails its invocation when its process exits, and starts afresh', async () => {
    const trial = functionOf('./handlers/trial-handler.ts');
    await expect(trial.invoke({ act: 'exit' })).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    expect(await trial.invoke({ act: 'next' })).toEqual({ act: 'next' });
  });

  it('fails every invocation when its module cannot be loaded', async () => {
    const trial = functionOf('./handlers/no-such-handler.ts');
    await expect(trial.invoke({})).rejects.toThrow(/no-such-handler/);
    await expect(trial.invoke({})).rejects.toThrow(/no-such-handler/);
  });

  it('hands its output on line by line', async () => {
    const lines: string[] = [];
    const listeners = new Set<() => void>();
    const trial = functionOf('./handlers/trial-handler.ts', (line) => {
      lines.push(line);
      for (const wake of [...listeners]) wake();
    });
    await trial.invoke({ act: 'log' });
    expect(await eventually(listeners, () => lines.at(0))).toBe('a line');
  });

  it('fails what it was at when it is closed', async () => {
    const trial = functionOf('./handlers/trial-handler.ts');
    const hanging = expect(trial.invoke({ act: 'hang' })).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    const waiting = expect(trial.invoke({ act: 'next' })).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    await trial.close();
    await hanging;
    await waiting;
  });
});
