package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.LocationConfig.Forwarded;
import io.breakwater.config.LocationConfig.Redirect;
import io.breakwater.config.LocationConfig.Replace;
import io.breakwater.config.LocationConfig.Respond;
import io.breakwater.config.LogFormatConfig.Rotate;
import io.breakwater.config.ServerConfig.AccessLog;
import io.breakwater.config.ServerConfig.Protocol;
import io.breakwater.config.UpstreamConfig.Node;
import io.breakwater.config.UpstreamConfig.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
    @Test
    void readsTheSampleWhole() {
        Configuration read = Documents.read(Documents.sample());
        ServerConfig web = Documents.the(read.servers(), "web");
        assertThat(web.listen())
                .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8080));
        assertThat(web.accessLog()).isEqualTo(new AccessLog("combined", "access.log"));
        assertThat(Documents.the(read.locations(), "app").cache()).isEqualTo("pages");
        assertThat(Documents.the(read.locations(), "api").requestHeaders())
                .isEqualTo(
                        new HeaderOps(
                                Map.of("X-Site", "$host"), Map.of(), List.of("X-Debug"), Map.of()));
        assertThat(Documents.the(read.upstreams(), "app").nodes())
                .containsExactly(
                        new Node("127.0.0.1", 9001, 1, false, State.ACTIVE, 0),
                        new Node("127.0.0.1", 9002, 2, false, State.ACTIVE, 0));
        assertThat(Documents.the(read.cachePolicies(), "pages").maxObjectSize())
                .isEqualTo(64L << 20);
        assertThat(Documents.the(read.errorPages(), "plain").html())
                .isEqualTo("<h1>{{status}} {{reason}}</h1>");
        assertThat(Documents.the(read.logFormats(), "mine").format()).startsWith("{client-ip} ");
    }

    @Test
    void fillsInTheDefaultsOfTheModel() {
        Configuration read =
                Documents.read(
                        """
                        [servers.web]
                        listen = "0.0.0.0:8080"
                        [locations.app]
                        upstream = "app"
                        [upstreams.app]
                        nodes = ["10.0.0.1:80"]
                        """);
        ServerConfig web = Documents.the(read.servers(), "web");
        assertThat(web.enabled()).isTrue();
        assertThat(web.protocols()).containsExactlyInAnyOrder(Protocol.HTTP1, Protocol.H2);
        assertThat(web.accessLog()).isEqualTo(new AccessLog("combined", "web.access.log"));
        assertThat(web.idleTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(web.headerTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(web.maxHeaderSize()).isEqualTo(16384);
        assertThat(web.maxBodySize()).isEqualTo(-1);
        assertThat(web.serverHeader()).isFalse();
        LocationConfig app = Documents.the(read.locations(), "app");
        assertThat(app.forwarded()).isEqualTo(Forwarded.X_FORWARDED);
        assertThat(app.hostPolicy()).isEqualTo("preserve");
        assertThat(app.websocket()).isTrue();
        assertThat(app.timeout()).isNull();
        UpstreamConfig upstream = Documents.the(read.upstreams(), "app");
        assertThat(upstream.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(upstream.keepAlive()).isEqualTo(Duration.ofSeconds(90));
        assertThat(upstream.maxIdleConnections()).isEqualTo(128);
    }

    @Test
    void readsEveryFormOfALocation() {
        Configuration read =
                Documents.read(
                        """
                        [locations.gone]
                        host = "Example.com"
                        path = "=/gone"
                        methods = ["get", "HEAD"]
                        match-headers = ["X-A", "X-B:1", "X-C:~^a"]
                        weight = 5
                        respond = { status = 410, body = "gone", headers = { Content-Type = "text/plain" } }
                        [locations.moved]
                        redirect = { to = "https://$host$uri" }
                        forwarded = { headers = "both", host = "upstream" }
                        [locations.by-name]
                        host = ["~^(?<name>[a-z]+)\\\\.example\\\\.com$"]
                        upstream = "$name"
                        forwarded = "rfc7239"
                        timeout = "2m"
                        max-body-size = "1mb"
                        transform = { replace = [{ from = "a", to = "" }], types = ["text/*"] }
                        """);
        LocationConfig gone = Documents.the(read.locations(), "gone");
        assertThat(gone.host()).containsExactly("Example.com");
        assertThat(gone.methods()).containsExactly("GET", "HEAD");
        assertThat(gone.weight()).isEqualTo(5);
        assertThat(gone.respond())
                .isEqualTo(new Respond(410, "gone", Map.of("Content-Type", "text/plain")));
        LocationConfig moved = Documents.the(read.locations(), "moved");
        assertThat(moved.redirect()).isEqualTo(new Redirect("https://$host$uri", 308));
        assertThat(moved.forwarded()).isEqualTo(Forwarded.BOTH);
        assertThat(moved.hostPolicy()).isEqualTo("upstream");
        LocationConfig byName = Documents.the(read.locations(), "by-name");
        assertThat(byName.upstream()).isEqualTo("$name");
        assertThat(byName.forwarded()).isEqualTo(Forwarded.RFC7239);
        assertThat(byName.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(byName.maxBodySize()).isEqualTo(1 << 20);
        assertThat(byName.transform())
                .isEqualTo(
                        new LocationConfig.Transform(
                                List.of(new Replace("a", "")), List.of("text/*")));
    }

    @Test
    void readsEveryFormOfANode() {
        Configuration read =
                Documents.read(
                        """
                        [upstreams.app]
                        nodes = ["a.example:80", "[::1]:81", "http://10.0.0.1:82", "http://b.example/",
                          { address = "http://10.0.0.2:83", weight = 3, backup = true, state = "drain", max-connections = 9 }]
                        """);
        assertThat(Documents.the(read.upstreams(), "app").nodes())
                .containsExactly(
                        new Node("a.example", 80, 1, false, State.ACTIVE, 0),
                        new Node("::1", 81, 1, false, State.ACTIVE, 0),
                        new Node("10.0.0.1", 82, 1, false, State.ACTIVE, 0),
                        new Node("b.example", 80, 1, false, State.ACTIVE, 0),
                        new Node("10.0.0.2", 83, 3, true, State.DRAIN, 9));
    }

    @Test
    void readsEveryFormOfALog() {
        Configuration read =
                Documents.read(
                        """
                        [servers.a]
                        listen = ["127.0.0.1:0"]
                        access-log = "off"
                        [servers.b]
                        listen = ["127.0.0.1:0"]
                        access-log = "slow"
                        [servers.c]
                        listen = ["127.0.0.1:0"]
                        access-log = { format = "slow", file = "c.log" }
                        [servers.d]
                        listen = ["127.0.0.1:0"]
                        access-log = { format = "json" }
                        [servers.e]
                        listen = ["127.0.0.1:0"]
                        access-log = { format = "off" }
                        [log-formats.slow]
                        format = "{status}"
                        file = "slow/requests.log"
                        rotate = "100mb"
                        keep = 3
                        compress = "off"
                        sample = 0.5
                        only = ["5xx", "4xx", "slow:1s"]
                        """);
        assertThat(Documents.the(read.servers(), "a").accessLog()).isNull();
        assertThat(Documents.the(read.servers(), "b").accessLog())
                .isEqualTo(new AccessLog("slow", "slow/requests.log"));
        assertThat(Documents.the(read.servers(), "c").accessLog())
                .isEqualTo(new AccessLog("slow", "c.log"));
        assertThat(Documents.the(read.servers(), "d").accessLog())
                .isEqualTo(new AccessLog("json", "d.access.log"));
        assertThat(Documents.the(read.servers(), "e").accessLog()).isNull();
        assertThat(Documents.the(read.logFormats(), "slow"))
                .isEqualTo(
                        new LogFormatConfig(
                                "slow",
                                true,
                                "",
                                "{status}",
                                "slow/requests.log",
                                Rotate.SIZE,
                                100L << 20,
                                3,
                                false,
                                0.5,
                                List.of(4, 5),
                                Duration.ofSeconds(1)));
    }

    @Test
    void readsErrorPagesByStatusAndClass() {
        Configuration read =
                Documents.read(
                        """
                        [error-pages.mine]
                        json = '{"e": "{{reason}}"}'
                        status = { "404" = { html = "<p>no</p>" }, "5xx" = { json = "{}" } }
                        """);
        assertThat(Documents.the(read.errorPages(), "mine").byStatus())
                .isEqualTo(
                        Map.of(
                                "404", new ErrorPageConfig.Templates("<p>no</p>", null),
                                "5xx", new ErrorPageConfig.Templates(null, "{}")));
    }

    @Test
    void acceptsDisabledObjectsAsTargets() {
        Configuration read =
                Documents.read(
                        """
                        [servers.web]
                        listen = ["127.0.0.1:0"]
                        locations = ["app"]
                        [locations.app]
                        enabled = false
                        upstream = "app"
                        [upstreams.app]
                        enabled = false
                        nodes = ["127.0.0.1:1"]
                        """);
        assertThat(Documents.the(read.locations(), "app").enabled()).isFalse();
        assertThat(Documents.the(read.upstreams(), "app").enabled()).isFalse();
    }

    @Test
    void acceptsLaterKeysThatMeanWhatIsDoneAnyway() {
        assertThat(
                        Documents.problems(
                                """
                                [servers.web]
                                listen = ["127.0.0.1:0"]
                                tls = "off"
                                proxy-protocol = "off"
                                plugins = []
                                [locations.app]
                                upstream = "app"
                                plugins = []
                                retry = { attempts = 1 }
                                [upstreams.app]
                                nodes = ["127.0.0.1:1"]
                                discovery = "static"
                                balance = "round-robin"
                                protocol = "http1"
                                tls = false
                                health-check = "off"
                                """))
                .isEmpty();
    }

    @Test
    void sharesPortsThatDoNotClash() {
        assertThat(
                        Documents.problems(
                                """
                                [servers.a]
                                listen = ["127.0.0.1:80", "127.0.0.1:0", "127.0.0.1:0", "0.0.0.0:443"]
                                [servers.b]
                                listen = ["127.0.0.2:80", "127.0.0.1:0", "[::1]:80", "[::1]:443"]
                                [servers.c]
                                enabled = false
                                listen = ["127.0.0.1:80"]
                                """))
                .isEmpty();
    }

    @Test
    void treatsNullAsAbsent() throws InvalidConfigException {
        Document document =
                DocumentFormat.JSON.parse(
                        """
                        {"upstreams": {"app": {"nodes": ["127.0.0.1:1"], "keep-alive": null}}}\
                        """);
        assertThat(Documents.the(ConfigReader.read(document).upstreams(), "app").keepAlive())
                .isEqualTo(Duration.ofSeconds(90));
    }
}
