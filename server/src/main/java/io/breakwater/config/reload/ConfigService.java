package io.breakwater.config.reload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Configuration;
import io.breakwater.config.Document;
import io.breakwater.config.ErrorPageConfig;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.Secrets;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.config.store.Store;
import io.breakwater.config.store.StoreException;
import io.breakwater.control.AcmeView;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.CacheEntries;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CacheTop;
import io.breakwater.control.CacheView;
import io.breakwater.control.CertificateView;
import io.breakwater.control.Control;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.LiveSample;
import io.breakwater.control.MirrorView;
import io.breakwater.control.NewCertificate;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import io.breakwater.deliver.ErrorPages;
import io.breakwater.exchange.ErrorRenderer;
import io.breakwater.report.accesslog.LogFormat;
import io.breakwater.report.metrics.Figures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Changes the configuration, one change at a time: compare, check the editor's condition, validate
/// as a whole, put in force, store as a revision. A change is answered when it is on disk. Whatever
/// fails on the way leaves the former configuration in force and in the store.
public final class ConfigService implements Control {
    private static final Logger log = LoggerFactory.getLogger(ConfigService.class);
    private static final Change FIRST = new Change("breakwater", "first configuration");

    private final Store store;
    private final Engine engine;
    private final Figures figures;
    private final About about;
    private final Validation validation;
    private final Secrets secrets = new Secrets();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile State state = new State(0, Document.EMPTY, Configuration.EMPTY);
    private volatile boolean draining;

    /// Makes the service; [#start] puts a configuration in force.
    ///
    /// @param store where revisions are kept; closed by the caller
    /// @param engine the running proxy
    /// @param figures traffic figures
    /// @param about the process
    public ConfigService(Store store, Engine engine, Figures figures, About about) {
        this.store = store;
        this.engine = engine;
        this.figures = figures;
        this.about = about;
        this.validation = new Validation(engine);
    }

    /// Puts the last revision in force; a store without revisions gets one first.
    ///
    /// @param firstConfig what becomes revision 1 of an empty store
    /// @throws InvalidConfigException when the configuration is not valid or cannot take effect;
    ///   nothing is stored then
    /// @throws StoreException when the first revision cannot be written
    public void start(Document firstConfig) throws InvalidConfigException {
        changing.lock();
        try {
            boolean empty = store.revision() == 0;
            Document document = empty ? firstConfig : store.document();
            Configuration configuration = validation.check(document);
            engine.apply(configuration);
            long revision = empty ? store.commit(document, FIRST).number() : store.revision();
            state = new State(revision, document, configuration);
            log.info("revision {} is in force", revision);
        } finally {
            changing.unlock();
        }
    }

    /// Puts what is in force in force once more, so that files are read again. One that cannot be
    /// read leaves everything as it is.
    ///
    /// @throws InvalidConfigException naming what is wrong
    public void reload() throws InvalidConfigException {
        changing.lock();
        try {
            engine.apply(state.configuration);
        } finally {
            changing.unlock();
        }
    }

    @Override
    public Document document() {
        return secrets.hide(state.document);
    }

    @Override
    public long revision() {
        return state.revision;
    }

    @Override
    public @Nullable String tag(Kind kind, String name) {
        return Tags.of(state.document.get(kind, name));
    }

    @Override
    public ApplyResult put(
            Kind kind, String name, ObjectNode body, @Nullable String ifTag, Change change) {
        changing.lock();
        try {
            State now = state;
            ObjectNode present = now.document.get(kind, name);
            Document next = secrets.restore(now.document.with(kind, name, body));
            List<Difference> differences = between(now.document, next);
            String tag = Tags.of(present);
            // An edit that was made already is not a conflict (RFC 9110 §13.1.1): its first answer
            // may have been lost. But what must be new and is there is one.
            if (differences.isEmpty() && !Tags.mustNotExist(ifTag))
                return new ApplyResult.Unchanged(now.revision, tag);
            if (!Tags.holds(ifTag, tag)) return conflict(now, kind, name, present);
            return apply(next, differences, Tags.of(next.get(kind, name)), change);
        } finally {
            changing.unlock();
        }
    }

    @Override
    public ApplyResult delete(Kind kind, String name, @Nullable String ifTag, Change change) {
        changing.lock();
        try {
            State now = state;
            ObjectNode present = now.document.get(kind, name);
            if (present == null) return new ApplyResult.NotFound();
            if (!Tags.holds(ifTag, Tags.of(present))) return conflict(now, kind, name, present);
            Document next = now.document.without(kind, name);
            return apply(next, between(now.document, next), null, change);
        } finally {
            changing.unlock();
        }
    }

    @Override
    public ApplyResult replace(Document wanted, @Nullable Long ifRevision, Change change) {
        changing.lock();
        try {
            State now = state;
            Document next = secrets.restore(wanted);
            List<Difference> differences = between(now.document, next);
            if (differences.isEmpty()) return new ApplyResult.Unchanged(now.revision, null);
            if (ifRevision != null && ifRevision != now.revision)
                return new ApplyResult.Conflict(now.revision, null, null);
            return apply(next, differences, null, change);
        } finally {
            changing.unlock();
        }
    }

    @Override
    public ApplyResult restore(long number, Change change) {
        Document earlier = store.documentOf(number);
        if (earlier == null) return new ApplyResult.NotFound();
        String comment =
                change.comment().isBlank() ? "restore of revision " + number : change.comment();
        return replace(earlier, null, new Change(change.author(), comment));
    }

    private List<Difference> between(Document from, Document to) {
        return Differences.between(secrets.hide(from), secrets.hide(to));
    }

    private ApplyResult conflict(State now, Kind kind, String name, @Nullable ObjectNode present) {
        return new ApplyResult.Conflict(
                now.revision,
                Tags.of(present),
                present == null ? null : secrets.hide(kind, name, present).deepCopy());
    }

    private ApplyResult apply(
            Document next, List<Difference> differences, @Nullable String tag, Change change) {
        long begin = System.nanoTime();
        Configuration configuration;
        try {
            configuration = validation.check(next);
            engine.apply(configuration);
        } catch (InvalidConfigException e) {
            return new ApplyResult.Invalid(e.problems());
        } catch (RuntimeException e) {
            log.error("the engine failed on a change", e);
            return rolledBack(
                    new Problem("", "", e.toString(), "a configuration that can take effect"));
        }
        long revision;
        try {
            revision = store.commit(next, change).number();
        } catch (RuntimeException e) {
            log.error("a change could not be stored and is taken back", e);
            String message = e.getMessage();
            return rolledBack(
                    new Problem(
                            "",
                            "",
                            message == null ? e.toString() : message,
                            "a store that can be written"));
        }
        state = new State(revision, next, configuration);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        // Without the comment: it is free text and could forge lines of the log.
        log.info("revision {} by {} in force after {} ms", revision, change.author(), millis);
        return new ApplyResult.Applied(revision, tag, millis, differences);
    }

    private ApplyResult rolledBack(Problem reason) {
        List<Problem> problems = new ArrayList<>();
        problems.add(reason);
        try {
            engine.apply(state.configuration);
        } catch (InvalidConfigException e) {
            problems.addAll(e.problems());
            log.error("the former configuration could not be put back", e);
        } catch (RuntimeException e) {
            problems.add(
                    new Problem("", "", e.toString(), "the former configuration back in force"));
            log.error("the former configuration could not be put back", e);
        }
        return new ApplyResult.Invalid(problems);
    }

    @Override
    public Plan plan(Document next) {
        Document whole = secrets.restore(next);
        return new Plan(validation.problems(whole), between(state.document, whole));
    }

    @Override
    public List<Revision> revisions(int limit) {
        return store.revisions(limit);
    }

    @Override
    public @Nullable Revision revision(long number) {
        return store.revision(number);
    }

    @Override
    public @Nullable Document documentOf(long number) {
        Document document = store.documentOf(number);
        return document == null ? null : secrets.hide(document);
    }

    @Override
    public List<Difference> diff(Document from, Document to) {
        return between(from, to);
    }

    @Override
    public StatusView status() {
        State now = state;
        return new StatusView(
                about.version,
                TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis() - about.startMillis),
                now.revision,
                engine.listeners(),
                engine.inFlight(),
                engine.connections(),
                now.revision > 0 && !draining,
                draining,
                engine.logLinesDropped());
    }

    @Override
    public List<LiveSample> samples() {
        return figures.samples();
    }

    @Override
    public Subscription subscribe(Consumer<LiveSample> listener) {
        return figures.subscribe(listener);
    }

    @Override
    public RouteView route(String url, String method, Map<String, String> headers) {
        return engine.route(url, method, headers);
    }

    @Override
    public @Nullable UpstreamView upstream(String name) {
        return engine.upstream(name);
    }

    @Override
    public List<UpstreamEvent> upstreamEvents(String upstream) {
        return engine.upstreamEvents(upstream);
    }

    @Override
    public Subscription onUpstreamEvent(Consumer<UpstreamEvent> listener) {
        return engine.onUpstreamEvent(listener);
    }

    @Override
    public List<CertificateView> certificates() {
        return engine.certificates();
    }

    @Override
    public List<MirrorView> mirrors() {
        return engine.mirrors();
    }

    @Override
    public CacheView cache() {
        return engine.cache();
    }

    @Override
    public CachePurge.Done purge(CachePurge purge, Change change) {
        CachePurge.Done done = engine.purge(purge);
        if (!purge.dryRun())
            // The name is quoted, so that it cannot forge lines of the log.
            log.info(
                    "cache: {} purge of {} {} by {}, objects: {}",
                    purge.soft() ? "soft" : "hard",
                    purge.scope().name().toLowerCase(Locale.ROOT),
                    TextNode.valueOf(purge.name()),
                    change.author(),
                    done.affected() < 0 ? "not known yet" : done.affected());
        return done;
    }

    @Override
    public CacheEntries cached(CachePurge.Scope scope, String name, long from, int limit) {
        return engine.cached(scope, name, from, limit);
    }

    @Override
    public CacheTop topCached(int limit) {
        return engine.topCached(limit);
    }

    @Override
    public List<DiscoveryView> discovery(String upstream) {
        return engine.discovery(upstream);
    }

    @Override
    public boolean setFound(String upstream, String address, String state, Change change) {
        UpstreamConfig.State wanted = UpstreamConfig.State.valueOf(state.toUpperCase(Locale.ROOT));
        if (!engine.setFound(upstream, address, wanted)) return false;
        log.info("upstream {}: node {} is {} by {}", upstream, address, state, change.author());
        return true;
    }

    @Override
    public @Nullable AcmeView acme(String name) {
        return engine.acme(name);
    }

    @Override
    public boolean renew(String name, Change change) {
        if (!engine.renew(name)) return false;
        log.info("certificate {}: ordered now by {}", name, change.author());
        return true;
    }

    @Override
    public ApplyResult selfSigned(
            String name, NewCertificate wanted, @Nullable String ifTag, Change change) {
        try {
            return put(Kind.CERTIFICATE, name, SelfSignedObject.of(name, wanted), ifTag, change);
        } catch (InvalidConfigException e) {
            return new ApplyResult.Invalid(e.problems());
        }
    }

    @Override
    public void drain(boolean on) {
        draining = on;
        log.info(on ? "draining: not ready for new traffic" : "taking traffic again");
    }

    @Override
    public String metrics() {
        return figures.prometheus();
    }

    @Override
    public String previewErrorPage(@Nullable String html, int status) {
        ErrorPageConfig page = new ErrorPageConfig("preview", true, "", html, null, Map.of());
        SampleExchange sample = SampleExchange.failed(status);
        ErrorRenderer.Body body =
                ErrorPages.compile(page, about.version)
                        .render(sample, sample.requestId(), status, "text/html");
        return new String(body.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public Preview previewLogFormat(String format) {
        try {
            return new Preview(LogFormat.compile(format).render(SampleExchange.served()), null);
        } catch (IllegalArgumentException e) {
            return new Preview(null, e.getMessage());
        }
    }

    @Override
    public String consoleUrl() {
        return about.consoleUrl;
    }

    /// What the process knows of itself.
    ///
    /// @param version Breakwater's version
    /// @param consoleUrl the console's address, `http://host:port`
    /// @param startMillis when the process started, epoch milliseconds
    public record About(String version, String consoleUrl, long startMillis) {}

    /// What is in force.
    private record State(long revision, Document document, Configuration configuration) {}
}
