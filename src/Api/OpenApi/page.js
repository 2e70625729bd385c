"use strict";

// Text is only ever set as text: the document is data.
const make = (name, text, ...children) => {
  const element = document.createElement(name);
  if (text !== undefined && text !== null) element.textContent = text;
  element.append(...children);
  return element;
};

const shown = (example) => (typeof example === "string" ? example : JSON.stringify(example, null, 2));

const table = (parameters) => {
  const body = make("tbody");
  const inputs = new Map();
  for (const parameter of parameters) {
    const input = make("input");
    input.placeholder = [].concat(parameter.example ?? "").join(",");
    inputs.set(parameter, input);
    const choices = parameter.schema?.enum ?? parameter.schema?.items?.enum;
    const text = parameter.description + (choices ? ` One of: ${choices.join(", ")}.` : "");
    body.append(make("tr", null, make("td", null, make("code", parameter.name + (parameter.required ? " *" : ""))), make("td", text), make("td", null, input)));
  }
  return [make("table", null, body), inputs];
};

const content = (title, contents) =>
  Object.entries(contents ?? {}).map(([type, media]) =>
    make("div", null, make("h4", `${title} · ${type}`), make("pre", media.example === undefined ? "" : shown(media.example))));

const tryIt = (path, inputs) => {
  const button = make("button", "Ask");
  const answer = make("pre");
  answer.hidden = true;
  button.onclick = async () => {
    let address = path;
    const query = new URLSearchParams();
    for (const [parameter, input] of inputs) {
      const value = input.value || (parameter.in === "path" ? input.placeholder : "");
      if (!value) continue;
      if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(value));
      else query.set(parameter.name, value);
    }
    const key = document.getElementById("key").value;
    answer.hidden = false;
    try {
      const response = await fetch(query.size ? `${address}?${query}` : address, { headers: key ? { "X-Api-Key": key } : {} });
      const text = await response.text();
      let pretty = text;
      try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* CSV, metrics and lines are shown as they are. */ }
      answer.textContent = `${response.status} ${response.statusText}\n\n${pretty.slice(0, 20000)}`;
    } catch (error) {
      answer.textContent = String(error);
    }
  };
  return [button, answer];
};

const operation = (path, method, described) => {
  const details = make("details");
  details.dataset.words = `${method} ${path} ${described.summary ?? ""} ${(described.parameters ?? []).map((p) => p.name).join(" ")}`.toLowerCase();
  const summary = make("summary");
  const badge = make("span", method.toUpperCase());
  badge.className = "method";
  summary.append(badge, make("code", path), ` ${described.summary ?? ""}`);
  const [parameters, inputs] = table(described.parameters ?? []);
  details.append(summary, parameters, ...content("Body", described.requestBody?.content));
  if (method === "get" && !path.endsWith("/live")) details.append(...tryIt(path, inputs));
  for (const [status, response] of Object.entries(described.responses ?? {}))
    details.append(...content(`${status} ${response.description ?? ""}`, response.content));
  return details;
};

const show = (api) => {
  document.getElementById("title").textContent = api.info.title;
  document.getElementById("about").textContent = api.info.description;
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths))
    for (const [method, described] of Object.entries(item)) {
      if (method === "head") continue;
      const tag = described.tags?.[0] ?? "Other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(path, method, described));
    }
  const main = document.getElementById("operations");
  for (const [tag, operations] of groups) main.append(make("section", null, make("h2", tag), ...operations));
  document.getElementById("filter").oninput = (event) => {
    const word = event.target.value.toLowerCase();
    for (const details of main.querySelectorAll("details")) details.hidden = !details.dataset.words.includes(word);
  };
};

fetch("/openapi/v1.json").then((response) => response.json()).then(show)
  .catch((error) => { document.getElementById("about").textContent = String(error); });
