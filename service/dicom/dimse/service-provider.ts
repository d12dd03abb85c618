import type { AcceptedContext, ActionAnswer, Association, Emit, EventReport, StoreAnswer } from '../effects.ts';
import { PeerFault } from '../errors.ts';
import type { Tolerate } from '../pdu/leniency.ts';
import { encodeCommandPdus, encodeDataPdus } from '../pdu/p-data.ts';
import { ActionOperation, checkAction } from './action-operation.ts';
import { type CommandSet, commandFields, noDataSet, responseBit } from './command-elements.ts';
import { decodeCommandSet, encodeCommandSet } from './command-set.ts';
import { type DataSetUse, drained } from './data-set-use.ts';
import type { MessageListener } from './message-assembler.ts';
import { Operations, type PendingStore } from './operations.ts';
import { actionResponse, eventReportRequest, responseTo, storeResponse } from './responses.ts';
import { statuses } from './status.ts';
import { checkStore } from './store-checks.ts';
import { StoreOperation } from './store-operation.ts';

/** A request that can be answered, and where. */
interface Invocation {
  readonly command: CommandSet;
  readonly commandField: number;
  readonly messageId: number;
  readonly context: AcceptedContext;
  readonly hasDataSet: boolean;
}

/** Performs the DIMSE operations of one association: C-ECHO by itself, C-STORE and N-ACTION by asking. */
export class ServiceProvider implements MessageListener {
  readonly #contexts: ReadonlyMap<number, AcceptedContext>;
  readonly #peerMaxPduBytes: number;
  readonly #operations: Operations;
  readonly #emit: Emit;
  readonly #sendData: (pdus: Uint8Array) => void;
  readonly #tolerate: Tolerate;
  #dataSet: DataSetUse | undefined;
  #eventMessageId = 0;
  #isReporting = false;

  constructor(association: Association, emit: Emit, sendData: (pdus: Uint8Array) => void, tolerate: Tolerate) {
    this.#contexts = new Map(association.acceptedContexts.map((context) => [context.id, context]));
    this.#peerMaxPduBytes = association.peerMaxPduBytes;
    this.#operations = new Operations(association.asyncWindow);
    this.#emit = emit;
    this.#sendData = sendData;
    this.#tolerate = tolerate;
  }

  get pendingStores(): number {
    return this.#operations.storeCount;
  }

  /** Whether any operation is begun and not answered. */
  get isBusy(): boolean {
    return this.#operations.count > 0;
  }

  /** Whether an N-EVENT-REPORT of ours is not answered. */
  get isReporting(): boolean {
    return this.#isReporting;
  }

  checkContext(contextId: number): void {
    this.#context(contextId);
  }

  command(contextId: number, bytes: Uint8Array): boolean {
    const command = decodeCommandSet(bytes, this.#tolerate);
    const { commandField, commandDataSetType } = command;
    if (commandField === undefined) throw new PeerFault('COMMAND_INCOMPLETE', 'no Command Field');
    if (commandDataSetType === undefined) throw new PeerFault('COMMAND_INCOMPLETE', 'no Command Data Set Type');
    const hasDataSet = commandDataSetType !== noDataSet;
    const use = this.#begin(command, commandField, this.#context(contextId), hasDataSet);
    if (hasDataSet) this.#dataSet = use;
    else use.end();
    return hasDataSet;
  }

  data(bytes: Uint8Array): void {
    this.#dataSet?.take(bytes);
  }

  dataEnd(): void {
    const use = this.#dataSet;
    this.#dataSet = undefined;
    use?.end();
  }

  /** No more of the message being received will come; operations received whole can still be answered. */
  cancelIncomplete(): void {
    this.#dataSet?.cancel();
    this.#dataSet = undefined;
  }

  /** An operation that is not pending (any more) is answered with nothing; so is a second answer. */
  answerStore(messageId: number, answer: StoreAnswer): void {
    const pending = this.#operations.store(messageId);
    if (!pending) return;
    pending.answer ??= answer;
    if (pending.isReceived) this.#answerReceived(pending);
  }

  answerAction(messageId: number, answer: ActionAnswer): void {
    const request = this.#operations.action(messageId)?.request;
    if (!request) return;
    this.#operations.remove(messageId);
    this.#respond(request.presentationContextId, actionResponse(request, answer));
  }

  /** Sends an N-EVENT-REPORT-RQ; its answer comes as `event-report-answered`. One at a time. */
  reportEvent({ presentationContextId, sopInstanceUid, eventTypeId, dataSet }: EventReport): void {
    this.#isReporting = true;
    this.#eventMessageId = (this.#eventMessageId % 0xffff) + 1;
    const { abstractSyntaxUid: sopClassUid } = this.#context(presentationContextId);
    const command = eventReportRequest(this.#eventMessageId, { sopClassUid, sopInstanceUid, eventTypeId });
    this.#sendData(encodeCommandPdus(presentationContextId, encodeCommandSet(command), this.#peerMaxPduBytes));
    this.#sendData(encodeDataPdus(presentationContextId, dataSet, this.#peerMaxPduBytes));
  }

  #begin(command: CommandSet, commandField: number, context: AcceptedContext, hasDataSet: boolean): DataSetUse {
    // PS3.7 9.3.2.3: a C-CANCEL has no response, and what it would cancel is never long under way here.
    if (commandField === commandFields.cCancelRq) return drained(() => {});
    if (this.#answersReport(command)) {
      // An event reply, if there is one, says nothing that is asked for (PS3.4 J.3.3.2).
      return drained(() => {
        this.#isReporting = false;
        this.#emit({ do: 'event-report-answered', status: command.status ?? statuses.processingFailure.code });
      });
    }
    if ((commandField & responseBit) !== 0) {
      this.#tolerate('response-unexpected');
      return drained(() => {});
    }
    const { messageId } = command;
    if (messageId === undefined) throw new PeerFault('COMMAND_INCOMPLETE', 'no Message ID');
    const invocation = { command, commandField, messageId, context, hasDataSet };
    switch (commandField) {
      case commandFields.cEchoRq:
        return this.#echo(invocation);
      case commandFields.cStoreRq:
        return this.#store(invocation);
      case commandFields.nActionRq:
        return this.#action(invocation);
      default:
        return this.#refuse(invocation, statuses.unrecognizedOperation.code);
    }
  }

  #answersReport({ commandField, messageIdBeingRespondedTo }: CommandSet): boolean {
    const isResponse = commandField === (commandFields.nEventReportRq | responseBit);
    return isResponse && this.#isReporting && messageIdBeingRespondedTo === this.#eventMessageId;
  }

  #echo(invocation: Invocation): DataSetUse {
    const { command, messageId, context } = invocation;
    if (context.service !== 'verification') return this.#refuse(invocation, statuses.sopClassNotSupported.code);
    return drained(() => {
      this.#respond(context.id, responseTo(command, messageId, { status: statuses.success.code }));
      this.#emit({ do: 'echoed', messageId });
    });
  }

  #store(invocation: Invocation): DataSetUse {
    const { command, messageId, context, hasDataSet } = invocation;
    this.#operations.checkWindow();
    if (this.#operations.has(messageId)) return this.#refuse(invocation, statuses.duplicateInvocation.code);
    const checked = checkStore(command, messageId, context, hasDataSet);
    if ('refuse' in checked) return this.#refuse(invocation, checked.refuse);
    const pending = { kind: 'store', request: checked.store, isReceived: false, answer: undefined } as const;
    return new StoreOperation(pending, this.#operations, this.#emit, (received) => this.#answerReceived(received));
  }

  #action(invocation: Invocation): DataSetUse {
    const { command, messageId, context, hasDataSet } = invocation;
    this.#operations.checkWindow();
    if (this.#operations.has(messageId)) return this.#refuse(invocation, statuses.duplicateInvocation.code);
    const checked = checkAction(command, messageId, context, hasDataSet);
    if ('refuse' in checked) return this.#refuse(invocation, checked.refuse);
    const { action } = checked;
    return new ActionOperation(
      (dataSet) => {
        this.#operations.add({ kind: 'action', request: action });
        this.#emit({ do: 'action', action, dataSet });
      },
      () => this.#refuse(invocation, statuses.resourceLimitation.code).end(),
    );
  }

  /** Drains the data set that may come with a request, then answers it with a failure. */
  #refuse({ command, commandField, messageId, context }: Invocation, status: number): DataSetUse {
    return drained(() => {
      this.#respond(context.id, responseTo(command, messageId, { status }));
      this.#emit({ do: 'refused', messageId, commandField, status });
    });
  }

  #answerReceived({ request, answer }: PendingStore): void {
    if (!answer) return;
    this.#operations.remove(request.messageId);
    this.#respond(request.presentationContextId, storeResponse(request, answer));
  }

  #respond(contextId: number, response: CommandSet): void {
    this.#sendData(encodeCommandPdus(contextId, encodeCommandSet(response), this.#peerMaxPduBytes));
  }

  #context(contextId: number): AcceptedContext {
    const context = this.#contexts.get(contextId);
    if (!context) throw new PeerFault('PDV_CONTEXT_UNKNOWN', `context ${contextId}`);
    return context;
  }
}
