package io.breakwater.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the console, the API and the command line do with a running Breakwater. Safe for use by any
/// thread; calls may block (store, listeners) and must not be made on an I/O thread.
public interface Control {
    /// The configuration in force.
    ///
    /// @return the document; never changes
    Document document();

    /// The number of the revision in force.
    ///
    /// @return 1 or more
    long revision();

    /// The tag of an object's present content, for `ETag` and `If-Match`.
    ///
    /// @param kind the kind
    /// @param name the name
    /// @return an opaque tag without quotes, null when there is no such object
    @Nullable String tag(Kind kind, String name);

    /// Sets one object and applies the result as one revision.
    ///
    /// @param kind the kind
    /// @param name the name
    /// @param body all fields of the object; what is absent takes its default
    /// @param ifTag the tag the editor started from, `*` for "must exist", null for no condition,
    ///   empty for "must not exist"
    /// @param change who and why
    /// @return what became of it
    ApplyResult put(Kind kind, String name, ObjectNode body, @Nullable String ifTag, Change change);

    /// Removes one object and applies the result as one revision.
    ///
    /// @param kind the kind
    /// @param name the name
    /// @param ifTag as for [#put]
    /// @param change who and why
    /// @return what became of it
    ApplyResult delete(Kind kind, String name, @Nullable String ifTag, Change change);

    /// Replaces the whole configuration as one revision.
    ///
    /// @param next the new document
    /// @param ifRevision refused when the revision in force is another; null for no condition
    /// @param change who and why
    /// @return what became of it
    ApplyResult replace(Document next, @Nullable Long ifRevision, Change change);

    /// What a replacement would do, without doing it.
    ///
    /// @param next the document to try
    /// @return problems and differences
    Plan plan(Document next);

    /// The history, newest first.
    ///
    /// @param limit how many at the most, 1 or more
    /// @return revisions without their documents
    List<Revision> revisions(int limit);

    /// One revision.
    ///
    /// @param number its number
    /// @return its head, null when there is none
    @Nullable Revision revision(long number);

    /// The document of one revision.
    ///
    /// @param number its number
    /// @return the document, null when there is none
    @Nullable Document documentOf(long number);

    /// Applies the document of an earlier revision as a new one.
    ///
    /// @param number the earlier revision
    /// @param change who and why
    /// @return what became of it; [ApplyResult.NotFound] when there is no such revision
    ApplyResult restore(long number, Change change);

    /// The differences between two documents.
    ///
    /// @param from the older
    /// @param to the newer
    /// @return per object, in document order
    List<Difference> diff(Document from, Document to);

    /// The process's state.
    ///
    /// @return a fresh view
    StatusView status();

    /// Recent traffic figures, one sample a second, oldest first.
    ///
    /// @return at most 300 samples
    List<LiveSample> samples();

    /// Calls back for each new sample until the handle is closed.
    ///
    /// @param listener called on a background thread; must not block
    /// @return the handle
    Subscription subscribe(Consumer<LiveSample> listener);

    /// Which location would match.
    ///
    /// @param url absolute URL
    /// @param method request method
    /// @param headers further request fields
    /// @return the match and the candidates that lost
    /// @throws IllegalArgumentException when the URL is not an absolute http or https URL
    RouteView route(String url, String method, Map<String, String> headers);

    /// Live state of an upstream and its nodes.
    ///
    /// @param name the upstream's name
    /// @return null when there is no such upstream in force
    @Nullable UpstreamView upstream(String name);

    /// The certificates that can be used, as listeners show them.
    ///
    /// @return by name
    List<CertificateView> certificates();

    /// What became of the copies of requests that locations make with `mirror`.
    ///
    /// @return one per location that has made some since the start, by name
    List<MirrorView> mirrors();

    /// What the cache did and what it has.
    ///
    /// @return a fresh view
    CacheView cache();

    /// Purges what is cached, or counts it.
    ///
    /// @param purge what
    /// @param change who and why, for the log
    /// @return how much it is about; a purge is in force then
    /// @throws IllegalArgumentException when the name is none of its kind; the message says what
    ///   was expected
    /// @throws CacheUnavailableException when there is no cache, or its disk fails
    CachePurge.Done purge(CachePurge purge, Change change);

    /// Looks at what is cached. One look goes through a bounded number of objects.
    ///
    /// @param scope what the name is
    /// @param name as in [CachePurge#name]
    /// @param from where to begin: 0, or [CacheEntries#next]
    /// @param limit how many at the most, 1 or more
    /// @return a part of it
    /// @throws IllegalArgumentException as in [#purge]
    /// @throws CacheUnavailableException as in [#purge]
    CacheEntries cached(CachePurge.Scope scope, String name, long from, int limit);

    /// What caching locations are asked for most, lately.
    ///
    /// @param limit how many at the most, 1 or more
    /// @return estimates
    CacheTop topCached(int limit);

    /// Live state of an upstream's nodes.
    ///
    /// @param upstream the upstream's name
    /// @return the nodes, null when there is no such upstream
    default @Nullable List<NodeView> nodes(String upstream) {
        UpstreamView found = upstream(upstream);
        return found == null ? null : found.nodes();
    }

    /// What happened to an upstream and its nodes last.
    ///
    /// @param upstream the upstream's name
    /// @return at most 100 events, the newest first
    List<UpstreamEvent> upstreamEvents(String upstream);

    /// Calls back for each event of an upstream or node until the handle is closed.
    ///
    /// @param listener called on any thread, also one that moves requests; must not block
    /// @return the handle
    Subscription onUpstreamEvent(Consumer<UpstreamEvent> listener);

    /// How finding the nodes of an upstream goes.
    ///
    /// @param upstream the upstream's name
    /// @return one per name or file, none when its nodes are configured
    List<DiscoveryView> discovery(String upstream);

    /// Says what is wanted of a node that was found by discovery. That is in no configuration: it
    /// counts at once and until the process ends, and while the upstream is there.
    ///
    /// @param upstream the upstream's name
    /// @param address the node's address
    /// @param state `active`, `drain` or `down`
    /// @param change who and why
    /// @return false when there is no such node, or it is configured
    boolean setFound(String upstream, String address, String state, Change change);

    /// How it is about a certificate that is obtained by ACME, with the stories of its orders.
    ///
    /// @param name the object's name
    /// @return null when it is not obtained by ACME and never was
    @Nullable AcmeView acme(String name);

    /// Has a certificate ordered now, whether it is due or not. An order in flight will do.
    ///
    /// @param name the object's name
    /// @param change who and why, for the log
    /// @return false when no such object is obtained by ACME and on
    boolean renew(String name, Change change);

    /// Makes a self-signed certificate and puts it with its key into an object, as one revision.
    ///
    /// @param name the object's name
    /// @param wanted what it is for
    /// @param ifTag as for [#put]
    /// @param change who and why
    /// @return what became of it
    ApplyResult selfSigned(
            String name, NewCertificate wanted, @Nullable String ifTag, Change change);

    /// Starts draining: readiness is off, listeners go on.
    ///
    /// @param on true to drain, false to take traffic again
    void drain(boolean on);

    /// The Prometheus text.
    ///
    /// @return the exposition format, version 0.0.4
    String metrics();

    /// An error page as a client would see it.
    ///
    /// @param html template text; null for the built-in one
    /// @param status the status to show
    /// @return the page
    /// @throws IllegalArgumentException when the template is at fault
    String previewErrorPage(@Nullable String html, int status);

    /// A log line of a sample request.
    ///
    /// @param format template text or predefined name
    /// @return the line, or the fault in the format
    Preview previewLogFormat(String format);

    /// The address of the console as configured, for links.
    ///
    /// @return `http://host:port`
    String consoleUrl();

    /// Who changes something and why.
    ///
    /// @param author a user name
    /// @param comment free text, may be empty
    record Change(String author, String comment) {}

    /// One entry of the history.
    ///
    /// @param number 1 or more, rising
    /// @param author who
    /// @param comment why, may be empty
    /// @param createdMillis epoch milliseconds
    record Revision(long number, String author, String comment, long createdMillis) {}

    /// Problems and differences of a document that is not applied.
    ///
    /// @param problems empty when it is valid
    /// @param differences against the configuration in force
    record Plan(List<Problem> problems, List<Difference> differences) {}

    /// One changed object.
    ///
    /// @param object `<kind key>/<name>`
    /// @param action what happened to it
    /// @param fields the changed fields
    record Difference(String object, Action action, List<FieldChange> fields) {
        /// What happened to an object.
        public enum Action {
            /// It is new.
            ADDED,
            /// It has other fields.
            CHANGED,
            /// It is gone.
            REMOVED
        }
    }

    /// One changed field.
    ///
    /// @param key the dotted key
    /// @param before JSON text, null when absent
    /// @param after JSON text, null when absent
    record FieldChange(String key, @Nullable String before, @Nullable String after) {}

    /// The line or the fault.
    ///
    /// @param line the rendered line, null when the format is at fault
    /// @param fault what is wrong, null when it is right
    record Preview(@Nullable String line, @Nullable String fault) {}

    /// A running subscription.
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
