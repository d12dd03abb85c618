// Runs in the page: answers what is wrong with it for those who cannot see it, or see it with difficulty.
(() => {
  const problems = [];
  const complain = (what, element) => problems.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  const all = (selector) => [...document.querySelectorAll(selector)];

  if (document.documentElement.lang === '') problems.push('the page has no language');
  if (document.title === '') problems.push('the page has no title');
  for (const landmark of ['header', 'main', 'footer', '[role=search]']) {
    if (all(landmark).length !== 1) problems.push(`${all(landmark).length} of ${landmark}`);
  }
  if (all('h1').length !== 1) problems.push(`${all('h1').length} first headings`);
  let level = 0;
  for (const heading of all('h1, h2, h3, h4')) {
    const next = Number(heading.tagName.slice(1));
    if (next > level + 1) complain('a level of headings is left out', heading);
    level = next;
  }
  const ids = all('[id]').map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`the id ${id} is there twice`);
  for (const element of all('input:not([type=hidden]), meter')) {
    if (element.labels?.length === 0) complain('no label', element);
  }
  for (const image of all('img')) if (!image.hasAttribute('alt')) complain('no alternative', image);
  for (const control of all('a, button')) {
    if ((control.textContent ?? '').trim() === '' && control.querySelector('img[alt]:not([alt=""])') === null) {
      complain('no name', control);
    }
  }
  for (const table of all('table')) {
    if (table.querySelector('caption') === null) complain('no caption', table);
    if (table.querySelector('thead th:not([scope])') !== null) complain('headings without scope', table);
  }
  for (const section of all('section')) {
    const heading = document.getElementById(section.getAttribute('aria-labelledby') ?? '');
    if (heading === null) complain('no heading', section);
  }
  for (const scrolled of all('.scroll'))
    if (!scrolled.hasAttribute('tabindex')) complain('out of reach of keys', scrolled);

  /** Relative luminance (WCAG 2.2). */
  const luminance = ([red = 0, green = 0, blue = 0]) => {
    const linear = (value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const numbersIn = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [red, green, blue, alpha = 1] = numbersIn(getComputedStyle(at).backgroundColor);
      if (alpha > 0.99) return [red ?? 0, green ?? 0, blue ?? 0];
    }
    return [255, 255, 255];
  };
  for (const element of all('body *')) {
    const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const box = element.getBoundingClientRect();
    if (!says || box.width === 0 || box.left < 0) continue;
    const [ink, ground] = [luminance(numbersIn(getComputedStyle(element).color)), luminance(groundOf(element))];
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    if (contrast < 4.5) complain(`contrast ${contrast.toFixed(1)}`, element);
  }
  if (document.documentElement.scrollWidth > window.innerWidth) problems.push('the page is wider than the window');
  return problems;
})();
