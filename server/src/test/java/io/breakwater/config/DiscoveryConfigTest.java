package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.DiscoveryConfig.How;
import io.breakwater.config.UpstreamConfig.Node;
import io.breakwater.config.UpstreamConfig.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How upstreams say where their nodes come from.
class DiscoveryConfigTest {
    @Test
    void readsServiceNamesAndServers() {
        UpstreamConfig app =
                read(
                        """
                        nodes = ["_http._tcp.a.example", { address = "b.example", backup = true }]
                        discovery = "srv"
                        interval = "30s"
                        resolver = ["10.0.0.53", "fd00::53", "[fd00::54]:5353"]
                        """);
        assertThat(app.nodes())
                .containsExactly(
                        new Node("_http._tcp.a.example", 0, 1, false, State.ACTIVE, 0),
                        new Node("b.example", 0, 1, true, State.ACTIVE, 0));
        assertThat(app.nodes().getFirst().address()).isEqualTo("_http._tcp.a.example");
        assertThat(app.discovery())
                .isEqualTo(
                        new DiscoveryConfig(
                                How.SRV,
                                Duration.ofSeconds(30),
                                List.of(
                                        new HostPort("10.0.0.53", 53),
                                        new HostPort("fd00::53", 53),
                                        new HostPort("fd00::54", 5353)),
                                null));
    }

    @Test
    void aFileNeedsNoNodes() {
        UpstreamConfig app = read("discovery = \"file\"\ndiscovery-file = \"conf/nodes.yml\"");
        assertThat(app.nodes()).isEmpty();
        assertThat(app.discovery().file()).isEqualTo("conf/nodes.yml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nodes = ['a:1']; interval = '2s' | interval",
                "nodes = ['a:1']; resolver = ['10.0.0.1'] | resolver",
                "nodes = ['a:1']; discovery-file = 'x.toml' | discovery-file",
                "nodes = ['a:1']; discovery = 'consul' | discovery",
                "discovery = 'dns' | nodes",
                "discovery = 'dns'; nodes = ['a'] | nodes",
                "discovery = 'dns'; nodes = [] | nodes",
                "discovery = 'dns'; nodes = ['a:1']; resolver = ['dns.example'] | resolver",
                "discovery = 'dns'; nodes = ['a:1']; resolver = ['10.0.0.1:0'] | resolver",
                "discovery = 'dns'; nodes = ['a:1']; interval = '500ms' | interval",
                "discovery = 'srv'; nodes = ['_http._tcp.a:80'] | nodes",
                "discovery = 'srv'; nodes = ['127.0.0.1'] | nodes",
                "discovery = 'srv'; nodes = [{ address = 'a', weight = 2 }] | nodes[0].weight",
                "discovery = 'file'; nodes = ['a:1']; discovery-file = 'a.toml' | nodes",
                "discovery = 'file'; discovery-file = 'nodes.txt' | discovery-file",
                "discovery = 'file'; discovery-file = 'dir.toml/nodes' | discovery-file",
                "discovery = 'file' | discovery-file"
            })
    void saysWhatIsWrong(String fields, String key) {
        assertThat(Documents.problems("[upstreams.app]\n" + fields.replace("; ", "\n")))
                .extracting(Problem::key)
                .containsExactly(key);
    }

    private static UpstreamConfig read(String toml) {
        return Documents.the(Documents.read("[upstreams.app]\n" + toml).upstreams(), "app");
    }
}
