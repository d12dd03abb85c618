import type { AdminAnswer, AdminPost } from '../server.ts';
import type { OperatorToken } from './operator-token.ts';

/** What an operator may have done from the page. */
export type ActionName = 'replay' | 'approve-peer';

/** What became of it, as a sentence, and where it shows. */
export interface ActionOutcome {
  readonly done: boolean;
  readonly sentence: string;
  readonly location: string;
}

/** Each does one thing; absent when the settings do not provide for it. */
export interface OperatorActions {
  readonly replay?: (batchId: string) => Promise<ActionOutcome>;
  readonly approvePeer?: (aeTitle: string, address: string) => Promise<ActionOutcome>;
}

export type OnAction = (action: ActionName, about: string, outcome: 'done' | 'refused' | 'denied') => void;

export interface ActionRoutesOptions {
  readonly token: OperatorToken;
  readonly actions: OperatorActions;
  readonly onAction: OnAction;
  /** A page that says a sentence. */
  readonly tell: (status: number, title: string, sentence: string) => AdminAnswer;
}

/**
 * Answers posted forms: from a page of this server alone, and with the token. The token is in the form, not in a cookie:
 * no other page can have a browser send it.
 */
export function actionRoutes({ token, actions, onAction, tell }: ActionRoutesOptions) {
  return async (post: AdminPost): Promise<AdminAnswer | undefined> => {
    const { path, form, headers } = post;
    const [name, about, run] = actionOf(path, form, actions);
    if (name === undefined || run === undefined) return undefined;
    if (!isSameOrigin(headers)) {
      onAction(name, about, 'denied');
      return tell(403, 'Not done', 'The form was not sent from a page of this server.');
    }
    const verdict = token.check(form.get('token') ?? '');
    if (verdict !== 'right') {
      onAction(name, about, 'denied');
      return verdict === 'wrong'
        ? tell(403, 'Not done', 'That is not the token.')
        : tell(429, 'Not done', 'Too many wrong tokens: wait a minute.');
    }
    const outcome = await run();
    onAction(name, about, outcome.done ? 'done' : 'refused');
    if (!outcome.done) return tell(409, 'Not done', outcome.sentence);
    return { status: 303, contentType: 'text/plain', headers: { location: outcome.location }, body: '' };
  };
}

function actionOf(
  path: string,
  form: URLSearchParams,
  { replay, approvePeer }: OperatorActions,
): readonly [ActionName | undefined, string, (() => Promise<ActionOutcome>) | undefined] {
  const field = (name: string) => (form.get(name) ?? '').slice(0, 128);
  if (path === '/status/replay') {
    return ['replay', field('id'), replay && (() => replay(field('id')))];
  }
  if (path === '/status/approve') {
    const [title, address] = [field('title'), field('address')];
    return ['approve-peer', title, approvePeer && (() => approvePeer(title, address))];
  }
  return [undefined, '', undefined];
}

/** Browsers say where a form comes from (Fetch Metadata, and RFC 6454); what says nothing is no page. */
export function isSameOrigin(headers: Readonly<Record<string, string | undefined>>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin, host } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
