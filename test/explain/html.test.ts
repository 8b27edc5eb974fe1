import fc from 'fast-check';
import { escapeHtml, html } from '../../src/explain/html.js';
import { brokenMarkup } from './brokenMarkup.js';

describe('html', () => {
  it('escapes the 5 characters that end text or a quoted attribute', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;');
  });

  it('shows control characters and half surrogate pairs as U+FFFD, and keeps line breaks and emoji', () => {
    expect(escapeHtml('a\u0000b\u001b\ud83d c\n\u{1f600}')).toBe('a\ufffdb\ufffd\ufffd c\n\u{1f600}');
  });

  it('leaves its own markup as it is, joins lists, and leaves out undefined and false but not 0', () => {
    const items = ['<1>', 2].map((item) => html`<b>${item}</b>`);
    expect(html`<i>${items}${undefined}${false}${0}</i>`.markup).toBe('<i><b>&lt;1&gt;</b><b>2</b>0</i>');
  });

  it('any text in an attribute and in an element leaves the markup whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'p', '=', '\u0000', ' ', ';') }), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        expect(brokenMarkup(markup)).toBeUndefined();
        expect(markup.match(/</g)).toHaveLength(2);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('brokenMarkup, by which the pages are checked', () => {
  it.each([
    { page: '<p><b>x</p></b>', fault: '</p> where </b> is due' },
    { page: '<p>x', fault: 'not closed: p' },
    { page: '<p title=x>y</p>', fault: "stray '<'" },
    { page: '<p>a < b</p>', fault: "stray '<'" },
    { page: '<p>a & b</p>', fault: "stray '&'" },
    { page: '<p class="a" class="b">x</p>', fault: 'an attribute twice' },
  ])('sees the fault in $page', ({ page, fault }) => {
    expect(brokenMarkup(page)).toContain(fault);
  });
});
