using Gatehouse.Settings;

namespace Gatehouse.Pipeline.MisplacedTokens;

/// <summary>The mask for texts of others that are recorded, so that no record holds a token.</summary>
internal static class TokenMask
{
    /// <summary>The text that a record has in place of one with a token.</summary>
    public const string Masked = "(token removed)";

    /// <summary>
    /// Returns the text, or <see cref="Masked"/> for one with a token. The whole text is replaced: the rest of it may be a part of the token.
    /// </summary>
    public static string? Of(string? text) =>
        text is null || text.Length < TokenForms.OwnLength || new TokenSearch([], null).Find(text) == MisplacedTokenKind.None ? text : Masked;

    /// <summary>Returns the HTTP method as it is recorded. A stranger chooses it, before any check of the request.</summary>
    /// <param name="verb">The method; null when the message did not arrive by HTTP.</param>
    /// <param name="authorization">The value of the Authorization header; null when there is none.</param>
    /// <param name="settings">The configuration whose issuers are trusted.</param>
    public static string? OfVerb(string? verb, string? authorization, GatewaySettings settings) => verb is { Length: >= TokenForms.ShortestPresented }
        && new TokenSearch(TokenSearch.PresentedIn(authorization), settings).Find(verb) != MisplacedTokenKind.None ? Masked : verb;
}
