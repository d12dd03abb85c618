import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { parseConfig } from '../../core/config.ts';
import { importableTransferSyntaxes } from '../../core/healthimaging.ts';
import { implementation } from '../../core/implementation.ts';
import { systemClock as clock, systemSchedule as schedule } from '../../core/system-clock.ts';
import { ulid } from '../../core/ulid.ts';
import { loadRoutes } from '../../service/ingest/load-routes.ts';
import { openIngest } from '../../service/ingest/open-ingest.ts';
import { labelWords } from '../../service/label-words.ts';
import { openNetwork } from '../../service/net/open-network.ts';
import { FolderStore } from '../../service/store/folder/folder-store.ts';
import { openTelemetry } from '../../service/telemetry/open-telemetry.ts';

/**
 * The service's way of an image to a folder, as `service/main.ts` puts it together: `bare`, where nobody is told of
 * anything, or `told`, with log and metrics and whatever else the environment asks for. Whoever connects to the socket
 * that is named is told the CPU time so far, in µs: the process itself knows it to the microsecond, /proc to 10 ms.
 */
const { positionals } = parseArgs({ allowPositionals: true });
createServer((socket) => {
  const { user, system } = process.cpuUsage();
  socket.end(String(user + system));
}).listen(positionals[1]);
const config = parseConfig(process.env);
const routes = await loadRoutes(config);
const identity = { version: '0.0.0', hostName: 'bench', processId: process.pid };
const telemetry =
  positionals[0] === 'bare'
    ? undefined
    : await openTelemetry({
        config,
        environment: process.env,
        ...identity,
        words: labelWords(routes.names),
        clock,
        schedule,
      });
const emit = telemetry?.emit ?? (() => undefined);
const newId = () => ulid(clock.nowMs(), randomBytes(10));
const ingest = await openIngest({
  config,
  routes,
  store: await FolderStore.open({
    root: config.folder ?? '',
    durability: { fsync: config.folderFsync },
    nowMs: clock.nowMs,
    newId: randomUUID,
    describe: async () => undefined,
  }),
  spoolFolder: undefined,
  implementation,
  owner: 'bench',
  newId,
  clock,
  schedule,
  random: Math.random,
  emit,
  traceparentOf: telemetry?.traces?.ofBatch,
});
await openNetwork({
  config,
  implementation,
  transferSyntaxUids: importableTransferSyntaxes,
  ingest,
  commitment: undefined,
  clock,
  schedule,
  newId,
  emit,
  traceparentOf: telemetry?.traces?.ofAssociation,
});
