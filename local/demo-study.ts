import dcmjsDimse from 'dcmjs-dimse';
import { type SyntheticInstance, syntheticStudy } from './synthetic/synthetic-study.ts';

const { Client, Dataset, requests, constants, log } = dcmjsDimse;
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** The objects of the demo: a CT of two series, an MR, and an ultrasound of eight frames. */
export function demoInstances(newUid: () => string): readonly SyntheticInstance[] {
  const shape = { newUid, rows: 128, columns: 128, transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN } as const;
  return [
    ...syntheticStudy({ ...shape, modality: 'CT', series: 2, instancesPerSeries: 6, frames: 1 }),
    ...syntheticStudy({ ...shape, modality: 'MR', series: 1, instancesPerSeries: 4, frames: 1 }),
    ...syntheticStudy({ ...shape, modality: 'US', series: 1, instancesPerSeries: 1, frames: 8 }),
  ];
}

/**
 * Sends instances over one association, as a modality would.
 * @param onAnswer called with the number of instances answered so far
 * @returns the statuses that are not success, by SOP instance UID
 */
export function sendInstances(
  instances: readonly SyntheticInstance[],
  port: number,
  onAnswer: (answered: number) => void,
): Promise<ReadonlyMap<string, number>> {
  log.setLevel('error');
  const client = new Client();
  const refused = new Map<string, number>();
  let answered = 0;
  for (const instance of instances) {
    const dataSet = new Dataset(Buffer.from(instance.dataSet()), instance.transferSyntaxUid);
    const request = new requests.CStoreRequest(dataSet);
    request.on('response', (response) => {
      answered += 1;
      if (response.getStatus() !== constants.Status.Success) {
        refused.set(instance.sopInstanceUid, response.getStatus());
      }
      onAnswer(answered);
    });
    client.addRequest(request);
  }
  return new Promise((resolve, reject) => {
    client.on('closed', () => resolve(refused));
    client.on('networkError', reject);
    client.on('associationRejected', (result) =>
      reject(new Error(`the association was rejected: ${JSON.stringify(result)}`)),
    );
    client.send('127.0.0.1', port, 'DEMO', 'STORESCP');
  });
}
