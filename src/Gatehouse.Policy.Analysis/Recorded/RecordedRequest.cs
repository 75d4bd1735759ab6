using System.Text.Json;
using Gatehouse.Policy.Analysis.Testing;

namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>A request as the audit log has it: caller, method, target, time and verdict; no arguments and no claims.</summary>
public sealed record RecordedRequest
{
    private const int LongestRecordedUri = 512;

    /// <summary>Id of the exchange.</summary>
    public required string Id { get; init; }

    /// <summary>The moment of the request.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The caller, with roles, groups, scopes and strengths as far as the policy in force asked for them.</summary>
    public required PolicyCaller Caller { get; init; }

    /// <summary>The request.</summary>
    public required PolicyRequest Request { get; init; }

    /// <summary>True when it was permitted.</summary>
    public required bool Permitted { get; init; }

    /// <summary>The rule that decided, or null when none did.</summary>
    public string? RuleId { get; init; }

    /// <summary>Digest of the names the policy in force asked for; null in events of older versions.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>Reads an event. Returns null for one that is no decision on a request of a client.</summary>
    public static RecordedRequest? Of(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || Text(entry, "kind") is not ("begun" or "ended")) return null;
        if (Text(entry, "server") is not { } server || Text(entry, "method") is not { } method || Text(entry, "sub") is not { } subject) return null;
        if (Text(entry, "id") is not { } id || !entry.TryGetProperty("at", out var at) || !at.TryGetDateTimeOffset(out var moment)) return null;
        if (Decision(entry) is not { } decision) return null;
        return new RecordedRequest
        {
            Id = id,
            At = moment,
            Caller = CallerOf(entry, subject),
            Request = RequestOf(entry, server, method) with { At = moment },
            Permitted = decision.Permitted,
            RuleId = decision.Rule,
            Vocabulary = Text(entry, "asked"),
        };
    }

    /// <summary>Returns the id of the exchange whose decision is recorded without its caller; null for every other entry.</summary>
    /// <remarks>Facts about persons are sealed. Where a person was erased, or the keys are absent, they cannot be read.</remarks>
    public static string? IdWithoutCaller(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && Text(entry, "kind") is "begun" or "ended" && Text(entry, "sub") is null
            && Text(entry, "server") is not null && Text(entry, "method") is not null && Decision(entry) is not null ? Text(entry, "id") : null;

    /// <summary>True when the resource's URI was too long to be recorded as a whole.</summary>
    public bool IsCutShort => Request is { Target: PolicyTarget.Resource, Name.Length: >= LongestRecordedUri };

    private static PolicyCaller CallerOf(JsonElement entry, string subject) => new()
    {
        Issuer = Text(entry, "iss") ?? PolicyCaller.AnyIssuer,
        Subject = subject,
        Client = Text(entry, "client"),
        Roles = Texts(entry, "roles"),
        Groups = Texts(entry, "groups"),
        Scopes = Texts(entry, "scopes"),
        Strengths = Texts(entry, "strengths"),
        MoreGroups = entry.TryGetProperty("moreGroups", out var more) && more.ValueKind == JsonValueKind.True,
    };

    private static PolicyRequest RequestOf(JsonElement entry, string server, string method)
    {
        var (target, name) = (Text(entry, "name"), Text(entry, "uri")) switch
        {
            ({ } tool, _) when method == "tools/call" => (PolicyTarget.Tool, tool),
            ({ } prompt, _) => (PolicyTarget.Prompt, prompt),
            (_, { } uri) => (PolicyTarget.Resource, uri),
            _ => (PolicyTarget.None, (string?)null),
        };
        return new PolicyRequest(server, method, target, name, PolicyRequests.KnownMethods.Contains(method))
        {
            OpenArguments = method == "completion/complete",
            IsTemplate = method == "completion/complete" && target == PolicyTarget.Resource,
            Direction = method == "logging/setLevel" ? PolicyDirection.Logging : PolicyDirection.Calls,
        };
    }

    // The last verdict counts: a message that asks for several things is permitted when all are.
    private static (bool Permitted, string? Rule)? Decision(JsonElement entry)
    {
        if (!entry.TryGetProperty("parts", out var parts) || parts.ValueKind != JsonValueKind.Array) return null;
        (bool, string?)? found = null;
        foreach (var part in parts.EnumerateArray())
        {
            if (Text(part, "kind") == "decision" && Text(part, "outcome") is "permit" or "deny")
                found = (Text(part, "outcome") == "permit", Text(part, "detail"));
        }

        return found;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];
}
