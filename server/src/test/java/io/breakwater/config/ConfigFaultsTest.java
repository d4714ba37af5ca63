package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each fault becomes one problem with object, key, value and expectation.
class ConfigFaultsTest {
    private static final String APP =
            """
            [upstreams.app]
            nodes = ["127.0.0.1:1"]
            """;

    @Test
    void whatHasNoUpstreamTranslatesNothing() {
        String answer = "[locations.l]\nrespond = {}\n";
        expect("locations/l", answer + "grpc-web = true", "grpc-web");
        expect("locations/l", answer + "grpc-web = false", null);
    }

    @Test
    void reportsTenFaultsAsTenProblems() {
        List<Problem> problems =
                Documents.problems(
                        """
                        [servers.one]
                        listen = ["127.0.0.1:8080"]
                        locations = ["app", "missing"]
                        idle-timeout = "soon"
                        [servers.two]
                        listen = ["0.0.0.0:8080"]
                        [locations.app]
                        path = "~("
                        upstrem = "app"
                        upstream = "app"
                        max-body-size = -1
                        redirect = { to = "/", status = 200 }
                        [upstreams.app]
                        nodes = ["127.0.0.1"]
                        balance = "best"
                        """);
        assertThat(problems)
                .extracting(Problem::object, Problem::key, Problem::value)
                .containsExactlyInAnyOrder(
                        tuple("servers/one", "locations", "missing"),
                        tuple("servers/one", "idle-timeout", "soon"),
                        tuple("servers/two", "listen", "0.0.0.0:8080"),
                        tuple("locations/app", "path", "~("),
                        tuple("locations/app", "upstrem", "app"),
                        tuple("locations/app", "max-body-size", "-1"),
                        tuple("locations/app", "redirect", "{\"to\":\"/\",\"status\":200}"),
                        tuple("locations/app", "redirect.status", "200"),
                        tuple("upstreams/app", "nodes", "127.0.0.1"),
                        tuple("upstreams/app", "balance", "best"));
        assertThat(problems).allSatisfy(problem -> assertThat(problem.expected()).isNotBlank());
        assertThat(problems)
                .extracting(Problem::toString)
                .contains(
                        "locations/app max-body-size: -1 (expected: a size such as 512, 4kb, 10mb"
                                + " or 1gb, at least 0)",
                        "locations/app upstrem: app (expected: a known key; nearest: upstream)",
                        "servers/two listen: 0.0.0.0:8080 (expected: an address that servers/one"
                                + " does not listen on)",
                        "upstreams/app balance: best (expected: one of round-robin, least-requests,"
                                + " peak-ewma, random-two, hash)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen = [\"127.0.0.1:8080\"]|",
                "listen = []|listen",
                "listen = \"8080\"|listen",
                "listen = [\"127.0.0.1:65536\"]|listen",
                "listen = [\"::1:80\"]|listen",
                "listen = [\"1.2.3:80\"]|listen",
                "listen = [\"1.2.3.999:80\"]|listen",
                "listen = [\"a b:80\"]|listen",
                "listen = [80]|listen",
                "listen = [\"127.0.0.1:80\", \"*:80\"]|listen",
                "listen = [\"localhost:80\", \"127.0.0.1:80\"]|listen",
                "protocols = [\"h3\"]|protocols",
                "protocols = []|protocols",
                "protocols = \"http2\"|protocols",
                "error-page = \"app\"|error-page",
                "error-page = 5|error-page",
                "access-log = \"custom\"|access-log",
                "access-log = { format = \"combined\", file = \"../x\" }|access-log.file",
                "access-log = { format = \"combined\", file = \"/x\" }|access-log.file",
                "access-log = { format = \"combined\", fiel = \"x\" }|access-log.fiel",
                "access-log = true|access-log",
                "trusted-proxies = [\"10.0.0.0/33\"]|trusted-proxies",
                "trusted-proxies = [\"example.com\"]|trusted-proxies",
                "max-connections = -1|max-connections",
                "max-connections = 1.5|max-connections",
                "max-connections = \"many\"|max-connections",
                "max-connections = 99999999999|max-connections",
                "max-header-size = \"2mb\"|max-header-size",
                "header-timeout = 10|header-timeout",
                "header-timeout = \"0s\"|header-timeout",
                "server-header = \"yes\"|server-header",
                "enabled = 1|enabled",
                "note = 1|note",
                "tls = \"on\"|tls",
                "proxy-protocol = \"accept\"|trusted-proxies",
                "proxy-protocol = \"v1\"|proxy-protocol",
                "tls-min-version = \"1.1\"|tls-min-version",
                "tls-ciphers = [\"RC4\"]|tls-ciphers",
                "client-auth = \"yes\"|client-auth",
                "client-ca = \"ca.pem\"|client-ca",
                "https-redirect = \"303\"|https-redirect",
                "hsts = { preload = true }|hsts.preload",
                "plugins = [\"auth\"]|plugins",
                "client-ca = \"x\"|client-ca",
            })
    void findsFaultsOfServers(String field, @Nullable String key) {
        String listen = field.startsWith("listen") ? "" : "listen = [\"127.0.0.1:0\"]\n";
        expect("servers/s", "[servers.s]\n" + listen + field + "\n" + APP, key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host = [\"~[\"]|host",
                "host = [\"example.com:80\"]|host",
                "host = [\"a*.example.com\"]|host",
                "host = [\"\"]|host",
                "host = [\"münchen.example\", \"*.example.com\", \"[::1]\", \"::1\","
                        + " \"10.0.0.1\"]|",
                "path = \"api\"|path",
                "path = \"=api\"|path",
                "path = \"~*X\"|",
                "path = \"~*(\"|path",
                "path = \"~^/(?P<a_b>x)\\\\k<a_b>\"|",
                "methods = [\"G ET\"]|methods",
                "match-headers = [\":x\"]|match-headers",
                "match-query = [\"a:~(\"]|match-query",
                "match-cookies = [\"a:~(\"]|match-cookies",
                "weight = -1|weight",
                "weight = 1000001|weight",
                "rewrite = [\"^/a$\"]|rewrite",
                "rewrite = [\"^/a b$   /c\"]|",
                "rewrite = [\"^/(a$ /b\"]|rewrite",
                "match-headers = [\"a: ~*(\"]|match-headers",
                "rewrite = [\"^/(?<x>a)$ /${x}$1?q=1\"]|",
                "request-headers = { set = { \"a b\" = \"1\" } }|request-headers.set",
                "request-headers = { set = { a = 1 } }|request-headers.set.a",
                "request-headers = { set = { a = \"1\\n2\" } }|request-headers.set.a",
                "request-headers = { add = { Content-Length = \"1\" } }|request-headers.add",
                "request-headers = { remove = [\"\"] }|request-headers.remove",
                "request-headers = { sett = {} }|request-headers.sett",
                "response-headers = []|response-headers",
                "cache = \"pages\"|cache",
                "cache = \"app\"|cache",
                "forwarded = \"on\"|forwarded",
                "forwarded = { headers = \"on\" }|forwarded.headers",
                "forwarded = { host = \"\" }|forwarded.host",
                "forwarded = 5|forwarded",
                "transform = {}|transform.replace",
                "transform = { replace = [{ from = \"\", to = \"\" }] }|transform.replace",
                "transform = { replace = [{ from = \"a\", too = \"\" }] }|transform.replace",
                "transform = { replace = [{ from = \"a\", to = \"\" }], types = [\"html\"]"
                        + " }|transform.types",
                "max-body-size = \"10 apples\"|max-body-size",
                "max-concurrent = -1|max-concurrent",
                "adaptive-concurrency = { min = 0 }|adaptive-concurrency.min",
                "adaptive-concurrency = { min = 9, max = 8 }|adaptive-concurrency.min",
                "adaptive-concurrency = { most = 8 }|adaptive-concurrency.most",
                "adaptive-concurrency = { max = 8 }|",
                "timeout = \"0s\"|timeout",
                "websocket = 1|websocket",
                "grpc-web = true|",
                "grpc-web = 1|grpc-web",
                "retry = { attempts = 11 }|retry.attempts",
                "retry = { on = [\"sometimes\"] }|retry.on",
                "respond = { status = 200 }|respond",
                "split = [\"app\"]|split",
                "split-sticky = \"n\"|split-sticky",
                "mirror = { upstream = \"app\" }|",
                "mirror = {}|mirror.upstream",
                "mirror = { upstream = \"ap\" }|mirror.upstream",
                "mirror = { upstream = \"app\", percent = 101 }|mirror.percent",
                "mirror = { upstream = \"app\", percent = \"all\" }|mirror.percent",
                "mirror = { upstream = \"app\", max-body-size = \"2mb\" }|mirror.max-body-size",
                "mirror = { upstream = \"app\", max-concurrent = 0 }|mirror.max-concurrent",
                "mirror = { upstream = \"app\", host = \"x\" }|mirror.host",
                "mirror = \"app\"|mirror",
            })
    void findsFaultsOfLocations(String field, @Nullable String key) {
        expect("locations/l", "[locations.l]\nupstream = \"app\"\n" + field + "\n" + APP, key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "note = \"no answer\"|upstream",
                "upstream = \"ap\"|upstream",
                "upstream = \"l\"|upstream",
                "upstream = 5|upstream",
                "respond = { status = 100 }|respond.status",
                "respond = { status = 600 }|respond.status",
                "respond = { status = 204, body = \"x\" }|respond.body",
                "respond = { headers = { a = \"\\r\" } }|respond.headers.a",
                "respond = 403|respond",
                "redirect = {}|redirect.to",
                "redirect = { to = \"\" }|redirect.to",
                "redirect = { to = \"/\", status = 300 }|redirect.status",
                "redirect = \"/\"|redirect",
                "redirect = { to = \"/\" } ;; mirror = { upstream = \"app\" }|mirror",
                "split = []|split",
                "split = \"app\"|split",
                "split = [5]|split",
                "split = [\"app\", { upstream = \"app\", weight = 2 }]|split",
                "split = [\"ap\"]|split",
                "split = [{ upstream = \"ap\" }]|split[0].upstream",
                "split = [{ weight = 5 }]|split[0].upstream",
                "split = [{ upstream = \"app\", weight = -1 }]|split[0].weight",
                "split = [{ upstream = \"app\", weight = 0 }]|split",
                "split = [{ upstream = \"app\", wait = 1 }]|split[0].wait",
                "split = [\"app\"] ;; split-sticky = \"a b\"|split-sticky.name",
                "split = [\"app\"] ;; split-sticky = \"a\" ;; mirror = { upstream = \"app\" }|",
            })
    void findsFaultsOfAnswers(String field, @Nullable String key) {
        String fields = field.replace(" ;; ", "\n");
        expect("locations/l", "[locations.l]\n" + fields + "\n" + APP, key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nodes = []|nodes",
                "nodes = \"127.0.0.1:1\"|nodes",
                "nodes = [\"127.0.0.1:0\"]|nodes",
                "nodes = [\"127.0.0.1:1\", \"http://127.0.0.1:1\"]|nodes",
                "nodes = [\"A.example:1\", \"a.example:1\"]|nodes",
                "nodes = [\"unix:run/app.sock\"]|nodes",
                "nodes = [\"unix:/run/\"]|nodes",
                "nodes = [\"unix:/run/app.sock\", \"https://a.example\", \"b:1\"]|sni",
                "nodes = [\"unix:/run/app.sock\", \"unix:/run/App.sock\"]|",
                "nodes = [\"https://a.example/\", \"b.example:443\"]|",
                "nodes = [\"https://a.example\", \"http://b.example\"]|nodes",
                "nodes = [\"http://a.example/path\"]|nodes",
                "nodes = [\"*:80\"]|nodes",
                "nodes = [5]|nodes",
                "nodes = [{ weight = 1 }]|nodes[0].address",
                "nodes = [\"a:1\", { address = \"b:1\", weight = 0 }]|nodes[1].weight",
                "nodes = [{ address = \"b:1\", state = \"up\" }]|nodes[0].state",
                "nodes = [{ address = \"b:1\", adress = \"up\" }]|nodes[0].adress",
                "nodes = [{ address = \"b\" }]|nodes[0].address",
                "connect-timeout = \"5\"|connect-timeout",
                "max-idle-connections = -1|max-idle-connections",
                "discovery = \"often\"|discovery",
                "protocol = \"h3\"|protocol",
                "protocol = \"http2\"|protocol",
                "health-check = \"grpc:///a?expect=200\"|health-check",
                "health-check = \"grpc:///a?b=c\"|health-check",
                "tls = \"on\"|",
                "tls = \"1.3\"|tls",
                "sni = \"a..b\"|sni",
                "sni = \"http://a\"|sni",
                "verify = \"no\"|verify",
                "ca = \"ca.pem\"|ca",
                "proxy-protocol = \"v3\"|proxy-protocol",
                "health-check = \"https:///\"|health-check",
                "queue = { size = 0 }|queue.size",
                "queue = { timeout = \"5\" }|queue.timeout",
                "queue = { length = 5 }|queue.length",
                "queue = 5|queue",
                "sticky = \"off\"|",
                "sticky = false|",
                "sticky = \"node\"|",
                "sticky = true|sticky",
                "sticky = {}|sticky.name",
                "sticky = { name = \"a;b\" }|sticky.name",
                "sticky = { name = \"\" }|sticky.name",
                "sticky = { name = \"n\", ttl = \"0s\" }|sticky.ttl",
                "sticky = { name = \"n\", path = \"x\" }|sticky.path",
                "sticky = { name = \"n\", path = \"/;x\" }|sticky.path",
                "sticky = { name = \"n\", domain = \"a b\" }|sticky.domain",
                "sticky = { name = \"n\", secure = \"yes\" }|sticky.secure",
                "sticky = { name = \"n\", same-site = \"none\", secure = \"off\" }|sticky.secure",
                "sticky = { name = \"__Host-n\" }|sticky.secure",
                "sticky = { name = \"__Host-n\", secure = \"on\" }|",
                "sticky = { name = \"__Host-n\", secure = \"on\", path = \"/a\" }|sticky.name",
                "sticky = { name = \"n\", max-age = 5 }|sticky.max-age",
            })
    void findsFaultsOfUpstreams(String field, @Nullable String key) {
        String nodes = field.startsWith("nodes") ? "" : "nodes = [\"127.0.0.1:1\"]\n";
        expect("upstreams/u", "[upstreams.u]\n" + nodes + field, key);
    }

    @Test
    void aProxyHeaderCannotNameManyClients() {
        expect(
                "upstreams/u",
                """
                [upstreams.u]
                nodes = ["127.0.0.1:1"]
                proxy-protocol = "v2"
                protocol = "h2"
                """,
                "proxy-protocol");
    }

    @Test
    void saysHowTheNodesAndTlsDisagree() {
        assertThat(
                        Documents.problems(
                                """
                                [upstreams.a]
                                nodes = ["https://a.example"]
                                tls = "off"
                                [upstreams.b]
                                nodes = ["b.example:443"]
                                tls = "on"
                                health-check = "http:///"
                                client-key = "not to be shown"
                                [upstreams.c]
                                nodes = ["https://c.example"]
                                client-cert = "/c.pem"
                                [upstreams.d]
                                nodes = ["https://d.example"]
                                client-key = "/d.key"
                                """))
                .extracting(Problem::toString)
                .containsExactlyInAnyOrder(
                        "upstreams/a nodes: https://a.example (expected: http:// because tls is"
                                + " off)",
                        "upstreams/b health-check: http:/// (expected: https:// or tcp://, as tls"
                                + " is on)",
                        "upstreams/c client-key: missing (expected: the key of client-cert)",
                        "upstreams/d client-cert: missing (expected: the certificate of"
                                + " client-key)",
                        "upstreams/b client-key: text (expected: PEM text or the absolute path of a"
                                + " file)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cache-policies|max-object-size = \"big\"|max-object-size",
                "cache-policies|max-age = \"1h\"|max-age",
                "cache-policies|key = \"path\"|key",
                "cache-policies|key = { scheem = false }|key.scheem",
                "cache-policies|key = { query = \"some\" }|key.query",
                "cache-policies|key = { query = \"include\" }|key.query-names",
                "cache-policies|key = { query-names = [\"a\"] }|key.query",
                "cache-policies|key = { headers = [\"a b\"] }|key.headers",
                "cache-policies|origin-directives = \"off\"|origin-directives",
                "cache-policies|request-directives = true|request-directives",
                "cache-policies|ttl = \"10m\"|ttl",
                "cache-policies|ttl = { any = \"1m\" }|ttl.any",
                "cache-policies|ttl = { \"206\" = \"1m\" }|ttl.206",
                "cache-policies|ttl = { \"200\" = \"long\" }|ttl.200",
                "cache-policies|ttl = { \"200\" = 60 }|ttl.200",
                "cache-policies|default-ttl = \"-1s\"|default-ttl",
                "cache-policies|max-ttl = 60|max-ttl",
                "cache-policies|stale-on-error = \"on\"|stale-on-error",
                "cache-policies|stale-while-updating = true|stale-while-updating",
                "cache-policies|methods = [\"GET\", \"HEAD\", \"PUT\"]|methods",
                "cache-policies|methods = [\"POST\"]|methods",
                "cache-policies|min-uses = 0|min-uses",
                "cache-policies|set-cookie = \"keep\"|set-cookie",
                "cache-policies|ignore-vary = [\"a b\"]|ignore-vary",
                "cache-policies|slice = \"1kb\"|slice",
                "cache-policies|keep-filling = \"half\"|keep-filling",
                "cache-policies|bypass = [\"session\"]|bypass",
                "cache-policies|bypass = [\"cookie:\"]|bypass",
                "cache-policies|bypass = [\"header:a b\"]|bypass",
                "cache-policies|bypass = [\"path:admin\"]|bypass",
                "cache-policies|bypass = [\"$\"]|bypass",
                "cache-policies|no-store = [\"query:a:~(\"]|no-store",
                "cache-policies|no-store = [\"path:~[\"]|no-store",
                "cache-policies|collapse = \"yes\"|collapse",
                "cache-policies|lock-timeout = \"1d\"|lock-timeout",
                "cache-policies|tag-headers = [\"\"]|tag-headers",
                "cache-policies|purge-from = [\"localhost\"]|purge-from",
                "cache-policies|debug-headers = \"all\"|debug-headers",
                "error-pages|html = 5|html",
                "error-pages|status = { \"200\" = {} }|status.200",
                "error-pages|status = { \"404\" = \"x\" }|status.404",
                "error-pages|status = { \"404\" = { htm = \"x\" } }|status.404.htm",
                "error-pages|status = { \"404\" = { html = 1 } }|status.404.html",
                "error-pages|status = []|status",
                "log-formats|note = \"x\"|format",
                "log-formats|format = \"\"|format",
                "log-formats|format = \"x\" ;; rotate = \"weekly\"|rotate",
                "log-formats|format = \"x\" ;; rotate = \"1b\"|rotate",
                "log-formats|format = \"x\" ;; keep = -1|keep",
                "log-formats|format = \"x\" ;; compress = \"zip\"|compress",
                "log-formats|format = \"x\" ;; sample = 1.1|sample",
                "log-formats|format = \"x\" ;; sample = nan|sample",
                "log-formats|format = \"x\" ;; only = [\"6xx\"]|only",
                "log-formats|format = \"x\" ;; only = [\"slow:1\"]|only",
                "log-formats|format = \"x\" ;; only = [\"slow:1s\", \"slow:2s\"]|only",
                "log-formats|format = \"x\" ;; file = \"a/../../b\"|file",
            })
    void findsFaultsOfTheOthers(String kind, String field, String key) {
        expect(kind + "/o", "[" + kind + ".o]\n" + field.replace(" ;; ", "\n"), key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Web", "-a", "a b", "ü", "a/b", ""})
    void refusesNames(String name) {
        List<Problem> problems =
                Documents.problems("[upstreams.\"" + name + "\"]\nnodes = [\"127.0.0.1:1\"]");
        assertThat(problems)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.object()).isEqualTo("upstreams/" + name);
                    assertThat(problem.key()).isEmpty();
                    assertThat(problem.value()).isEqualTo(name);
                });
    }

    @Test
    void refusesToReplaceABuiltInFormat() {
        assertThat(Documents.problems("[log-formats.combined]\nformat = \"x\""))
                .extracting(Problem::toString)
                .containsExactly(
                        "log-formats/combined: combined (expected: a name other than off and"
                                + " the built-in formats)");
    }

    @Test
    void namesTheKindThatAReferenceMeets() {
        assertThat(Documents.problems("[locations.l]\nupstream = \"app\"\ncache = \"app\"\n" + APP))
                .extracting(Problem::expected)
                .containsExactly("the name of a cache policy; this names an upstream");
    }

    @Test
    void checksDisabledObjectsToo() {
        assertThat(Documents.problems("[upstreams.u]\nenabled = false\nnodes = []")).hasSize(1);
    }

    @Test
    void cutsLongValues() {
        assertThat(Documents.problems(APP + "protocol = \"" + "x".repeat(5000) + "\""))
                .singleElement()
                .satisfies(problem -> assertThat(problem.value()).hasSizeLessThan(130));
    }

    private static void expect(String object, String toml, @Nullable String key) {
        List<Problem> problems = Documents.problems(toml);
        if (key == null) assertThat(problems).as(toml).isEmpty();
        else
            assertThat(problems)
                    .as(toml)
                    .extracting(Problem::object, Problem::key)
                    .containsExactly(tuple(object, key));
    }
}
