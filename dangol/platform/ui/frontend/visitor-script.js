// What a shop's own pages load from us to tell who looks at what. No cookie, no third party, nothing inline.
// <script async src="https://crm.example/dangol.js" data-key="WRITE KEY"></script>
// data-consent="analytics": nothing is stored or sent before dangol.consent(true), and each message then states that
// consent by this name. data-page="off": no page view by itself.
// Do Not Track and Global Privacy Control always win. Messages are those of the Segment HTTP API, sent in batches.
(() => {
  const w = window, d = document, n = navigator, tag = d.currentScript || d.querySelector("script[data-key][src*='dangol']");
  if (!tag || !tag.dataset.key || (w.dangol && w.dangol.track)) return;
  const { key, consent: wish, page: auto } = tag.dataset, door = new URL("v1/batch", tag.src).href;
  const refused = n.doNotTrack == "1" || w.doNotTrack == "1" || n.globalPrivacyControl === true;
  const name = (what) => `dangol.${what}`, AT_ONCE = 20, MOST_KEPT = 200, LONGEST = 300000;
  let waiting = [], early = [], timer, pause = 0, busy, memory = {};

  // A browser may forbid storage altogether: then everything lasts as long as the page.
  const keep = (what, value) => {
    memory[what] = value;
    try { value == null ? localStorage.removeItem(name(what)) : localStorage.setItem(name(what), JSON.stringify(value)); } catch { /* memory is enough */ }
  };
  const kept = (what) => {
    try { return JSON.parse(localStorage.getItem(name(what))) ?? memory[what]; } catch { return memory[what]; }
  };
  const id = () => n && w.crypto && crypto.randomUUID ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (Math.random() * 16 >> c / 4)).toString(16));
  const anonymous = () => { let known = kept("id"); if (!known) keep("id", known = id()); return known; };

  // The token of a signed link is taken out of the address, so that it is neither copied on nor kept in the history.
  let link, here = new URL(w.location.href);
  if (here.searchParams.has("dgl")) {
    link = here.searchParams.get("dgl");
    here.searchParams.delete("dgl");
    try { history.replaceState(history.state, "", here); } catch { /* a sandboxed page keeps its address */ }
  }

  const context = () => {
    here = new URL(w.location.href);
    const campaign = {}, found = {
      page: { path: here.pathname, referrer: d.referrer, search: here.search, title: d.title, url: here.href },
      userAgent: n.userAgent, locale: n.language, library: { name: "dangol.js", version: "1" },
      screen: { width: screen.width, height: screen.height },
    };
    try { found.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone; } catch { /* an old browser */ }
    here.searchParams.forEach((value, field) => {
      if (/^utm_/.test(field)) campaign[field == "utm_campaign" ? "name" : field.slice(4)] = value;
    });
    if (Object.keys(campaign).length) found.campaign = campaign;
    return found;
  };
  const may = () => !refused && (!wish || kept("consent") === true);

  function tell(type, more, extra) {
    if (refused || kept("consent") === false) return;
    const at = new Date().toISOString(), seen = { ...context(), ...extra };
    if (!may()) { if (early.length < AT_ONCE) early.push([type, more, seen, at]); return; }
    put(type, more, seen, at);
  }
  function put(type, more, seen, at) {
    if (link) { seen.link = link; link = null; }
    if (wish) seen.consent = { categoryPreferences: { [wish]: true } };
    waiting.push({ type, messageId: id(), timestamp: at, anonymousId: anonymous(), userId: kept("user") || undefined, context: seen, ...more });
    waiting = waiting.slice(-MOST_KEPT);
    if (!timer && !pause) timer = setTimeout(send, 400);
  }

  const body = (batch) => JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), batch });
  const back = (batch) => { waiting = batch.concat(waiting).slice(-MOST_KEPT); };
  function store() { if (may()) keep("queue", waiting.length ? (kept("queue") || []).concat(waiting).slice(-MOST_KEPT) : kept("queue")); waiting = []; }
  function fetchStored() { const stored = kept("queue"); if (stored && may()) { keep("queue"); back(stored); } }

  async function send() {
    timer = 0;
    if (busy || !waiting.length || !may()) return;
    if (n.onLine === false) return store();
    busy = true;
    const batch = waiting.splice(0, AT_ONCE);
    try {
      const answer = await fetch(door, { method: "POST", body: body(batch), headers: { "Content-Type": "text/plain" }, keepalive: true, credentials: "omit", mode: "cors" });
      if (answer.status >= 500 || answer.status == 429) throw answer;
      pause = 0;
    } catch {
      // Repeats do no harm: each message has its own id, and the door takes it once.
      back(batch);
      pause = Math.min(LONGEST, (pause || 2500) * 2);
      timer = setTimeout(send, pause);
    }
    busy = false;
    if (waiting.length && !timer) timer = setTimeout(send, 0);
  }
  function leave() {
    while (waiting.length && may()) {
      const batch = waiting.splice(0, AT_ONCE);
      if (n.onLine === false || !n.sendBeacon || !n.sendBeacon(door, body(batch))) { back(batch); return store(); }
    }
  }

  const calls = {
    page(title, properties) {
      if (typeof title == "object") [title, properties] = [undefined, title];
      const { path, referrer, search, title: shown, url } = context().page;
      tell("page", { name: title, properties: { path, referrer, search, title: shown, url, ...properties } });
    },
    track(event, properties) { if (event) tell("track", { event: String(event), properties: properties || {} }); },
    // hash: HMAC-SHA256 of the id with the source's secret, made by your server; only then the name is believed.
    identify(user, traits, hash) {
      if (typeof user == "object") [user, traits, hash] = [undefined, user, traits];
      if (user != null) { user = String(user); if (may()) keep("user", user); }
      tell("identify", { ...(user && { userId: user }), traits: traits || {} }, hash && { user_hash: hash });
    },
    reset() { if (may()) leave(); keep("user"); keep("id"); },
    consent(given) {
      if (refused) return;
      if (given) {
        keep("consent", true);
        for (const [type, more, seen, at] of early.splice(0)) { if (more.userId) keep("user", more.userId); put(type, more, seen, at); }
        fetchStored();
      } else {
        waiting = []; early = []; link = null;
        ["id", "user", "queue"].forEach((what) => keep(what));
        keep("consent", false);
      }
    },
  };
  const asked = Array.isArray(w.dangol) ? w.dangol : [];
  w.dangol = { ...calls, push: ([what, ...rest]) => calls[what] && calls[what](...rest) };

  w.addEventListener("online", () => { pause = 0; fetchStored(); clearTimeout(timer); send(); });
  w.addEventListener("pagehide", leave);
  d.addEventListener("visibilitychange", () => { if (d.visibilityState == "hidden") leave(); });
  fetchStored();
  if (auto != "off") calls.page();
  asked.forEach(w.dangol.push);
  if (waiting.length && !timer) timer = setTimeout(send, 400);
})();
