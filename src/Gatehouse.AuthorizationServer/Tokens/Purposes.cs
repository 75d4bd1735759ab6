namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The purposes of sealed facts. A fact of one purpose never opens as another.</summary>
internal static class Purposes
{
    /// <summary>Facts of a sign-in that is under way; the owner is the digest of its state.</summary>
    public const string SignInState = "sign-in-state";

    /// <summary>Facts of a sign-in that waits for confirmation; the owner is the digest of the confirmation.</summary>
    public const string Confirmation = "confirmation";

    /// <summary>Facts of a grant; the owner is its identifier.</summary>
    public const string Grant = "grant";

    /// <summary>Facts of an authorization code; the owner is its digest.</summary>
    public const string Code = "code";

    /// <summary>Facts of a refresh token; the owner is its digest.</summary>
    public const string Refresh = "refresh";

    /// <summary>Facts of an access token; the owner is its digest.</summary>
    public const string Access = "access";

    /// <summary>The tokens that followed from a refresh token; the owner is its digest.</summary>
    public const string Successor = "successor";

    /// <summary>The grant that followed from a confirmation; the owner is its digest.</summary>
    public const string Confirmed = "confirmed";

    /// <summary>Returns the owner of facts that belong to a digest.</summary>
    public static string Owner(ReadOnlyMemory<byte> digest) => Convert.ToHexStringLower(digest.Span);
}
