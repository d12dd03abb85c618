import { systemClock } from '../../core/system-clock.ts';
import { AwsClients } from '../../service/cli/aws-clients.ts';
import type { CliContext } from '../../service/cli/context.ts';

/** A context whose output is kept. Nothing waits: a pause is noted and over at once. */
export function keptContext(environment: Readonly<Record<string, string>> = {}, isTty = false) {
  const kept = { stdout: '', stderr: '', pausesMs: [] as number[] };
  const outputTo = (stream: 'stdout' | 'stderr') => ({
    write: (written: string) => {
      kept[stream] += written;
    },
    isTty,
    columns: 100,
  });
  let uids = 0;
  const context: CliContext = {
    environment,
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    clock: systemClock,
    random: () => 0,
    sleep: async (ms) => {
      kept.pausesMs.push(ms);
    },
    newUid: () => `2.25.${++uids}`,
    aws: new AwsClients(environment),
    startService: async () => undefined,
  };
  return { context, kept };
}
