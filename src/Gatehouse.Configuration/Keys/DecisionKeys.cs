using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of decisions by other programs, and of decisions for them.</summary>
internal static class DecisionKeys
{
    private static readonly KeysOf<DecisionPointSettings> Point = new(new DecisionPointSettings { Url = new Uri("https://example.com") });

    private static readonly KeysOf<DecisionCacheSettings> Cache = new(new DecisionCacheSettings());

    private static readonly KeysOf<DecisionServiceSettings> Service = new(new DecisionServiceSettings { Who = new WhoClause() });

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("decisionPoint", Section,
            "External decision point by OpenID AuthZEN Authorization API 1.0. The gateway permits nothing without its decision."),
        new("decisionPoint.url", Url,
            "Base address. Use https, or http on loopback. `/access/v1/evaluation` and `/access/v1/evaluations` are below it.") { Required = true },
        Point.Text("decisionPoint.identifier",
            "Identifier: a URL of the same origin. If it is given, the gateway reads the metadata, which must name exactly this identifier, and "
                + "uses the endpoints in them.",
            one => one.Identifier, (one, value) => one with { Identifier = value }),
        Point.Text("decisionPoint.region", "Region of the decision point, which receives facts about callers. It must be that of audit.region.",
            one => one.Region, (one, value) => one with { Region = value }),
        Point.Choice("decisionPoint.combine",
            "Required permits: of the policy and the decision point, or only of the decision point. A forbid of the policy wins in both cases.",
            [("bothMustPermit", DecisionCombination.BothMustPermit), ("externalOnly", DecisionCombination.ExternalOnly)],
            one => one.Combine, (one, value) => one with { Combine = value }),
        new("decisionPoint.credential", Section, "Credential of the gateway for the decision point."),
        new("decisionPoint.credential.header", KeyKind.Text, "Header that carries the credential, such as `Authorization`.") { Required = true },
        new("decisionPoint.credential.prefix", KeyKind.Text, "Text before the value, such as `\"Bearer \"`.") { Default = "" },
        new("decisionPoint.credential.value", Secret, $"Source of the value: {SecretSources.Text}.") { Required = true },
        new("decisionPoint.pins", TextList,
            "Accepted public keys, as `sha256/` and the base64 of the SHA-256 of the SPKI. If the list has an entry, the gateway trusts only these "
                + "keys, and not the trust store of the system.") { Default = "[]" },
        Point.Duration("decisionPoint.timeout",
            "Time for one evaluation, from waiting for a turn to the last byte of the answer. The gateway denies when it is over.", "50ms", "30s",
            one => one.Timeout, (one, value) => one with { Timeout = value }),
        Point.Switch("decisionPoint.sendArguments",
            "True sends the arguments of tools and prompts too. They may contain anything that a caller writes.",
            one => one.SendArguments, (one, value) => one with { SendArguments = value }),
        Point.Number("decisionPoint.batch",
            "Maximum number of evaluations in one request, for lists. 1 sends each evaluation in a request of its own.", "1", "1000",
            one => one.Batch, (one, value) => one with { Batch = value }) with { BelongsTo = BoundOwner.Answer },
        Point.Number("decisionPoint.concurrency",
            "Requests to the decision point in progress at the same time. Others wait within the timeout. One caller has limits.callerShare "
                + "percent of them, and more while less than half are in use.", "1", "1000",
            one => one.Concurrency, (one, value) => one with { Concurrency = value }),
        new("decisionPoint.cache", Section, "Cache of its answers, for the same evaluation of the same caller under the same configuration."),
        Cache.Duration("decisionPoint.cache.positive",
            "Time for which the gateway uses a permit. A right that the decision point withdraws remains in effect here for this time.", "0s", "5m",
            one => one.Positive, (one, value) => one with { Positive = value }),
        Cache.Duration("decisionPoint.cache.negative", "Time for which the gateway uses a denial.", "0s", "5m",
            one => one.Negative, (one, value) => one with { Negative = value }),
        Cache.Number("decisionPoint.cache.entries",
            "Maximum number of cached answers, and of evaluations in progress. It must be larger than the number of entries of the longest list.",
            "100", "1000000",
            one => one.Entries, (one, value) => one with { Entries = value }),
        new("decisionService", Section,
            "Serves decisions of the policy to other applications by OpenID AuthZEN Authorization API 1.0, under publicUrl. Without this section "
                + "the gateway answers no such requests."),
        Service.Text("decisionService.audience",
            "Audience of the tokens of those applications. A token for a server or for administration is not accepted.",
            one => one.Audience, (one, value) => one with { Audience = value }) with { Derived = "publicUrl and `/access/v1`" },
        new("decisionService.who", Section, "Callers that may use the service. The gateway believes what they say about others.")
            { Required = true, AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. WhoKeys.Of("decisionService.who"),
        Service.Texts("decisionService.types",
            "Resource types of other applications that the policy also covers. In a rule the type takes the place of a server's name, and the "
                + "action takes the place of a tool's.",
            one => one.Types, (one, value) => one with { Types = value }),
        Service.Number("decisionService.batch", "Maximum number of evaluations in one request, and of results of a search.", "1", "1000",
            one => one.Batch, (one, value) => one with { Batch = value }) with { BelongsTo = BoundOwner.Request },
        Service.Number("decisionService.concurrency",
            "Requests answered at the same time. Others receive an answer that asks them to try again. One enforcement point has "
                + "limits.callerShare percent of them, and more while less than half are in use.", "1", "1000",
            one => one.Concurrency, (one, value) => one with { Concurrency = value }),
    ];
}
