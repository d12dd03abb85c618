import { type Html, html } from './html.ts';

/** A form that does one thing, and asks for the token. `id` tells the fields of several forms apart. */
export function operatorForm(
  action: '/status/replay' | '/status/approve',
  fields: Readonly<Record<string, string>>,
  button: string,
  id: string,
): Html {
  return html`<form class="operator" method="post" action="${action}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label for="${id}">Operator token</label><input id="${id}" name="token" type="password" required autocomplete="current-password">
<button>${button}</button>
</form>`;
}
