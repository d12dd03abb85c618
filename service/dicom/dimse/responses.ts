import type { ActionRequest, OperationAnswer, StoreRequest } from '../effects.ts';
import { type CommandSet, commandFields, noDataSet, responseBit } from './command-elements.ts';
import { statuses } from './status.ts';

const maxErrorCommentCharacters = 64;

/** C-STORE-RSP (PS3.7 9.3.1.2). */
export function storeResponse(store: StoreRequest, answer: OperationAnswer): CommandSet {
  return {
    affectedSopClassUid: store.sopClassUid,
    ...answered(commandFields.cStoreRq, store.messageId, answer),
    affectedSopInstanceUid: store.sopInstanceUid,
  };
}

/** N-ACTION-RSP without a reply (PS3.7 10.3.4.2). */
export function actionResponse(action: ActionRequest, answer: OperationAnswer): CommandSet {
  return {
    affectedSopClassUid: action.sopClassUid,
    ...answered(commandFields.nActionRq, action.messageId, answer),
    affectedSopInstanceUid: action.sopInstanceUid,
    actionTypeId: action.actionTypeId,
  };
}

/** N-EVENT-REPORT-RQ with a data set (PS3.7 10.3.1.1). */
export function eventReportRequest(
  messageId: number,
  event: { readonly sopClassUid: string; readonly sopInstanceUid: string; readonly eventTypeId: number },
): CommandSet {
  return {
    affectedSopClassUid: event.sopClassUid,
    commandField: commandFields.nEventReportRq,
    messageId,
    commandDataSetType: 0,
    affectedSopInstanceUid: event.sopInstanceUid,
    eventTypeId: event.eventTypeId,
  };
}

/** The response to any request, with what it names of SOP class and instance sent back. */
export function responseTo(request: CommandSet, messageId: number, answer: OperationAnswer): CommandSet {
  const sopClassUid = request.affectedSopClassUid ?? request.requestedSopClassUid;
  const sopInstanceUid = request.affectedSopInstanceUid ?? request.requestedSopInstanceUid;
  return {
    ...(sopClassUid === undefined ? {} : { affectedSopClassUid: sopClassUid }),
    ...answered(request.commandField ?? 0, messageId, answer),
    ...(sopInstanceUid === undefined ? {} : { affectedSopInstanceUid: sopInstanceUid }),
  };
}

function answered(requestField: number, messageId: number, answer: OperationAnswer): CommandSet {
  const { status, errorComment, offendingElements } = answer;
  const failed = status !== statuses.success.code;
  return {
    commandField: requestField | responseBit,
    messageIdBeingRespondedTo: messageId,
    commandDataSetType: noDataSet,
    status,
    ...(failed && offendingElements && offendingElements.length > 0 ? { offendingElements } : {}),
    ...(failed && errorComment ? { errorComment: asDefaultRepertoire(errorComment) } : {}),
  };
}

/** LO takes 64 characters; of an Error Comment, only those of the default repertoire, and no backslash (PS3.5 6.2, PS3.7 C.5). */
function asDefaultRepertoire(text: string): string {
  return text.replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?').slice(0, maxErrorCommentCharacters);
}
