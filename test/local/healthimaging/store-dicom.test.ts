import { SearchImageSetsCommand } from '@aws-sdk/client-medical-imaging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { healthImagingImageSets } from '../../../lambdas/store-instances/healthimaging-image-sets.ts';
import { stowRs } from '../../../lambdas/store-instances/stow-rs.ts';
import { noQuotas } from '../../../local/healthimaging/quotas.ts';
import { ctElements, part10 } from './part10.ts';
import { startTrial, type Trial } from './trial-emulator.ts';

let trial: Trial;
let datastoreId: string;
beforeEach(async () => {
  trial = await startTrial({ quotas: { ...noQuotas, bytesPerStore: 20_000 } });
  datastoreId = await trial.createDatastore();
});
afterEach(() => trial.close());

const instance = (number: number, others: Parameters<typeof ctElements>[0] = {}) =>
  part10(ctElements({ '00080018 UI': `1.2.3.1.${number}`, ...others }));

/** What the pipeline stores by, on this emulator. */
const outlet = (endpoint = trial.service.endpoint) =>
  stowRs({ config: trial.client.config, endpoint, newBoundary: () => 'b-o-u-n-d', deadlineMs: 10_000 });

/** A request of the test's own; signed as far as the emulator looks. */
const post = (path: string, contentType: string, body: Buffer, headers: Record<string, string> = {}) =>
  fetch(`${trial.service.endpoint}/datastore/${datastoreId}${path}`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=any/20260102/us-east-1/medical-imaging/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'content-type': contentType,
      ...headers,
    },
  });

describe('STOW-RS', () => {
  it('stores instances into one image set, which is there at once', async () => {
    const answer = await outlet().store(datastoreId, [instance(1), instance(2)]);
    expect(answer).toEqual({
      stored: [1, 2].map((number) => ({ sopInstanceUid: `1.2.3.1.${number}`, warnings: [] })),
      refused: [],
    });
    const imageSets = healthImagingImageSets(trial.client);
    const [set, ...others] = await imageSets.ofSeries(datastoreId, '1.2.3.1');
    expect([set?.isPrimary, others]).toEqual([true, []]);
    expect([...(await imageSets.instancesOf(datastoreId, set?.imageSetId ?? ''))].sort()).toEqual([
      '1.2.3.1.1',
      '1.2.3.1.2',
    ]);
    expect(trial.events.map(({ 'detail-type': type }) => type)).toContain('Image Set Created');
  });

  it('makes a version of the same image set of what comes again, and another set of what conflicts', async () => {
    await outlet().store(datastoreId, [instance(1)]);
    await outlet().store(datastoreId, [instance(1)]);
    await outlet().store(datastoreId, [instance(2, { '00100020 LO': 'P2' })]);
    const { imageSetsMetadataSummaries: sets = [] } = await trial.client.send(
      new SearchImageSetsCommand({ datastoreId }),
    );
    expect(sets.map(({ isPrimary, version }) => [isPrimary, version]).sort()).toEqual([
      [false, 1],
      [true, 2],
    ]);
  });

  it('stores requests that come together into one image set', async () => {
    await Promise.all([1, 2, 3, 4].map((number) => outlet().store(datastoreId, [instance(number)])));
    const found = await healthImagingImageSets(trial.client).ofSeries(datastoreId, '1.2.3.1');
    expect(found).toHaveLength(1);
  });

  it('says what it did not store, and why, and warns', async () => {
    trial.faults.add({ kind: 'refuse-instance', uidIncludes: '1.2.3.1.2', failureReason: 0xa700, times: 1 });
    trial.faults.add({ kind: 'refuse-instance', uidIncludes: '1.2.3.1.3', times: 1 });
    const warned = instance(4, { '0020000E UI': '1.2.03.1' });
    const files = [instance(1), instance(2), instance(3), warned, Buffer.from('no DICOM at all')];
    expect(await outlet().store(datastoreId, files)).toEqual({
      stored: [
        { sopInstanceUid: '1.2.3.1.1', warnings: [] },
        { sopInstanceUid: '1.2.3.1.4', warnings: ['InvalidUidFormat'] },
      ],
      refused: [{ sopInstanceUid: '1.2.3.1.2', failureReason: '0xA700' }],
    });
  });

  it("answers with the standard's status, and with that of AWS's sample when told to", async () => {
    const statusOf = async (body: Buffer) => (await post('/studies', 'application/dicom', body)).status;
    expect(await statusOf(instance(1))).toBe(200);
    expect(await statusOf(Buffer.from('no DICOM at all'))).toBe(409);
    expect(await statusOf(instance(2, { '0020000E UI': '1.2.03.1' }))).toBe(202);
    const other = await startTrial({ behaviour: { partlyStored: 200 } });
    const id = await other.createDatastore();
    const files = [instance(1), Buffer.from('no DICOM at all')];
    expect((await outlet(other.service.endpoint).store(id, files)).stored).toHaveLength(1);
    await other.close();
  });

  it('names parts that it cannot read as other failures', async () => {
    const answer = await post('/studies', 'application/dicom', Buffer.from('no DICOM at all'));
    expect(answer.headers.get('content-type')).toBe('application/dicom+json');
    expect(await answer.json()).toEqual({
      '0008119A': { vr: 'SQ', Value: [{ '00081197': { vr: 'US', Value: [0xc000] } }] },
    });
  });

  it('stores instances of one study only where the path names it', async () => {
    expect((await post('/studies/1.2.3', 'application/dicom', instance(1))).status).toBe(200);
    expect((await post('/studies/1.2.4', 'application/dicom', instance(1))).status).toBe(409);
  });

  it.each([
    ['another media type', 'application/json', Buffer.from('{}')],
    ['no boundary', 'multipart/related; type="application/dicom"', Buffer.from('')],
    ['a body without its boundary', 'multipart/related; boundary=x', Buffer.from('--y\r\n')],
    [
      'a part of another type',
      'multipart/related; boundary=x',
      Buffer.from('--x\r\nContent-Type: a/b\r\n\r\n\r\n--x--'),
    ],
    [
      'a body that ends early',
      'multipart/related; boundary=x',
      Buffer.from('--x\r\nContent-Type: application/dicom\r\n\r\n'),
    ],
    ['more than a request may bring', 'application/dicom', Buffer.alloc(20_001)],
  ])('refuses %s', async (_what, contentType, body) => {
    const answer = await post('/studies', contentType, body);
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
  });

  it('holds a digest that was signed against the payload', async () => {
    const digest = { 'x-amz-content-sha256': '0'.repeat(64) };
    expect((await post('/studies', 'application/dicom', instance(1), digest)).status).toBe(403);
  });
});

describe("the pipeline's client of STOW-RS", () => {
  it.each([
    ['ThrottlingException', 'ImportThrottled'],
    ['ConflictException', 'ImportThrottled'],
    ['InternalServerException', 'ImportUnavailable'],
    ['ServiceQuotaExceededException', 'ImportRefused'],
  ] as const)('makes %s to %s', async (error, name) => {
    trial.faults.add({ kind: 'refuse-request', operation: 'StoreDICOM', error, times: 1 });
    await expect(outlet().store(datastoreId, [instance(1)])).rejects.toMatchObject({ name });
  });

  it('is refused where there is no such data store', async () => {
    const refused = outlet().store('0'.repeat(32), [instance(1)]);
    await expect(refused).rejects.toMatchObject({ name: 'ImportRefused' });
    await expect(refused).rejects.toThrow('STOW-RS answered 404 (ResourceNotFoundException)');
  });

  it('has no answer where nobody listens', async () => {
    await expect(outlet('http://127.0.0.1:9').store(datastoreId, [instance(1)])).rejects.toMatchObject({
      name: 'ImportUnavailable',
    });
  });
});
