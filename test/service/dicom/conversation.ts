import { Acceptor, type AcceptorOptions } from '../../../service/dicom/acceptor.ts';
import { type CommandSet, commandFields, noDataSet } from '../../../service/dicom/dimse/command-elements.ts';
import { decodeCommandSet, encodeCommandSet } from '../../../service/dicom/dimse/command-set.ts';
import type { Effect } from '../../../service/dicom/effects.ts';
import { createPolicy, type PolicyOptions } from '../../../service/dicom/negotiation/policy.ts';
import { dicomApplicationContext } from '../../../service/dicom/pdu/codes.ts';
import { decodePdu } from '../../../service/dicom/pdu/decode.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import type { AssociateRq, Pdu, ProposedContext, UserInformation } from '../../../service/dicom/pdu/types.ts';
import { noUserInformation } from '../../../service/dicom/pdu/user-information.ts';
import { concat } from './hex-fixture.ts';

export const verification = '1.2.840.10008.1.1';
export const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
export const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
export const commitment = '1.2.840.10008.1.20.1';
export const implicitLittle = '1.2.840.10008.1.2';
export const explicitLittle = '1.2.840.10008.1.2.1';

export function context(id: number, abstractSyntaxUid: string, ...transferSyntaxUids: string[]): ProposedContext {
  return { id, abstractSyntaxUid, transferSyntaxUids };
}

/** Contexts 1 verification, 3 CT, 5 Secondary Capture, 7 storage commitment. */
export const usualContexts: readonly ProposedContext[] = [
  verification,
  ctImageStorage,
  secondaryCapture,
  commitment,
].map((abstractSyntaxUid, index) => ({
  id: 2 * index + 1,
  abstractSyntaxUid,
  transferSyntaxUids: [implicitLittle, explicitLittle],
}));

export function associateRq(
  changes: Partial<AssociateRq> = {},
  userInformation: Partial<UserInformation> = {},
): AssociateRq {
  return {
    type: 'associate-rq',
    protocolVersion: 1,
    calledAeTitle: 'STORE_SCP',
    callingAeTitle: 'MODALITY',
    reserved: new Uint8Array(32),
    applicationContextName: dicomApplicationContext,
    presentationContexts: usualContexts,
    userInformation: {
      ...noUserInformation,
      maxPduBytes: 16_384,
      implementationClassUid: '1.2.3.4',
      implementationVersionName: 'PEER_1',
      ...userInformation,
    },
    unknownItems: [],
    ...changes,
  };
}

export const peerAsksWindow = (maxInvoked: number): Partial<UserInformation> => ({
  asyncOperationsWindow: { maxInvoked, maxPerformed: 1 },
});

const command = 0b01;
const last = 0b10;

/** One P-DATA-TF PDU holding a whole command set in one PDV. */
export function commandPdu(contextId: number, commandSet: CommandSet): Uint8Array {
  return pData([contextId, command | last, encodeCommandSet(commandSet)]);
}

/** One P-DATA-TF PDU holding a part of a data set. */
export function dataPdu(contextId: number, fragment: Uint8Array, isLast = true): Uint8Array {
  return pData([contextId, isLast ? last : 0, fragment]);
}

/** One P-DATA-TF PDU of the given values: context ID, control header, fragment. */
export function pData(...values: readonly (readonly [number, number, Uint8Array])[]): Uint8Array {
  return encodePdu({
    type: 'p-data-tf',
    values: values.map(([contextId, control, fragment]) => ({ contextId, control, fragment })),
  });
}

export function storeCommand(messageId: number, changes: CommandSet = {}): CommandSet {
  return {
    affectedSopClassUid: ctImageStorage,
    commandField: commandFields.cStoreRq,
    messageId,
    priority: 0,
    commandDataSetType: 1,
    affectedSopInstanceUid: `2.25.${messageId}`,
    ...changes,
  };
}

/** The PDUs of a whole C-STORE on context 3: a command, a data set in one piece. */
export function storePdus(messageId: number, dataSet: Uint8Array = Uint8Array.of(1, 2, 3, 4)): Uint8Array {
  return concat(commandPdu(3, storeCommand(messageId)), dataPdu(3, dataSet));
}

export function echoCommand(messageId: number): CommandSet {
  return {
    affectedSopClassUid: verification,
    commandField: commandFields.cEchoRq,
    messageId,
    commandDataSetType: noDataSet,
  };
}

export const defaultPolicyOptions: PolicyOptions = {
  isStorage: (uid) => uid === ctImageStorage || uid === secondaryCapture,
  storageCommitment: true,
  transferSyntaxUids: [explicitLittle, implicitLittle],
};

export function newAcceptor(
  policyChanges: Partial<PolicyOptions> = {},
  changes: Partial<AcceptorOptions> = {},
): Acceptor {
  return new Acceptor({
    maxPduBytes: 131_072,
    maxReceivedPduBytes: 1_048_576,
    implementationClassUid: '2.25.7',
    implementationVersionName: 'TEST_1',
    policy: createPolicy({ ...defaultPolicyOptions, ...policyChanges }),
    ...changes,
  });
}

/** An acceptor with an association, as `associateRq` proposes it unless another is given. */
export function newAssociation(
  policyChanges: Partial<PolicyOptions> = {},
  request: AssociateRq = associateRq(),
  changes: Partial<AcceptorOptions> = {},
): Acceptor {
  const acceptor = newAcceptor(policyChanges, changes);
  acceptor.receive(encodePdu(request));
  if (acceptor.state !== 'established') throw new Error(`association is ${acceptor.state}`);
  return acceptor;
}

/** What each effect does, in order. */
export function doings(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.do);
}

export function effectsOf<Do extends Effect['do']>(
  effects: readonly Effect[],
  doing: Do,
): Extract<Effect, { readonly do: Do }>[] {
  return effects.filter((effect): effect is Extract<Effect, { readonly do: Do }> => effect.do === doing);
}

const ignoreLeniency = (): void => {};

/** The PDUs sent, decoded; each `send` may hold several. */
export function sentPdus(effects: readonly Effect[]): Pdu[] {
  const pdus: Pdu[] = [];
  for (const { bytes } of effectsOf(effects, 'send')) {
    for (let at = 0; at < bytes.length; ) {
      const end = at + 6 + new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(2);
      pdus.push(decodePdu(bytes.subarray(at, end), ignoreLeniency));
      at = end;
    }
  }
  return pdus;
}

/** The command sets sent, put together from their fragments. */
export function sentCommands(effects: readonly Effect[]): CommandSet[] {
  const commands: CommandSet[] = [];
  let fragments: Uint8Array[] = [];
  for (const pdu of sentPdus(effects)) {
    if (pdu.type !== 'p-data-tf') continue;
    for (const { control, fragment } of pdu.values) {
      fragments.push(fragment);
      if ((control & last) === 0) continue;
      commands.push(decodeCommandSet(concat(...fragments), ignoreLeniency));
      fragments = [];
    }
  }
  return commands;
}

/** What a new acceptor makes of a request: its effects, the PDU it answers, and the association if there is one. */
export function answerTo(request: AssociateRq, policy: Partial<PolicyOptions> = {}) {
  const effects = newAcceptor(policy).receive(encodePdu(request));
  const [pdu] = sentPdus(effects);
  const [associated] = effectsOf(effects, 'associated');
  return { effects, pdu, association: associated?.association };
}
