import type { Attributes } from '../dicom/attributes.ts';
import type { ImportWarning } from '../dicom/import-warning.ts';
import { parseInstance } from '../dicom/parse-instance.ts';
import type { State } from '../state/state.ts';
import { type InstanceIdentity, instanceIdentity } from './image-set-key.ts';

/** An instance that was read and is kept, and has no image set yet. */
export interface KeptInstance {
  readonly identity: InstanceIdentity;
  readonly attributes: Attributes;
  readonly warnings: readonly ImportWarning[];
}

/**
 * Reads a Part 10 file and keeps its attributes and pixel data.
 * @param inputFile what it is called in the records
 * @throws DicomFault when it cannot be imported; whatever the source throws
 */
export async function keepInstance(
  state: State,
  datastoreId: string,
  instanceId: string,
  inputFile: string,
  source: AsyncIterable<Uint8Array>,
): Promise<KeptInstance> {
  const pixels = state.pixels.begin(datastoreId, instanceId);
  try {
    const { warnings, ...instance } = await parseInstance(source, (chunk) => pixels.write(chunk));
    await pixels.commit();
    await state.saveInstance(datastoreId, { instanceId, inputFile, ...instance });
    return { identity: instanceIdentity(instanceId, instance.attributes), attributes: instance.attributes, warnings };
  } catch (error) {
    await pixels.discard();
    throw error;
  }
}
