using System.Collections.Immutable;
using System.Text.Json;

namespace Gatehouse.Identity.Validation;

/// <summary>The content of an ID token that passed every check. Immutable.</summary>
internal sealed record VerifiedIdToken
{
    /// <summary>The subject, as the kind of issuer names people: the same that access tokens of the issuer have.</summary>
    public required string Subject { get; init; }

    /// <summary>The roles of the person.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The groups of the person.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>True when the person has groups that the token does not list.</summary>
    public bool GroupsIncomplete { get; init; }

    /// <summary>The level of authentication (<c>acr</c>); null when absent.</summary>
    public string? AuthenticationContext { get; init; }

    /// <summary>The means of authentication (<c>amr</c>).</summary>
    public ImmutableArray<string> AuthenticationMethods { get; init; } = [];

    /// <summary>When the person authenticated (<c>auth_time</c>); null when absent.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>All claims.</summary>
    public required JsonElement Claims { get; init; }

    /// <summary>Returns a claim that is text; null when it is absent, blank or of another type.</summary>
    public string? Text(string name) =>
        Claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text
        && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>Only the subject.</summary>
    public override string ToString() => Subject;
}
