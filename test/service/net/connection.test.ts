import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Acceptor } from '../../../service/dicom/acceptor.ts';
import { commandFields, noDataSet } from '../../../service/dicom/dimse/command-elements.ts';
import { encodeCommandSet } from '../../../service/dicom/dimse/command-set.ts';
import { createPolicy } from '../../../service/dicom/negotiation/policy.ts';
import { dicomApplicationContext } from '../../../service/dicom/pdu/codes.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import { controlBits } from '../../../service/dicom/pdu/p-data.ts';
import { noUserInformation } from '../../../service/dicom/pdu/user-information.ts';
import { AssociationRecord } from '../../../service/net/association-record.ts';
import { BytesInFlight } from '../../../service/net/bytes-in-flight.ts';
import { Connection } from '../../../service/net/connection.ts';
import { Intake, type Sink } from '../../../service/net/intake.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { ctInstances } from '../../support/instances.ts';
import { StoreScu } from '../../support/store-scu.ts';

const timeouts = { artimTimeoutMs: 1_000, idleTimeoutMs: 60_000, inFlightTimeoutMs: 10_000, closeTimeoutMs: 500 };

/** One connection of the service on a real socket, in a time of its own. */
class Trial {
  readonly clock = new FakeClock();
  readonly events: TelemetryEvent[] = [];
  readonly stored = Promise.withResolvers<undefined>();
  received = 0;
  #server: Server | undefined;
  socket: Socket | undefined;
  connection: Connection | undefined;
  sink: Sink = {
    write: (bytes) => {
      this.received += bytes.length;
      return undefined;
    },
    finish: async () => undefined,
    cancel: async () => undefined,
  };

  async listen(): Promise<number> {
    const { clock } = this;
    const emit = (event: TelemetryEvent) => this.events.push(event);
    this.#server = createServer((socket) => {
      this.socket = socket;
      this.connection = new Connection({
        socket,
        acceptor: new Acceptor({
          maxPduBytes: 131_072,
          maxReceivedPduBytes: 131_072,
          implementationClassUid: '2.25.1',
          implementationVersionName: 'TEST',
          policy: createPolicy({ isStorage: () => true, transferSyntaxUids: ['1.2.840.10008.1.2.1'] }),
        }),
        record: new AssociationRecord({ associationId: 'a', facts: { address: '127.0.0.1' }, clock, emit }),
        intake: new Intake({
          bytesInFlight: new BytesInFlight({ maxBytes: 2 ** 30, onSaturation: () => undefined }),
          openSink: () => this.sink,
        }),
        onAccepted: () => undefined,
        onClosed: () => undefined,
        clock,
        schedule: clock.schedule,
        timeouts,
        artimLeftMs: 400,
      });
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when the service's side of the connection has read what was sent so far. */
  async read(bytes: number): Promise<void> {
    while ((this.socket?.bytesRead ?? 0) < bytes) await settled();
  }

  event<E extends TelemetryEvent['event']>(name: E): (TelemetryEvent & { readonly event: E }) | undefined {
    return this.events.find((event): event is TelemetryEvent & { readonly event: E } => event.event === name);
  }

  async close(): Promise<void> {
    this.socket?.destroy();
    await this.connection?.closed;
    this.#server?.close();
  }
}

const request = encodePdu({
  type: 'associate-rq',
  protocolVersion: 1,
  calledAeTitle: 'STORESCP',
  callingAeTitle: 'TESTSCU',
  reserved: new Uint8Array(32),
  applicationContextName: dicomApplicationContext,
  presentationContexts: [
    { id: 1, abstractSyntaxUid: '1.2.840.10008.1.1', transferSyntaxUids: ['1.2.840.10008.1.2.1'] },
  ],
  userInformation: { ...noUserInformation, maxPduBytes: 16_384, implementationClassUid: '2.25.2' },
  unknownItems: [],
});

let trial: Trial;
let port: number;
beforeEach(async () => {
  trial = new Trial();
  port = await trial.listen();
});
afterEach(() => trial.close());

async function dial(): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  while (trial.socket === undefined) await settled();
  return socket;
}

const [ct] = ctInstances(1);
const associate = () => StoreScu.associate({ port, ...ct });

describe('before the association', () => {
  it('ends a silent connection when what is left of ARTIM has passed', async () => {
    const socket = await dial();
    await trial.clock.advance(399);
    expect(trial.socket?.destroyed).toBe(false);
    await trial.clock.advance(1);
    await trial.connection?.closed;
    socket.destroy();
    expect(trial.event('connection-closed-early')).toMatchObject({ how: 'artim-expired' });
  });

  it('ends a request that trickles, however lively it is', async () => {
    const socket = await dial();
    for (let at = 0; at < 40; at++) {
      socket.write(request.subarray(at, at + 1));
      await trial.read(at + 1);
      await trial.clock.advance(10);
    }
    await trial.connection?.closed;
    socket.destroy();
    expect(trial.event('connection-closed-early')).toMatchObject({ how: 'artim-expired' });
  });
});

describe('an association', () => {
  it('is aborted when it is silent', async () => {
    const scu = await associate();
    await trial.clock.advance(timeouts.idleTimeoutMs);
    await expect(scu.answer()).rejects.toThrow('abort');
    scu.destroy();
    await trial.connection?.closed;
    expect(trial.event('association-ended')).toMatchObject({ how: 'aborted-by-us', faultCode: 'IDLE_TIMEOUT' });
  });

  it('is aborted when a data set stops in the middle, long before it counts as idle', async () => {
    const scu = await associate();
    await scu.sendPartOf(ct);
    while (trial.received === 0) await settled();
    await trial.clock.advance(2 * timeouts.inFlightTimeoutMs);
    await expect(scu.answer()).rejects.toThrow('abort');
    scu.destroy();
    await trial.connection?.closed;
    expect(trial.event('association-ended')).toMatchObject({ how: 'aborted-by-us', faultCode: 'IN_FLIGHT_TIMEOUT' });
  });

  it('is not taken for silent while an instance comes in slowly', async () => {
    const socket = await dial();
    const scu = await StoreScu.associate({ port, ...ct, socket });
    await scu.sendPartOf(ct);
    const fragment = new Uint8Array(20_000);
    const pdu = (control: number) => encodePdu({ type: 'p-data-tf', values: [{ contextId: 1, control, fragment }] });
    for (let waitedMs = 0; waitedMs <= timeouts.idleTimeoutMs; waitedMs += timeouts.inFlightTimeoutMs - 1) {
      const before = trial.received;
      socket.write(pdu(0));
      while (trial.received < before + fragment.length) await settled();
      await trial.clock.advance(timeouts.inFlightTimeoutMs - 1);
    }
    socket.write(pdu(controlBits.last));
    expect(await scu.answer()).toBe(0);
    await scu.release();
  });

  it('is aborted when a PDU stops in its header', async () => {
    const socket = await dial();
    socket.write(request);
    await once(socket, 'data');
    socket.write(Uint8Array.of(0x04, 0, 0));
    await trial.read(request.length + 3);
    await trial.clock.advance(timeouts.inFlightTimeoutMs);
    socket.destroy();
    await trial.connection?.closed;
    expect(trial.event('association-ended')).toMatchObject({ faultCode: 'IN_FLIGHT_TIMEOUT' });
  });

  it('outlives any timer while our store is slow to confirm', async () => {
    trial.sink = { ...trial.sink, finish: () => trial.stored.promise };
    const scu = await associate();
    await scu.send(ct);
    while (trial.received < ct.dataSet().length) await settled();
    await trial.clock.advance(10 * timeouts.idleTimeoutMs);
    trial.stored.resolve(undefined);
    expect(await scu.answer()).toBe(0);
    await scu.release();
  });

  it('frees what it read when the store has taken it, at once or after a wait', async () => {
    const taken = Promise.withResolvers<undefined>();
    const chunks = new Set<ArrayBufferLike>();
    const held = Promise.withResolvers<undefined>();
    trial.sink = {
      ...trial.sink,
      write: (bytes) => {
        chunks.add(bytes.buffer);
        held.resolve(undefined);
        return taken.promise;
      },
    };
    const scu = await associate();
    const sent = scu.store(ct);
    await held.promise;
    expect([...chunks].map(({ byteLength }) => byteLength)).not.toContain(0);
    taken.resolve(undefined);
    expect(await sent).toBe(0);
    expect([...chunks].map(({ byteLength }) => byteLength)).toEqual([...chunks].map(() => 0));
    await scu.release();
  });

  it('outlives any timer while our store is slow to take bytes', async () => {
    trial.sink = {
      ...trial.sink,
      write: () => {
        trial.received += 1;
        return trial.stored.promise;
      },
    };
    const scu = await associate();
    await scu.send(ct);
    while (trial.received === 0) await settled();
    await trial.clock.advance(10 * timeouts.idleTimeoutMs);
    expect(trial.event('association-ended')).toBeUndefined();
    trial.stored.resolve(undefined);
    expect(await scu.answer()).toBe(0);
    await scu.release();
  });

  it('that is over is closed when the peer does not do it', async () => {
    const socket = await dial();
    socket.write(request);
    await once(socket, 'data');
    socket.write(encodePdu({ type: 'release-rq' }));
    await once(socket, 'data');
    await trial.clock.advance(timeouts.artimTimeoutMs - 1);
    expect(trial.socket?.destroyed).toBe(false);
    await trial.clock.advance(1);
    await trial.connection?.closed;
    socket.destroy();
    expect(trial.event('association-ended')).toMatchObject({ how: 'released' });
  });

  it('is cut when the peer does not read what it is answered', async () => {
    const socket = await dial();
    socket.write(request);
    await once(socket, 'data');
    socket.pause();
    const echo = echoRequests(2_000);
    while (trial.socket?.writableNeedDrain !== true) {
      socket.write(echo);
      await settled();
    }
    const read = trial.socket.bytesRead;
    await settled();
    expect(trial.socket.isPaused()).toBe(true);
    expect(trial.socket.bytesRead - read, 'nothing more is read').toBeLessThan(256 * 1024);
    await trial.clock.advance(timeouts.inFlightTimeoutMs);
    await trial.clock.advance(timeouts.closeTimeoutMs);
    await trial.connection?.closed;
    expect(trial.event('association-ended')).toMatchObject({ faultCode: 'ANSWERS_UNREAD' });
    socket.destroy();
  });
});

describe('an association that is to end', () => {
  it('is released when nothing is under way', async () => {
    const scu = await associate();
    trial.connection?.terminate();
    await expect(scu.answer()).rejects.toThrow('no response: release-rq');
    scu.agreeToRelease();
    await trial.connection?.closed;
    expect(trial.event('association-ended')).toMatchObject({ how: 'released' });
  });

  it('is aborted when the peer does not answer that', async () => {
    const scu = await associate();
    trial.connection?.terminate();
    await trial.clock.advance(timeouts.closeTimeoutMs);
    await trial.connection?.closed;
    expect(trial.event('association-ended')).toMatchObject({ faultCode: 'RELEASE_UNANSWERED' });
    scu.destroy();
  });

  it('is aborted when an instance is under way', async () => {
    const cancelled = Promise.withResolvers<void>();
    trial.sink = { ...trial.sink, cancel: async () => cancelled.resolve() };
    const scu = await associate();
    await scu.sendPartOf(ct);
    while (trial.received === 0) await settled();
    trial.connection?.terminate();
    await cancelled.promise;
    await trial.connection?.closed;
    expect(trial.event('association-ended')).toMatchObject({ how: 'aborted-by-us', faultCode: 'DRAIN_DEADLINE' });
    scu.destroy();
  });
});

/** C-ECHO-RQ after C-ECHO-RQ, each in a PDU of its own. */
function echoRequests(count: number): Uint8Array {
  const command = encodeCommandSet({
    affectedSopClassUid: '1.2.840.10008.1.1',
    commandField: commandFields.cEchoRq,
    messageId: 1,
    commandDataSetType: noDataSet,
  });
  const pdu = encodePdu({ type: 'p-data-tf', values: [{ contextId: 1, control: 3, fragment: command }] });
  return Buffer.concat(Array.from({ length: count }, () => pdu));
}
