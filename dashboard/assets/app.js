// Keeps the page in step with the daemon: looks once a second, changes only what differs, and says honestly how old
// what it shows is. Without it the page reloads itself and its buttons are plain forms.
"use strict";
(() => {
  const state = document.getElementById("state");
  const link = document.getElementById("link");
  const linkText = document.getElementById("link-text");
  const spoken = document.getElementById("spoken");
  const toast = document.getElementById("toast");
  if (!state) return;

  const EVERY = 1000, LONGEST = 15000, PATIENCE = 8000, LATE = 5000;
  // The daemon's clock minus this one's: ages are counted by the daemon's.
  const skew = Number(state.dataset.now) - Date.now();
  let tag = null, failures = 0, lastGood = Date.now(), timer = 0, round = 0, over = false, toastTimer = 0;

  // ---- ages ------------------------------------------------------------------------------------------------------
  function span(ms) {
    const s = Math.max(0, ms / 1000);
    if (s < 100) return Math.floor(s) + " s";
    if (s < 6000) return Math.floor(s / 60) + " min";
    if (s < 172800) return Math.floor(s / 3600) + " h";
    return Math.floor(s / 86400) + " d";
  }
  function ages(root) {
    const now = Date.now() + skew;
    for (const time of root.querySelectorAll("time[data-age]")) {
      const at = Date.parse(time.dateTime), kind = time.dataset.age;
      const text = kind === "in" ? "in " + span(at - now) : kind === "for" ? "for " + span(now - at) : span(now - at) + " " + kind;
      if (time.textContent !== text) time.textContent = text;
    }
  }

  // ---- changing only what differs --------------------------------------------------------------------------------
  const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && key(a) === key(b);
  const key = (node) => (node.nodeType === 1 ? node.dataset.key || node.id || "" : "");
  function attributes(old, fresh) {
    for (const { name } of [...old.attributes]) {
      const ours = name === "open" || name === "disabled";
      if (!ours && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  }
  function morph(old, fresh) {
    if (old.nodeType === 3) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeType !== 1) return;
    if (old.dataset.tone && old.dataset.tone !== fresh.dataset.tone) announce(old.dataset.tone, fresh);
    attributes(old, fresh);
    let at = old.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      let match = at;
      if (!match || !same(match, wanted)) {
        const known = key(wanted);
        match = known ? [...old.childNodes].find((child) => same(child, wanted)) : null;
        if (match) old.insertBefore(match, at);
        else {
          old.insertBefore(wanted, at);
          continue;
        }
      } else {
        at = at.nextSibling;
      }
      morph(match, wanted);
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  }
  // Only what matters is said aloud: not every step, but a park, a hold, and their end.
  function announce(before, fresh) {
    const loud = (tone) => tone === "bad" || tone === "warn" || tone === "rest";
    if (loud(before) || loud(fresh.dataset.tone)) spoken.textContent = fresh.dataset.say;
  }

  // ---- the link to the daemon ------------------------------------------------------------------------------------
  function tell() {
    const old = Date.now() - lastGood;
    const late = failures > 0 || old > LATE;
    document.body.classList.toggle("late", late);
    link.dataset.state = late ? "late" : "live";
    const text = over ? "signed out" : late ? "reconnecting, data is " + span(old) + " old" : "live";
    if (linkText.textContent !== text) linkText.textContent = text;
  }
  async function look() {
    clearTimeout(timer);
    const mine = ++round;
    const abort = new AbortController();
    const deadline = setTimeout(() => abort.abort(), PATIENCE);
    try {
      const headers = { Accept: "text/html" };
      if (tag) headers["If-None-Match"] = tag;
      const options = { headers, cache: "no-store", credentials: "same-origin", signal: abort.signal };
      const answer = await fetch("/ui/state" + location.search, options);
      if (mine !== round) return;
      if (answer.status === 401) {
        over = true;
        tell();
        location.assign("/");
        return;
      }
      if (answer.status === 200) {
        const text = await answer.text();
        if (mine !== round) return;
        tag = answer.headers.get("ETag");
        const fresh = document.createElement("main");
        fresh.innerHTML = text;
        for (const a of state.attributes) fresh.setAttribute(a.name, a.value);
        keepTyping(fresh);
        ages(fresh);
        morph(state, fresh);
      } else if (answer.status !== 304) {
        throw new Error("status " + answer.status);
      }
      failures = 0;
      lastGood = Date.now();
    } catch {
      if (mine !== round) return;
      failures += 1;
    } finally {
      clearTimeout(deadline);
    }
    tell();
    plan();
  }
  function plan() {
    clearTimeout(timer);
    if (over || document.hidden) return;
    const pause = failures ? Math.min(LONGEST, EVERY * 2 ** Math.min(failures, 5)) * (0.8 + Math.random() * 0.4) : EVERY;
    timer = setTimeout(look, pause);
  }

  // ---- finding ---------------------------------------------------------------------------------------------------
  let typing = 0;
  function keepTyping(fresh) {
    const mine = document.getElementById("q"), theirs = fresh.querySelector("#q");
    if (mine && theirs) theirs.setAttribute("value", mine.getAttribute("value") || "");
  }
  function find() {
    const query = new URLSearchParams(location.search);
    const name = document.getElementById("q").value.trim();
    if (name) query.set("q", name);
    else query.delete("q");
    query.delete("page");
    query.delete("done");
    const text = query.toString();
    history.replaceState(null, "", text ? "/?" + text : "/");
    tag = null;
    look();
  }
  document.addEventListener("input", (event) => {
    if (event.target.id !== "q") return;
    clearTimeout(typing);
    typing = setTimeout(find, 200);
  });

  // ---- buttons ---------------------------------------------------------------------------------------------------
  function say(text, bad) {
    clearTimeout(toastTimer);
    toast.textContent = text;
    toast.classList.toggle("bad", Boolean(bad));
    toast.classList.remove("gone");
    toastTimer = setTimeout(() => toast.classList.add("gone"), bad ? 8000 : 4000);
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id === "search") {
      event.preventDefault();
      find();
      return;
    }
    if (!form.classList.contains("deeds") || !event.submitter) return;
    event.preventDefault();
    const button = event.submitter;
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
    button.disabled = true;
    try {
      const options = { method: "POST", headers: { Accept: "application/json" }, body, credentials: "same-origin" };
      const answer = await fetch(form.action, options);
      const told = await answer.json();
      say(answer.ok ? told.message : told.detail || "That did not work.", !answer.ok);
    } catch {
      say("The daemon does not answer; nothing is known to have been done.", true);
    } finally {
      button.disabled = false;
    }
    look();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(".menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // ---- begin -----------------------------------------------------------------------------------------------------
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  setInterval(() => {
    ages(state);
    tell();
  }, 1000);
  if (!toast.classList.contains("gone")) {
    toastTimer = setTimeout(() => toast.classList.add("gone"), 4000);
    const query = new URLSearchParams(location.search);
    query.delete("done");
    const text = query.toString();
    history.replaceState(null, "", text ? "/?" + text : "/");
  }
  tell();
  plan();
})();
