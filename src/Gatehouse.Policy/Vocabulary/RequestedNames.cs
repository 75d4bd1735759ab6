namespace Gatehouse.Policy.Vocabulary;

/// <summary>The part of a token that the rules of a policy ask for.</summary>
public sealed class RequestedNames
{
    internal RequestedNames(RequestedClaims questions) => Questions = questions;

    /// <summary>Roles.</summary>
    public IReadOnlyList<string> Roles { get; internal init; } = [];

    /// <summary>Groups.</summary>
    public IReadOnlyList<string> Groups { get; internal init; } = [];

    /// <summary>Scopes.</summary>
    public IReadOnlyList<string> Scopes { get; internal init; } = [];

    /// <summary>Authentication context and methods.</summary>
    public IReadOnlyList<string> Strengths { get; internal init; } = [];

    /// <summary><see cref="PolicyVocabulary.Digest"/> of the policy, or null when it asks for no such name.</summary>
    public string? Digest => Questions.Digest;

    internal RequestedClaims Questions { get; }
}
