import type { Command } from './command.ts';
import { batch } from './commands/batch.ts';
import { batches } from './commands/batches.ts';
import { checkConfig } from './commands/check-config.ts';
import { completion } from './commands/completion.ts';
import { doctor } from './commands/doctor.ts';
import { echo } from './commands/echo.ts';
import { explain } from './commands/explain.ts';
import { helmValues } from './commands/helm-values.ts';
import { instance } from './commands/instance.ts';
import { peers } from './commands/peers.ts';
import { reconcile } from './commands/reconcile.ts';
import { replay } from './commands/replay.ts';
import { selftest } from './commands/selftest.ts';
import { send } from './commands/send.ts';
import { start } from './commands/start.ts';
import { studies } from './commands/studies.ts';

/** Every command, in the order in which they are shown. */
export const commandTable: readonly Command[] = [
  start,
  echo,
  send,
  studies,
  batches,
  batch,
  instance,
  explain,
  replay,
  reconcile,
  peers,
  checkConfig,
  doctor,
  selftest,
  helmValues,
  completion(() => commandTable),
];
