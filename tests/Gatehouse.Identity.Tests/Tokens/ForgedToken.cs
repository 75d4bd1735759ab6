using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Tokens;

/// <summary>One change to a good token, and what must come of it.</summary>
/// <param name="Source">The requirement or RFC section behind it.</param>
/// <param name="Name">What was changed.</param>
/// <param name="Expected">The refusal; null where the change is harmless and the token stays good.</param>
/// <param name="Change">The change.</param>
internal sealed record ForgedToken(string Source, string Name, TokenRefusal? Expected, Action<TokenDraft> Change)
{
    /// <summary>The key of the good twin; null means the ES256 key.</summary>
    public TestKey? Key { get; init; }

    /// <summary>Whether the issuer's profile also accepts the type <c>JWT</c>.</summary>
    public bool AcceptsPlainJwt { get; init; }

    public override string ToString() => $"{Source}: {Name}";
}
