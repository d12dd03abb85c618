// Fetches the main part of the page again every two seconds, while somebody can see it and nobody works in it.
const INTERVAL_MS = 2000;
const main = document.getElementById('main');
const pause = document.getElementById('pause');
const source = main?.dataset.live;

if (main !== null && pause !== null && source !== undefined) {
  let isPaused = false;
  let isUnderWay = false;

  pause.hidden = false;
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
    pause.textContent = isPaused ? 'Resume updates' : 'Pause updates';
  });

  const isInUse = () =>
    (main !== document.activeElement && main.contains(document.activeElement)) ||
    (document.getSelection()?.isCollapsed === false && main.contains(document.getSelection().anchorNode));

  const refresh = async () => {
    if (isPaused || isUnderWay || document.hidden || isInUse()) return;
    isUnderWay = true;
    try {
      const answer = await fetch(source, { cache: 'no-store' });
      const text = answer.ok ? await answer.text() : undefined;
      if (text !== undefined && !isPaused && !isInUse()) main.innerHTML = text;
      document.body.classList.toggle('stale', !answer.ok);
    } catch {
      document.body.classList.add('stale');
    } finally {
      isUnderWay = false;
    }
  };
  setInterval(refresh, INTERVAL_MS);
}

// A picture that cannot be made says so in place of a broken frame.
document.addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLImageElement) target.classList.add('missing');
  },
  true,
);
