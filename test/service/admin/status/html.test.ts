import { expect, it } from 'vitest';
import { html } from '../../../../service/admin/status/html.ts';

it('escapes whatever is no markup', () => {
  const evil = `<img src=x onerror="alert('1')">&\``;
  expect(String(html`<p title="${evil}">${evil}</p>`)).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;&#96;">' +
      '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;&#96;</p>',
  );
});

it('takes markup, lists, numbers and nothing', () => {
  expect(String(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>${undefined}${false}${''}`)).toBe(
    '<ul><li>1</li><li>2</li></ul>',
  );
});
