// What the page does without asking Python: open sources beside the chat, show quotes under the pointer,
// keep the newest turn in view, tell screen readers what arrived. No state but what is on the page.
(() => {
  'use strict';

  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const narrow = matchMedia('(max-width: 60rem)');
  const $ = (selector, root = document) => root.querySelector(selector);

  const make = (tag, properties = {}, ...children) => {
    const { dataset, ...rest } = properties;
    const element = Object.assign(document.createElement(tag), rest);
    Object.assign(element.dataset, dataset);
    element.append(...children);
    return element;
  };

  // ---- The reader ----

  const where = make('p', { className: 'reader-where' });
  const body = make('div', { className: 'reader-body', tabIndex: 0 });
  const tool = (label, sign, act) => {
    const button = make('button', { type: 'button', title: label, onclick: act }, sign);
    button.setAttribute('aria-label', label);
    return button;
  };
  const previous = tool('Previous source', '‹', () => step(-1));
  const next = tool('Next source', '›', () => step(1));
  const apart = make('a', { target: '_blank', rel: 'noopener', title: 'Open in a window of its own' }, '↗');
  apart.setAttribute('aria-label', 'Open in a window of its own');
  const tools = make('div', { className: 'reader-tools' }, previous, next, apart, tool('Close', '✕', () => close()));
  const reader = make('aside', { id: 'reader', hidden: true }, make('div', { className: 'reader-bar' }, where, tools), body);
  reader.setAttribute('aria-label', 'Source');

  let opener = null; // the link whose source is shown
  let asked = 0; // only the newest request may fill the reader

  async function open(link) {
    const mine = ++asked;
    if (!opener?.isConnected || !reader.contains(link)) opener = link;
    apart.href = link.href;
    describe(link);
    hidePeek();
    reader.hidden = false;
    document.body.classList.add('reading');
    keepInView(link);
    const article = await fetchArticle(link.href);
    if (mine !== asked) return;
    body.replaceChildren(article);
    const title = $('.guide-title', article);
    if (title) where.append(` · ${title.textContent}`);
    showQuote();
    highlight(link);
  }

  async function fetchArticle(href) {
    try {
      const response = await fetch(href, { headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const article = $('article.guide', page);
      if (article) return document.importNode(article, true);
    } catch { /* said below */ }
    const again = make('button', { type: 'button', className: 'ask', onclick: () => open(opener) }, 'Try again');
    return make('article', { className: 'guide absent' },
      make('p', {}, 'The guide could not be fetched. Is Coach still running?'), again);
  }

  function showQuote() {
    const mark = $('mark', body);
    const top = mark ? mark.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop : 0;
    body.scrollTo({ top: mark ? Math.max(0, top - body.clientHeight * 0.3) : 0 });
    (mark?.id ? mark : body).focus({ preventScroll: true });
  }

  function close() {
    reader.hidden = true;
    asked += 1;
    document.body.classList.remove('reading');
    highlight(null);
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  const siblings = (link) => {
    const turn = link?.closest('.turn');
    const links = turn ? [...turn.querySelectorAll('a.source')] : [];
    const at = links.findIndex((one) => one.href === link.href);
    return { links, at };
  };

  function describe(link) {
    const { links, at } = siblings(link);
    where.textContent = at >= 0 && links.length > 1 ? `Source ${at + 1} of ${links.length}` : 'Guide';
    previous.hidden = next.hidden = at < 0 || links.length < 2;
    previous.disabled = at <= 0;
    next.disabled = at === links.length - 1;
  }

  function step(by) {
    const { links, at } = siblings(opener);
    const target = links[at + by];
    if (target) open(target);
  }

  function highlight(link) {
    for (const one of document.querySelectorAll('#talk a.open')) one.classList.remove('open');
    if (!link) return;
    const turn = link.closest('.turn');
    for (const one of turn?.querySelectorAll('a[data-source]') ?? []) {
      if (one.href === link.href) one.classList.add('open');
    }
  }

  // On a phone the reader covers the lower part: what was tapped stays above it.
  function keepInView(link) {
    if (!narrow.matches || !link.closest('#talk')) return;
    const { top } = link.getBoundingClientRect();
    if (top > innerHeight * 0.3) scrollBy({ top: top - innerHeight * 0.2, behavior: calm.matches ? 'auto' : 'smooth' });
  }

  // ---- The quote under the pointer or the focus ----

  const peek = make('div', { id: 'peek', hidden: true });
  peek.setAttribute('role', 'tooltip');

  function showPeek(marker) {
    const { quote, place } = marker.dataset;
    peek.replaceChildren(`“${quote.length > 320 ? `${quote.slice(0, 320)} …` : quote}”`, make('small', {}, place));
    peek.hidden = false;
    const at = marker.getBoundingClientRect();
    const { width, height } = peek.getBoundingClientRect();
    const left = Math.min(Math.max(16, at.left + at.width / 2 - width / 2), innerWidth - width - 16);
    const above = at.top - height - 10;
    peek.style.left = `${left}px`;
    peek.style.top = `${above > 8 ? above : at.bottom + 10}px`;
  }

  const hidePeek = () => { peek.hidden = true; };
  const markerAt = (event) => (event.target instanceof Element ? event.target.closest('#talk a.marker') : null);

  // ---- The conversation as it grows ----

  const live = make('div', { className: 'unseen' });
  live.setAttribute('role', 'status');
  live.setAttribute('aria-live', 'polite');
  let newest = '';

  function follow(talk) {
    showVotes(talk);
    const turns = talk.querySelectorAll('.turn');
    const turn = turns[turns.length - 1];
    const state = turn ? `${turn.dataset.turn} ${turn.dataset.state}` : '';
    if (state === newest) return;
    const isNew = turn && !newest.startsWith(`${turn.dataset.turn} `);
    newest = state;
    if (!turn && !reader.hidden) close();
    if (isNew) turn.scrollIntoView({ block: 'start', behavior: calm.matches ? 'auto' : 'smooth' });
    if (turn?.dataset.state === 'done') live.textContent = turn.dataset.spoken;
    if (opener && !reader.hidden) highlight(opener);
  }

  // ---- Thumbs ----

  const votes = new Map(); // by answer; the conversation is drawn anew with every turn

  function showVotes(talk) {
    for (const line of talk.querySelectorAll('.vote[data-answer]')) {
      for (const button of line.querySelectorAll('button')) {
        const pressed = String(votes.get(line.dataset.answer) === button.dataset.vote);
        if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
      }
    }
  }

  async function vote(button) {
    const line = button.closest('.vote');
    const id = line.dataset.answer;
    const before = votes.get(id);
    votes.set(id, button.dataset.vote);
    showVotes(document);
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, up: button.dataset.vote === 'up' }) };
    const reply = await fetch('/page/vote', sent).catch(() => null);
    live.textContent = reply?.ok ? 'Thank you.' : 'That could not be kept.';
    if (reply?.ok) return;
    if (before) votes.set(id, before); else votes.delete(id);
    showVotes(document);
  }

  // ---- The box ----

  function watchLength(box) {
    const limit = Number($('.masthead').dataset.limit);
    const composer = $('#composer');
    const note = make('div', { className: 'length-note', hidden: true });
    note.setAttribute('role', 'status');
    composer.append(note);
    const count = (number) => number.toLocaleString('en');
    const check = () => {
      const length = box.value.length;
      note.hidden = length < limit * 0.9;
      composer.classList.toggle('over-limit', length > limit);
      if (!note.hidden) {
        note.textContent = length > limit
          ? `That is ${count(length)} characters; ${count(limit)} can be asked. What is the heart of it?`
          : `${count(limit - length)} characters left`;
      }
    };
    box.addEventListener('input', check);
    box.addEventListener('keydown', (event) => {
      const sends = event.key === 'Enter' && !event.shiftKey;
      if (!sends) return;
      check();
      if (event.isComposing || composer.classList.contains('over-limit')) event.stopImmediatePropagation();
      if (composer.classList.contains('over-limit')) event.preventDefault();
    }, true);
  }

  // ---- Start ----

  document.addEventListener('click', (event) => {
    const thumb = event.target instanceof Element ? event.target.closest('.vote button') : null;
    if (thumb) vote(thumb);
    const link = event.target instanceof Element ? event.target.closest('a[data-source]') : null;
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (!peek.hidden) hidePeek();
    else if (!reader.hidden) close();
  });
  document.addEventListener('pointerover', (event) => {
    const marker = event.pointerType === 'mouse' ? markerAt(event) : null;
    if (marker) showPeek(marker); else hidePeek();
  });
  document.addEventListener('focusin', (event) => {
    const marker = markerAt(event);
    if (marker?.matches(':focus-visible')) showPeek(marker); else hidePeek();
  });
  addEventListener('scroll', hidePeek, { passive: true });

  // The page is readable before Gradio is up; a question clicked meanwhile is asked as soon as it is.
  const paint = $('#first-paint');
  let waiting = '';
  paint?.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-ask]');
    if (button) {
      waiting = button.dataset.ask;
      button.classList.add('chosen');
    }
  });

  function start(talk, box) {
    paint?.remove();
    box.setAttribute('aria-label', 'Your question');
    watchLength(box);
    new MutationObserver(() => follow(talk)).observe(talk, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-state'] });
    const chosen = [...talk.querySelectorAll('button[data-ask]')].find((one) => one.dataset.ask === waiting);
    if (chosen) chosen.click();
    else if (!narrow.matches) box.focus({ preventScroll: true });
  }

  document.body.append(reader, peek, live);
  const watcher = new MutationObserver(() => {
    const talk = $('#talk [data-ready]');
    const box = $('#question textarea');
    if (!talk || !box || !$('.masthead')) return;
    watcher.disconnect();
    start($('#talk'), box);
  });
  watcher.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-ready'] });
})();
