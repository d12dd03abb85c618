import { type Action, actions, type Ending } from './actions.ts';
import { type EventDefinition, events, type UpperLayerEvent } from './events.ts';
import type { State } from './states.ts';
import { transitions } from './transitions.ts';

/** What came of an event: the action to carry out and, where it is over with this, how the association ended. */
export interface Step {
  readonly name: keyof typeof actions;
  readonly action: Action;
  readonly ending: Ending | undefined;
}

/** The state of one upper layer. It moves by the table of `transitions` and by nothing else. */
export class UpperLayerMachine {
  #state: State = 'idle';

  get state(): State {
    return this.#state;
  }

  /**
   * Takes the transition of `event`. `acceptable` is the provider's judgement of an A-ASSOCIATE-RQ.
   * Throws where the table says impossible: a defect of the caller, never of the peer.
   */
  raise(event: UpperLayerEvent, acceptable = true): Step {
    const cell = transitions[this.#state][event];
    if (typeof cell === 'object' && 'impossible' in cell) {
      throw new Error(`${event} in state ${this.#state}: ${cell.impossible}`);
    }
    const name = typeof cell === 'string' ? cell : acceptable ? cell.acceptable : cell.otherwise;
    const action: Action = actions[name];
    const { ends }: EventDefinition = events[event];
    const over = this.#state === 'awaiting-transport-close';
    this.#state = action.next;
    return { name, action, ending: over ? undefined : (ends ?? action.ends) };
  }
}
