using System.Text.Json.Serialization;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration.Control;

/// <summary>One request on the control socket: a line of JSON (design rule 12).</summary>
/// <param name="Version">Version of the control format. A parameter: generated readers keep the defaults of parameters only (decision 0143).</param>
public sealed record ControlRequest([property: JsonPropertyName("v")] int Version = ControlRequest.FormatVersion)
{
    /// <summary>The version of the control format that this build speaks.</summary>
    public const int FormatVersion = 1;

    /// <summary>
    /// The act: <c>status</c>, <c>session.list</c>, <c>session.revoke</c>, <c>consent.list</c>, <c>consent.revoke</c>, <c>revoke</c>, <c>reload</c>,
    /// <c>drain</c>, <c>token</c>, <c>lock.pending</c>, <c>lock.approve</c>, <c>lock.revoke</c>, <c>command.list</c>, <c>command.approve</c>,
    /// <c>command.revoke</c>, <c>stop</c>, <c>audit.read</c>, <c>audit.stats</c>, <c>audit.index</c>, <c>audit.clock</c>, <c>audit.person</c>,
    /// <c>audit.erase</c>, <c>config.history</c>, <c>config.rollback</c>, <c>approval.list</c>, <c>approval.show</c>, <c>approval.grant</c>,
    /// <c>approval.deny</c>, <c>approval.revoke</c>, <c>approval.forget</c>,
    /// <c>quarantine.list</c>, <c>quarantine.show</c>, <c>quarantine.release</c>, <c>quarantine.delete</c>,
    /// <c>quarantine.cases</c>, <c>access.request</c>, <c>access.list</c>,
    /// <c>access.revoke</c>, <c>contain</c>, <c>contain.preview</c>, <c>contain.list</c>, <c>release</c>,
    /// <c>store.acknowledge</c>.
    /// </summary>
    [JsonPropertyName("verb")]
    public required string Verb { get; init; }

    /// <summary>Session id, for <c>session.revoke</c>.</summary>
    [JsonPropertyName("session")]
    public string? Session { get; init; }

    /// <summary>
    /// The property by which tokens are found, for <c>revoke</c>: <c>token</c>, <c>jti</c>, <c>session</c>, <c>subject</c>, <c>client</c>,
    /// <c>issuer</c>. For <c>lock.*</c> it is the kind of the definition, for <c>audit.read</c> the kind of reading, for
    /// <c>contain</c> the kind of what is contained.
    /// </summary>
    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    /// <summary>
    /// Issuer of the tokens, for <c>revoke</c>; of the person, for <c>audit.person</c> and <c>audit.erase</c>; of the user or client, for
    /// <c>contain</c>.
    /// </summary>
    [JsonPropertyName("issuer")]
    public string? Issuer { get; init; }

    /// <summary>
    /// The revoked value, for <c>revoke</c>; a token is named by its hash. For <c>lock.*</c> it is the name of the definition, for <c>contain</c> the
    /// tool, user, client or session, for <c>reload</c> the absolute path of the configuration file that the administrator means.
    /// </summary>
    [JsonPropertyName("value")]
    public string? Value { get; init; }

    /// <summary>Subject, for <c>session.*</c>, <c>consent.*</c>, <c>token</c>, <c>audit.person</c> and <c>audit.erase</c>.</summary>
    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    /// <summary>Server name, for <c>token</c>, <c>session.list</c> and <c>contain</c>.</summary>
    [JsonPropertyName("server")]
    public string? Server { get; init; }

    /// <summary>Client id, for <c>token</c> and <c>consent.revoke</c>.</summary>
    [JsonPropertyName("client")]
    public string? Client { get; init; }

    /// <summary>Resource, for <c>consent.revoke</c>; all resources without it.</summary>
    [JsonPropertyName("resource")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Resource { get; init; }

    /// <summary>Scopes, for <c>token</c>.</summary>
    [JsonPropertyName("scopes")]
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>
    /// Seconds to wait, for <c>drain</c>; life of the token, for <c>token</c>; time for which a right is asked, for <c>access.request</c>; time for
    /// which an answer is remembered, for <c>approval.show</c> and <c>approval.grant</c>.
    /// </summary>
    [JsonPropertyName("seconds")]
    public int? Seconds { get; init; }

    /// <summary>
    /// Digest of the definition that is approved, for <c>lock.approve</c>; of the configuration, for <c>config.rollback</c>; of the call, for
    /// <c>approval.grant</c> and <c>approval.deny</c>.
    /// </summary>
    [JsonPropertyName("digest")]
    public string? Digest { get; init; }

    /// <summary>The end of the approval, for <c>lock.approve</c>; never without it.</summary>
    [JsonPropertyName("until")]
    public string? Until { get; init; }

    /// <summary>The reason, in the administrator's words.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>The purpose in the administrator's words, for <c>audit.read</c>, <c>audit.stats</c>, <c>audit.person</c> and
    /// <c>audit.erase</c>.</summary>
    [JsonPropertyName("purpose")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Purpose { get; init; }

    /// <summary>The entries, for <c>audit.read</c> and <c>audit.stats</c>; the place of the page, for <c>audit.person</c>.</summary>
    [JsonPropertyName("search")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EntryFilter? Search { get; init; }

    /// <summary>True to open kept requests, for <c>audit.read</c> and <c>audit.person</c>.</summary>
    [JsonPropertyName("payload")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Payload { get; init; }

    /// <summary>The most changes, for <c>config.history</c>; 50 without it.</summary>
    [JsonPropertyName("limit")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Limit { get; init; }

    /// <summary>
    /// True to replace files that were changed or are under version control, for <c>config.rollback</c>; to take a name that the host does not know,
    /// for <c>contain</c>.
    /// </summary>
    [JsonPropertyName("force")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Force { get; init; }

    /// <summary>
    /// Id of the question, for <c>approval.show</c>, <c>approval.grant</c>, <c>approval.deny</c> and <c>access.revoke</c>; of the withheld result,
    /// for <c>quarantine.*</c>; of the containment, for <c>release</c>.
    /// </summary>
    [JsonPropertyName("id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>
    /// SHA-256 of the text that the person was shown, in hexadecimal digits, for <c>approval.grant</c>, <c>approval.deny</c> and
    /// <c>quarantine.release</c>.
    /// </summary>
    [JsonPropertyName("shown")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Shown { get; init; }

    /// <summary>
    /// What is remembered with a grant, for <c>approval.show</c> and <c>approval.grant</c>: <c>arguments</c>, or <c>under:</c> and a folder.
    /// </summary>
    [JsonPropertyName("remember")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remember { get; init; }

    /// <summary>
    /// The questions, for <c>approval.list</c>: <c>open</c> or <c>all</c>; open ones without it. The results, for <c>quarantine.list</c>:
    /// <c>kept</c> or <c>all</c>; kept and released ones without it. Requests and rights, for <c>access.list</c>: <c>current</c> or
    /// <c>all</c>; open requests and rights that have not ended without it.
    /// </summary>
    [JsonPropertyName("state")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    /// <summary>True to mark the findings as false alarms, for <c>quarantine.release</c>.</summary>
    [JsonPropertyName("falseAlarm")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? FalseAlarm { get; init; }

    /// <summary>Id of the rule of the right, for <c>access.request</c>.</summary>
    [JsonPropertyName("rule")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rule { get; init; }

    /// <summary>Access token for the administration audience, for acts that name a person.</summary>
    [JsonPropertyName("adminToken")]
    public string? AdminToken { get; init; }

    /// <summary>True when the act was confirmed at the terminal; counts only with <c>--dev</c>.</summary>
    [JsonPropertyName("confirmed")]
    public bool Confirmed { get; init; }

    /// <summary>Returns the act and its target, never the token.</summary>
    public override string ToString() => $"{Verb} {Session ?? Subject ?? Server ?? Id}";

    /// <summary>Commands of wrapped servers in full, for <c>command.approve</c>: the commands that the person was shown.</summary>
    [JsonPropertyName("commands")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CommandView>? Commands { get; init; }
}
