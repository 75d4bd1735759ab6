using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit;
using Gatehouse.Detection.Secrets;
using Gatehouse.Gateway.Access;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The facts of a question: what a person is shown, and what a change of the configuration is compared with. Stored sealed.</summary>
internal sealed record ApprovalFacts
{
    // A generated reader sets an absent member to null, whatever its initializer is (decision 0143).

    /// <summary>Issuer of the caller.</summary>
    public required string Issuer { get; init; }

    /// <summary>The caller at the issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>The client; null for none.</summary>
    public string? Client { get; init; }

    /// <summary>The endpoint at which the caller called.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Name of the server.</summary>
    public required string Server { get; init; }

    /// <summary>Identity of the server's source.</summary>
    public required string Source { get; init; }

    /// <summary>Program and arguments of a local server, without values of secrets; null for a remote server.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Its working folder; null for an empty one of its own, and for a remote server.</summary>
    public string? Folder { get; init; }

    /// <summary>True where a wrapper of a person's machine named the server. Then no configuration says what runs under its name.</summary>
    public bool IsWrapped { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The name or URI; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>What the call is about, as the policy is asked who may answer for it; empty for a question of an earlier build.</summary>
    public IReadOnlyList<ApprovalTarget> Targets { get; init => field = value ?? []; } = [];

    /// <summary>Digest of the definition; null for none.</summary>
    public string? Definition { get; init; }

    /// <summary>The rules that ask.</summary>
    public required IReadOnlyList<AskingRule> Rules { get; init; }

    /// <summary>Findings in the message, each as slug and detail.</summary>
    public IReadOnlyList<string> Findings { get; init => field = value ?? []; } = [];

    /// <summary>Generation of the configuration that asked.</summary>
    public long Generation { get; init; }

    /// <summary>Id of the exchange that asked first.</summary>
    public required string ExchangeId { get; init; }

    /// <summary>
    /// Id of the session in which it was asked first; null in the modern era, and for a question of an earlier build. It is not in the digest: an
    /// equal call of another session shares the question.
    /// </summary>
    public string? Session { get; init; }

    /// <summary>The terms.</summary>
    public required ApprovalTerms Terms { get; init; }

    /// <summary>The right that is asked for; null for a question about a call. Then what describes a call is empty.</summary>
    public AccessAsked? Access { get; init; }

    /// <summary>The act of administration that is asked about; null for other questions. Then what describes a call is empty.</summary>
    public ActAsked? Act { get; init; }

    /// <summary>True for a question to the person at the client that calls, which is no approval.</summary>
    public bool IsConfirmation { get; init; }

    /// <summary>The call compared with the last one of its kind that was approved; null for questions without a comparison.</summary>
    public ApprovalComparison? Compared { get; init; }

    /// <summary>Id of the right for a time that permitted the call; null where the call needed none. An approval does not outlive it.</summary>
    public string? Right { get; init; }

    /// <summary>
    /// Keyed digest of everything in the call but the path for which the rule lets an answer be remembered, in hexadecimal digits; null where
    /// there is none.
    /// </summary>
    public string? RestDigest { get; init; }

    /// <summary>The params in canonical form.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Parameters { get; init; }

    /// <summary>The caller in one line, as entries of the log name callers.</summary>
    [JsonIgnore]
    public string Caller => $"{Issuer} {Subject}";

    /// <summary>Returns the facts of a request.</summary>
    public static ApprovalFacts Of(ApprovalRequest request) => new()
    {
        Issuer = request.Caller.Issuer,
        Subject = request.Caller.Subject,
        Client = request.Caller.ClientId,
        Endpoint = request.Call.Endpoint,
        Server = request.Server,
        Source = ServerIdentities.Of(request.Call.Server).Source.ToString(),
        Command = CommandOf(request.Call.Server),
        Folder = request.Call.Server.Stdio?.WorkingDirectory,
        IsWrapped = request.Call.Server.IsWrapped,
        Method = request.Call.Method,
        Target = request.Call.Target,
        Targets = ApprovalTargets.Of(request.Targets),
        Definition = request.Call.Definition,
        Rules = [.. request.Questions.Select(one => new AskingRule(one.Source, one.Reason, one.RuleText, request.PolicyQuestions.Contains(one)))],
        Findings = [.. request.Findings.Select(Line)],
        Generation = request.Snapshot.Generation,
        ExchangeId = request.ExchangeId,
        Session = request.Session,
        Terms = request.Terms,
        Parameters = request.Call.Parameters,
    };

    /// <summary>Returns the command of a local server as a person is shown it; null for a remote server.</summary>
    public static IReadOnlyList<string>? CommandOf(ServerSettings server) => server.Stdio is { } local ? CommandSecrets.Mask(local.Command) : null;

    private static string Line(AuditPart part) => part.Detail is null ? part.Reason ?? "" : $"{part.Reason} {part.Detail}";
}

/// <summary>A rule that asks.</summary>
/// <param name="Source">Its id or slug.</param>
/// <param name="Reason">Slug of the cause.</param>
/// <param name="Text">Its text in canonical form; empty for a rule without one.</param>
/// <param name="IsOfPolicy">True for a rule of the policy, false for one that inspects messages.</param>
internal sealed record AskingRule(string Source, string Reason, string Text, bool IsOfPolicy);

/// <summary>The facts of one answer. Stored sealed under the key of the person who answered.</summary>
/// <param name="Issuer">Issuer of the person.</param>
/// <param name="Subject">The person at the issuer.</param>
/// <param name="Reason">The reason that the person stated.</param>
/// <param name="Seconds">Time from showing the question to the answer, in seconds; null when it is not known.</param>
internal sealed record ApproverFacts(string Issuer, string Subject, string Reason, double? Seconds = null)
{
    // A generated reader sets an absent member to null, whatever its initializer is (decision 0143).

    /// <summary>The most letters in the names of scopes, roles and groups together: a row of an answer holds them.</summary>
    public const int MostNameLetters = 4096;

    /// <summary>The client of the token by which the person answered; null for none, and for an answer of an earlier build.</summary>
    public string? Client { get; init; }

    /// <summary>Scopes of that token.</summary>
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];

    /// <summary>Roles of that token.</summary>
    public IReadOnlyList<string> Roles { get; init => field = value ?? []; } = [];

    /// <summary>Groups of that token.</summary>
    public IReadOnlyList<string> Groups { get; init => field = value ?? []; } = [];

    /// <summary>True when the person has more groups than are named. A rule's test of groups is undecidable then.</summary>
    public bool GroupsAreIncomplete { get; init; }

    /// <summary>True when something of the token is kept beside the person. An answer of an earlier build has nothing.</summary>
    [JsonIgnore]
    public bool HasNames => Client is not null || Scopes.Count + Roles.Count + Groups.Count > 0;

    /// <summary>Returns the facts of the person of a token. Of more names than <see cref="MostNameLetters"/>, no groups are kept.</summary>
    public static ApproverFacts Of(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var isTooMuch = token.Groups.Concat(token.Roles).Concat(token.Scopes).Sum(static name => (long)name.Length) > MostNameLetters;
        return new ApproverFacts(token.Issuer, token.Subject, "", null)
        {
            Client = token.ClientId,
            Scopes = isTooMuch ? [] : token.Scopes,
            Roles = isTooMuch ? [] : token.Roles,
            Groups = isTooMuch ? [] : token.Groups,
            GroupsAreIncomplete = isTooMuch || token.GroupsIncomplete,
        };
    }

    /// <summary>Returns the person as the policy sees one. Claims other than these are gone with the token.</summary>
    public PolicySubject AsSubject() => new(Issuer, Subject, Client, Scopes, Roles, Groups)
    {
        GroupsAreIncomplete = GroupsAreIncomplete,
        Claims = ClaimOf,
    };

    private JsonElement? ClaimOf(string name) => name switch
    {
        "iss" => JsonSerializer.SerializeToElement(Issuer, ApprovalFactsJson.Default.String),
        "sub" => JsonSerializer.SerializeToElement(Subject, ApprovalFactsJson.Default.String),
        _ => null,
    };
}

/// <summary>JSON of the sealed facts.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApprovalFacts))]
[JsonSerializable(typeof(ApproverFacts))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApprovalFactsJson : JsonSerializerContext;
