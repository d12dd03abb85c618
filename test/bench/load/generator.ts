import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeScript, type LoadScript } from './load-script.ts';

const run = promisify(execFile);

/** What a generator saw. Times run from the first byte of the first instance to the last response. */
export interface Sent {
  readonly seconds: number;
  /** Instances that were not answered with Success. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly script: LoadScript;
  readonly associations: number;
  readonly instancesPerAssociation: number;
  /** Makes the SOP Instance UIDs: no two loads on one receiver may overlap. */
  readonly firstNumber: number;
}

/** Sends load from a process of its own: C where there is a compiler, Node where there is none. */
export class Generator {
  /** How the generator was made, in words. */
  readonly description: string;
  readonly #command: readonly string[];
  readonly #folder: string;
  readonly #scripts = new Map<LoadScript, Promise<string>>();

  private constructor(description: string, command: readonly string[], folder: string) {
    this.description = description;
    this.#command = command;
    this.#folder = folder;
  }

  static prepare(folder: string): Generator {
    const binary = join(folder, 'replay');
    const source = join(import.meta.dirname, 'replay.c');
    const compiled = spawnSync('cc', ['-O2', '-pthread', '-o', binary, source], { stdio: 'inherit' });
    return compiled.status === 0
      ? new Generator('C, compiled by cc -O2', [binary], folder)
      : new Generator(
          'Node (no C compiler was found)',
          [process.execPath, join(import.meta.dirname, 'replay.ts')],
          folder,
        );
  }

  /** The command line of a receiver that reads and forgets; it prints its port. */
  get drainCommand(): readonly string[] {
    return [...this.#command, 'drain'];
  }

  async send(port: number, { script, associations, instancesPerAssociation, firstNumber }: Load): Promise<Sent> {
    const path = await this.#written(script);
    return this.#run(['send', path, port, associations, instancesPerAssociation, firstNumber].map(String));
  }

  /** Sends bytes without any DICOM. */
  pump(port: number, bytes: number): Promise<Sent> {
    return this.#run(['pump', String(port), String(bytes)]);
  }

  async #run(words: readonly string[]): Promise<Sent> {
    const [command = '', ...fixed] = this.#command;
    const { stdout } = await run(command, [...fixed, ...words]);
    return JSON.parse(stdout);
  }

  #written(script: LoadScript): Promise<string> {
    const path = join(this.#folder, `script-${this.#scripts.size}`);
    const written = this.#scripts.get(script) ?? writeFile(path, encodeScript(script)).then(() => path);
    this.#scripts.set(script, written);
    return written;
  }
}
