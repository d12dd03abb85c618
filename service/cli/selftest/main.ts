import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { selfTest } from './self-test.ts';

const USAGE = 'usage: selftest <host> <port> [--called STORESCP] [--calling SELFTEST] [--tls] [--store]\n';
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const TIMEOUT_MS = 30_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    called: { type: 'string', default: 'STORESCP' },
    calling: { type: 'string', default: 'SELFTEST' },
    tls: { type: 'boolean', default: false },
    store: { type: 'boolean', default: false },
  },
});
const [host, port] = positionals;

/** PS3.5 B.2: a UUID as a decimal number under 2.25. */
const newUid = () => `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;

if (host === undefined || port === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = EXIT_USAGE;
} else {
  try {
    const done = await selfTest({
      address: {
        host,
        port: Number(port),
        timeoutMs: TIMEOUT_MS,
        // The service is asked for by its name in the cluster, which its certificate does not bear.
        ...(values.tls ? { tls: { rejectUnauthorized: false } } : {}),
      },
      titles: { callingAeTitle: values.calling, calledAeTitle: values.called },
      store: values.store,
      newUid,
      nowMs: Date.now(),
    });
    process.stdout.write(`${host}:${port} answered with success: ${done.join(', ')}\n`);
  } catch (error) {
    process.stderr.write(`${host}:${port}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT_FAILED;
  }
}
