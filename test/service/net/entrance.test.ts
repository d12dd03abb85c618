import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Networks } from '../../../service/net/address.ts';
import { type Arrival, Entrance } from '../../../service/net/entrance.ts';
import { RateLimit } from '../../../service/net/rate-limit.ts';
import { WaitingRoom } from '../../../service/net/waiting-room.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

const signature = Uint8Array.from(Buffer.from('0d0a0d0a000d0a515549540a', 'hex'));

/** The entrance on a real socket, in a time of its own. */
class Trial {
  readonly clock = new FakeClock();
  readonly events: TelemetryEvent[] = [];
  readonly arrivals: (Arrival | undefined)[] = [];
  readonly #sockets: Socket[] = [];
  #server: Server | undefined;
  #port = 0;

  async open({ balancers = [] as string[], places = 10, burst = 100 } = {}): Promise<void> {
    const { clock } = this;
    const entrance = new Entrance({
      balancers: new Networks(balancers),
      rateLimit: new RateLimit({ perSecond: 1, burst, maxKeys: 10, clock }),
      waitingRoom: new WaitingRoom(places),
      artimTimeoutMs: 1_000,
      clock,
      schedule: clock.schedule,
      emit: (event) => this.events.push(event),
    });
    this.#server = createServer(async (socket) => {
      socket.on('error', () => undefined);
      this.#sockets.push(socket);
      this.arrivals.push(await entrance.admit(socket, undefined));
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Connects; resolves when the entrance has seen it. */
  async dial(bytes?: Uint8Array): Promise<Socket> {
    const seen = this.#sockets.length;
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    while (this.#sockets.length === seen) await settled();
    if (bytes !== undefined) {
      socket.write(bytes);
      while ((this.#sockets[seen]?.bytesRead ?? 0) < bytes.length) await settled();
    }
    return socket.resume();
  }

  async arrived(count: number): Promise<void> {
    while (this.arrivals.length < count) await settled();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
  }
}

let trial: Trial;
afterEach(() => trial.close());

describe('Entrance', () => {
  it('hands over with the time that is left of ARTIM, and with the first bytes still to be read', async () => {
    trial = new Trial();
    await trial.open();
    const socket = await trial.dial();
    await trial.clock.advance(300);
    socket.write(Uint8Array.of(0x01, 0x02));
    await trial.arrived(1);
    const [arrival] = trial.arrivals;
    expect(arrival).toMatchObject({ facts: { address: '127.0.0.1' }, artimLeftMs: 700 });
    expect(arrival?.socket.read()).toEqual(Buffer.of(0x01, 0x02));
    expect(trial.clock.nextTaskMs, 'ARTIM goes on elsewhere').toBeUndefined();
    expect(trial.events).toEqual([]);
  });

  it('ends those that say nothing, and those that leave', async () => {
    trial = new Trial();
    await trial.open();
    await trial.dial();
    const leaving = await trial.dial();
    leaving.destroy();
    await trial.arrived(1);
    expect(trial.events).toMatchObject([{ event: 'connection-closed-early', how: 'transport-closed' }]);
    await trial.clock.advance(1_000);
    await trial.arrived(2);
    expect(trial.events).toMatchObject([
      { how: 'transport-closed' },
      { event: 'connection-closed-early', how: 'artim-expired' },
    ]);
    expect(trial.arrivals).toEqual([undefined, undefined]);
  });

  it('counts a PROXY header that never ends into ARTIM', async () => {
    trial = new Trial();
    await trial.open({ balancers: ['127.0.0.1'] });
    await trial.dial(signature);
    await trial.clock.advance(1_000);
    await trial.arrived(1);
    expect(trial.events).toMatchObject([{ event: 'connection-closed-early', how: 'artim-expired' }]);
  });

  it('closes the one that has waited longest for one too many', async () => {
    trial = new Trial();
    await trial.open({ places: 2 });
    const first = await trial.dial();
    await trial.dial();
    await trial.dial();
    await once(first, 'close');
    await trial.arrived(1);
    expect(trial.events).toMatchObject([{ event: 'connection-refused', reason: 'too-many-pending' }]);
  });

  it('has room again when somebody is seated', async () => {
    trial = new Trial();
    await trial.open({ places: 1 });
    await trial.dial(Uint8Array.of(0x01));
    await trial.arrived(1);
    trial.arrivals[0]?.seated();
    await trial.dial(Uint8Array.of(0x01));
    await trial.arrived(2);
    expect(trial.events).toEqual([]);
  });

  it('refuses an address that connects too often, and says so once', async () => {
    trial = new Trial();
    await trial.open({ burst: 1 });
    await trial.dial(Uint8Array.of(0x01));
    await trial.dial();
    await trial.dial();
    await trial.arrived(3);
    expect(trial.events).toMatchObject([
      { event: 'connection-rate-exceeded', peer: '127.0.0.1' },
      { event: 'connection-refused', reason: 'connection-rate' },
      { event: 'connection-refused', reason: 'connection-rate' },
    ]);
  });
});
