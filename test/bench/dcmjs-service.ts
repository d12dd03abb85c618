import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import dcmjsDimse from 'dcmjs-dimse';

/**
 * dcmjs-dimse's Scp as it receives fastest: data sets streamed, never parsed. They are forgotten, or with `--folder`
 * written to files, complete before success is answered.
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, folder: { type: 'string' } } });
const { folder } = values;
const { constants, Server, Scp, responses } = dcmjsDimse;
const { PresentationContextResult, Status, TransferSyntax } = constants;

dcmjsDimse.log.setLevel('silent');

type DataSetArguments = Parameters<InstanceType<typeof Scp>['createDatasetFromStoreWritableStream']>;

class BenchScp extends Scp {
  override createStoreWritableStream(
    ...[, request]: Parameters<InstanceType<typeof Scp>['createStoreWritableStream']>
  ): Writable {
    if (folder !== undefined) return createWriteStream(join(folder, request.getAffectedSopInstanceUid()));
    return new Writable({ write: (_chunk, _encoding, done) => done() });
  }

  /** Typed as if a data set had to be made; what the library does with none is to go on without. */
  override createDatasetFromStoreWritableStream(...[writable, , done]: DataSetArguments): void {
    const goOn = done as unknown as () => void;
    if (writable.writableFinished) goOn();
    else writable.once('finish', () => goOn());
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
    respond(response);
  }
}

new Server(BenchScp).listen(Number(values.port));
