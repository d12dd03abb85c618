import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import dcmjsDimse from 'dcmjs-dimse';
import type { TestCertificate } from './certificates.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

const { Client, Dataset, Scp, Server, constants, requests, responses } = dcmjsDimse;
type EventReport = InstanceType<typeof requests.NEventReportRequest>;

const { StorageCommitmentPushModel: sopClassUid } = constants.SopClass as Record<string, string>;
const sopInstanceUid = '1.2.840.10008.1.20.1.1';

export interface Reference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** A report as a peer read it. */
export interface ReceivedReport {
  readonly eventTypeId: number;
  readonly transactionUid: string;
  readonly committed: readonly string[];
  /** SOP instance UID and failure reason. */
  readonly failed: readonly (readonly [string, number])[];
}

/** An N-ACTION for commitment, as dcmjs-dimse makes it. */
export function commitmentRequest(transactionUid: string, references: readonly Reference[], actionTypeId = 1) {
  const request = new requests.NActionRequest(sopClassUid ?? '', sopInstanceUid, actionTypeId);
  request.setDataset(
    new Dataset({
      TransactionUID: transactionUid,
      ReferencedSOPSequence: references.map((reference) => ({
        ReferencedSOPClassUID: reference.sopClassUid,
        ReferencedSOPInstanceUID: reference.sopInstanceUid,
      })),
    }),
  );
  return request;
}

export function readReport(request: EventReport): ReceivedReport {
  const elements: Record<string, unknown> = { ...request.getDataset()?.getElements() };
  const items = (sequence: unknown): Record<string, unknown>[] => {
    if (sequence === undefined) return [];
    const all: unknown[] = Array.isArray(sequence) ? sequence : [sequence];
    return all.map((item) => ({ ...Object(item) }));
  };
  return {
    eventTypeId: request.getEventTypeId(),
    transactionUid: String(elements.TransactionUID),
    committed: items(elements.ReferencedSOPSequence).map((item) => String(item.ReferencedSOPInstanceUID)),
    failed: items(elements.FailedSOPSequence).map(
      (item) => [String(item.ReferencedSOPInstanceUID), Number(item.FailureReason)] as const,
    ),
  };
}

/** What dcmjs-dimse's Client got on one association that it opened. */
export interface Conversation {
  /** The status of each response, in order. */
  readonly statuses: readonly number[];
  readonly report: ReceivedReport | undefined;
}

/** With what a peer connects by TLS: its own certificate, and the authority that the service's must come from. */
export interface PeerTls {
  readonly certificate: TestCertificate;
  readonly caFile: string;
}

/**
 * Sends requests on one association. With `waitsForReportMs` it stays for so long, or until it has answered a report, and
 * aborts then; otherwise it releases after the last response.
 */
export async function converse(
  port: number,
  all: readonly InstanceType<typeof requests.Request>[],
  options: { readonly callingAeTitle?: string; readonly waitsForReportMs?: number; readonly tls?: PeerTls } = {},
): Promise<Conversation> {
  const { callingAeTitle = 'DCMJS', waitsForReportMs, tls } = options;
  const security = tls && {
    key: await readFile(tls.certificate.keyFile),
    cert: await readFile(tls.certificate.certificateFile),
    ca: await readFile(tls.caFile),
    rejectUnauthorized: true,
  };
  const client = new Client();
  const statuses: number[] = [];
  let report: ReceivedReport | undefined;
  for (const request of all) {
    request.on('response', (response) => statuses.push(response.getStatus()));
    client.addRequest(request);
  }
  client.on('nEventReportRequest', (request: EventReport, answer: (response: unknown) => void) => {
    report = readReport(request);
    const response = responses.NEventReportResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    answer(response);
    // Its own time to linger cannot be cut short.
    client.abort();
  });
  const closed = once(client, 'closed');
  client.send('127.0.0.1', port, callingAeTitle, 'STORESCP', {
    associationLingerTimeout: waitsForReportMs ?? 0,
    ...(security === undefined ? {} : { securityOptions: security }),
  });
  await closed;
  return { statuses, report };
}

/** A peer that listens for reports: dcmjs-dimse's Scp. */
export class CommitmentPeer {
  readonly port: number;
  readonly reports: ReceivedReport[] = [];
  /** Titles of each association: called and calling. */
  readonly associations: (readonly [called: string, calling: string])[] = [];
  /** What reports are answered with. */
  status = 0;
  readonly #heard = new Set<() => void>();
  readonly #server: InstanceType<typeof Server>;

  private constructor(port: number, security: Record<string, unknown> | undefined) {
    this.port = port;
    const peer = this;
    class Listener extends Scp {
      constructor(socket: Socket, options: object) {
        super(socket, options);
        socket.on('error', () => undefined);
      }
      override associationRequested(association: InstanceType<typeof dcmjsDimse.association.Association>): void {
        peer.associations.push([association.getCalledAeTitle(), association.getCallingAeTitle()]);
        for (const { id } of association.getPresentationContexts()) {
          const context = association.getPresentationContext(id);
          const accepts = context.getAbstractSyntaxUid() === sopClassUid && context.getProviderRole();
          const [transferSyntax] = context.getTransferSyntaxUids();
          if (accepts) context.setResult(constants.PresentationContextResult.Accept, transferSyntax);
          else context.setResult(constants.PresentationContextResult.RejectAbstractSyntaxNotSupported);
        }
        this.sendAssociationAccept();
      }
      override associationReleaseRequested(): void {
        this.sendAssociationReleaseResponse();
      }
      override nEventReportRequest(request: EventReport, answer: (response: never) => void): void {
        peer.reports.push(readReport(request));
        const response = responses.NEventReportResponse.fromRequest(request);
        response.setStatus(peer.status);
        answer(response as never);
        for (const wake of peer.#heard) wake();
      }
    }
    this.#server = new Server(Listener);
    this.#server.on('networkError', () => undefined);
    this.#server.listen(port, security === undefined ? {} : { securityOptions: security });
  }

  /** @param tls its certificate, and the authority that certificates of those who connect must come from */
  static async listen(
    tls?: { readonly certificate: TestCertificate; readonly clientCaFile: string },
    port?: number,
  ): Promise<CommitmentPeer> {
    const security = tls && {
      key: await readFile(tls.certificate.keyFile),
      cert: await readFile(tls.certificate.certificateFile),
      ca: await readFile(tls.clientCaFile),
      requestCert: true,
      rejectUnauthorized: true,
    };
    return new CommitmentPeer(port ?? (await freePort()), security);
  }

  /** The report on a transaction, now or later. */
  reported(transactionUid: string): Promise<ReceivedReport> {
    return eventually(this.#heard, () => this.reports.find((report) => report.transactionUid === transactionUid));
  }

  close(): void {
    this.#server.close();
  }
}
