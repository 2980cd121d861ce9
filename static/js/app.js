/* Own script. Every page works without it; nothing here is needed to send a form. */
(() => {
  "use strict";
  const nb = "\u00a0";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const amount = (text) => {
    const digits = String(text).replace(/[\s\u00a0]|kr$/g, "");
    return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
  };
  const grouped = (n) =>
    (n < 0 ? "\u2212" : "") + Math.abs(Math.round(n)).toString().replace(/\B(?=(\d{3})+$)/g, nb);
  const say = (el, text) => { if (el && el.textContent !== text) el.textContent = text; };

  /* Amounts are grouped when one leaves the field. What cannot be read is left as it was typed. */
  document.addEventListener("focusout", (e) => {
    if (!(e.target instanceof HTMLInputElement) || !e.target.hasAttribute("data-sek")) return;
    const n = amount(e.target.value);
    if (n !== null) e.target.value = grouped(n);
  });

  /* Marked rows: number and sum in the bar at the bottom. */
  const bulk = (form) => {
    const boxes = all("input[type=checkbox][data-row-box]", form), head = form.querySelector("[data-all]");
    const show = () => {
      const on = boxes.filter((b) => b.checked);
      say(form.querySelector("[data-n]"), grouped(on.length));
      say(form.querySelector("[data-s]"), grouped(on.reduce((s, b) => s + Number(b.dataset.kr || 0), 0)) + nb + "kr");
      if (head) { head.checked = on.length > 0 && on.length === boxes.length; head.indeterminate = on.length > 0 && !head.checked; }
    };
    all("[data-scripted]", form).forEach((part) => { part.hidden = false; });
    form.addEventListener("change", (e) => { if (e.target === head) boxes.forEach((b) => { b.checked = head.checked; }); show(); });
    show();
  };

  /* "Högst 600 tecken." becomes "450 tecken kvar av 600." A line break counts as the two characters that are sent. */
  const counter = (line) => {
    const box = document.getElementById(line.dataset.counter), most = Number(line.dataset.most);
    if (!box) return;
    const show = () => {
      const words = line.hasAttribute("data-words"), unit = words ? "ord" : "tecken", text = box.value;
      const left = most - (words ? (text.match(/\S+/g) || []).length : text.replace(/\r?\n/g, "\r\n").length);
      say(line, left < 0 ? `${grouped(-left)} ${unit} för mycket. Högst ${grouped(most)}.` : `${grouped(left)} ${unit} kvar av ${grouped(most)}.`);
    };
    box.addEventListener("input", show);
    show();
  };

  /* A question that is asked when another has a certain answer: data-when="field=answer". One with a fault always shows. */
  const when = (part) => {
    const [name, answer] = part.dataset.when.split("=");
    const show = () => {
      part.hidden = !document.querySelector(`[name="${name}"][value="${answer}"]:checked`) && !part.querySelector('[aria-invalid="true"]');
    };
    document.addEventListener("change", show);
    show();
  };

  /* Unsaved changes: the browser asks before the page is left. */
  const dirty = new Set();
  const guard = (form) => {
    const mark = () => dirty.add(form);
    form.addEventListener("input", mark);
    form.addEventListener("change", mark);
    form.addEventListener("writing:clean", () => dirty.delete(form)); /* writing.js has saved it all */
    if (form.querySelector('[aria-invalid="true"]')) mark();
  };
  addEventListener("beforeunload", (e) => { if ([...dirty].some((f) => f.isConnected)) e.preventDefault(); });

  /* A second press of the same button does nothing. The button's own name and value are still sent with the first. */
  document.addEventListener("submit", (e) => {
    const form = e.target;
    dirty.delete(form);
    if (e.defaultPrevented || form.method !== "post" || form.target || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => all("button[type=submit], button:not([type])", form).forEach((b) => { b.setAttribute("aria-disabled", "true"); }));
  });
  addEventListener("pageshow", (e) => {
    if (e.persisted) all("form[data-sent]").forEach((f) => {
      delete f.dataset.sent;
      all("[aria-disabled]", f).forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });

  /* A question before a step opens in place; with script the same form is moved into a dialog while it is asked. */
  const ask = (details) => {
    const body = details.querySelector(".askbody"), dialog = document.createElement("dialog");
    const no = document.createElement("button");
    dialog.className = "ask";
    dialog.setAttribute("aria-labelledby", body.getAttribute("aria-labelledby"));
    Object.assign(no, { type: "button", className: "ds-button", textContent: "Avbryt" });
    no.dataset.variant = "secondary";
    no.addEventListener("click", () => dialog.close());
    body.querySelector(".actions").append(no);
    dialog.append(body);
    dialog.addEventListener("close", () => { no.remove(); details.append(body); dialog.remove(); details.querySelector("summary").focus(); });
    document.body.append(dialog);
    dialog.showModal();
  };
  document.addEventListener("click", (e) => {
    const el = e.target instanceof Element ? e.target : null;
    if (!el) return;
    const question = el.closest("summary")?.parentElement;
    if (question?.matches("[data-ask]")) { e.preventDefault(); ask(question); }
    if (el.closest("[data-print]")) print();
    const menu = document.querySelector(".usermenu[open]");
    if (menu && !menu.contains(el)) menu.open = false;
  });
  document.addEventListener("keydown", (e) => {
    const menu = e.key === "Escape" && document.querySelector(".usermenu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  const focusErrors = (root) => {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus({ preventScroll: root === document && !!location.hash });
    return summary;
  };
  const bound = new WeakSet();
  const once = (found, bind) => found.forEach((el) => { if (!bound.has(el)) { bound.add(el); bind(el); } });
  const start = (root) => {
    once(all("[data-bulk]", root), bulk);
    once(all("[data-counter]", root), counter);
    once(all("form[data-guard]", root), guard);
    once(all("[data-when]", root), when);
    all("[data-print]", root).forEach((b) => { b.hidden = false; });
  };
  start(document);
  if (!location.hash) focusErrors(document);
  document.addEventListener("htmx:load", (e) => {
    const part = e.detail.elt;
    if (part === document.body) return;
    start(part.parentElement || part);
    const text = part.querySelector?.("[data-announce]")?.textContent;
    if (!focusErrors(part.parentElement || part) && text) say(document.getElementById("announce"), text.trim());
  });
  let shut = [];
  addEventListener("beforeprint", () => { shut = all("details:not(.usermenu, [open])"); shut.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => shut.forEach((d) => { d.open = false; }));
})();
