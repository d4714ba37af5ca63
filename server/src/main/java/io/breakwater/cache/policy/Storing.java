package io.breakwater.cache.policy;

import io.breakwater.cache.policy.CacheRules.Posts;
import io.breakwater.cache.policy.CacheRules.SetCookie;
import io.breakwater.cache.policy.RequestFacts.Method;
import io.breakwater.cache.policy.StoreDecision.Refusal;
import io.breakwater.http.CacheControl;
import io.breakwater.http.ContentRange;
import io.breakwater.http.FieldView;
import io.breakwater.http.HttpDates;
import io.breakwater.http.Vary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides whether a response is stored (RFC 9111 §3).
public final class Storing {
    private final CacheRules rules;
    private final List<String> tagFields;

    /// Takes the rules of a policy.
    ///
    /// @param rules the rules
    /// @param tagFields names of the response fields that hold tags
    public Storing(CacheRules rules, List<String> tagFields) {
        this.rules = rules;
        this.tagFields = List.copyOf(tagFields);
    }

    /// A request that was sent to a node.
    ///
    /// @param facts what it says about caching
    /// @param fields its fields as the client sent them, by which responses are chosen
    /// @param target its URI
    public record Asked(RequestFacts facts, FieldView fields, RequestTarget target) {}

    /// Decides on a response whose head has come.
    ///
    /// @param asked the request
    /// @param response the response
    /// @return what is stored, or why nothing is
    public StoreDecision decide(Asked asked, Received response) {
        OriginDirectives directives = OriginDirectives.of(response.fields(), rules);
        Refusal refusal = ofRequest(asked.facts());
        if (refusal == null) refusal = ofStatus(response);
        if (refusal == null) refusal = ofDirectives(asked.facts(), response, directives);
        Vary vary = VariantKey.counted(response.fields(), rules);
        if (refusal == null && vary.any()) refusal = Refusal.VARY_ANY;
        if (refusal == null && setsCookie(response.fields(), directives.control()))
            refusal = Refusal.SET_COOKIE;
        if (refusal != null) return new StoreDecision.Pass(refusal);
        Freshness freshness = Freshness.of(response, directives, rules);
        refusal = ofFreshness(asked, response, directives, freshness);
        if (refusal != null) return new StoreDecision.Pass(refusal);
        VariantKey key = VariantKey.of(vary.names(), asked.fields());
        return new StoreDecision.Store(stored(response, directives, freshness, key), freshness);
    }

    private StoredResponse stored(
            Received response, OriginDirectives directives, Freshness freshness, VariantKey key) {
        StoredFacts facts = StoredFacts.of(response, directives, freshness, rules);
        if (!key.names().isEmpty()) facts = facts.with(StoredFacts.VARIES);
        return new StoredResponse(
                facts,
                StoredFields.of(response, directives.control(), rules),
                key,
                Tags.of(response.fields(), tagFields));
    }

    private @Nullable Refusal ofRequest(RequestFacts request) {
        boolean stored =
                request.method() == Method.GET
                        || (request.method() == Method.POST && rules.storesPosts() == Posts.STORE);
        if (!stored) return Refusal.METHOD;
        return request.has(RequestFacts.NO_STORE) ? Refusal.REQUEST_NO_STORE : null;
    }

    private static @Nullable Refusal ofStatus(Received response) {
        int status = response.status();
        if (status < 200 || status == 304) return Refusal.NOT_FINAL;
        if (Statuses.isOfOneRequest(status)) return Refusal.OF_ONE_REQUEST;
        if (status == 206) {
            ContentRange part = ContentRange.parse(response.fields().first("Content-Range"));
            // §3.3: parts only where the unit is understood
            if (part == null || part.range() == null) return Refusal.PARTIAL;
        }
        return null;
    }

    private static @Nullable Refusal ofDirectives(
            RequestFacts request, Received response, OriginDirectives directives) {
        Refusal refusal = ofControl(response.status(), directives.control());
        if (refusal != null) return refusal;
        return request.has(RequestFacts.AUTHORIZED) && !directives.allowsAuthorized()
                ? Refusal.AUTHORIZED
                : null;
    }

    /// What the directives of a response forbid, whoever asked.
    static @Nullable Refusal ofControl(int status, CacheControl control) {
        boolean understands = control.has(CacheControl.MUST_UNDERSTAND);
        // §5.2.2.3: must-understand takes the place of no-store where the status is understood
        if (understands && !Statuses.isUnderstood(status)) return Refusal.NOT_UNDERSTOOD;
        if (control.has(CacheControl.NO_STORE) && !understands) return Refusal.NO_STORE;
        return control.has(CacheControl.PRIVATE) ? Refusal.PRIVATE : null;
    }

    private boolean setsCookie(FieldView response, CacheControl control) {
        if (rules.setCookie() != SetCookie.REFUSE || !response.has("Set-Cookie")) return false;
        // no-cache="Set-Cookie" says that the rest may be stored
        return !control.noCacheFields().contains("set-cookie")
                && !control.privateFields().contains("set-cookie");
    }

    private @Nullable Refusal ofFreshness(
            Asked asked, Received response, OriginDirectives directives, Freshness freshness) {
        CacheControl control = directives.control();
        boolean explicit = freshness.source().isExplicit();
        if (freshness.source() == Freshness.Source.STATUS_TTL
                && rules.ttls().of(response.status()) == 0) return Refusal.NO_TTL;
        // §3: one of these must be there
        if (!explicit
                && freshness.source() != Freshness.Source.STATUS_TTL
                && !control.has(CacheControl.PUBLIC)
                && !Statuses.isHeuristicallyCacheable(response.status()))
            return Refusal.NOT_CACHEABLE;
        if (asked.facts().method() == Method.POST) {
            RequestTarget named =
                    asked.target().sameOrigin(response.fields().first("Content-Location"));
            if (!explicit || !asked.target().equals(named)) return Refusal.POST;
        }
        return isUseless(response, control, freshness) ? Refusal.USELESS : null;
    }

    /// Whether no request could ever get the response.
    private static boolean isUseless(Received response, CacheControl control, Freshness freshness) {
        boolean validates =
                response.fields().has("ETag") || response.lastModifiedMillis() != HttpDates.NONE;
        if (validates) return false;
        if (control.has(CacheControl.NO_CACHE)) return true;
        return freshness.lifetimeMillis() <= response.initialAgeMillis()
                && control.staleWhileRevalidateSeconds() <= 0
                && control.staleIfErrorSeconds() <= 0;
    }
}
