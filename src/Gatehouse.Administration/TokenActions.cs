using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>Issues a token of the issuer of <c>--dev</c>.</summary>
/// <param name="Server">Server the token is for, or null for the first.</param>
/// <param name="Subject">The subject of the token; null for a developer.</param>
/// <param name="Client">Client id, or null for the command's.</param>
/// <param name="Scopes">Its scopes, or null for the server's.</param>
/// <param name="Lifetime">Its life, at most an hour, or null for that.</param>
internal sealed record IssueDevelopmentToken(
    string? Server = null, string? Subject = null, string? Client = null, IReadOnlyList<string>? Scopes = null,
    [property: JsonPropertyName("seconds"), JsonConverter(typeof(SecondsJson))] TimeSpan? Lifetime = null)
    : AdministrativeAction<IssuedToken>
{
    /// <summary>The longest life of a token, in seconds.</summary>
    public const int LongestSeconds = 3600;

    internal override string Name => "token";

    internal override ActRow Row => HostRows.Token;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => Named(subject: Subject ?? "");

    public override bool IsOffered(AdministrationParts parts) => parts.DevelopmentTokens is not null;

    protected override Task<ActionOutcome<IssuedToken>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult(parts.DevelopmentTokens!.Issue(this));
}

/// <summary>A token.</summary>
/// <param name="Token">The token itself.</param>
internal sealed record IssuedToken(string Token) : ActResult
{
    /// <summary>A sentence about a containment because of which the token opens nothing; null for none.</summary>
    public string? Warning { get; init; }

    /// <inheritdoc />
    internal override string? Sentence => Warning;

    /// <summary>Returns the name of the type, never the token.</summary>
    public override string ToString() => nameof(IssuedToken);
}
