import { importableTransferSyntaxes } from '../../../core/healthimaging.ts';
import { type Service, serviceOf } from '../../../service/dicom/dimse/services.ts';
import { createPolicy } from '../../../service/dicom/negotiation/policy.ts';
import { noUserInformation } from '../../../service/dicom/pdu/user-information.ts';
import { transferSyntaxes } from '../../../service/dicom/uids/transfer-syntaxes.ts';
import { isStorageSopClass } from '../../../service/dicom/uids.ts';
import { table } from './markdown.ts';

/** A response that a service gives: status as hex text, its meaning, when it is given, and what a peer should do. */
export type StatusRow = readonly [status: string, meaning: string, when: string, then: string];

/** All that the statement says of one service. A service is added to the statement by adding its section. */
export interface ServiceSection {
  readonly service: Service;
  /** As in the overview: `Verification`. */
  readonly name: string;
  /** A SOP class of the service that stands for all of them where contexts are negotiated. */
  readonly sopClassUid: string;
  /** What stands in the column of abstract syntaxes. */
  readonly abstractSyntaxes: string;
  readonly operations: string;
  /** Paragraphs on what the service does and what its success means. */
  readonly description: string;
  readonly statuses: readonly StatusRow[];
  /** The associations that the service initiates, or nothing. */
  readonly initiates: string;
  /** Further parts of its section of SOP specific conformance, with headings of level 4. */
  readonly specifics: string;
}

/** The transfer syntaxes that the policy of the service takes for a SOP class, asked of it one by one; best first. */
export function transferSyntaxesOf({ sopClassUid }: ServiceSection): readonly string[] {
  const policy = createPolicy({ isStorage: isStorageSopClass, storageCommitment: true, transferSyntaxUids });
  const taken = [...transferSyntaxes.keys()].filter((uid) => 'transferSyntaxUid' in choose([uid]));
  const best: string[] = [];
  while (best.length < taken.length) {
    const choice = choose(taken.filter((uid) => !best.includes(uid)));
    if ('transferSyntaxUid' in choice) best.push(choice.transferSyntaxUid);
  }
  return best;

  function choose(offered: readonly string[]) {
    const context = { id: 1, abstractSyntaxUid: sopClassUid, transferSyntaxUids: offered };
    return policy.chooseTransferSyntax(context, {
      type: 'associate-rq',
      protocolVersion: 1,
      calledAeTitle: 'A',
      callingAeTitle: 'B',
      applicationContextName: '',
      presentationContexts: [context],
      userInformation: noUserInformation,
      unknownItems: [],
      reserved: new Uint8Array(32),
    });
  }
}

const transferSyntaxUids = importableTransferSyntaxes;

/** The part of the statement on a service: what it does, and its responses. */
export function serviceText(section: ServiceSection): string {
  if (serviceOf(section.sopClassUid) !== section.service)
    throw new Error(`${section.sopClassUid} is of another service`);
  return `${section.description}

${table(['status', 'meaning', 'when', 'what a peer should do'], section.statuses)}${section.specifics === '' ? '' : `\n\n${section.specifics}`}`;
}
