using Gatehouse.Policy.Files;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of decisions by other programs, and of decisions for them.</summary>
internal static class DecisionKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("decisionPoint", Section,
            "External decision point by OpenID AuthZEN Authorization API 1.0. The gateway permits nothing without its decision."),
        new("decisionPoint.url", Url,
            "Base address. Use https, or http on loopback. `/access/v1/evaluation` and `/access/v1/evaluations` are below it.") { Required = true },
        new("decisionPoint.identifier", KeyKind.Text,
            "Identifier: a URL of the same origin. If it is given, the gateway reads the metadata, which must name exactly this identifier, and "
                + "uses the endpoints in them."),
        new("decisionPoint.region", KeyKind.Text, "Region of the decision point, which receives facts about callers. It must be that of audit.region."),
        new("decisionPoint.combine", Choice,
            "Required permits: of the policy and the decision point, or only of the decision point. A forbid of the policy wins in both cases.")
                { Default = "bothMustPermit", Allowed = ["bothMustPermit", "externalOnly"] },
        new("decisionPoint.credential", Section, "Credential of the gateway for the decision point."),
        new("decisionPoint.credential.header", KeyKind.Text, "Header that carries the credential, such as `Authorization`.") { Required = true },
        new("decisionPoint.credential.prefix", KeyKind.Text, "Text before the value, such as `\"Bearer \"`.") { Default = "" },
        new("decisionPoint.credential.value", Secret, "Source of the value: `vault:NAME`, `env:NAME` or `file:PATH`.") { Required = true },
        new("decisionPoint.pins", TextList,
            "Accepted public keys, as `sha256/` and the base64 of the SHA-256 of the SPKI. If the list has an entry, the gateway trusts only these "
                + "keys, and not the trust store of the system.") { Default = "[]" },
        new("decisionPoint.timeout", Duration,
            "Time for one evaluation, from waiting for a turn to the last byte of the answer. The gateway denies when it is over.")
                { Default = "2s", Minimum = "50ms", Maximum = "30s" },
        new("decisionPoint.sendArguments", Switch,
            "True sends the arguments of tools and prompts too. They may contain anything that a caller writes.") { Default = "false" },
        new("decisionPoint.batch", Number,
            "Maximum number of evaluations in one request, for lists. 1 sends each evaluation in a request of its own.")
                { Default = "100", Minimum = "1", Maximum = "1000" },
        new("decisionPoint.concurrency", Number,
            "Requests to the decision point in progress at the same time. Others wait within the timeout. One caller has limits.callerShare "
                + "percent of them, and more while less than half are in use.") { Default = "32", Minimum = "1", Maximum = "1000" },
        new("decisionPoint.cache", Section, "Cache of its answers, for the same evaluation of the same caller under the same configuration."),
        new("decisionPoint.cache.positive", Duration,
            "Time for which the gateway uses a permit. A right that the decision point withdraws remains in effect here for this time.")
                { Default = "5s", Minimum = "0s", Maximum = "5m" },
        new("decisionPoint.cache.negative", Duration, "Time for which the gateway uses a denial.") { Default = "5s", Minimum = "0s", Maximum = "5m" },
        new("decisionPoint.cache.entries", Number,
            "Maximum number of cached answers, and of evaluations in progress. It must be larger than the number of entries of the longest list.")
                { Default = "10000", Minimum = "100", Maximum = "1000000" },
        new("decisionService", Section,
            "Serves decisions of the policy to other applications by OpenID AuthZEN Authorization API 1.0, under publicUrl. Without this section "
                + "the gateway answers no such requests."),
        new("decisionService.audience", KeyKind.Text,
            "Audience of the tokens of those applications. A token for a server or for administration is not accepted.")
                { Derived = "publicUrl and `/access/v1`" },
        new("decisionService.who", Section, "Callers that may use the service. The gateway believes what they say about others.")
            { Required = true, AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. WhoKeys.Of("decisionService.who"),
        new("decisionService.types", TextList,
            "Resource types of other applications that the policy also covers. In a rule the type takes the place of a server's name, and the "
                + "action takes the place of a tool's.") { Default = "[]" },
        new("decisionService.batch", Number, "Maximum number of evaluations in one request, and of results of a search.")
            { Default = "100", Minimum = "1", Maximum = "1000" },
        new("decisionService.concurrency", Number,
            "Requests answered at the same time. Others receive an answer that asks them to try again. One enforcement point has "
                + "limits.callerShare percent of them, and more while less than half are in use.")
                { Default = "32", Minimum = "1", Maximum = "1000" },
    ];
}
