// Shows one practice's figures as they change: over a WebSocket that resumes where it was, by asking every half minute when
// that fails again and again, and always saying how old what is shown is.
"use strict";
(() => {
  const root = document.getElementById("figures");
  if (!root) return;
  const byId = (id) => document.getElementById(id);
  const link = byId("link"), linkText = byId("link-text"), feed = byId("feed"), spoken = byId("spoken");
  const SILENCE = 60000, POLL = 30000, FIRST = 1000, LONGEST = 30000, PATIENCE = 8000, FAILURES = 3, SHOWN = 12;
  const clinic = root.dataset.clinic;

  let doc = null, epoch = null, seq = 0, key = null, socket = null, heardAt = 0, failures = 0, polling = false;
  let over = false, retry = 0, poll = 0, skew = Number(root.dataset.now) - Date.now(), tag = null;
  let events = [];
  const words = { grouped: new Intl.NumberFormat("en") };

  // ---- the document: merge patches, RFC 7396 -------------------------------------------------------------------------
  function merge(target, patch) {
    if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
    const whole = target !== null && typeof target === "object" && !Array.isArray(target) ? target : {};
    for (const [name, value] of Object.entries(patch)) {
      if (value === null) delete whole[name];
      else whole[name] = merge(whole[name], value);
    }
    return whole;
  }
  const at = (path) => path.split(".").reduce((value, name) => (value == null ? value : value[name]), doc && doc.metrics);

  // ---- showing -------------------------------------------------------------------------------------------------------
  function span(ms) {
    const s = Math.max(0, ms / 1000);
    if (s < 100) return Math.floor(s) + " s";
    if (s < 6000) return Math.floor(s / 60) + " min";
    if (s < 172800) return Math.floor(s / 3600) + " h";
    return Math.floor(s / 86400) + " d";
  }
  function put(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }
  function show() {
    if (!doc) return;
    for (const node of root.querySelectorAll("[data-path]")) {
      const value = at(node.dataset.path), text = words.grouped.format(value == null ? 0 : value);
      if (node.textContent !== text) {
        put(node, text);
        node.classList.remove("moved");
        void node.offsetWidth;
        node.classList.add("moved");
      }
    }
    root.classList.toggle("unbooked", !at("bookings.total") && !at("totalPatients"));
    bars(byId("bars"), at("chat.trends") || [], "incoming", "outgoing");
    bars(byId("booked-bars"), at("bookingTrends") || [], "bookings", "missed");
    const run = doc.sync && doc.sync.current_sync;
    if (!run) byId("sync").classList.add("gone");
    else progress(run);
    put(byId("number"), "Change " + words.grouped.format(seq) + ".");
    tell();
  }
  function bars(list, days, upper, lower) {
    const most = Math.max(1, ...days.flatMap((day) => [day[upper], day[lower]]));
    while (list.children.length > days.length) list.lastChild.remove();
    days.forEach((day, index) => {
      let row = list.children[index];
      if (!row) {
        row = document.createElement("li");
        row.innerHTML = '<span class="day"></span><span class="pair"><i class="in"></i><i class="out"></i></span><span class="n"></span>';
        list.append(row);
      }
      const name = new Date(day.date + "T12:00:00Z").toLocaleDateString("en", { weekday: "short", day: "numeric", timeZone: "UTC" });
      put(row.querySelector(".day"), name);
      row.querySelector(".in").style.inlineSize = (100 * day[upper]) / most + "%";
      row.querySelector(".out").style.inlineSize = (100 * day[lower]) / most + "%";
      put(row.querySelector(".n"), words.grouped.format(day[upper]) + " / " + words.grouped.format(day[lower]));
    });
  }
  function progress(run) {
    byId("sync").classList.remove("gone");
    put(byId("sync-text"), run.current_operation || "");
    const bar = byId("sync-bar");
    if (run.records_total) bar.value = run.progress_percentage;
    else bar.removeAttribute("value");
  }
  const SAYS = {
    message_received: "A message arrived",
    message_sent: "A message was sent",
    conversation_started: "A conversation began",
    conversation_changed: "A conversation is ",
  };
  function happened(news) {
    if (!news.length) return;
    events = events.concat(news).sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-SHOWN);
    byId("feed-none").classList.toggle("gone", events.length > 0);
    feed.replaceChildren(...events.slice().reverse().map((event, index) => {
      const row = document.createElement("li");
      row.className = event.kind + (index < news.length ? " fresh-row" : "");
      const what = document.createElement("span"), where = document.createElement("code"), when = document.createElement("time");
      what.textContent = (SAYS[event.kind] || "Something changed") + (event.kind === "conversation_changed" ? event.status : "");
      where.textContent = "conversation " + String(event.conversation_id || "").slice(-6);
      when.dateTime = event.at;
      when.textContent = span(now() - Date.parse(event.at)) + " ago";
      row.append(what, where, when);
      return row;
    }));
    const last = events[events.length - 1];
    if (last && last.kind === "message_received") put(spoken, "A message arrived.");
  }
  const now = () => Date.now() + skew;

  // ---- honesty -------------------------------------------------------------------------------------------------------
  function tell() {
    const open = socket && socket.readyState === 1 && heardAt > 0;
    const proven = at("lastUpdated"), age = proven ? now() - Date.parse(proven) : null;
    const old = age === null ? "nothing is proven yet" : "data is " + (age < 60000 ? "less than a minute" : span(age)) + " old";
    const stale = Boolean(at("chat.stale"));
    let text = "live", state = "live";
    if (over) [text, state] = ["signed out", "late"];
    else if (!open && polling) [text, state] = ["asking every 30 s, " + old, "late"];
    else if (!open) [text, state] = ["reconnecting" + (doc ? ", " + old : ""), "late"];
    else if (stale) [text, state] = ["connected, " + old, "late"];
    put(linkText, text);
    link.dataset.state = state;
    document.body.classList.toggle("late", !open);
    put(byId("proven"), proven ? "Proven complete up to " + span(age) + " ago." : "Nothing is proven complete yet.");
    for (const time of feed.querySelectorAll("time")) put(time, span(now() - Date.parse(time.dateTime)) + " ago");
  }

  // ---- the ways to the daemon ------------------------------------------------------------------------------------------
  async function ask(path, options) {
    const abort = new AbortController(), deadline = setTimeout(() => abort.abort(), PATIENCE);
    try {
      return await fetch(path, { cache: "no-store", credentials: "same-origin", signal: abort.signal, ...options });
    } finally {
      clearTimeout(deadline);
    }
  }
  // A key of this page's own: it ends by itself, and outlives the daemon.
  async function permission() {
    const body = new URLSearchParams({ csrf: root.dataset.csrf });
    const answer = await ask(root.dataset.watch, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) {
      over = true;
      tell();
      throw new Error("signed out");
    }
    if (!answer.ok) throw new Error("status " + answer.status);
    key = (await answer.json()).token;
  }
  async function ticket() {
    const headers = { Authorization: "Bearer " + key, Accept: "application/json" };
    const answer = await ask("/api/v1/clinics/" + clinic + "/live-ticket", { method: "POST", headers });
    if (answer.status === 401 || answer.status === 403) key = null;
    if (!answer.ok) throw new Error("status " + answer.status);
    return (await answer.json()).ticket;
  }
  async function connect() {
    clearTimeout(retry);
    if (over || document.hidden && doc) return;
    try {
      if (!key) await permission();
      const query = new URLSearchParams({ ticket: await ticket() });
      if (epoch) {
        query.set("epoch", epoch);
        query.set("last_seq", String(seq));
      }
      const scheme = location.protocol === "https:" ? "wss://" : "ws://";
      open(scheme + location.host + "/ws/clinics/" + clinic + "/metrics?" + query);
    } catch {
      lost();
    }
  }
  function open(address) {
    const mine = new WebSocket(address, ["routiq.v1"]);
    socket = mine;
    mine.onmessage = (message) => {
      if (mine !== socket) return;
      hear(JSON.parse(message.data));
    };
    mine.onclose = (close) => {
      if (mine !== socket) return;
      socket = null;
      if (close.code === 4401 || close.code === 4403) key = null;
      const hint = /reconnect in (\d+) ms/.exec(close.reason || "");
      lost(hint ? Number(hint[1]) : 0);
    };
  }
  function lost(hint) {
    socket = null;
    failures += 1;
    heardAt = 0;
    if (over) return;
    const pause = hint || Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 5)) * (0.7 + Math.random() * 0.6);
    retry = setTimeout(connect, pause);
    if (failures >= FAILURES && !polling) {
      polling = true;
      look();
    }
    tell();
  }
  function hear(frame) {
    heardAt = Date.now();
    failures = 0;
    polling = false;
    clearTimeout(poll);
    if (frame.type === "heartbeat") skew = Date.parse(frame.data.server_time) - Date.now();
    if (frame.type === "snapshot") {
      const { events: lately, reason, ...rest } = frame.data;
      doc = rest;
      [epoch, seq] = [frame.epoch, frame.seq];
      skew = Date.parse(frame.ts) - Date.now();
      events = [];
      happened(lately || []);
      root.dataset.reason = reason;
      show();
    } else if (frame.type === "delta") {
      if (!doc || frame.data.base_seq !== seq || frame.epoch !== epoch) {
        socket.send(JSON.stringify({ type: "snapshot_request" }));
        return;
      }
      doc = merge(doc, frame.data.patch);
      seq = frame.seq;
      root.dataset.reason = "delta";
      happened(frame.data.events || []);
      show();
    } else if (frame.type === "sync_progress") {
      progress(frame.data);
    }
    root.dataset.seq = String(seq);
    tell();
  }
  // When the socket fails again and again: the same figures and number, asked for.
  async function look() {
    clearTimeout(poll);
    if (!polling || over) return;
    try {
      if (!key) await permission();
      const headers = { Authorization: "Bearer " + key };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await ask("/api/v1/clinics/" + clinic + "/metrics", { headers });
      if (answer.status === 401 || answer.status === 403) key = null;
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        doc = Object.assign(doc || {}, { metrics: await answer.json() });
        // The next socket begins with a snapshot: what came this way has no patch.
        [epoch, seq] = [null, doc.metrics.sequence];
        show();
      }
    } catch {
      // It is said that it is old.
    }
    tell();
    poll = setTimeout(look, POLL);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !socket) connect();
  });
  setInterval(() => {
    if (socket && heardAt && Date.now() - heardAt > SILENCE) socket.close();
    tell();
  }, 1000);
  for (const bar of document.querySelectorAll(".days li")) bar.querySelector(".pair").hidden = false;
  tell();
  connect();
})();
