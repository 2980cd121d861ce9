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

  /* Cost table: years and flat rates are read from the page. The server counts again when the form is saved.
     data-costs on the form; inputs data-cost data-row data-year; a flat-rate row has data-flat (percent) and
     data-flat-of (row keys); outputs data-sum-row, data-sum-year, data-sum-all; financing inputs data-fin,
     the applied amount data-fin="support"; data-share, data-share-bar, data-share-status with data-max. */
  const costs = (form) => {
    const cells = all("[data-cost]", form), flats = all("[data-flat]", form);
    const years = [...new Set(cells.map((c) => c.dataset.year))];
    const count = () => {
      const value = {};
      cells.forEach((c) => { value[c.dataset.row + "|" + c.dataset.year] = amount(c.value) || 0; });
      flats.forEach((row) => {
        years.forEach((year) => {
          const base = row.dataset.flatOf.split(" ").reduce((s, key) => s + (value[key + "|" + year] || 0), 0);
          const sum = Math.round((base * Number(row.dataset.flat)) / 100);
          value[row.dataset.row + "|" + year] = sum;
          say(row.querySelector(`[data-year="${year}"]`), grouped(sum));
        });
      });
      let total = 0;
      const rows = {}, perYear = {};
      Object.entries(value).forEach(([key, v]) => {
        const [row, year] = key.split("|");
        rows[row] = (rows[row] || 0) + v; perYear[year] = (perYear[year] || 0) + v; total += v;
      });
      all("[data-sum-row]", form).forEach((o) => say(o, grouped(rows[o.dataset.sumRow] || 0)));
      all("[data-sum-year]", form).forEach((o) => say(o, grouped(perYear[o.dataset.sumYear] || 0)));
      all("[data-sum-all]", form).forEach((o) => say(o, grouped(total)));
      const financing = all("[data-fin]", form);
      const paid = financing.reduce((s, i) => s + (amount(i.value) || 0), 0);
      const support = amount((financing.find((i) => i.dataset.fin === "support") || {}).value) || 0;
      all("[data-sum-fin]", form).forEach((o) => say(o, grouped(paid)));
      const share = total || amount((form.querySelector("[data-total-cost]") || { dataset: {} }).dataset.totalCost || "");
      const percent = share ? (support / share) * 100 : 0;
      all("[data-share]", form).forEach((o) => say(o, percent.toFixed(1).replace(".", ",") + nb + "%"));
      all("[data-share-bar]", form).forEach((bar) => bar.setAttribute("width", Math.min(100, percent).toFixed(1) + "%"));
      all("[data-share-status]", form).forEach((o) => {
        const most = Number(o.dataset.max);
        say(o, percent > most + 0.0005
          ? `Stödet ni söker är högre än ${String(most).replace(".", ",")}${nb}% av kostnaden.`
          : "Stödet ni söker ligger inom gränsen.");
      });
    };
    form.addEventListener("input", count);
    if (cells.length || flats.length || form.querySelector("[data-fin]")) count();
  };

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
    once(all("form[data-costs]", root), costs);
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
