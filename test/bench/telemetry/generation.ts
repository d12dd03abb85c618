import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generator } from '../load/generator.ts';
import type { LoadScript } from '../load/load-script.ts';
import { emptyFiles } from '../measure/empty-files.ts';
import { type Receiver, type Running, start } from '../receivers.ts';
import { say } from './control.ts';
import type { Pair } from './overhead.ts';
import { controlSocketIn } from './subjects.ts';

export interface TelemetryLoad {
  readonly name: string;
  readonly script: LoadScript;
  /** Of an association that is measured. */
  readonly instances: number;
  /** One after the other, all bare or all told: what is told of them is sent when the last is over. */
  readonly associations: number;
}

export interface Course {
  readonly loads: readonly TelemetryLoad[];
  readonly pairs: number;
  /** Of each load, half of them bare and half of them told. */
  readonly warmUp: { readonly associations: number; readonly instances: number };
  readonly pduBytes: number;
}

type Turn = 'bare' | 'told';

/** One process of the service: started anew, warmed up, and sent associations bare and told in turn. */
export class Generation {
  readonly #generator: Generator;
  readonly #server: Running;
  readonly #folder: string;
  readonly #emptied = new Set<string>();
  #sent = 0;

  private constructor(generator: Generator, server: Running, folder: string) {
    this.#generator = generator;
    this.#server = server;
    this.#folder = folder;
  }

  /** @returns the pairs of each load, in the order of the loads */
  static async run(receiver: Receiver, folder: string, generator: Generator, course: Course): Promise<Pair[][]> {
    const server = await start(receiver, folder, course.pduBytes);
    try {
      const generation = new Generation(generator, server, folder);
      await generation.#warm(course);
      return await generation.#measure(course);
    } finally {
      await server.stop();
    }
  }

  /** In the turns of the measurement: code that has seen only one kind is made anew at the first of the other. */
  async #warm({ loads, warmUp: { associations, instances } }: Course): Promise<void> {
    for (let association = 0; association < associations; association++) {
      for (const load of loads)
        await this.#costOf(association % 2 === 0 ? 'bare' : 'told', { ...load, instances, associations: 1 });
    }
  }

  async #measure({ loads, pairs }: Course): Promise<Pair[][]> {
    const taken = loads.map((): Pair[] => []);
    for (let number = 0; number < pairs; number++) {
      for (const [index, load] of loads.entries()) {
        // ABBA: what grows from one association to the next weighs on both alike.
        const turns: readonly [Turn, Turn] = number % 2 === 0 ? ['bare', 'told'] : ['told', 'bare'];
        const first = await this.#costOf(turns[0], load);
        const second = await this.#costOf(turns[1], load);
        const [bareMicros, toldMicros] = turns[0] === 'bare' ? [first, second] : [second, first];
        taken[index]?.push({ bareMicros, toldMicros });
      }
    }
    return taken;
  }

  /** Sends the associations of a turn. @returns what they cost with their batches and spans, in µs of CPU */
  async #costOf(turn: Turn, { name, script, associations, instances }: TelemetryLoad): Promise<number> {
    const socketPath = controlSocketIn(this.#folder);
    const beforeMicros = await say(socketPath, turn);
    for (let association = 0; association < associations; association++) {
      const load = { script, associations: 1, instancesPerAssociation: instances, firstNumber: this.#sent };
      const { failed } = await this.#generator.send(this.#server.port, load);
      if (failed > 0) throw new Error(`${failed} instances of ${name} were not taken`);
      this.#sent += instances;
    }
    const afterMicros = await say(socketPath, 'settle');
    await this.#emptyBatches();
    return afterMicros - beforeMicros;
  }

  /** Those that came since: to walk through all of them each time would take longer than what is measured. */
  async #emptyBatches(): Promise<void> {
    const batches = join(this.#folder, 'batches');
    // S3 leaves nothing here.
    const names = await readdir(batches).catch((): string[] => []);
    for (const name of names) {
      if (this.#emptied.has(name)) continue;
      this.#emptied.add(name);
      await emptyFiles(join(batches, name));
    }
  }
}
