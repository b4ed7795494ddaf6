// The channel to the page's kernel: Jupyter's messages over a websocket, as far as controls need them.
// A control has one message on the way at most; what moves meanwhile is sent when the answer is there, newest only.

const CONTROL = "jupyter.widget.control";

class Channel {
  constructor(page, on) {
    this.page = page;
    this.on = on;             // {connected, states, changed, opened, update, custom, closed, lost, ended}
    this.first = true;        // until it was open once: the page has the states it came with, and nothing has moved since
    this.early = [];          // what a person did while it was not open
    this.session = unique();
    this.waiting = new Map(); // id of a message -> what to do when the kernel is idle again
    this.tries = 0;
    this.connect();
  }

  connect() {
    const where = new URL(`${this.page.base}channel/${this.page.kernel}?session_id=${this.session}`, location.href);
    where.protocol = where.protocol.replace("http", "ws");
    const socket = this.socket = new WebSocket(where);
    socket.onopen = () => {
      this.tries = 0;
      this.control = unique();
      this.send("comm_open", {comm_id: this.control, target_name: CONTROL, data: {}}, {version: "1.0.0"});
      if (!this.first) this.send("comm_msg", {comm_id: this.control, data: {method: "request_states"}});
      this.first = false;
      for (const [widget, content] of this.early.splice(0)) this.custom(widget, content);
      this.on.connected();
    };
    socket.onmessage = event => this.read(event.data);
    socket.onclose = event => {
      if (this.over) return;
      this.waiting.clear();
      if (event.code === 4001) return this.finish(event.reason);
      this.ask();
    };
  }

  // The channel broke. Is the kernel still there, and ours?
  async ask() {
    this.tries += 1;
    try {
      const answer = await (await fetch(`${this.page.base}alive/${this.page.kernel}`, {cache: "no-store"})).json();
      if (!answer.alive) return this.finish(answer.why);
      if (this.tries > 1) this.on.lost(false);
      setTimeout(() => this.connect(), 300 * this.tries);
    } catch {
      this.on.lost(true);
      setTimeout(() => this.ask(), Math.min(2000 * this.tries, 15000));
    }
  }

  finish(why) {
    this.over = true;
    this.on.ended(why);
  }

  leave() {
    this.over = true;
    navigator.sendBeacon(`${this.page.base}leave/${this.page.kernel}`);
  }

  send(kind, content, metadata = {}, then = null) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    const id = unique();
    if (then) this.waiting.set(id, then);
    this.socket.send(JSON.stringify({
      channel: "shell", content, metadata, parent_header: {}, buffers: [],
      header: {msg_id: id, msg_type: kind, session: this.session, username: "", version: "5.3", date: new Date().toISOString()},
    }));
    return true;
  }

  update(widget, state, then) {
    return this.send("comm_msg", {comm_id: widget, data: {method: "update", state, buffer_paths: []}}, {}, then);
  }

  custom(widget, content) {
    if (!this.send("comm_msg", {comm_id: widget, data: {method: "custom", content}}) && this.early.length < 50) this.early.push([widget, content]);
  }

  read(data) {
    if (typeof data !== "string") return; // pictures and the like travel with bytes; our pages have none
    const message = JSON.parse(data), {content} = message;
    switch (message.header.msg_type) {
      case "comm_msg":
        if (content.comm_id === this.control) {
          if (content.data.method === "update_states") this.on.states(content.data.states);
          if (content.data.method === "changed") this.on.changed(content.data.states);
        } else if (content.data.method === "update") {
          this.on.update(content.comm_id, content.data.state);
        } else if (content.data.method === "custom") {
          this.on.custom(content.comm_id, content.data.content);
        }
        break;
      case "comm_open":
        if (content.target_name === "jupyter.widget") this.on.opened(content.comm_id, content.data.state);
        break;
      case "comm_close":
        this.on.closed(content.comm_id);
        break;
      case "status":
        if (content.execution_state === "idle") {
          const id = message.parent_header.msg_id, then = this.waiting.get(id);
          if (then) {
            this.waiting.delete(id);
            then();
          }
        }
    }
  }
}

function unique() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(one => one.toString(16).padStart(2, "0")).join("");
}
