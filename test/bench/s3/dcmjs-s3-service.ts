import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import dcmjsDimse from 'dcmjs-dimse';

/** dcmjs-dimse's Scp with the SDK's lib-storage behind it, as its users combine them: `port`. */
const { constants, Server, Scp, responses } = dcmjsDimse;
const { PresentationContextResult, Status, TransferSyntax } = constants;

/** What is used of lib-storage, which may not be installed. */
interface LibStorage {
  readonly Upload: new (options: {
    readonly client: S3Client;
    readonly params: { readonly Bucket: string; readonly Key: string; readonly Body: PassThrough };
  }) => { readonly done: () => Promise<unknown> };
}
const libStorage = '@aws-sdk/lib-storage';
const { Upload } = (await import(libStorage)) as LibStorage;

const client = new S3Client({ forcePathStyle: true });
const uploads = new WeakMap<Writable, Promise<unknown>>();

type DataSetArguments = Parameters<InstanceType<typeof Scp>['createDatasetFromStoreWritableStream']>;

class BenchScp extends Scp {
  #stored: Promise<unknown> = Promise.resolve();

  override createStoreWritableStream(
    ...[, request]: Parameters<InstanceType<typeof Scp>['createStoreWritableStream']>
  ): Writable {
    const body = new PassThrough();
    const params = { Bucket: 'bench-bucket', Key: request.getAffectedSopInstanceUid(), Body: body };
    uploads.set(body, new Upload({ client, params }).done());
    return body;
  }

  /** Typed as if a data set had to be made; what the library does with none is to go on without. */
  override createDatasetFromStoreWritableStream(...[writable, , done]: DataSetArguments): void {
    this.#stored = uploads.get(writable) ?? once(writable, 'finish');
    const goOn = done as unknown as () => void;
    goOn();
  }

  override associationRequested(association: InstanceType<typeof dcmjsDimse.association.Association>): void {
    for (const { id } of association.getPresentationContexts()) {
      const context = association.getPresentationContext(id);
      context.setResult(PresentationContextResult.Accept, TransferSyntax.ExplicitVRLittleEndian);
    }
    this.sendAssociationAccept();
  }

  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
  }

  override cStoreRequest(
    request: InstanceType<typeof dcmjsDimse.requests.CStoreRequest>,
    respond: (response: InstanceType<typeof responses.CStoreResponse>) => void,
  ): void {
    const response = responses.CStoreResponse.fromRequest(request);
    response.setStatus(Status.Success);
    this.#stored.then(() => respond(response));
  }
}

dcmjsDimse.log.setLevel('silent');
new Server(BenchScp).listen(Number(process.argv[2]));
