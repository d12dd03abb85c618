import { once } from 'node:events';
import dcmjsDimse from 'dcmjs-dimse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { ReceivingService, readPart10 } from '../support/receiving-service.ts';

const { Client, constants, requests } = dcmjsDimse;
const { CEchoRequest, CStoreRequest } = requests;
dcmjsDimse.log.setLevel('silent');

let service: ReceivingService;
beforeAll(async () => {
  service = await ReceivingService.start();
});
afterAll(() => service.stop());

type Request = InstanceType<typeof requests.Request>;

/** Sends the requests on one association; resolves to the status of each response. */
async function send(...all: readonly Request[]): Promise<readonly number[]> {
  const client = new Client();
  const statuses: number[] = [];
  for (const request of all) {
    request.on('response', (response) => statuses.push(response.getStatus()));
    client.addRequest(request);
  }
  const closed = once(client, 'closed');
  client.send('127.0.0.1', Number(service.port), 'DCMJS', 'STORESCP');
  await closed;
  return statuses;
}

describe("dcmjs-dimse's Client", () => {
  it('echo: answered', async () => {
    expect(await send(new CEchoRequest())).toEqual([constants.Status.Success]);
  });

  it('echo and three stores: kept byte for byte', async () => {
    const files = await writeInstanceFiles(service.folder, { count: 3, rows: 200, columns: 200 });
    const statuses = await send(new CEchoRequest(), ...files.map((file) => new CStoreRequest(file)));
    expect(statuses).toEqual([0, 0, 0, 0]);
    for (const file of files) {
      const sent = await readPart10(file);
      const [stored] = await service.stored(sent.sopInstanceUid);
      expect(stored?.dataSet.equals(sent.dataSet)).toBe(true);
    }
  });
});
