/* The cost tables of a budget: sums while one types, and a block of cells pasted from Excel. The server counts again when the
   form is saved, and nothing here is needed to fill in the table.

   data-costs on the form. A table data-costs-of has rows tr[data-row][data-kind] with inputs data-cost (amount, quantity or
   price) data-row data-year; a flat-rate row has data-flat (percent) and data-flat-of (row keys), outputs data-year;
   outputs data-sum-row, data-sum-year, data-sum-all. The table data-costs-all holds what all parties pay: outputs data-all-row
   data-all-year. Financing inputs data-fin, the applied amount data-fin="support"; data-share, data-share-bar,
   data-share-status with data-max; data-total-cost where a page has no table. */
(() => {
  "use strict";
  const nb = "\u00a0";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const grouped = (n) =>
    (n < 0 ? "\u2212" : "") + Math.abs(Math.round(n)).toString().replace(/\B(?=(\d{3})+$)/g, nb);
  const say = (el, text) => { if (el && el.textContent !== text) el.textContent = text; };
  const bare = (text) => String(text).replace(/[\s\u00a0\u202f\u2009]/g, "").replace(/(kr|SEK)$/i, "");
  const amount = (text) => (/^\d{1,12}$/.test(bare(text)) ? Number(bare(text)) : null);
  /* A number with at most two decimals, in hundredths, so that nothing is lost on the way. */
  const hundredths = (text) => {
    const found = /^(\d{1,12})(?:[,.](\d{1,2}))?$/.exec(bare(text));
    return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : null;
  };
  const halfUp = (part, whole) => Math.floor((2 * part + whole) / (2 * whole));

  /* What each cost type costs each year in one table: "row|year" → kronor. */
  const valuesOf = (table) => {
    const value = {}, quantity = {}, price = {};
    const sort = { amount: value, quantity, price };
    all("[data-cost]", table).forEach((input) => {
      const into = sort[input.dataset.cost] || value;
      const read = input.dataset.cost === "quantity" ? hundredths : amount;
      into[input.dataset.row + "|" + input.dataset.year] = read(input.value) || 0;
    });
    Object.keys(quantity).forEach((key) => { value[key] = halfUp(quantity[key] * (price[key] || 0), 100); });
    all("[data-kind=counted]", table).forEach((row) => {
      all("output[data-year]", row).forEach((o) => say(o, grouped(value[row.dataset.row + "|" + o.dataset.year] || 0)));
    });
    all("[data-flat]", table).forEach((row) => {
      all("output[data-year]", row).forEach((o) => {
        const base = row.dataset.flatOf.split(" ").reduce((s, key) => s + (value[key + "|" + o.dataset.year] || 0), 0);
        const sum = halfUp(base * Math.round(Number(row.dataset.flat) * 100), 10000);
        value[row.dataset.row + "|" + o.dataset.year] = sum;
        say(o, grouped(sum));
      });
    });
    /* A flat rate whose percent differs by year only the server computes: the script keeps what stands there. */
    all("[data-kind=flat]:not([data-flat]) output[data-year]", table).forEach((o) => {
      value[o.closest("tr").dataset.row + "|" + o.dataset.year] = amount(o.textContent) || 0;
    });
    return value;
  };

  const showSums = (table, value) => {
    let total = 0;
    const rows = {}, years = {};
    Object.entries(value).forEach(([key, v]) => {
      const [row, year] = key.split("|");
      rows[row] = (rows[row] || 0) + v; years[year] = (years[year] || 0) + v; total += v;
    });
    all("[data-sum-row]", table).forEach((o) => say(o, grouped(rows[o.dataset.sumRow] || 0)));
    all("[data-sum-year]", table).forEach((o) => say(o, grouped(years[o.dataset.sumYear] || 0)));
    all("[data-all-row]", table).forEach((o) => say(o, grouped(value[o.dataset.allRow + "|" + o.dataset.allYear] || 0)));
    all("[data-sum-all]", table).forEach((o) => say(o, grouped(total)));
    return total;
  };

  const budget = (form) => {
    const tables = all("[data-costs-of]", form), common = form.querySelector("[data-costs-all]");
    const count = () => {
      const everything = {};
      let total = 0;
      tables.forEach((table) => {
        const value = valuesOf(table);
        total += showSums(table, value);
        Object.entries(value).forEach(([key, v]) => { everything[key] = (everything[key] || 0) + v; });
      });
      /* Where a party's cells do not fit on the page, only the server knows what all pay. */
      if (common && !form.hasAttribute("data-costs-partly")) showSums(common, everything);
      const financing = all("[data-fin]", form);
      const paid = financing.reduce((s, i) => s + (amount(i.value) || 0), 0);
      const support = amount((financing.find((i) => i.dataset.fin === "support") || {}).value) || 0;
      all("[data-sum-fin]", form).forEach((o) => say(o, grouped(paid)));
      const whole = form.querySelector("[data-total-cost]");
      const share = form.hasAttribute("data-costs-partly") ? amount(common.querySelector("[data-sum-all]").textContent)
        : total || amount(whole ? whole.dataset.totalCost : "");
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
    /* What the server says of the sums: hidden while one types, and there again, as it says it now, once all is saved. */
    const notes = form.querySelector("[data-notes]");
    let told = null;
    form.addEventListener("input", () => { count(); told = null; if (notes) notes.hidden = true; });
    form.addEventListener("writing:told", (e) => { if (Array.isArray(e.detail.noter)) told = e.detail.noter; });
    form.addEventListener("writing:clean", () => {
      if (!notes || !told) return;
      notes.replaceChildren(...told.map((text) => Object.assign(document.createElement("p"), { className: "small", textContent: text })));
      notes.hidden = false;
      told = null;
    });
    if (tables.length || form.querySelector("[data-fin]")) count();
    tables.filter((table) => table.closest(".scroll")?.nextElementSibling?.hasAttribute("data-pasted")).forEach(pasting);
    all(".js-only", form).forEach((el) => { el.hidden = false; });
  };

  /* A block of cells that was copied in a spreadsheet: lines by line breaks, cells by tabs, in quotes where a cell has either. */
  const block = (text) => {
    const rows = [[]];
    let cell = "", quoted = false;
    const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let i = 0; i < plain.length; i += 1) {
      const char = plain[i];
      if (quoted) {
        if (char === '"' && plain[i + 1] === '"') { cell += '"'; i += 1; } else if (char === '"') quoted = false; else cell += char;
      } else if (char === '"' && cell === "") quoted = true;
      else if (char === "\t" || char === "\n") {
        rows[rows.length - 1].push(cell); cell = "";
        if (char === "\n") rows.push([]);
      } else cell += char;
    }
    rows[rows.length - 1].push(cell);
    return rows;
  };

  /* As Swedish Excel writes amounts: 45 000, 45 000,00 kr, 45.000 and a dash for nothing. null: cannot be read. */
  const written = (text, what) => {
    let plain = bare(text).replace(/^[-\u2013\u2212]$/, "");
    if (plain === "") return "";
    if (/^\d{1,3}(\.\d{3})+(,\d+)?$/.test(plain)) plain = plain.replace(/\./g, "");
    if (what === "quantity") return hundredths(plain) === null ? null : plain.replace(".", ",");
    const found = /^(\d{1,12})(?:[,.]0{1,2})?$/.exec(plain);
    return found ? grouped(Number(found[1])) : null;
  };

  const pasting = (table) => {
    const note = table.closest(".scroll").nextElementSibling;
    let before = null;
    const undo = () => {
      if (!before) return;
      before.forEach(([input, value]) => { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); });
      before[0][0].focus();
      before = null;
      say(note.querySelector("[data-pasted-text]"), "Inklistringen är ångrad.");
      note.querySelector("[data-pasted-undo]").hidden = true;
    };
    table.addEventListener("paste", (e) => {
      const target = e.target;
      const text = (e.clipboardData || { getData: () => "" }).getData("text/plain");
      if (!(target instanceof HTMLInputElement) || !/[\t\n]/.test(text.replace(/\s+$/, ""))) return;
      e.preventDefault();
      const lines = all("tbody tr", table), row = lines.indexOf(target.closest("tr"));
      const column = [...target.closest("tr").cells].indexOf(target.closest("td"));
      const changed = [], unread = [];
      let outside = 0;
      block(text).forEach((cells, down) => cells.forEach((raw, right) => {
        const input = lines[row + down] && lines[row + down].cells[column + right] &&
          lines[row + down].cells[column + right].querySelector("input");
        if (!input) { if (raw.trim()) outside += 1; return; }
        const value = written(raw, input.dataset.cost);
        if (value === null) unread.push(input.getAttribute("aria-label").replace(", kronor", ""));
        changed.push([input, input.value]);
        input.value = value === null ? raw.trim().slice(0, 40) : value;
      }));
      if (!changed.length) return;
      before = changed;
      changed.forEach(([input]) => input.dispatchEvent(new Event("input", { bubbles: true })));
      const said = [`${grouped(changed.length)} ${changed.length === 1 ? "ruta är ifylld" : "rutor är ifyllda"}.`];
      if (unread.length) said.push(`Går inte att läsa som hela kronor, och står som de skrevs: ${unread.join("; ")}. Belopp skrivs utan ören och inte under noll.`);
      if (outside === 1) said.push("Ett värde hamnade utanför rutorna och är inte med.");
      else if (outside) said.push(`${grouped(outside)} värden hamnade utanför rutorna och är inte med.`);
      note.hidden = false;
      note.querySelector("[data-pasted-undo]").hidden = false;
      say(note.querySelector("[data-pasted-text]"), said.join(" "));
    });
    table.addEventListener("input", (e) => { if (e.isTrusted) before = null; });
    table.addEventListener("keydown", (e) => {
      if (before && e.key.toLowerCase() === "z" && (e.ctrlKey || e.metaKey) && !e.shiftKey) { e.preventDefault(); undo(); }
    });
    note.querySelector("[data-pasted-undo]").addEventListener("click", undo);
  };

  all("form[data-costs]").forEach(budget);
})();
