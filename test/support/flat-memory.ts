import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ObjectWriter } from '../../core/object-store.ts';

const MIB = 1024 * 1024;

/**
 * Writes `mebibytes` of new bytes as a well-behaved sender does, which waits when it is asked to.
 * @returns the most mebibytes of byte arrays that were alive at once, beyond those before
 */
export async function peakWhileWriting(writer: ObjectWriter, mebibytes: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const alive = (): number => {
    // What the first finds dead is counted until the second.
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().arrayBuffers / MIB;
  };
  const before = alive();
  let peak = 0;
  for (let written = 0; written < mebibytes * 4; written++) {
    await writer.write(new Uint8Array(MIB / 4).fill(written));
    if (written % 64 === 63) peak = Math.max(peak, alive() - before);
  }
  return peak;
}
