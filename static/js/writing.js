/* Saving while one writes, on the pages of an application's sections. Without it the page's own button saves the same fields.

   Every change is kept three times over: encrypted in this browser at once, on the server a second after one stops typing, and in
   the history there. The browser's copy goes when the server has confirmed; what is left of a page that ended early is offered at
   its field. A text that somebody else has changed meanwhile is never overwritten: both are shown. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const d = form.dataset;
  const TYPING = 1000, COPY = 250, BEAT = 20000, WAITS = [2000, 5000, 10000, 20000, 30000], PATIENCE = 20000, KEPT_DAYS = 30;
  const NOTHING = "e3b0c44298fc"; /* the fingerprint of an empty field */
  const SKIPPED = ["csrfmiddlewaretoken", "version", "bas", "gor"];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, given = {}, ...inside) => {
    const el = Object.assign(document.createElement(tag), given);
    el.append(...inside);
    return el;
  };

  /* Fields and their values ------------------------------------------------------------------------------------------ */
  const controls = (name) => all("input, textarea, select", form).filter((el) => el.name === name && el.type !== "hidden" && el.type !== "file");
  const isBox = (el) => el.type === "checkbox" || el.type === "radio";
  const values = (name) => {
    const els = controls(name);
    if (els.some(isBox)) return els.filter((el) => el.checked).map((el) => el.value);
    return els.map((el) => el.value).filter((text) => text !== "");
  };
  const put = (name, texts) => {
    controls(name).forEach((el) => {
      if (isBox(el)) el.checked = texts.includes(el.value);
      else el.value = texts[0] || "";
    });
    controls(name).slice(0, 1).forEach((el) => el.dispatchEvent(new Event("input", { bubbles: true })));
  };
  const names = () => [...new Set(all("input, textarea, select", form)
    .filter((el) => el.name && el.type !== "hidden" && el.type !== "file" && el.type !== "submit" && !SKIPPED.includes(el.name))
    .map((el) => el.name))];
  const spelled = (texts) => texts.map((t) => t.normalize("NFC").replace(/\r\n?/g, "\n").replaceAll("\u00a0", " ").trim()).filter(Boolean).sort();
  const same = (a, b) => JSON.stringify(spelled(a)) === JSON.stringify(spelled(b));
  const words = (name, texts) => texts.map((text) => {
    const el = controls(name).find((one) => one.value === text && isBox(one));
    if (el) return el.dataset.words || (form.querySelector(`label[for="${CSS.escape(el.id)}"]`) || el).textContent.trim() || text;
    const option = controls(name).flatMap((one) => [...(one.options || [])]).find((one) => one.value === text);
    return option ? option.textContent.trim() : text;
  }).join(", ");
  const called = (name) => {
    const el = controls(name)[0];
    const label = el && (isBox(el) ? el.closest("fieldset")?.querySelector("legend") : form.querySelector(`label[for="${CSS.escape(el.id)}"]`));
    return (label?.textContent || el?.getAttribute("aria-label") || "fältet").trim();
  };
  const digest = async (texts) => {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(spelled(texts).join("\u001f")));
    return [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, 12);
  };

  /* What the page says ------------------------------------------------------------------------------------------------ */
  const status = document.querySelector("[data-writing-status]"), bar = document.querySelector("[data-saved]");
  const live = document.getElementById("announce");
  let kind = "";
  const say = (next, text, link) => {
    if (bar) bar.textContent = next === "saved" ? text : "Inte sparat än";
    if (status) {
      status.hidden = next === "saved";
      status.className = `writing ${next}`;
      status.replaceChildren(next === "saved" ? "" : text, ...(link ? [" ", link] : []));
    }
    /* Read aloud when it changes, not at every save. */
    if (next !== kind && live && (kind || next !== "saved")) live.textContent = text;
    kind = next;
  };
  const place = (name) => {
    const el = controls(name)[0];
    return el ? el.closest(".field, td, li, fieldset") || el.parentElement : null;
  };
  const box = (name, what) => {
    const where = place(name);
    if (!where) return null;
    const id = `skrivet-${what}-${name}`;
    let found = document.getElementById(id);
    if (!found) {
      found = make("div", { id, className: `atfield ${what}` });
      where.append(found);
    }
    return found;
  };
  const unbox = (name, what) => document.getElementById(`skrivet-${what}-${name}`)?.remove();
  const tell = (name, texts) => {
    if (!texts.length) { unbox(name, "typed"); return; }
    const found = box(name, "typed");
    if (found) found.replaceChildren(make("p", {}, `Inte sparat som svar än. ${texts.join(" ")}`));
  };
  const button = (text, press, variant = "secondary") => {
    const el = make("button", { type: "button", className: "ds-button", textContent: text });
    el.dataset.variant = variant;
    el.dataset.size = "sm";
    el.addEventListener("click", press);
    return el;
  };

  /* Copies in this browser, encrypted with a key that only the signed-in person's pages have --------------------------- */
  const pageId = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
  const START = `projektmedel|${d.person}|`, HERE = `${START}${d.application}|${d.section}|`;
  let key = null, line = Promise.resolve();
  const secret = async () => {
    if (!key) key = await crypto.subtle.importKey("raw", Uint8Array.from(atob(d.key), (c) => c.charCodeAt(0)), "AES-GCM", false, ["encrypt", "decrypt"]);
    return key;
  };
  const canCopy = !!(globalThis.crypto && crypto.subtle);
  const inOrder = (work) => { line = line.then(work).catch(() => {}); return line; };
  const copyKey = (name) => `${HERE}${name}|${pageId}`;
  const copy = (name) => canCopy && inOrder(async () => {
    const texts = values(name);
    if (same(texts, confirmed.get(name) || [])) { localStorage.removeItem(copyKey(name)); return; }
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify({ texts, base: bases[name] || NOTHING, at: Date.now() }));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await secret(), text));
    let found = "";
    [...iv, ...sealed].forEach((b) => { found += String.fromCharCode(b); });
    try { localStorage.setItem(copyKey(name), btoa(found)); } catch { say("warn", "Webbläsaren har ingen plats kvar för en kopia av texten. Spara sidan."); }
  });
  const open = async (item) => {
    const bytes = Uint8Array.from(atob(localStorage.getItem(item)), (c) => c.charCodeAt(0));
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, await secret(), bytes.slice(12));
    return JSON.parse(new TextDecoder().decode(text));
  };
  const forget = (name) => canCopy && inOrder(() => { if (same(values(name), confirmed.get(name) || [])) localStorage.removeItem(copyKey(name)); });
  const alive = async () => {
    const held = navigator.locks ? (await navigator.locks.query()).held : [];
    return new Set(held.map((one) => one.name));
  };
  if (navigator.locks) navigator.locks.request(`projektmedel-${pageId}`, () => new Promise(() => {}));
  const offered = new Set();
  const offerCopies = async () => {
    if (!canCopy) return;
    const living = await alive(), newest = new Map();
    for (const item of Object.keys(localStorage).filter((one) => one.startsWith(HERE))) {
      const [name, page] = item.slice(HERE.length).split("|");
      if (page === pageId || offered.has(item) || living.has(`projektmedel-${page}`)) continue;
      let kept;
      try { kept = await open(item); } catch { localStorage.removeItem(item); continue; }
      if (!controls(name).length) continue;
      /* Only what the server has is done with: a browser may have filled the field with the very text that is not saved. */
      if (same(kept.texts, confirmed.get(name) || []) || Date.now() - kept.at > KEPT_DAYS * 864e5) { localStorage.removeItem(item); continue; }
      if (same(kept.texts, values(name))) continue;
      newest.set(name, [...(newest.get(name) || []), { ...kept, item }]);
    }
    newest.forEach((copies, name) => offer(name, copies.sort((a, b) => b.at - a.at)));
  };
  const clock = (at) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", hour: "2-digit", minute: "2-digit" }).format(at).replace(":", ".");
  const offer = (name, copies) => {
    const found = box(name, "offer");
    if (!found) return;
    found.setAttribute("role", "group");
    found.setAttribute("aria-label", `Text som inte hann sparas: ${called(name)}`);
    copies.forEach((one) => {
      if (offered.has(one.item)) return;
      offered.add(one.item);
      const text = make("p", { className: "kept", hidden: true }, words(name, one.texts) || "Tomt");
      const show = button("Visa", () => { text.hidden = !text.hidden; show.setAttribute("aria-expanded", String(!text.hidden)); });
      show.setAttribute("aria-expanded", "false");
      const done = () => { localStorage.removeItem(one.item); part.remove(); if (!found.children.length) found.remove(); controls(name)[0]?.focus(); };
      const use = button("Använd", async () => {
        /* What stands here is saved, and so kept in the history, before it gives way. */
        if (!same(values(name), confirmed.get(name) || [])) { touch(name, 0); await settled(); }
        if (!same(values(name), confirmed.get(name) || [])) { say("warn", "Det som står i fältet är inte sparat än. Vänta med att använda den andra texten."); return; }
        takes += 1;
        put(name, one.texts);
        touch(name, 0);
        copy(name);
        line.then(done);
      });
      const part = make("div", {}, make("p", {}, `Vi har text som inte hann sparas, skriven ${clock(one.at)}.`), text,
        make("div", { className: "buttons" }, show, use, button("Kasta", done)));
      found.append(part);
    });
    if (live) live.textContent = "Vi har text som inte hann sparas. Den står vid sitt fält.";
  };
  const forgetAll = () => Object.keys(localStorage).filter((one) => one.startsWith("projektmedel|")).forEach((one) => localStorage.removeItem(one));

  /* The queue: one field at a time ------------------------------------------------------------------------------------- */
  const bases = JSON.parse(form.elements.bas?.value || "{}");
  const confirmed = new Map(), waiting = new Set(), timers = new Map(), clashes = new Map(), skipped = new Map();
  let sending = "", failures = 0, again = 0, stopped = "", wrote = false, leaving = false;
  let takes = 0; /* a whole text in the place of another is no writing on: what it replaced is kept in the history */
  const run = () => `${pageId}-${takes}`;
  const keepBases = () => { if (form.elements.bas) form.elements.bas.value = JSON.stringify(bases); };
  const row = (name) => {
    const found = /^((.+)-\d+)-[^-]+$/.exec(name);
    if (!found || !(name.startsWith("fraga_") || form.elements[`${found[2]}-TOTAL_FORMS`])) return {};
    return Object.fromEntries(Object.entries(bases).filter(([other]) => other !== name && other.startsWith(`${found[1]}-`)));
  };
  const isDone = () => !sending && !waiting.size && !timers.size;
  const clean = () => { if (isDone() && !clashes.size) form.dispatchEvent(new Event("writing:clean")); };
  const touch = (name, delay) => {
    clearTimeout(timers.get(name));
    if (skipped.has(name) && same(skipped.get(name), values(name))) return;
    skipped.delete(name);
    if (clashes.has(name)) return;
    timers.set(name, setTimeout(() => { timers.delete(name); waiting.add(name); pump(); }, delay));
  };
  const pump = async () => {
    if (sending || leaving || stopped || !waiting.size) { clean(); return; }
    clearTimeout(again);
    const name = waiting.values().next().value, texts = values(name);
    waiting.delete(name);
    if (!clashes.has(name) && !same(texts, confirmed.get(name) || [])) {
      sending = name;
      const answer = await post(d.save, [["del", d.section], ["falt", name], ...texts.map((t) => ["varde", t]), ["bas", bases[name] || NOTHING], ["sida", run()], ["rad", JSON.stringify(row(name))]]);
      await read(name, texts, answer);
      sending = "";
    } else forget(name);
    if (waiting.size && !failures) pump(); else clean();
  };
  const post = async (url, fields) => {
    const body = new URLSearchParams([["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value], ...fields]);
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(url, { method: "POST", body, redirect: "manual", signal: stop.signal, headers: { Accept: "application/json" } });
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      return { status: answer.type === "opaqueredirect" ? 401 : answer.status, told: isJson ? await answer.json() : null };
    } catch { return { status: 0, told: null }; } finally { clearTimeout(timer); }
  };
  const retry = (name, text) => {
    waiting.add(name);
    say("warn", text);
    again = setTimeout(() => { failures && pump(); }, WAITS[Math.min(failures, WAITS.length - 1)]);
    failures += 1;
  };
  const read = async (name, texts, { status: code, told }) => {
    if (code === 200 && told) {
      failures = 0;
      bases[name] = told.bas;
      keepBases();
      confirmed.set(name, texts);
      forget(name);
      tell(name, told.fel);
      (told.klara || []).forEach((other) => unbox(other, "typed"));
      form.dispatchEvent(new CustomEvent("writing:told", { detail: told }));
      say("saved", `Sparat ${told.kl}`);
      if (!same(values(name), texts) && !timers.has(name)) waiting.add(name);
    } else if (code === 409 && told?.varden) {
      failures = 0;
      clash(name, texts, told);
    } else if ([409, 413, 422].includes(code) && told) {
      failures = 0;
      skipped.set(name, texts);
      if (bases[name]) { tell(name, told.fel); say("warn", told.fel.join(" ")); }
    } else if ([400, 413].includes(code)) {
      failures = 0;
      skipped.set(name, texts);
      say("warn", "Texten är för stor för att sparas. Den finns kvar här i webbläsaren. Korta den.");
    } else if ([401, 403].includes(code)) {
      waiting.add(name);
      if (told) { stopped = "read"; say("warn", told.fel.join(" ")); } else await comeBack();
    } else if (code === 404) {
      stopped = "gone";
      say("warn", "Du kommer inte längre åt ansökan. Texten finns kvar här i webbläsaren, så att du kan kopiera den.");
    } else if (code >= 500) {
      retry(name, "Tjänsten svarar inte som den ska. Texten finns kvar här i webbläsaren och sparas så snart det går.");
    } else retry(name, "Ingen kontakt med tjänsten. Texten finns kvar här i webbläsaren och sparas när kontakten är tillbaka.");
  };

  /* Signed out, or signed in anew in another window --------------------------------------------------------------------- */
  const comeBack = async () => {
    let told = null, out = false;
    try {
      const answer = await fetch(`${d.beat}?del=${encodeURIComponent(d.section)}`, { redirect: "manual", headers: { Accept: "application/json" } });
      out = answer.type === "opaqueredirect" || answer.status === 403;
      told = answer.ok ? await answer.json() : null;
    } catch { /* no contact: tried again below */ }
    if (told && told.person === d.person) {
      all("input[name=csrfmiddlewaretoken]").forEach((el) => { el.value = told.token; });
      stopped = "";
      failures = 0;
      pump();
    } else if (told) {
      stopped = "other";
      say("warn", "Någon annan är inloggad i webbläsaren nu. Texten sparas inte. Logga in som dig själv igen.");
    } else {
      stopped = "out";
      const link = make("a", { href: `${d.login}?next=${encodeURIComponent(location.pathname)}`, target: "_blank", rel: "noopener", textContent: "Logga in igen (nytt fönster)" });
      if (out) say("warn", "Du är utloggad. Texten finns kvar här i webbläsaren och sparas när du har loggat in igen.", link);
    }
  };
  const look = () => { offerCopies(); if (stopped === "out" || stopped === "other") comeBack(); else if (failures) { clearTimeout(again); failures = 1; pump(); } };
  setInterval(() => { if (stopped === "out") comeBack(); }, 5000);
  addEventListener("focus", look);
  addEventListener("online", look);

  /* Somebody else has changed the same field ----------------------------------------------------------------------------- */
  const clash = (name, texts, told) => {
    clashes.set(name, told);
    const found = box(name, "clash");
    if (!found) return;
    const title = make("h3", { id: `skrivet-clash-h-${name}`, tabIndex: -1 }, "Samma text är ändrad på två håll");
    const settle = async (next) => {
      const last = values(name);
      if (next && !same(last, texts)) {
        /* What was written since is kept in the history as the refused text was, before it gives way. */
        const answer = await post(d.save, [["del", d.section], ["falt", name], ...last.map((t) => ["varde", t]), ["bas", "-"]]);
        if (answer.status !== 409 && answer.status !== 200) { say("warn", "Ingen kontakt med tjänsten. Vänta med att välja, så att ingen text går förlorad."); return; }
      }
      takes += 1;
      clashes.delete(name);
      bases[name] = told.bas;
      keepBases();
      confirmed.set(name, told.varden);
      if (next) put(name, next);
      unbox(name, "clash");
      controls(name)[0]?.focus();
      copy(name);
      if (same(values(name), told.varden) && !clashes.size && isDone()) say("saved", bar ? `Sparat ${told.kl}` : "");
      else touch(name, 0);
    };
    const area = controls(name).find((el) => el.tagName === "TEXTAREA");
    const buttons = [button("Spara min text", () => settle(null), "primary"), button("Ta den andra texten", () => settle(told.varden))];
    if (area) buttons.push(button("Lägg ihop dem", () => settle([`${values(name)[0] || ""}\n\n${told.varden[0] || ""}`.trim()])));
    const side = (head, text) => make("div", {}, make("h4", {}, head), make("p", { className: "kept" }, text || "Tomt"));
    found.setAttribute("role", "group");
    found.setAttribute("aria-labelledby", title.id);
    found.replaceChildren(title,
      make("p", {}, `${told.vem || "Någon annan"} ändrade ${told.kl}. Båda texterna finns kvar i historiken. Välj vilken som ska gälla.`),
      make("div", { className: "sides" }, side("Din text", words(name, texts)), side("Den andra texten", told.deras)),
      make("div", { className: "buttons" }, ...buttons));
    say("warn", `Samma text är ändrad på två håll: ${called(name)}.`);
  };

  /* Who else is here --------------------------------------------------------------------------------------------------- */
  const here = document.querySelector("[data-writing-here]");
  const beat = async () => {
    if (document.hidden || stopped) return;
    const { status: code, told } = await post(d.beat, [["del", d.section], ["skriver", wrote ? "1" : "0"]]);
    if (code !== 200 || !told) return;
    wrote = false;
    const now = told.andra.filter((one) => one.del === d.section).map((one) => one.ord).join(". ");
    if (here && here.lastElementChild.textContent !== now) {
      here.hidden = !now;
      here.lastElementChild.textContent = now;
      if (now && live) live.textContent = now;
    }
    all("nav.steps a").forEach((link) => {
      const section = link.pathname.replace(/\/$/, "").split("/").pop();
      const found = told.andra.filter((one) => one.del === section).map((one) => one.ord).join(". ");
      let note = link.querySelector("small.who");
      if (!found) { note?.remove(); return; }
      if (!note) { note = make("small", { className: "who" }); link.firstElementChild.append(note); }
      note.textContent = found;
    });
  };
  setInterval(beat, BEAT);

  /* The person writes ---------------------------------------------------------------------------------------------------- */
  const copies = new Map();
  const changed = (e, delay) => {
    const name = e.target.name;
    if (!name || e.target.type === "file" || e.target.type === "hidden" || SKIPPED.includes(name)) return;
    if (!wrote) { wrote = true; if (e.isTrusted && !kind) setTimeout(beat, 500); }
    clearTimeout(copies.get(name));
    copies.set(name, setTimeout(() => { copies.delete(name); copy(name); }, delay ? COPY : 0));
    touch(name, delay);
  };
  form.addEventListener("input", (e) => changed(e, TYPING));
  form.addEventListener("change", (e) => changed(e, 0));
  form.addEventListener("focusout", (e) => { if (timers.has(e.target.name)) touch(e.target.name, 0); });
  const hurry = () => {
    copies.forEach((timer, name) => { clearTimeout(timer); copy(name); });
    copies.clear();
    [...timers.keys()].forEach((name) => { clearTimeout(timers.get(name)); timers.delete(name); waiting.add(name); });
    pump();
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) hurry(); else look(); });
  addEventListener("pagehide", hurry);

  /* The page's own buttons wait for what is on its way, and do not leave while the text is only here. */
  const settled = async () => {
    const until = Date.now() + 8000;
    /* At least once: inside the submit event itself the browser takes no other submit. */
    do await new Promise((go) => setTimeout(go, 30)); while (!isDone() && !stopped && !failures && Date.now() < until);
    return !clashes.size && !stopped && !failures;
  };
  /* A page that is still here after a while was not left: something else stopped the press, or the line is slow. */
  const leave = () => { leaving = true; setTimeout(() => { leaving = false; delete form.dataset.settled; pump(); }, 15000); };
  form.addEventListener("submit", (e) => {
    if (form.dataset.settled) return;
    if (isDone() && !clashes.size && !stopped && !failures) { leave(); return; } /* nothing is on its way */
    e.preventDefault();
    const pressed = e.submitter;
    hurry();
    settled().then((may) => {
      if (!may) {
        const first = document.querySelector(".atfield.clash h3");
        if (first) first.focus(); else { failures = failures && 1; pump(); status?.scrollIntoView({ block: "center" }); }
        return;
      }
      leave();
      form.dataset.settled = "1";
      form.requestSubmit(pressed);
    });
  });
  document.addEventListener("submit", (e) => { if (/\/logout\/?$|\/logga-ut\/?$/.test(new URL(e.target.action).pathname)) forgetAll(); }, true);

  /* What a browser fills in by itself, when one goes back, is no input: it is found here and saved like any other text. */
  const recheck = () => names().forEach((name) => {
    if (same(values(name), confirmed.get(name) || []) || clashes.has(name) || timers.has(name) || waiting.has(name) || sending === name) return;
    copy(name);
    touch(name, 0);
  });
  const begin = async () => {
    for (const name of names()) {
      const texts = values(name);
      if (canCopy && bases[name] && (await digest(texts)) !== bases[name]) touch(name, 0); /* a page that was refused, or a browser that filled in */
      else confirmed.set(name, texts);
    }
    try { await offerCopies(); } finally { form.dataset.ready = "1"; }
    recheck();
    addEventListener("pageshow", recheck);
    /* A page that is just ending counts as open for a moment: what it leaves behind is looked for again. */
    [2000, 6000, 20000].forEach((later) => setTimeout(offerCopies, later));
    setTimeout(beat, 1000);
  };
  addEventListener("pageshow", (e) => { if (e.persisted) { delete form.dataset.settled; leaving = false; offerCopies(); look(); } });
  begin();
})();
